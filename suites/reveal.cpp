// SPDX-License-Identifier: Apache-2.0
#include "suites/reveal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "suites/replay.h"
#include "suites/summation_words.h"

namespace assay::suites {
namespace {

using Products = Revealed::Products;

/// What stands for M and for 1, as powers of 2. The sum of all ones times 2^53 is below M, so that
/// f64 swallows them too; the second pair is for sums that overflow where f16 does.
struct Magnitudes {
  int large, one;
};
constexpr Magnitudes magnitudes_f64[] = {{200, 0}};
constexpr Magnitudes magnitudes_f32[] = {{62, 0}, {14, -8}};

class Prober {
 public:
  explicit Prober(ProbedSum& sum)
      : sum_(sum), storage_bits_(significand_bits(sum.number_class().storage)) {}

  Revealed reveal() {
    find_order();
    if (found_.tree) {
      find_accumulator();
      find_input_bits();
      find_products();
      replay();
    }
    return std::move(found_);
  }

 private:
  void find_order() {
    const bool is_f64 = sum_.number_class().storage == DType::f64;
    for (const Magnitudes& each : is_f64 ? std::span<const Magnitudes>(magnitudes_f64)
                                         : std::span<const Magnitudes>(magnitudes_f32)) {
      try {
        const MeetingSizes sizes = meetings(each);
        found_.tree = rebuilt_tree(sizes);
        found_.order = shape_in_words(*found_.tree);
        return;
      } catch (const NoTree& none) {
        found_.order = fmt::format("not visible: {}", none.what());
      }
    }
  }

  MeetingSizes meetings(const Magnitudes& magnitudes) {
    const std::size_t count = sum_.terms();
    const double large = std::ldexp(1, magnitudes.large), one = std::ldexp(1, magnitudes.one);
    MeetingSizes sizes(count);
    std::vector<double> terms(count, one);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = i + 1; j < count; ++j) {
        terms[i] = large;
        terms[j] = -large;
        const double survivors = sum_.of(terms) / one;
        terms[i] = terms[j] = one;
        if (!(survivors >= 0 && survivors <= static_cast<double>(count - 2)) ||
            survivors != std::floor(survivors))
          throw NoTree(fmt::format("of {} ones beside +M and -M {} survive", count - 2, survivors));
        sizes.set(i, j, count - static_cast<std::size_t>(survivors));
      }
    }
    return sizes;
  }

  /// The sum of a few terms, the others being 0.
  double sum_of(std::initializer_list<std::pair<std::size_t, double>> few) {
    std::vector<double> terms(sum_.terms(), 0);
    for (const auto& [term, value] : few) terms[term] = value;
    return sum_.of(terms);
  }

  /// Two terms of a pair that is added first, and one that joins later: 2^k + 1 - 2^k is 1 as long
  /// as the accumulator holds 2^k + 1.
  void find_accumulator() {
    const SumNode* node = &*found_.tree;
    std::size_t later = 0;
    while (true) {
      const auto inner = std::ranges::find_if(
          node->children, [](const SumNode& child) { return !child.children.empty(); });
      if (inner == node->children.end()) break;
      const auto other = inner == node->children.begin() ? inner + 1 : node->children.begin();
      later = other->terms.front();
      node = &*inner;
    }
    if (node == &*found_.tree) return;
    const std::size_t i = node->children[0].terms.front(), j = node->children[1].terms.front();
    constexpr int widest = 120;
    for (int k = 1; k <= widest; ++k) {
      const double large = std::ldexp(1, k);
      if (sum_of({{i, large}, {j, 1}, {later, -large}}) == 1) continue;
      found_.accumulator_bits = k;
      return;
    }
  }

  /// 1 + 2^-k comes back as it is while k + 1 bits of the input are kept.
  void find_input_bits() {
    const double beyond_f16 = std::ldexp(1, 20);
    found_.overflows_as_f16 = sum_of({{0, beyond_f16}}) != beyond_f16;
    found_.term_bits = kept_bits([&](double value) { return sum_of({{0, value}}); });
    if (sum_.place().factors.empty()) return;
    found_.factor_bits = kept_bits([&](double value) {
      std::vector<double> factors(sum_.terms(), 1);
      factors[0] = value;
      sum_.set_factors(factors);
      return sum_of({{0, 1}});
    });
    sum_.set_factors(std::vector<double>(sum_.terms(), 1));
  }

  int kept_bits(const auto& passed) const {
    int bits = 1;
    while (bits < storage_bits_ && passed(1 + std::ldexp(1, -bits)) == 1 + std::ldexp(1, -bits))
      ++bits;
    return bits;
  }

