// SPDX-License-Identifier: Apache-2.0
#include "suites/replay.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace assay::suites {
namespace {

using Row = std::vector<double>;

/// `last_first` decides what nobody can probe: which of two single products is the one that is
/// rounded when both are fused.
template <class Real>
struct Evaluation {
  const Row &terms, &factors;
  const Arithmetic& arithmetic;
  bool last_first;

  [[nodiscard]] Real term(std::size_t i) const { return static_cast<Real>(terms[i]); }
  [[nodiscard]] Real factor(std::size_t i) const { return static_cast<Real>(factors[i]); }

  [[nodiscard]] Real product(std::size_t i) const {
    const Real product = term(i) * factor(i);
    return arithmetic.has_f32_products ? static_cast<Real>(static_cast<float>(product)) : product;
  }

  [[nodiscard]] Real value(const SumNode& node) const {
    if (node.children.empty()) return product(node.terms[0]);
    const SumNode *added = &node.children[1], *to = &node.children[0];
    if (!added->children.empty() || (last_first && to->children.empty())) std::swap(added, to);
    if (arithmetic.is_fused && added->children.empty())
      return std::fma(term(added->terms[0]), factor(added->terms[0]), value(*to));
    return value(*added) + value(*to);
  }
};

bool is_binary(const SumNode& node) {
  return node.children.empty() ||
         (node.children.size() == 2 && std::ranges::all_of(node.children, is_binary));
}

Row drawn(std::mt19937_64& dice, std::size_t count, int bits) {
  Row row(count);
  for (double& value : row) {
    // Whole numbers of so many bits, scaled: exact in the input's type.
    const auto whole = static_cast<double>(dice() >> (64 - bits));
    value = std::ldexp(dice() % 2 == 0 ? whole : -whole, -bits);
  }
  return row;
}

}  // namespace

int significand_bits(DType type) {
  switch (type) {
    case DType::f64:
      return 53;
    case DType::f32:
      return 24;
    case DType::f16:
      return 11;
    case DType::bf16:
      return 8;
    default:
      return 0;
  }
}

bool Replay::is_possible() const {
  return (arithmetic_.accumulator_bits == 24 || arithmetic_.accumulator_bits == 53) &&
         is_binary(tree_);
}

int Replay::count_alike(ProbedSum& sum, int rows, int term_bits, int factor_bits) const {
  std::mt19937_64 dice(6);
  const DType storage = sum.number_class().storage;
  int alike[2] = {0, 0};
  for (int row = 0; row < rows; ++row) {
    const Row terms = drawn(dice, sum.terms(), term_bits);
    const Row factors =
        sum.place().factors.empty() ? Row(sum.terms(), 1) : drawn(dice, sum.terms(), factor_bits);
    sum.set_factors(factors);
    const double got = sum.of(terms);
    for (const bool last_first : {false, true}) {
      const double mine =
          arithmetic_.accumulator_bits == 24
              ? double{Evaluation<float>{terms, factors, arithmetic_, last_first}.value(tree_)}
              : Evaluation<double>{terms, factors, arithmetic_, last_first}.value(tree_);
      if (round_to(storage, mine) == got) ++alike[last_first ? 1 : 0];
    }
  }
  return std::max(alike[0], alike[1]);
}

}  // namespace assay::suites
