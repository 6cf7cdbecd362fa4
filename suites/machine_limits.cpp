// SPDX-License-Identifier: Apache-2.0
// The loops of probe_loops.h, timed on all threads at once.
#include "suites/machine_limits.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <thread>

#include "suites/probe_loops.h"

namespace assay::suites {
namespace {

using Clock = std::chrono::steady_clock;

/// The best rate of several tries of `work`, which runs on all threads at once and gives how much
/// it did. The clock runs from the first to the last.
double best_rate(int threads, int tries, const std::function<double(int thread)>& work) {
  double best = 0;
  std::vector<double> done(static_cast<std::size_t>(threads));
  Clock::time_point start;
  std::barrier line(threads, [&]() noexcept { start = Clock::now(); });
  for (int attempt = 0; attempt < tries; ++attempt) {
    std::vector<std::thread> others;
    const auto part = [&](int thread) {
      line.arrive_and_wait();
      done[static_cast<std::size_t>(thread)] = work(thread);
    };
    for (int thread = 1; thread < threads; ++thread) others.emplace_back(part, thread);
    part(0);
    for (std::thread& other : others) other.join();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    double total = 0;
    for (const double each : done) total += each;
    best = std::max(best, total / seconds);
  }
  return best;
}

// The first fits a second-level cache, the last none; between them a factor of four.
constexpr std::size_t set_sizes[] = {std::size_t{1} << 18, std::size_t{1} << 20,
                                     std::size_t{1} << 22, std::size_t{1} << 24,
                                     std::size_t{1} << 28};

/// Pages that have been written once, huge ones where the system gives them.
class ReadableMemory {
 public:
  explicit ReadableMemory(std::size_t bytes) : bytes_(bytes) {
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    madvise(memory, bytes, MADV_HUGEPAGE);
    data_ = static_cast<std::byte*>(memory);
    for (std::size_t at = 0; at < bytes; at += 4096) data_[at] = std::byte{1};
  }
  ~ReadableMemory() { munmap(data_, bytes_); }
  ReadableMemory(const ReadableMemory&) = delete;
  ReadableMemory& operator=(const ReadableMemory&) = delete;
  [[nodiscard]] const std::byte* data() const { return data_; }

 private:
  std::byte* data_;
  std::size_t bytes_;
};

/// A try reads 32 MiB, which takes a few milliseconds: long beside starting a thread, short beside
/// what the system gives a process before another has its turn. A large set is read window by
/// window, one per try, so that each has left the caches when it comes round again.
ReadRate read_rate(int threads, std::size_t bytes, const ProbeLoops& loops,
                   const std::byte* memory) {
  const std::size_t window = std::min(bytes, std::size_t{1} << 25);
  const std::size_t windows = bytes / window, passes = (std::size_t{1} << 25) / window;
  const std::size_t part = window / static_cast<std::size_t>(threads) / 4096 * 4096;
  std::vector<std::uint64_t> sinks(static_cast<std::size_t>(threads));
  std::vector<std::size_t> tries(static_cast<std::size_t>(threads));
  const double rate = best_rate(threads, 16, [&](int thread) {
    const auto index = static_cast<std::size_t>(thread);
    const std::byte* place = memory + tries[index]++ % windows * window + index * part;
    for (std::size_t pass = 0; pass < passes; ++pass) sinks[index] ^= loops.read(place, part);
    return static_cast<double>(part * passes);
  });
  volatile std::uint64_t sink = 0;
  for (const std::uint64_t each : sinks) sink = sink ^ each;
  return {static_cast<double>(bytes), rate};
}

}  // namespace

double MachineLimits::rate_for(const NumberClass& number_class) const {
  if (number_class.arithmetic == DType::f64) return f64_flops_per_second;
  const bool rounds_factors = number_class.operands == DType::bf16;
  return rounds_factors && bf16_flops_per_second > 0 ? bf16_flops_per_second : flops_per_second;
}

double MachineLimits::least_seconds(const Cost& cost, double footprint,
                                    const NumberClass& number_class) const {
  double rate = reads.empty() ? 0 : reads.front().bytes_per_second;
  for (const ReadRate& each : reads)
    if (each.bytes <= footprint) rate = each.bytes_per_second;
  const double flops = rate_for(number_class);
  const double by_arithmetic = flops > 0 ? cost.flops / flops : 0;
  const double by_memory = rate > 0 ? cost.bytes / rate : 0;
  return std::max(by_arithmetic, by_memory);
}

void MachineLimits::raise_to(const MachineLimits& other) {
  flops_per_second = std::max(flops_per_second, other.flops_per_second);
  f64_flops_per_second = std::max(f64_flops_per_second, other.f64_flops_per_second);
  bf16_flops_per_second = std::max(bf16_flops_per_second, other.bf16_flops_per_second);
  for (std::size_t i = 0; i < reads.size(); ++i)
    reads[i].bytes_per_second =
        std::max(reads[i].bytes_per_second, other.reads.at(i).bytes_per_second);
}

MachineLimits measure_limits(int threads) {
  const ProbeLoops& loops = best_probe_loops();
  MachineLimits limits;
  limits.threads = threads;
  limits.instructions = loops.name;
  limits.dot_instructions = loops.dot_name;
  std::vector<float> sinks(static_cast<std::size_t>(threads));
  const auto rate_of = [&](FmaLoop loop) {
    return best_rate(threads, 16, [&](int thread) {
      return loop(500'000, &sinks[static_cast<std::size_t>(thread)]);
    });
  };
  limits.flops_per_second = rate_of(loops.fma);
  limits.f64_flops_per_second = rate_of(loops.fma_f64);
  if (loops.dot_bf16 != nullptr) limits.bf16_flops_per_second = rate_of(loops.dot_bf16);
  volatile float sink = 0;
  for (const float each : sinks) sink = sink + each;

  const ReadableMemory memory(std::end(set_sizes)[-1]);
  for (const std::size_t bytes : set_sizes)
    limits.reads.push_back(read_rate(threads, bytes, loops, memory.data()));
  // A larger set is never faster; where it seems so, the smaller one met a disturbance.
  for (std::size_t i = limits.reads.size(); i-- > 1;)
    limits.reads[i - 1].bytes_per_second =
        std::max(limits.reads[i - 1].bytes_per_second, limits.reads[i].bytes_per_second);
  return limits;
}

std::vector<reports::MachineLimit> limit_rows(const MachineLimits& limits) {
  std::vector<reports::MachineLimit> rows;
  const auto add_rate = [&](const std::string& name, double rate) {
    if (rate > 0) rows.push_back({name, limits.threads, rate * 1e-9, "GFLOP/s"});
  };
  add_rate("f32 fma " + limits.instructions, limits.flops_per_second);
  add_rate("f64 fma " + limits.instructions, limits.f64_flops_per_second);
  add_rate("bf16 dot " + limits.dot_instructions, limits.bf16_flops_per_second);
  for (const ReadRate& each : limits.reads) {
    const bool is_memory = &each == &limits.reads.back();
    const double mebibytes = each.bytes / (1 << 20);
    rows.push_back({is_memory        ? "memory read"
                    : mebibytes >= 1 ? fmt::format("read within {} MiB", mebibytes)
                                     : fmt::format("read within {} KiB", mebibytes * 1024),
                    limits.threads, each.bytes_per_second * 1e-9, "GB/s"});
  }
  return rows;
}

}  // namespace assay::suites
