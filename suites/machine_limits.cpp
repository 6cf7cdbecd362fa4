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
                                     std::size_t{1} << 26, std::size_t{1} << 28};

bool rounds_factors(const NumberClass& number_class) {
  return number_class.arithmetic != DType::f64 && number_class.operands == DType::bf16;
}

/// Operations per second of this class, the best of several tries.
double flops_rate(int threads, const NumberClass& number_class, int tries) {
  const ProbeLoops& loops = best_probe_loops();
  const bool dots = rounds_factors(number_class) && loops.dot_bf16 != nullptr;
  const FmaLoop fma = number_class.arithmetic == DType::f64 ? loops.fma_f64 : loops.fma;
  const FmaLoop loop = dots ? loops.dot_bf16 : fma;
  std::vector<float> sinks(static_cast<std::size_t>(threads));
  const double rate = best_rate(threads, tries, [&](int thread) {
    return loop(500'000, &sinks[static_cast<std::size_t>(thread)]);
  });
  volatile float sink = 0;
  for (const float each : sinks) sink = sink + each;
  return rate;
}

}  // namespace

double MachineLimits::rate_for(const NumberClass& number_class) const {
  if (number_class.arithmetic == DType::f64) return f64_flops_per_second;
  return rounds_factors(number_class) && bf16_flops_per_second > 0 ? bf16_flops_per_second
                                                                   : flops_per_second;
}

const ReadRate* MachineLimits::binding_read(const Cost& cost, double footprint,
                                            const NumberClass& number_class) const {
  const ReadRate* read = reads.empty() ? nullptr : &reads.front();
  for (const ReadRate& each : reads)
    if (each.bytes <= footprint) read = &each;
  if (read == nullptr || read->bytes_per_second <= 0) return nullptr;
  const double flops = rate_for(number_class);
  const double by_arithmetic = flops > 0 ? cost.flops / flops : 0;
  return cost.bytes / read->bytes_per_second > by_arithmetic ? read : nullptr;
}

double MachineLimits::least_seconds(const Cost& cost, double footprint,
                                    const NumberClass& number_class) const {
  if (const ReadRate* const read = binding_read(cost, footprint, number_class))
    return cost.bytes / read->bytes_per_second;
  const double flops = rate_for(number_class);
  return flops > 0 ? cost.flops / flops : 0;
}

void MachineLimits::raise_to(const MachineLimits& other) {
  flops_per_second = std::max(flops_per_second, other.flops_per_second);
  f64_flops_per_second = std::max(f64_flops_per_second, other.f64_flops_per_second);
  bf16_flops_per_second = std::max(bf16_flops_per_second, other.bf16_flops_per_second);
  for (std::size_t i = 0; i < reads.size(); ++i)
    reads[i].bytes_per_second =
        std::max(reads[i].bytes_per_second, other.reads.at(i).bytes_per_second);
}

/// Pages that have been written once, huge ones where the system gives them.
class MachineProbe::Memory {
 public:
  explicit Memory(std::size_t bytes) : bytes_(bytes) {
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    madvise(memory, bytes, MADV_HUGEPAGE);
    data_ = static_cast<std::byte*>(memory);
    for (std::size_t at = 0; at < bytes; at += 4096) data_[at] = std::byte{1};
  }
  ~Memory() { munmap(data_, bytes_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  [[nodiscard]] const std::byte* data() const { return data_; }

 private:
  std::byte* data_;
  std::size_t bytes_;
};

MachineProbe::MachineProbe(const std::vector<int>& thread_counts)
    : memory_(std::make_unique<Memory>(std::end(set_sizes)[-1])) {
  for (const int threads : thread_counts) {
    best_.push_back(measure(threads));
    // What fewer threads reach more can reach, whatever else ran while it was measured.
    best_.back().raise_to(best_.front());
  }
}

MachineProbe::~MachineProbe() = default;

/// A try reads 32 MiB, which takes a few milliseconds: long beside starting a thread, short beside
/// what the system gives a process before another has its turn. A large set is read window by
/// window, one per try, so that each has left the caches when it comes round again.
double MachineProbe::read_rate(int threads, std::size_t bytes, int tries) {
  const ProbeLoops& loops = best_probe_loops();
  const std::size_t window = std::min(bytes, std::size_t{1} << 25);
  const std::size_t windows = bytes / window, passes = (std::size_t{1} << 25) / window;
  const std::size_t part = window / static_cast<std::size_t>(threads) / 4096 * 4096;
  std::vector<std::uint64_t> sinks(static_cast<std::size_t>(threads));
  std::vector<std::size_t> next(static_cast<std::size_t>(threads), next_window_);
  const double rate = best_rate(threads, tries, [&](int thread) {
    const auto index = static_cast<std::size_t>(thread);
    const std::byte* place = memory_->data() + next[index]++ % windows * window + index * part;
    for (std::size_t pass = 0; pass < passes; ++pass) sinks[index] ^= loops.read(place, part);
    return static_cast<double>(part * passes);
  });
  next_window_ = next.front();
  volatile std::uint64_t sink = 0;
  for (const std::uint64_t each : sinks) sink = sink ^ each;
  return rate;
}

MachineLimits MachineProbe::measure(int threads) {
  constexpr int tries = 16;
  const ProbeLoops& loops = best_probe_loops();
  MachineLimits limits;
  limits.threads = threads;
  limits.instructions = loops.name;
  limits.dot_instructions = loops.dot_name;
  limits.flops_per_second = flops_rate(threads, *find_class("f32"), tries);
  limits.f64_flops_per_second = flops_rate(threads, *find_class("f64"), tries);
  if (loops.dot_bf16 != nullptr)
    limits.bf16_flops_per_second = flops_rate(threads, *find_class("bf16-mma"), tries);
  for (const std::size_t bytes : set_sizes)
    limits.reads.push_back({static_cast<double>(bytes), read_rate(threads, bytes, tries)});
  // A larger set is never faster; where it seems so, the smaller one met a disturbance.
  for (std::size_t i = limits.reads.size(); i-- > 1;)
    limits.reads[i - 1].bytes_per_second =
        std::max(limits.reads[i - 1].bytes_per_second, limits.reads[i].bytes_per_second);
  return limits;
}

double MachineProbe::least_seconds_now(int threads, const Cost& cost, double footprint,
                                       const NumberClass& number_class) {
  constexpr int tries = 2;
  const MachineLimits& best =
      *std::ranges::find(best_, threads, [](const MachineLimits& each) { return each.threads; });
  if (const ReadRate* const read = best.binding_read(cost, footprint, number_class))
    return cost.bytes / read_rate(threads, static_cast<std::size_t>(read->bytes), tries);
  return cost.flops / flops_rate(threads, number_class, tries);
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
