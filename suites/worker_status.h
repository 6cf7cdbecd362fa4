// SPDX-License-Identifier: Apache-2.0
// What a worker leaves in shared memory about what it is doing, so that the bench can tell where it
// was when it died.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace assay::suites {

enum class Stage : std::uint32_t { starting, loading, idle, supports, prepare, run, release };
inline constexpr const char* stage_words[] = {"while its process started",
                                              "while it was loaded",
                                              "between calls",
                                              "in supports()",
                                              "in prepare()",
                                              "in run()",
                                              "in release()"};

/// Foreign code may have written over it.
inline const char* words_of(Stage stage) {
  const auto number = static_cast<std::size_t>(stage);
  return number < std::size(stage_words) ? stage_words[number]
                                         : "while it wrote over the bench's notes";
}

/// 0 or not 0. No bool: foreign code may have written any byte over it, and a bool has only two.
using Flag = std::atomic<std::uint8_t>;

/// The first bytes of the arena. The worker writes, the bench reads. Atomics without locks also
/// work between processes.
struct WorkerStatus {
  static constexpr std::size_t most_regions = 4096;

  std::atomic<std::uint64_t> progress{0};  // grows with every call into the implementation
  std::atomic<Stage> stage{Stage::starting};
  Flag channel_lost{0};  // the worker could not read or write its channel

  std::atomic<std::uint64_t> delays{0};  // of threads during calls, by a disturbance

  // Written by the handler of a deadly signal.
  std::atomic<std::int32_t> fault_signal{0};  // 0: none
  std::atomic<std::uint64_t> fault_address{0};
  Flag fault_has_address{0};
  Flag fault_is_write{0};
  Flag fault_on_stack{0};       // near the stack pointer of the faulting thread
  Flag fault_in_background{0};  // not in the thread that the bench calls

  // Where the worker mapped the regions of the request at hand: all sets of inputs one after
  // another, then the outputs.
  std::atomic<std::uint32_t> region_count{0};
  std::atomic<std::uint64_t> region_address[most_regions] = {};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace assay::suites
