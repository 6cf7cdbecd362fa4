// SPDX-License-Identifier: Apache-2.0
#include "suites/process_limits.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace assay::suites {
namespace {

constexpr rlim_t largest_file = rlim_t{1} << 30;
constexpr rlim_t more_threads = 4096;

/// What is already lower stays.
void lower(__rlimit_resource resource, rlim_t most) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_cur, most);
  limit.rlim_max = std::min(limit.rlim_max, most);
  setrlimit(resource, &limit);
}

/// The sanitizer in this process that needs more address space than any limit; nullptr: none.
const char* sanitizer_here() {
  for (const auto& [symbol, name] : {std::pair{"__asan_init", "AddressSanitizer"},
                                     {"__tsan_init", "ThreadSanitizer"},
                                     {"__msan_init", "MemorySanitizer"}})
    if (dlsym(RTLD_DEFAULT, symbol) != nullptr) return name;
  return nullptr;
}

/// The kernel counts all threads of a user, whatever process they are in.
rlim_t threads_on_machine() {
  // "0.20 0.18 0.12 1/80 11206": running / all.
  std::ifstream file("/proc/loadavg");
  std::string word;
  for (int i = 0; i < 4; ++i) file >> word;
  const std::size_t slash = word.find('/');
  rlim_t all = 0;
  if (slash == std::string::npos || !(std::istringstream(word.substr(slash + 1)) >> all))
    return rlim_t{1} << 16;
  return all;
}

std::uint64_t memory_of_machine() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::string limit_process(std::uint64_t memory) {
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_FSIZE, largest_file);
  lower(RLIMIT_NPROC, threads_on_machine() + more_threads);
  std::ofstream("/proc/self/oom_score_adj") << 1000;
  if (const char* sanitizer = sanitizer_here())
    return std::string("runs with ") + sanitizer +
           ", which reserves terabytes: its memory is not limited";
  // Not the address space: what is only reserved, as the guards of the tensors are, costs nothing.
  lower(RLIMIT_DATA, memory != 0 ? memory : memory_of_machine() / 4 * 3);
  return "";
}

void limit_processor_time(std::uint64_t seconds) {
  rlimit limit{};
  rusage used{};
  if (getrlimit(RLIMIT_CPU, &limit) != 0 || getrusage(RUSAGE_SELF, &used) != 0) return;
  const rlim_t so_far = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
  limit.rlim_cur = seconds == 0 ? limit.rlim_max : std::min(limit.rlim_max, so_far + seconds + 1);
  setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace assay::suites
