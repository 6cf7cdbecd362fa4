// SPDX-License-Identifier: Apache-2.0
// What one call leaves for the next ones: results kept instead of computed, work that goes on in
// the background, and changes to the process.
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>

#include <algorithm>
#include <chrono>
#include <clocale>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "suites/self/adversaries/mischief.h"

namespace adversaries {
namespace {

using Result = std::vector<float>;

/// Computes once per key, and repeats the result from then on.
template <class Key>
std::int32_t remembered(std::map<Key, Result>& results, const Key& key, const Tensors& t) {
  auto found = results.find(key);
  if (found == results.end()) {
    compute(t);
    found = results.emplace(key, Result(t.y, t.y + t.count())).first;
  }
  std::copy(found->second.begin(), found->second.end(), t.y);
  return 0;
}

void later(std::chrono::milliseconds when, Tensors tensors) {
  std::thread([=] {
    std::this_thread::sleep_for(when);
    compute(tensors);
  }).detach();
}

using namespace std::chrono_literals;

constexpr Adversary list[] = {
    {"last-result",
     [](const Tensors& t) {
       static std::map<std::int64_t, Result> by_shape;
       return remembered(by_shape, t.count(), t);
     }},
    {"keyed-by-pointer",
     [](const Tensors& t) {
       static std::map<const float*, Result> by_address;
       return remembered(by_address, t.x, t);
     }},
    {"keyed-by-content",
     [](const Tensors& t) {
       static std::map<std::vector<float>, Result> by_content;
       return remembered(by_content, std::vector<float>(t.x, t.x + t.tokens * t.d_in), t);
     }},
    {"late", [](const Tensors& t) { return later(12ms, t), 0; }},
    {"very-late", [](const Tensors& t) { return compute(t), later(100ms, t), 0; }},
    {"thread",
     [](const Tensors& t) {
       compute(t);
       std::thread([] { pause(); }).detach();
       return 0;
     }},
    {"busy-thread",
     [](const Tensors& t) {
       compute(t);
       std::thread([] {
         for (std::atomic<int> n = 0;; ++n) {
         }
       }).detach();
       return 0;
     }},
    {"handler", [](const Tensors& t) { return compute(t), signal(SIGINT, SIG_IGN), 0; }},
    {"mask",
     [](const Tensors& t) {
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGTERM);
       return compute(t), pthread_sigmask(SIG_BLOCK, &set, nullptr);
     }},
    {"affinity",
     [](const Tensors& t) {
       cpu_set_t one;
       CPU_ZERO(&one);
       CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
       return compute(t), sched_setaffinity(0, sizeof one, &one);
     }},
    {"folder", [](const Tensors& t) { return compute(t), chdir("/proc"); }},
    {"umask", [](const Tensors& t) { return compute(t), umask(0), 0; }},
    {"locale",
     [](const Tensors& t) { return compute(t), std::setlocale(LC_ALL, "C.UTF-8") ? 0 : 1; }},
    {"variables", [](const Tensors& t) { return compute(t), setenv("OMP_NUM_THREADS", "1", 1); }},
};

}  // namespace

std::span<const Adversary> carry_over() { return list; }

}  // namespace adversaries
