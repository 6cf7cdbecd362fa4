// SPDX-License-Identifier: Apache-2.0
// Losses of labels. A token's row of logits is read for its sum once and once more if it is
// smoothed; no probability is stored. What is added up over tokens is double.
#include "variants/portable/portable.h"
#include "variants/portable/row_sum.h"

namespace assay::variants::portable {
namespace {

template <class Number>
struct Smoothing {
  Number share;
  const Number* class_weights;  // or null: 1 each

  [[nodiscard]] Number weight(std::size_t c) const {
    return class_weights == nullptr ? Number(1) : class_weights[c];
  }
  [[nodiscard]] Number loss(const Number* logits, std::size_t vocab_size, std::size_t label) const {
    const RowSum<Number> sum = row_sum(logits, vocab_size);
    const Number of_label = -weight(label) * sum.log_of(logits[label]);
    if (share == 0) return of_label;
    Number of_all = 0;
    for (std::size_t c = 0; c < vocab_size; ++c) of_all -= weight(c) * sum.log_of(logits[c]);
    return (1 - share) * of_label + share / static_cast<Number>(vocab_size) * of_all;
  }
};

}  // namespace

template <class Number>
void cross_entropy(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const tensor = call.input("logits");
  const auto tokens = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[1]);
  const Number* logits = operands.read(tensor);
  const auto* labels = static_cast<const std::int64_t*>(call.input("labels")->dl.data);
  const Smoothing<Number> smoothing{static_cast<Number>(call.f64("label_smoothing")),
                                    operands.read(call.input("class_weights"))};
  if (!(smoothing.share >= 0 && smoothing.share <= 1)) {
    throw CallError("cross_entropy: label_smoothing is outside 0 to 1");
  }
  const std::int64_t ignored = call.i64("ignore_index");
  Number* losses = operands.write(call.output("losses"));
  double total = 0, weights = 0;
  for (std::size_t t = 0; t < tokens; ++t) {
    losses[t] = 0;
    if (labels[t] == ignored) continue;
    if (labels[t] < 0 || labels[t] >= tensor->dl.shape[1]) {
      throw CallError("cross_entropy: label of token " + std::to_string(t) + " is " +
                      std::to_string(labels[t]) + " and no class of the " +
                      std::to_string(vocab_size));
    }
    const auto label = static_cast<std::size_t>(labels[t]);
    losses[t] = smoothing.loss(logits + t * vocab_size, vocab_size, label);
    total += static_cast<double>(losses[t]);
    weights += static_cast<double>(smoothing.weight(label));
  }
  Number* loss = operands.write(call.output("loss"));
  if (loss == nullptr) return;
  *loss = static_cast<Number>(call.string("reduction") == "mean" ? total / weights : total);
}

template void cross_entropy(const Invocation&, Operands<float>&);
template void cross_entropy(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
