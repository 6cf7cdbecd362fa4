// SPDX-License-Identifier: Apache-2.0
// Loops that do nothing but multiply-add, and nothing but read, timed on all threads at once.
#include "suites/machine_limits.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <new>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay::suites {
namespace {

using Clock = std::chrono::steady_clock;

/// Does `steps` rounds of 16 independent multiply-adds and gives the operations done. Two units of
/// four cycles latency need 8 chains; 16 leave room for slower ones.
using FmaLoop = double (*)(std::int64_t steps, float* sink);

double fma_scalar(std::int64_t steps, float* sink) {
  float sums[16] = {};
  for (std::int64_t step = 0; step < steps; ++step)
    for (float& sum : sums) sum = std::fma(sum, 0.5f, 1.0f);
  for (const float sum : sums) *sink += sum;
  return static_cast<double>(steps) * 16 * 2;
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) double fma_avx512(std::int64_t steps, float* sink) {
  __m512 sums[16];
  const __m512 half = _mm512_set1_ps(0.5f), one = _mm512_set1_ps(1.0f);
  for (__m512& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step) {
    for (__m512& sum : sums) sum = _mm512_fmadd_ps(sum, half, one);
  }
  for (const __m512& sum : sums) {
    float lanes[16];
    _mm512_storeu_ps(lanes, sum);
    for (const float lane : lanes) *sink += lane;
  }
  return static_cast<double>(steps) * 16 * 16 * 2;
}

__attribute__((target("avx2,fma"))) double fma_avx2(std::int64_t steps, float* sink) {
  __m256 sums[12];  // of 16 registers
  const __m256 half = _mm256_set1_ps(0.5f), one = _mm256_set1_ps(1.0f);
  for (__m256& sum : sums) sum = half;
  for (std::int64_t step = 0; step < steps; ++step) {
    for (__m256& sum : sums) sum = _mm256_fmadd_ps(sum, half, one);
  }
  for (const __m256& sum : sums) {
    float lanes[8];
    _mm256_storeu_ps(lanes, sum);
    for (const float lane : lanes) *sink += lane;
  }
  return static_cast<double>(steps) * 12 * 8 * 2;
}

// Four places at once: one alone leaves requests to memory unused.
__attribute__((target("avx2"))) std::uint64_t read_avx2(const std::byte* data, std::size_t bytes) {
  __m256i sums[8] = {};
  const std::size_t quarter = bytes / 4;
  for (std::size_t at = 0; at + 64 <= quarter; at += 64) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::byte* place = data + i / 2 * quarter + at + i % 2 * 32;
      const __m256i loaded = _mm256_load_si256(reinterpret_cast<const __m256i*>(place));
      sums[i] = _mm256_xor_si256(sums[i], loaded);
    }
  }
  for (std::size_t i = 1; i < 8; ++i) sums[0] = _mm256_xor_si256(sums[0], sums[i]);
  return static_cast<std::uint64_t>(_mm256_extract_epi64(sums[0], 0));
}

__attribute__((target("avx512f"))) std::uint64_t read_avx512(const std::byte* data,
                                                             std::size_t bytes) {
  __m512i sums[8] = {};
  const std::size_t quarter = bytes / 4;
  for (std::size_t at = 0; at + 128 <= quarter; at += 128) {
    for (std::size_t i = 0; i < 8; ++i) {
      const std::byte* place = data + i / 2 * quarter + at + i % 2 * 64;
      sums[i] = _mm512_xor_si512(sums[i], _mm512_load_si512(place));
    }
  }
  for (std::size_t i = 1; i < 8; ++i) sums[0] = _mm512_xor_si512(sums[0], sums[i]);
  std::uint64_t words[8];
  _mm512_storeu_si512(words, sums[0]);
  return words[0] ^ words[7];
}
#endif

