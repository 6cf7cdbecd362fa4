// SPDX-License-Identifier: Apache-2.0
// Who computes which part of a call: the kernels name independent items and their weights, an
// executor says how many parts there are and runs them. No item is ever divided, so the bits of a
// result do not depend on the executor.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace assay::variants {

class Executor {
 public:
  virtual ~Executor() = default;
  /// How many parts may run at the same time, at least 1.
  [[nodiscard]] virtual std::size_t width() const = 0;
  /// part(0) ... part(parts - 1), in any order or at the same time; returns when all are done.
  /// Rethrows what a part has thrown.
  virtual void run(std::size_t parts, const std::function<void(std::size_t)>& part) const = 0;
};

/// One part after the other in the calling thread.
class Serial final : public Executor {
 public:
  [[nodiscard]] std::size_t width() const override { return 1; }
  void run(std::size_t parts, const std::function<void(std::size_t)>& part) const override {
    for (std::size_t i = 0; i < parts; ++i) part(i);
  }
};

/// A part with less work than this (about 10 us of arithmetic) is not worth waking a thread for.
inline constexpr double smallest_part = 200'000;

/// body(begin, end) over 0 ... count - 1 in contiguous ranges of equal length. `work` is that of
/// one item, in arithmetic operations.
template <class Body>
void for_ranges(const Executor& executor, std::size_t count, double work, const Body& body) {
  const auto affordable =
      static_cast<std::size_t>(std::max(1.0, work * static_cast<double>(count) / smallest_part));
  const std::size_t parts = std::min({executor.width(), count, affordable});
  if (parts == 0) return;
  executor.run(parts,
               [&](std::size_t part) { body(count * part / parts, count * (part + 1) / parts); });
}

/// The same for items of unequal work: every range gets about the same sum of it.
template <class Body>
void for_weighted_ranges(const Executor& executor, const std::vector<double>& work,
                         const Body& body) {
  double total = 0;
  for (const double each : work) total += each;
  const auto affordable = static_cast<std::size_t>(std::max(1.0, total / smallest_part));
  const std::size_t parts = std::min({executor.width(), work.size(), affordable});
  if (parts == 0) return;
  std::vector<std::size_t> first(parts + 1, work.size());
  first[0] = 0;
  double before = 0;
  for (std::size_t i = 0, part = 1; i < work.size() && part < parts; ++i) {
    before += work[i];
    while (part < parts && before >= total * static_cast<double>(part) / static_cast<double>(parts))
      first[part++] = i + 1;
  }
  executor.run(parts, [&](std::size_t part) { body(first[part], first[part + 1]); });
}

}  // namespace assay::variants
