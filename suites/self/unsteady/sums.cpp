// SPDX-License-Identifier: Apache-2.0
#include "suites/self/unsteady/sums.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>
#include <vector>

namespace unsteady {
namespace {

float part(const float* a, const float* b, std::int64_t begin, std::int64_t end) {
  float sum = 0;
  for (std::int64_t i = begin; i < end; ++i) sum += a[i] * b[i];
  return sum;
}

float in_parts(const float* a, const float* b, std::int64_t count, std::int64_t parts) {
  float sum = 0;
  for (std::int64_t p = 0; p < parts; ++p)
    sum += part(a, b, count * p / parts, count * (p + 1) / parts);
  return sum;
}

/// Every thread adds up a part of the sum, and there are as many parts as threads.
float a_part_per_thread(const float* a, const float* b, std::int64_t count,
                        const Surroundings& around) {
  return in_parts(a, b, count, around.threads);
}

/// Four parts, always; they are added up as they arrive, as with atomic additions.
float as_they_arrive(const float* a, const float* b, std::int64_t count,
                     const Surroundings& around) {
  constexpr std::int64_t parts = 4;
  if (around.threads == 1) return in_parts(a, b, count, parts);
  std::mutex mutex;
  float sum = 0;
  std::vector<std::thread> threads;
  for (std::int64_t p = 0; p < parts; ++p) {
    threads.emplace_back([&, p] {
      const float mine = part(a, b, count * p / parts, count * (p + 1) / parts);
      const std::lock_guard lock(mutex);
      sum += mine;
    });
  }
  for (std::thread& each : threads) each.join();
  return sum;
}

/// Few rows are split along the sum, to keep everybody busy.
float split_where_rows_are_few(const float* a, const float* b, std::int64_t count,
                               const Surroundings& around) {
  return in_parts(a, b, count, around.tokens < 4 ? 2 : 1);
}

/// As many elements first as the tensor is short of a 16-byte boundary, then the others in lanes.
float peeled_to_alignment(const float* a, const float* b, std::int64_t count,
                          const Surroundings& around) {
  const auto beyond =
      static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(around.first_element) / 4 % 4);
  const std::int64_t first = std::min(count, (4 - beyond) % 4);
  float lanes[4] = {};
  for (std::int64_t i = first; i < count; ++i) lanes[(i - first) % 4] += a[i] * b[i];
  return part(a, b, 0, first) + ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
}

/// Rows are copied to a buffer of whole vectors whose last lanes are not cleared.
float stale_padding(const float* a, const float* b, std::int64_t count, const Surroundings&) {
  static std::vector<float> left(256), right(256);
  std::copy_n(a, count, left.begin());
  std::copy_n(b, count, right.begin());
  return part(left.data(), right.data(), 0, (count + 7) / 8 * 8);
}

/// Something is counted over all calls of the process.
float counted(const float* a, const float* b, std::int64_t count, const Surroundings&) {
  static std::int64_t sums = 0;
  const float sum = part(a, b, 0, count);
  return ++sums % 211 == 0 ? std::nextafter(sum, 2 * sum) : sum;
}

/// The first shape that the process sees decides the block size of all later ones.
float tuned_to_the_first_shape(const float* a, const float* b, std::int64_t count,
                               const Surroundings&) {
  static const std::int64_t parts = count % 2 == 0 ? 2 : 3;
  return in_parts(a, b, count, parts);
}

constexpr Unsteady list[] = {
    {"a-part-per-thread", "threads", a_part_per_thread},
    {"as-they-arrive", "run", as_they_arrive},
    {"split-where-rows-are-few", "batch", split_where_rows_are_few},
    {"peeled-to-alignment", "align", peeled_to_alignment},
    {"stale-padding", "run", stale_padding},
    {"counted", "run", counted},
    {"tuned-to-the-first-shape", "run", tuned_to_the_first_shape},
};

}  // namespace

float honest(const float* a, const float* b, std::int64_t count, const Surroundings&) {
  return part(a, b, 0, count);
}

std::span<const Unsteady> all() { return list; }

}  // namespace unsteady