  /// The square of 1 + 2^-h loses its last bit, 2^-2h, where it is rounded before it is added:
  /// to the accumulator's precision, or to the class's where the accumulator is wider.
  void find_products() {
    if (sum_.place().factors.empty() || found_.accumulator_bits == 0) return;
    const int h =
        std::min(found_.accumulator_bits, significand_bits(sum_.number_class().arithmetic)) / 2 + 1;
    const int kept = std::min(found_.term_bits, found_.factor_bits);
    const bool all_fit = 2 * kept <= found_.accumulator_bits;
    if (kept <= h) {
      found_.products = all_fit ? Products::exact : Products::not_asked;
      return;
    }
    found_.products = Products::rounded;
    std::vector<double> factors(sum_.terms(), 1);
    for (const auto& [i, j] : additions_of_a_term(*found_.tree)) {
      factors[i] = 1 + std::ldexp(1, -h);
      sum_.set_factors(factors);
      const double left = sum_of({{i, factors[i]}, {j, -1 - std::ldexp(1, 1 - h)}});
      factors[i] = 1;
      if (left == std::ldexp(1, -2 * h))
        found_.products = all_fit ? Products::exact : Products::fused;
    }
    sum_.set_factors(factors);
  }

  /// Some terms that are added to a sum, each with one of the terms of that sum.
  static std::vector<std::pair<std::size_t, std::size_t>> additions_of_a_term(const SumNode& tree) {
    constexpr std::size_t enough = 4;
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (const SumNode& child : tree.children) {
      const SumNode& other = &child == &tree.children[0] ? tree.children[1] : tree.children[0];
      if (child.children.empty()) found.emplace_back(child.terms.front(), other.terms.front());
      for (const auto& each : additions_of_a_term(child))
        if (found.size() < enough) found.push_back(each);
    }
    return found;
  }

  void replay() {
    const bool narrow_products =
        found_.products == Products::rounded && sum_.number_class().arithmetic == DType::f32;
    const Replay replay(*found_.tree, {.accumulator_bits = found_.accumulator_bits,
                                       .is_fused = found_.products == Products::fused,
                                       .has_f32_products = narrow_products});
    if (!replay.is_possible()) return;
    constexpr int rows = 16;
    found_.replayed = rows;
    found_.replayed_alike = replay.count_alike(sum_, rows, found_.term_bits, found_.factor_bits);
  }

  ProbedSum& sum_;
  int storage_bits_;
  Revealed found_;
};

std::string type_of_bits(int bits, bool overflows_as_f16) {
  switch (bits) {
    case 8:
      return "bf16 (8 bits)";
    case 11:
      return overflows_as_f16 ? "f16 (11 bits)" : "TF32 (11 bits)";
    case 24:
      return "f32 (24 bits)";
    case 25:
      return "f32 with a compensation (holds 25 bits)";
    case 53:
      return "f64 (53 bits)";
    case 54:
      return "f64 with a compensation (holds 54 bits)";
    case 64:
      return "extended f64 (64 bits)";
    default:
      return fmt::format("{} bits", bits);
  }
}

std::string kept_in_words(int bits, const Revealed& revealed, int storage_bits) {
  if (bits == storage_bits) return "whole";
  if (bits == revealed.accumulator_bits) return "whole as far as the accumulator shows";
  return "cut to " + type_of_bits(bits, revealed.overflows_as_f16);
}

}  // namespace

Revealed reveal(ProbedSum& sum) { return Prober(sum).reveal(); }

std::vector<std::string> lines_of(const Revealed& revealed, const NumberClass& number_class) {
  std::vector<std::string> lines = {"order        " + revealed.order};
  if (!revealed.tree) return lines;
  const int storage_bits = significand_bits(number_class.storage);
  if (revealed.accumulator_bits > 0)
    lines.push_back("accumulator  " +
                    type_of_bits(revealed.accumulator_bits, revealed.overflows_as_f16));
  if (revealed.products == Products::fused)
    lines.emplace_back("products     not rounded before they are added (FMA)");
  if (revealed.products == Products::rounded)
    lines.emplace_back("products     rounded before they are added (no FMA)");
  if (revealed.products == Products::exact)
    lines.emplace_back("products     exact in the accumulator, fused or not");
  std::string inputs = kept_in_words(revealed.term_bits, revealed, storage_bits);
  if (revealed.factor_bits > 0 && revealed.factor_bits != revealed.term_bits)
    inputs += ", the other factor " + kept_in_words(revealed.factor_bits, revealed, storage_bits);
  lines.push_back("inputs       " + inputs);
  if (revealed.replayed > 0)
    lines.push_back(fmt::format(
        "replayed     {} of {} random rows give the same bits{}", revealed.replayed_alike,
        revealed.replayed,
        revealed.replayed_alike == revealed.replayed ? "" : ": the lines above are not all of it"));
  return lines;
}

}  // namespace assay::suites
