// SPDX-License-Identifier: Apache-2.0
#include "suites/additive_ulps.h"

#include <string>

namespace assay::suites {
namespace {

double extent(const fixtures::Case& test_case, const char* input, std::size_t axis) {
  return static_cast<double>(test_case.inputs.at(input).shape.at(axis));
}

const std::string& text_of(const fixtures::Case& test_case, const char* attribute) {
  return std::get<std::string>(test_case.attributes.at(attribute));
}

double of_activation(const std::string& form, bool half) {
  const double sigmoid = half ? 3 : 34;
  if (form.starts_with("gelu_tanh")) return 16 + 8;  // tanh, five products and three sums
  if (form == "gelu_quick") return sigmoid + 2;      // two products
  if (form == "gelu") return 18;
  if (form == "silu") return sigmoid + 1;
  return form == "sigmoid" ? sigmoid : 0;
}

/// Scores, their factor, softcap, masks, softmax over the keys, and the weighted sum.
double of_attention(const fixtures::Case& test_case) {
  const bool layout_bshd = text_of(test_case, "layout") == "bshd";
  const std::size_t sequence = layout_bshd ? 1 : 2;
  double keys = extent(test_case, "k", sequence);
  if (test_case.inputs.contains("past_k")) keys += extent(test_case, "past_k", sequence);
  double ulps = 2 * extent(test_case, "q", 3) + 1;
  if (std::get<double>(test_case.attributes.at("softcap")) > 0) ulps += 2 + 16 + 1;
  for (const char* added : {"mask", "alibi_slopes"}) {
    if (test_case.inputs.contains(added)) ulps += 1;
  }
  return ulps + 3 * keys + 3 + 2 * keys;
}

std::optional<AdditiveUlps> of_op(const fixtures::Case& test_case, bool half) {
  const std::string& op = test_case.op;
  const bool bias = test_case.inputs.contains("b") || test_case.inputs.contains("bias");
  const auto ulps = [](double count) { return AdditiveUlps{.ulps = count}; };
  if (op == "linear") return ulps(2 * extent(test_case, "x", 1) + (bias ? 1 : 0));
  if (op == "softmax") return ulps(3 * extent(test_case, "x", 1) + 3 + 2);  // div by temperature
  if (op == "log_sum_exp") return ulps(2 * extent(test_case, "x", 1) + 18);
  if (op == "layer_norm" || op == "rms_norm")
    return AdditiveUlps{.absolute = half ? 0x1p-9 : 0x1p-10};
  if (op == "activation") return ulps(of_activation(text_of(test_case, "form"), half));
  if (op == "gated_activation") {
    return ulps(of_activation(text_of(test_case, "form"), half) + 1);
  }
  if (op == "attention") return ulps(of_attention(test_case));
  return std::nullopt;
}

}  // namespace

std::optional<AdditiveUlps> additive_ulps(const fixtures::Case& test_case, std::string_view output,
                                          const NumberClass& number_class) {
  const bool half = number_class.name == "f16";
  if (!half && number_class.name != "f32") return std::nullopt;
  const bool is_result = test_case.outputs.front().name == output;  // not a stage or a statistic
  return is_result ? of_op(test_case, half) : std::nullopt;
}

}  // namespace assay::suites