std::uint64_t read_words(const std::byte* data, std::size_t bytes) {
  std::uint64_t sums[8] = {};
  const auto* words = reinterpret_cast<const std::uint64_t*>(data);
  for (std::size_t at = 0; at + 64 <= bytes; at += 64)
    for (std::size_t i = 0; i < 8; ++i) sums[i] ^= words[at / 8 + i];
  for (std::size_t i = 1; i < 8; ++i) sums[0] ^= sums[i];
  return sums[0];
}

struct Instructions {
  const char* name;
  FmaLoop fma;
  std::uint64_t (*read)(const std::byte*, std::size_t);
};

Instructions best_instructions() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return {"avx512", fma_avx512, read_avx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"avx2 fma", fma_avx2, read_avx2};
#endif
  return {"scalar fma", fma_scalar, read_words};
}

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
ReadRate read_rate(int threads, std::size_t bytes, const Instructions& instructions,
                   const std::byte* memory) {
  const std::size_t window = std::min(bytes, std::size_t{1} << 25);
  const std::size_t windows = bytes / window, passes = (std::size_t{1} << 25) / window;
  const std::size_t part = window / static_cast<std::size_t>(threads) / 4096 * 4096;
  std::vector<std::uint64_t> sinks(static_cast<std::size_t>(threads));
  std::vector<std::size_t> tries(static_cast<std::size_t>(threads));
  const double rate = best_rate(threads, 16, [&](int thread) {
    const auto index = static_cast<std::size_t>(thread);
    const std::byte* place = memory + tries[index]++ % windows * window + index * part;
    for (std::size_t pass = 0; pass < passes; ++pass)
      sinks[index] ^= instructions.read(place, part);
    return static_cast<double>(part * passes);
  });
  volatile std::uint64_t sink = 0;
  for (const std::uint64_t each : sinks) sink = sink ^ each;
  return {static_cast<double>(bytes), rate};
}

}  // namespace

double MachineLimits::least_seconds(const Cost& cost, double footprint) const {
  double rate = reads.empty() ? 0 : reads.front().bytes_per_second;
  for (const ReadRate& each : reads)
    if (each.bytes <= footprint) rate = each.bytes_per_second;
  const double by_arithmetic = flops_per_second > 0 ? cost.flops / flops_per_second : 0;
  const double by_memory = rate > 0 ? cost.bytes / rate : 0;
  return std::max(by_arithmetic, by_memory);
}

void MachineLimits::raise_to(const MachineLimits& other) {
  flops_per_second = std::max(flops_per_second, other.flops_per_second);
  for (std::size_t i = 0; i < reads.size(); ++i)
    reads[i].bytes_per_second =
        std::max(reads[i].bytes_per_second, other.reads.at(i).bytes_per_second);
}

MachineLimits measure_limits(int threads) {
  const Instructions instructions = best_instructions();
  MachineLimits limits;
  limits.threads = threads;
  limits.instructions = instructions.name;
  std::vector<float> sinks(static_cast<std::size_t>(threads));
  limits.flops_per_second = best_rate(threads, 16, [&](int thread) {
    return instructions.fma(500'000, &sinks[static_cast<std::size_t>(thread)]);
  });
  volatile float sink = 0;
  for (const float each : sinks) sink = sink + each;

  const ReadableMemory memory(std::end(set_sizes)[-1]);
  for (const std::size_t bytes : set_sizes)
    limits.reads.push_back(read_rate(threads, bytes, instructions, memory.data()));
  // A larger set is never faster; where it seems so, the smaller one met a disturbance.
  for (std::size_t i = limits.reads.size(); i-- > 1;)
    limits.reads[i - 1].bytes_per_second =
        std::max(limits.reads[i - 1].bytes_per_second, limits.reads[i].bytes_per_second);
  return limits;
}

std::vector<reports::MachineLimit> limit_rows(const MachineLimits& limits) {
  std::vector<reports::MachineLimit> rows = {{"f32 fma " + limits.instructions, limits.threads,
                                              limits.flops_per_second * 1e-9, "GFLOP/s"}};
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
