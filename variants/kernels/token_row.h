// SPDX-License-Identifier: Apache-2.0
// The tokens of one row of logits in the order of their ids. What can be done to a whole vocabulary
// without sorting it is done here: penalties, temperature, min-p, the draw itself, and finding the
// few tokens that top-k and top-p leave.
//
// A histogram stands in for the order: tokens are counted, or weighed, by how far their logit lies
// below the largest, and only those of the bucket where something is decided are sorted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "variants/kernels/kernels.h"
#include "variants/kernels/ranked_tokens.h"

namespace assay::variants {

class TokenRow {
 public:
  struct Memory {
    std::vector<double> logits, probs;
  };

  /// Probabilities are computed by the kernel of softmax. The memory may have served before: to a
  /// vocabulary the pages of new memory cost as much again as everything else.
  TokenRow(const Kernels<double>& kernels, const Executor& executor, Memory& memory)
      : kernels_(kernels), executor_(executor), logits_(memory.logits), probs_(memory.probs) {}

  /// The logits of row `row`. Throws CallError for what is no logit, and where all are -infinity.
  template <class Number>
  void read(std::span<const Number> logits, std::size_t row);

  /// counts: how often each token has been there; history: those tokens, and -1.
  void penalise(const portable::Penalties& penalties, std::vector<std::int64_t> counts,
                std::span<const std::int64_t> history);
  /// By a temperature above 0.
  void scale(double temperature);
  void drop_improbable(double min_p);

  /// The largest logit; among equal ones the lowest id.
  [[nodiscard]] RankedTokens best() const;
  /// The first tokens by logit and id: so many, those whose mass reaches top_p, or all.
  [[nodiscard]] RankedTokens first(std::size_t count) const;
  [[nodiscard]] RankedTokens first_with_mass(double top_p);
  [[nodiscard]] RankedTokens all() const;

  /// By id, 0 for what can not be drawn.
  const std::vector<double>& probabilities();
  [[nodiscard]] bool can_be_drawn(std::size_t id) const;
  /// The id of the first token, best ones first, whose cumulative probability exceeds u.
  std::size_t draw(double u);

 private:
  template <class Body>
  void for_buckets(const Body& body) const;
  [[nodiscard]] std::vector<double> mass_of_buckets();
  /// Those of the buckets from `first` to `last`, best first, with the logits as they were read.
  [[nodiscard]] RankedTokens between(std::size_t first, std::size_t last) const;
  [[nodiscard]] RankedTokens scaled(RankedTokens tokens) const;
  void count_left();

  const Kernels<double>& kernels_;
  const Executor& executor_;
  std::vector<double>& logits_;  // not scaled: rounding must not make equal what was not
  std::vector<double>& probs_;
  bool has_probs_ = false;
  double largest_ = 0;
  double temperature_ = 1;
  std::size_t left_ = 0;  // how many can be drawn
  std::size_t buckets_ = 1;
};

}  // namespace assay::variants
