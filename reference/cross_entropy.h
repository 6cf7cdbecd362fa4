// SPDX-License-Identifier: Apache-2.0
// Cross-entropy: how surprised a classifier is by the right answer, -log of the probability that it
// gave to the label, per token and over all tokens. Clauses: cross_entropy.md.
#pragma once

#include <string>
#include <vector>

#include "reference/log_softmax.h"

namespace assay::reference {

/// The attributes of the op, checked.
template <class Number>
struct CrossEntropyRules {
  std::int64_t ignore_index;
  Number label_smoothing;
  bool mean;
};

/// The loss of one token. log_probs: vocab_size; class_weights: vocab_size or absent.
template <class Number>
Number cross_entropy_of(const std::vector<Number>& log_probs, std::size_t label,
                        View<const Number, 1> class_weights, const Number& label_smoothing) {
  const auto weight_of = [&](std::size_t c) {
    return class_weights.present() ? class_weights(c) : whole<Number>(1);
  };
  const Number surprise = -log_probs[label];                 //     [cross_entropy.log-likelihood]
  const Number of_label = weight_of(label) * surprise;       //     [cross_entropy.class-weights]
  if (label_smoothing == whole<Number>(0)) return of_label;  //    [cross_entropy.label-smoothing]
  const Number of_all = reduce<Number>(log_probs.size(), [&](std::size_t c) {
    const Number surprise_by_c = -log_probs[c];
    return weight_of(c) * surprise_by_c;
  });
  // A share of the right answer is spread evenly over all classes, the label's own among them.
  const Number share_of_label = whole<Number>(1) - label_smoothing;
  const Number share_of_each =
      label_smoothing / whole<Number>(static_cast<std::int64_t>(log_probs.size()));
  const Number from_label = share_of_label * of_label;
  const Number from_all = share_of_each * of_all;
  return from_label + from_all;
}

/// The label as an index. Throws CallError where it names no class.
inline std::size_t class_of(std::int64_t label, std::size_t vocab_size, const std::string& where) {
  if (label < 0 || label >= static_cast<std::int64_t>(vocab_size)) {
    throw CallError(where + " is " + std::to_string(label) + " and no class of the " +
                    std::to_string(vocab_size));
  }
  return static_cast<std::size_t>(label);
}

/// logits: tokens vocab_size; labels, losses: tokens; class_weights: vocab_size or absent; loss: 1
/// or absent.
template <class Number>
void cross_entropy(View<const Number, 2> logits, View<const std::int64_t, 1> labels,
                   View<const Number, 1> class_weights, const CrossEntropyRules<Number>& rules,
                   View<Number, 1> losses, View<Number, 1> loss) {
  const std::size_t tokens = logits.size(0), vocab_size = logits.size(1);
  std::vector<Number> row(vocab_size), log_probs(vocab_size);
  std::vector<Number> weights(tokens, whole<Number>(0));  // of the counted labels, else 0
  for (std::size_t t = 0; t < tokens; ++t) {
    losses(t) = whole<Number>(0);
    if (labels(t) == rules.ignore_index) continue;  //                [cross_entropy.ignore-index]
    const std::size_t label =  //                                            [cross_entropy.range]
        class_of(labels(t), vocab_size, "cross_entropy: label of token " + std::to_string(t));
    for (std::size_t c = 0; c < vocab_size; ++c) row[c] = logits(t, c);
    // A class of -infinity adds nothing to the sum of the row.   [cross_entropy.minus-infinity]
    log_softmax_row<Number>(row, log_probs);
    losses(t) = cross_entropy_of(log_probs, label, class_weights, rules.label_smoothing);
    weights[t] = class_weights.present() ? class_weights(label) : whole<Number>(1);
  }
  if (!loss.present()) return;
  const Number total = reduce<Number>(tokens, [&](std::size_t t) { return losses(t); });
  const Number weight = reduce<Number>(tokens, [&](std::size_t t) { return weights[t]; });
  // Where no token counts, this is 0 / 0.                          [cross_entropy.nothing-counted]
  loss(0) = rules.mean ? total / weight : total;  //                     [cross_entropy.reduction]
}

template <class Number>
void cross_entropy(const Call<Number>& call) {
  const CrossEntropyRules<Number> rules = {.ignore_index = call.i64("ignore_index"),
                                           .label_smoothing = call.f64("label_smoothing"),
                                           .mean = call.string("reduction") == "mean"};
  const bool in_range =
      rules.label_smoothing >= whole<Number>(0) && rules.label_smoothing <= whole<Number>(1);
  if (!in_range) throw CallError("cross_entropy: label_smoothing is outside 0 to 1");
  cross_entropy<Number>(
      call.template in<Number, 2>("logits"), call.template in<std::int64_t, 1>("labels"),
      call.template in<Number, 1>("class_weights"), rules, call.template out<Number, 1>("losses"),
      call.template out<Number, 1>("loss"));
}

}  // namespace assay::reference
