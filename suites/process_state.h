// SPDX-License-Identifier: Apache-2.0
// What calls could leave changed in their process, beside their outputs, for later ones to trip
// over. Child processes are looked for elsewhere (guarded_step.h).
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>

namespace assay::suites {

struct ProcessState {
  /// How a signal is answered.
  struct Answer {
    std::uintptr_t handler = 0;
    std::uint64_t flags = 0;
    friend bool operator==(const Answer&, const Answer&) = default;
  };

  std::array<Answer, 32> answers{};  // by number, without the real-time signals
  std::uint64_t blocked = 0;         // signal n is bit n - 1
  cpu_set_t processors{};            // on which this thread may run
  dev_t folder_device = 0;           // of the working folder
  ino_t folder = 0;
  mode_t umask = 0;
  std::string locale;
  std::uint64_t variables = 0;  // a fingerprint of the environment

  /// Of the calling thread. Takes some 15 microseconds.
  static ProcessState current();
};

/// What differs, in words: "the handler of SIGINT, the umask";
/// empty: nothing.
std::string difference(const ProcessState& before, const ProcessState& after);

}  // namespace assay::suites
