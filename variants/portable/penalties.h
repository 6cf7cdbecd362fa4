// SPDX-License-Identifier: Apache-2.0
// Penalties on tokens that have been there already, for the op of that name and for sampling.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "variants/operands.h"

namespace assay::variants::portable {

struct Penalties {
  double repetition, presence, frequency;

  /// Throws CallError, naming the op, where they are none.
  void check(const std::string& op) const;
  /// The logit of a token that has been there `count` times, once or more.
  [[nodiscard]] double lowered(double logit, std::int64_t count) const {
    const double repeated = logit > 0 ? logit / repetition : logit * repetition;
    return repeated - (frequency * static_cast<double>(count) + presence);
  }
};

/// How often each token stands in a row of a history; -1 is nothing. Throws CallError for an id
/// that is no token.
std::vector<std::int64_t> counts_of(std::span<const std::int64_t> history, std::size_t row,
                                    std::size_t vocab_size, const std::string& op);

}  // namespace assay::variants::portable
