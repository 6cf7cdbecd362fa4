// SPDX-License-Identifier: Apache-2.0
// What a call of the op sampling asks for: its attributes, checked, and the random number of a row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "variants/portable/penalties.h"

namespace assay::variants {

struct SamplingRules {
  portable::Penalties penalties;
  double temperature, top_p, min_p, typical_p;
  std::int64_t top_k, seed, step;
  std::vector<std::string_view> stages;  // in the order of their application

  /// Throws CallError for what the op does not take.
  explicit SamplingRules(const Invocation& call);
};

/// 0 or more and less than 1, a function of its arguments.
double uniform_number(std::int64_t seed, std::int64_t step, std::int64_t stream);

/// Throws CallError with "sampling: " before it.
[[noreturn]] void refuse_sampling(const std::string& what);

}  // namespace assay::variants
