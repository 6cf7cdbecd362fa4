// SPDX-License-Identifier: Apache-2.0
// The tokens of a row that can still be drawn, best first: every filter but typical-p keeps a
// prefix of them. For a whole vocabulary see token_row.h, which does without the order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "variants/portable/penalties.h"

namespace assay::variants {

struct RankedToken {
  double logit;  // as processed so far
  std::size_t id;
};

class RankedTokens {
 public:
  /// Sorted by logit, larger ones first, and then by id.
  explicit RankedTokens(std::vector<RankedToken> tokens);

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] const RankedToken& operator[](std::size_t i) const { return tokens_[i]; }
  /// Adds up to 1.
  [[nodiscard]] std::vector<double> probabilities() const;

  void keep(std::size_t count);
  /// counts: how often each token has been there.
  void penalise(const portable::Penalties& penalties, const std::vector<std::int64_t>& counts);
  /// Divides by the temperature, after the largest has been subtracted; 0 keeps the first.
  void scale(double temperature);
  /// The shortest prefix whose mass reaches top_p, at least one token.
  void keep_mass(double top_p);
  void drop_improbable(double min_p);
  /// The most typical tokens, until their mass reaches typical_p, at least one.
  void keep_typical(double typical_p);

 private:
  std::vector<RankedToken> tokens_;
};

/// The first place whose cumulative probability exceeds u; if rounding leaves none, the last one
/// with a probability.
std::size_t place_of(double u, const std::vector<double>& probs);

}  // namespace assay::variants
