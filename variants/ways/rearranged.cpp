// SPDX-License-Identifier: Apache-2.0
// The rearranged formulas put in the place of the reference's text: specialisations for rearranged
// numbers, which every op and model below uses.
#include "variants/ways/rearranged_attention.h"
#include "variants/ways/rearranged_rows.h"

namespace assay::reference {

using variants::ways::Ordered;
using Single = Ordered<float, variants::ways::Rearranged>;
using Double = Ordered<double, variants::ways::Rearranged>;

template <>
void softmax_row(std::span<const Single> scores, std::span<const Single> beside,
                 std::span<Single> probs) {
  variants::ways::softmax_row_rearranged(scores, beside, probs);
}
template <>
void softmax_row(std::span<const Double> scores, std::span<const Double> beside,
                 std::span<Double> probs) {
  variants::ways::softmax_row_rearranged(scores, beside, probs);
}

template <>
void attention_row(const AttentionOperands<Single>& a, std::size_t b, std::size_t h, std::size_t i,
                   std::string_view scores_stage, std::span<Single> scores, std::span<Single> out,
                   Single* lse) {
  variants::ways::attention_row_rearranged(a, b, h, i, scores_stage, scores, out, lse);
}
template <>
void attention_row(const AttentionOperands<Double>& a, std::size_t b, std::size_t h, std::size_t i,
                   std::string_view scores_stage, std::span<Double> scores, std::span<Double> out,
                   Double* lse) {
  variants::ways::attention_row_rearranged(a, b, h, i, scores_stage, scores, out, lse);
}

template <>
void layer_norm(View<const Single, 2> x, View<const Single, 1> weight, View<const Single, 1> bias,
                const Single& eps, bool eps_inside_root, View<Single, 2> y, View<Single, 1> mean,
                View<Single, 1> inverse_deviation) {
  variants::ways::layer_norm_rearranged(x, weight, bias, eps, eps_inside_root, y, mean,
                                        inverse_deviation);
}
template <>
void layer_norm(View<const Double, 2> x, View<const Double, 1> weight, View<const Double, 1> bias,
                const Double& eps, bool eps_inside_root, View<Double, 2> y, View<Double, 1> mean,
                View<Double, 1> inverse_deviation) {
  variants::ways::layer_norm_rearranged(x, weight, bias, eps, eps_inside_root, y, mean,
                                        inverse_deviation);
}

template <>
void rms_norm(View<const Single, 2> x, View<const Single, 1> weight, const Single& eps,
              bool one_plus_weight, bool round_then_weight, DType storage, View<Single, 2> y) {
  variants::ways::rms_norm_rearranged(x, weight, eps, one_plus_weight, round_then_weight, storage,
                                      y);
}
template <>
void rms_norm(View<const Double, 2> x, View<const Double, 1> weight, const Double& eps,
              bool one_plus_weight, bool round_then_weight, DType storage, View<Double, 2> y) {
  variants::ways::rms_norm_rearranged(x, weight, eps, one_plus_weight, round_then_weight, storage,
                                      y);
}

template <>
Single sigmoid(const Single& x) {
  return variants::ways::sigmoid_rearranged(x);
}
template <>
Double sigmoid(const Double& x) {
  return variants::ways::sigmoid_rearranged(x);
}

template <>
Single gelu(const Single& x) {
  return variants::ways::gelu_rearranged(x);
}
template <>
Double gelu(const Double& x) {
  return variants::ways::gelu_rearranged(x);
}

}  // namespace assay::reference

#include "variants/ways/evaluation.h"
#include "variants/ways/evaluations.h"

namespace assay::variants::ways {

void evaluate_rearranged(const Invocation& invocation) {
  evaluate_in<reference::Single, reference::Double>(invocation);
}

}  // namespace assay::variants::ways
