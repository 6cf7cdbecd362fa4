// SPDX-License-Identifier: Apache-2.0
#include "variants/portable/penalties.h"

#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {

void Penalties::check(const std::string& op) const {
  if (!(repetition > 0) || !std::isfinite(repetition)) {
    throw CallError(op + ": the repetition penalty must be positive and finite; 1 is none");
  }
  if (!std::isfinite(presence) || !std::isfinite(frequency)) {
    throw CallError(op + ": the presence and the frequency penalty must be finite; 0 is none");
  }
}

std::vector<std::int64_t> counts_of(std::span<const std::int64_t> history, std::size_t row,
                                    std::size_t vocab_size, const std::string& op) {
  std::vector<std::int64_t> counts(vocab_size);
  for (const std::int64_t id : history) {
    if (id == -1) continue;
    if (id < 0 || id >= static_cast<std::int64_t>(vocab_size)) {
      throw CallError(op + ": history: row " + std::to_string(row) + " holds the id " +
                      std::to_string(id) + " and the vocabulary has " + std::to_string(vocab_size));
    }
    ++counts[static_cast<std::size_t>(id)];
  }
  return counts;
}

template <class Number>
void penalties(const Invocation& call, Operands<Number>& operands) {
  const Penalties rules{call.f64("repetition"), call.f64("presence"), call.f64("frequency")};
  rules.check("penalties");
  const assay_tensor* const tensor = call.input("logits");
  const assay_tensor* const history = call.input("history");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[1]);
  const auto history_len = static_cast<std::size_t>(history->dl.shape[1]);
  const auto* ids = static_cast<const std::int64_t*>(history->dl.data);
  const Number* logits = operands.read(tensor);
  Number* penalised = operands.write(call.output("penalised"));
  for (std::size_t r = 0; r < rows; ++r, logits += vocab_size, penalised += vocab_size) {
    const auto counts = counts_of({ids + r * history_len, history_len}, r, vocab_size, "penalties");
    for (std::size_t id = 0; id < vocab_size; ++id) {
      const auto logit = static_cast<double>(logits[id]);
      penalised[id] =
          counts[id] == 0 ? logits[id] : static_cast<Number>(rules.lowered(logit, counts[id]));
    }
  }
}

template void penalties(const Invocation&, Operands<float>&);
template void penalties(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
