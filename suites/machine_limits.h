// SPDX-License-Identifier: Apache-2.0
// What the machine itself reaches, measured in the same run as the implementations: the most fused
// multiply-adds per second, and how fast memory can be read, by size of the working set.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/cost.h"

namespace assay::suites {

/// Reading a working set of `bytes` again and again.
struct ReadRate {
  double bytes = 0;
  double bytes_per_second = 0;
};

/// The limits of so many threads together.
struct MachineLimits {
  int threads = 1;
  std::string instructions;      // "avx512", "avx2 fma", "scalar fma"
  std::string dot_instructions;  // "amx", "avx512"; "": none
  double flops_per_second = 0;   // in f32
  double f64_flops_per_second = 0;
  double bf16_flops_per_second = 0;  // products of bf16 summed in f32; 0: no such instruction
  std::vector<ReadRate> reads;       // by growing size; the last is far beyond every cache

  /// The least time in which a call of this cost can be done: by arithmetic, or by reading a
  /// working set of `footprint` bytes at the rate of the largest measured set that is not larger.
  [[nodiscard]] double least_seconds(const Cost& cost, double footprint,
                                     const NumberClass& number_class) const;
  /// Operations per second that this class allows: a class whose factors are rounded to bf16 may
  /// use the dot products of bf16.
  [[nodiscard]] double rate_for(const NumberClass& number_class) const;
  /// The reading that takes longer than the arithmetic of such a call; null where none does.
  [[nodiscard]] const ReadRate* binding_read(const Cost& cost, double footprint,
                                             const NumberClass& number_class) const;

  /// Nothing here stays below what `other`, with sets of the same sizes, reached.
  void raise_to(const MachineLimits& other);
};

/// Measures this machine. What it reaches changes with the clock, which is higher in a short spurt
/// than in long work, and with whatever else runs: so there is the best of several tries, and what
/// it reaches now.
class MachineProbe {
 public:
  /// Takes about 0.2 s for each number of threads, in growing order.
  explicit MachineProbe(const std::vector<int>& thread_counts);
  ~MachineProbe();
  MachineProbe(const MachineProbe&) = delete;
  MachineProbe& operator=(const MachineProbe&) = delete;

  /// For every number of threads. The best of several tries counts, because a limit is what can be
  /// reached.
  [[nodiscard]] const std::vector<MachineLimits>& best() const { return best_; }
  /// As MachineLimits::least_seconds(), by the rate that decides it in best(), measured anew within
  /// a few milliseconds.
  [[nodiscard]] double least_seconds_now(int threads, const Cost& cost, double footprint,
                                         const NumberClass& number_class);

 private:
  class Memory;
  [[nodiscard]] MachineLimits measure(int threads);
  [[nodiscard]] double read_rate(int threads, std::size_t bytes, int tries);

  std::unique_ptr<Memory> memory_;
  std::vector<MachineLimits> best_;
  std::size_t next_window_ = 0;  // of sets that are larger than what a try reads
};

/// As the report shows them.
std::vector<reports::MachineLimit> limit_rows(const MachineLimits& limits);

}  // namespace assay::suites
