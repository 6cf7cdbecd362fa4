// SPDX-License-Identifier: Apache-2.0
// The orders in which honest kernels form a sum: of plain loops, vector lanes, blocks, threads and
// trees, and with a wider or a compensated accumulator.
#pragma once

#include <algorithm>
#include <numeric>

#include "reference/number.h"
#include "variants/ways/manner.h"

namespace assay::variants::ways {

/// term(0) + ... + term(count - 1) in the order of the current manner. `Number` adds as it likes;
/// `Number::Wide` is what it accumulates in where the manner asks for a wider accumulator.
template <class Number, class Term>
class Sum {
 public:
  Sum(std::size_t count, const Term& term) : count_(count), term_(term) {}

  [[nodiscard]] Number in(Order order) const {
    switch (order) {
      case Order::forward:
        return range(0, count_);
      case Order::reverse:
        return backwards();
      case Order::pairwise:
        return halved(0, count_);
      case Order::lanes_4:
        return lanes(4);
      case Order::lanes_8:
        return lanes(8);
      case Order::lanes_16:
        return lanes(16);
      case Order::blocks_32:
        return pieces(32);
      case Order::blocks_64:
        return pieces(64);
      case Order::three_parts:
        return pieces(count_ / 3 + 1);
      case Order::shuffled:
        return shuffled();
      case Order::kahan:
        return compensated();
      case Order::wide_accumulator:
        return wide();
    }
    return nothing();
  }

 private:
  static Number nothing() { return reference::whole<Number>(0); }

  [[nodiscard]] Number range(std::size_t first, std::size_t end) const {
    Number total = nothing();
    for (std::size_t i = first; i < end; ++i) total = total + term_(i);
    return total;
  }

  [[nodiscard]] Number backwards() const {
    Number total = nothing();
    for (std::size_t i = count_; i-- > 0;) total = total + term_(i);
    return total;
  }

  [[nodiscard]] Number halved(std::size_t first, std::size_t end) const {
    if (end - first <= 2) return range(first, end);
    const std::size_t middle = first + (end - first) / 2;
    const Number low = halved(first, middle);
    const Number high = halved(middle, end);
    return low + high;
  }

  /// Contiguous pieces, each summed for itself, then their sums in turn.
  [[nodiscard]] Number pieces(std::size_t length) const {
    Number total = nothing();
    for (std::size_t first = 0; first < count_; first += length) {
      total = total + range(first, std::min(count_, first + length));
    }
    return total;
  }

  /// Lane l sums the terms l, l + width, ...; then halves are added as a register is folded.
  [[nodiscard]] Number lanes(std::size_t width) const {
    Number lane[16];
    std::fill(lane, lane + width, nothing());
    for (std::size_t i = 0; i < count_; ++i) lane[i % width] = lane[i % width] + term_(i);
    for (std::size_t half = width / 2; half > 0; half /= 2) {
      for (std::size_t l = 0; l < half; ++l) lane[l] = lane[l] + lane[l + half];
    }
    return lane[0];
  }

  /// (start + i * step) mod count visits every term once if step and count share no factor.
  [[nodiscard]] Number shuffled() const {
    std::size_t step = count_ * 5 / 13 + 1;
    while (std::gcd(step, count_) > 1) ++step;
    Number total = nothing();
    for (std::size_t i = 0; i < count_; ++i)
      total = total + term_((count_ / 2 + i * step) % count_);
    return total;
  }

  /// What an addition lost is given back at the next (Kahan 1965). An infinity has lost NaN, so
  /// from there on the sum goes on without.
  [[nodiscard]] Number compensated() const {
    Number total = nothing(), lost = nothing();
    for (std::size_t i = 0; i < count_; ++i) {
      const Number next = term_(i) - lost;
      const Number grown = total + next;
      lost = (grown - total) - next;
      if (!isfinite(lost)) lost = nothing();
      total = grown;
    }
    return total;
  }

  [[nodiscard]] Number wide() const {
    typename Number::Wide total = 0;
    for (std::size_t i = 0; i < count_; ++i) total += term_(i).wide();
    return Number::narrowed(total);
  }

  std::size_t count_;
  const Term& term_;
};

}  // namespace assay::variants::ways
