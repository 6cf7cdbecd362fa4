// SPDX-License-Identifier: Apache-2.0
// Everything that an implementation should not do inside run().
#include "suites/self/adversaries/mischief.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cfenv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace adversaries {
namespace {

/// Keeps the compiler from seeing what a pointer points to.
template <class Pointer>
Pointer hidden(Pointer pointer) {
  asm volatile("" : "+r"(pointer));
  return pointer;
}

std::int64_t overflow_stack(std::int64_t depth) {
  volatile char frame[4096] = {};
  frame[depth % 4096] = 1;
  return depth < 0 ? 0 : overflow_stack(depth + 1) + frame[0];
}

void for_all_descriptors(void (*what)(int)) {
  for (int each = 3; each < 1024; ++each) what(each);
}

void make_writable(const float* data) {
  auto address = reinterpret_cast<std::uintptr_t>(data);
  mprotect(reinterpret_cast<void*>(address / 4096 * 4096), 4096, PROT_READ | PROT_WRITE);
}

void linger() {
  if (fork() == 0) {
    for (;;) pause();
  }
}

void linger_as_an_orphan() {
  if (fork() == 0) {
    setsid();
    linger();
    _exit(0);
  }
}

constexpr Adversary list[] = {
    {"honest", [](const Tensors& t) { return compute(t), 0; }},
    {"null", [](const Tensors&) { return *hidden(static_cast<volatile int*>(nullptr)) = 1, 0; }},
    {"abort", [](const Tensors&) -> std::int32_t { std::abort(); }},
    {"trap", [](const Tensors&) -> std::int32_t { __builtin_trap(); }},
    {"stack", [](const Tensors&) { return static_cast<std::int32_t>(overflow_stack(1)); }},
    {"hang",
     [](const Tensors&) -> std::int32_t {
       volatile bool forever = true;
       while (forever) {
       }
       return 0;
     }},
    {"stop", [](const Tensors& t) { return raise(SIGSTOP), compute(t), 0; }},
    {"write-past-end", [](const Tensors& t) { return compute(t), hidden(t.y)[t.count()] = 1, 0; }},
    {"write-before-start", [](const Tensors& t) { return compute(t), hidden(t.y)[-1] = 1, 0; }},
    {"write-far-away",
     [](const Tensors& t) { return compute(t), hidden(t.y)[t.count() + 4096] = 1, 0; }},
    {"write-input",
     [](const Tensors& t) { return compute(t), hidden(const_cast<float*>(t.x))[0] = 1, 0; }},
    {"unprotect-input",
     [](const Tensors& t) {
       compute(t);
       make_writable(t.x);
       hidden(const_cast<float*>(t.x))[0] += 1;
       return 0;
     }},
    {"read-past-end",
     [](const Tensors& t) {
       compute(t);
       t.y[0] += 0 * hidden(t.x)[t.tokens * t.d_in];
       return 0;
     }},
    {"read-past-weights",
     [](const Tensors& t) {
       compute(t);
       const volatile float* beyond = hidden(t.w);
       (void)beyond[t.d_out * t.d_in];  // does not even use it
       return 0;
     }},
    {"unwritten",
     [](const Tensors& t) {
       const float kept = t.y[5];
       compute(t);
       std::memcpy(&t.y[5], &kept, sizeof kept);
       return 0;
     }},
    {"accumulate",
     [](const Tensors& t) {
       const float before = t.y[2];
       compute(t);
       t.y[2] += before;
       return 0;
     }},
    {"nan",
     [](const Tensors& t) {
       for (std::int64_t i = 0; i < t.count(); ++i)
         t.y[i] = std::numeric_limits<float>::quiet_NaN();
       return 0;
     }},
    {"zeros",
     [](const Tensors& t) {
       for (std::int64_t i = 0; i < t.count(); ++i) t.y[i] = 0;
       return 0;
     }},
    {"flipped",
     [](const Tensors& t) {
       compute(t);
       for (std::int64_t i = 0; i < t.count(); ++i) t.y[i] = -t.y[i];
       return 0;
     }},
    {"last-column",
     [](const Tensors& t) {
       compute(t);
       for (std::int64_t i = 0; i < t.tokens; ++i) t.y[i * t.d_out + t.d_out - 1] += 1;
       return 0;
     }},
    {"aligned-only",
     [](const Tensors& t) {
       compute(t);
       if (reinterpret_cast<std::uintptr_t>(t.y) % 64 != 0) t.y[0] += 1;
       return 0;
     }},
#if defined(__x86_64__)
    {"flush-to-zero",
     [](const Tensors& t) { return compute(t), _mm_setcsr(_mm_getcsr() | 0x8040), 0; }},
#endif
    {"rounding", [](const Tensors& t) { return compute(t), std::fesetround(FE_UPWARD), 0; }},
    {"exit", [](const Tensors&) -> std::int32_t { std::exit(0); }},
    {"quick-exit", [](const Tensors&) -> std::int32_t { _exit(7); }},
    {"print",
     [](const Tensors& t) {
       compute(t);
       for (int i = 0; i < 20000; ++i) std::printf("a line that says nothing, number %d\n", i);
       return 0;
     }},
    {"throw", [](const Tensors&) -> std::int32_t { throw std::runtime_error("out of patience"); }},
    {"throw-number", [](const Tensors&) -> std::int32_t { throw 42; }},
    {"throw-in-thread",
     [](const Tensors&) -> std::int32_t {
       std::thread([] { throw std::runtime_error("nobody listens"); }).join();
       return 0;
     }},
    {"refuse", [](const Tensors&) -> std::int32_t { return ASSAY_UNSUPPORTED; }},
    {"fail-in-silence", [](const Tensors&) -> std::int32_t { return ASSAY_FAILED; }},
    {"odd-status", [](const Tensors& t) { return compute(t), 77; }},
    {"kill", [](const Tensors&) { return raise(SIGKILL), 0; }},
    {"fork", [](const Tensors& t) { return compute(t), linger(), 0; }},
    {"orphan", [](const Tensors& t) { return compute(t), linger_as_an_orphan(), 0; }},
    {"close-descriptors",
     [](const Tensors& t) {
       return compute(t), for_all_descriptors([](int each) { close(each); }), 0;
     }},
    {"write-descriptors",
     [](const Tensors& t) {
       compute(t);
       for_all_descriptors([](int each) {
         const char noise[] = "not a message of the worker";
         if (write(each, noise, sizeof noise) < 0) return;
       });
       return 0;
     }},
    {"truncate-descriptors",
     [](const Tensors& t) {
       compute(t);
       for_all_descriptors([](int each) {
         if (ftruncate(each, 0) < 0) return;
       });
       return 0;
     }},
    {"catch-signals",
     [](const Tensors&) {
       signal(SIGSEGV, SIG_IGN);
       return *hidden(static_cast<volatile int*>(nullptr)) = 1, 0;
     }},
    {"ignore-alarm", [](const Tensors& t) { return compute(t), signal(SIGALRM, SIG_IGN), 0; }},
    {"scribble",
     [](const Tensors& t) -> std::int32_t {
       compute(t);
       // All of what the bench shares with its workers, notes and all, over and over again.
       const off_t size = lseek(201, 0, SEEK_END);
       void* all = mmap(nullptr, static_cast<std::size_t>(size), PROT_READ | PROT_WRITE, MAP_SHARED,
                        201, 0);
       for (unsigned char noise = 255;; --noise)
         std::memset(all, noise, static_cast<std::size_t>(size));
     }},
    {"daemon-and-hang",
     [](const Tensors&) -> std::int32_t {
       linger_as_an_orphan();
       for (;;) pause();
     }},
    {"allocate",
     [](const Tensors&) -> std::int32_t {
       constexpr std::size_t gibibyte = std::size_t{1} << 30;
       for (;;) hidden(new char[gibibyte])[0] = 1;
     }},
    {"heap-overrun",  // seen where the plug-in was built with AddressSanitizer
     [](const Tensors& t) -> std::int32_t {
       compute(t);
       float* mine = hidden(new float[3]);
       mine[3] = t.y[0];
       delete[] mine;
       return 0;
     }},
    {"large-file",
     [](const Tensors&) -> std::int32_t {
       const int file = open("/tmp", O_TMPFILE | O_WRONLY, 0600);
       return ftruncate(file, off_t{1} << 40);
     }},
    // These do it elsewhere than in run().
    {"fast-math", nullptr},
    {"supports-null", nullptr},
    {"supports-hang", nullptr},
    {"supports-throw", nullptr},
    {"supports-overlong", nullptr},
    {"prepare-null", nullptr},
    {"prepare-refuse", nullptr},
    {"release-abort", nullptr},
};

}  // namespace

Tensors::Tensors(const assay_call& call)
    : x(static_cast<const float*>(call.inputs[0].dl.data)),
      w(static_cast<const float*>(call.inputs[1].dl.data)),
      y(static_cast<float*>(call.outputs[0].dl.data)),
      tokens(call.inputs[0].dl.shape[0]),
      d_in(call.inputs[0].dl.shape[1]),
      d_out(call.inputs[1].dl.shape[0]) {}

void compute(const Tensors& t) {
  for (std::int64_t i = 0; i < t.tokens; ++i) {
    for (std::int64_t o = 0; o < t.d_out; ++o) {
      float sum = 0;
      for (std::int64_t c = 0; c < t.d_in; ++c) sum += t.x[i * t.d_in + c] * t.w[o * t.d_in + c];
      t.y[i * t.d_out + o] = sum;
    }
  }
}

void touch_null() { *hidden(static_cast<volatile int*>(nullptr)) = 1; }

std::span<const Adversary> all() {
  static const std::vector<Adversary> all = [] {
    std::vector<Adversary> together(std::begin(list), std::end(list));
    const std::span<const Adversary> more = carry_over();
    together.insert(together.end(), more.begin(), more.end());
    return together;
  }();
  return all;
}

}  // namespace adversaries
