// SPDX-License-Identifier: Apache-2.0
// From probabilities and a uniform number to a token.
#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {

/// The first token whose cumulative probability exceeds the row's uniform number. All sums in
/// double, first token first: the token is exact, so the order is part of the op.
template <class Number>
void draw(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const tensor = call.input("probs");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[1]);
  const Number* probs = operands.read(tensor);
  const Number* uniforms = operands.read(call.input("uniforms"));
  auto* token = static_cast<std::int64_t*>(call.output("token")->dl.data);
  for (std::size_t r = 0; r < rows; ++r, probs += vocab_size) {
    const std::string where = "draw: row " + std::to_string(r);
    if (std::isnan(uniforms[r])) throw CallError(where + " has a NaN for its uniform number");
    std::size_t below = 0, last_possible = vocab_size;
    double cumulative = 0;
    for (std::size_t t = 0; t < vocab_size; ++t) {
      if (!(probs[t] >= 0)) {
        throw CallError(where + ", token " + std::to_string(t) +
                        ": the probability is negative or NaN");
      }
      cumulative += static_cast<double>(probs[t]);
      if (cumulative <= static_cast<double>(uniforms[r])) below = t + 1;
      if (probs[t] > 0) last_possible = t;
    }
    if (last_possible == vocab_size) throw CallError(where + " has no probability above 0");
    // Where rounding left the total below the uniform number, the last possible token it is.
    token[r] = static_cast<std::int64_t>(below < vocab_size ? below : last_possible);
  }
}

template void draw(const Invocation&, Operands<float>&);
template void draw(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
