// SPDX-License-Identifier: Apache-2.0
// Ops that are products of a library with other things between them, down to whole models: which of
// them a library's table of kernels does, and what of them is not the library's.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "variants/kernels/models.h"

namespace assay::variants::peers {

/// Ops that consist of linear maps and little else.
inline bool is_made_of_products(std::string_view op) {
  constexpr std::string_view ops[] = {
      "linear",       "unembedding",       "qkv_projection", "lora", "classification_head",
      "feed_forward", "mixture_of_experts"};
  return std::ranges::find(ops, op) != std::end(ops);
}

/// What supports() says no to in a block or a model; empty: nothing.
inline std::string model_objection(const Invocation& call) {
  for (const assay_tensor& tensor : call.inputs()) {
    if (std::string_view(tensor.name).ends_with("attention.sinks")) return "no sinks";
  }
  return "";
}

/// body(tokens, weight) for the weights, d_out d_in, of every linear map of a call; experts are
/// taken as if every token came to each.
template <class Body>
void for_products(const Invocation& call, const Body& body) {
  const assay_tensor* const x = call.input("x") != nullptr ? call.input("x") : call.input("ids");
  const Shape shape = shape_of(*x);
  const bool is_batched = is_model(call.op().name) || call.op().name == "qkv_projection";
  const std::int64_t tokens = is_batched ? shape[0] * shape[1] : shape[0];
  for (const assay_tensor& tensor : call.inputs()) {
    const Shape weight = shape_of(tensor);
    if (!is_weight_of_linear(tensor.name) || weight.size() < 2) continue;
    body(tokens, Shape(weight.end() - 2, weight.end()));
  }
}

/// ", rms norm and rope of the bench": what of a composed op is neither a product nor among `own`,
/// which the library does, too.
inline std::string glue_of(const Invocation& call, std::span<const std::string_view> own) {
  std::string glue;
  const auto add = [&](std::string_view what) {
    if (std::ranges::find(own, what) != own.end()) return;
    glue += (glue.empty() ? ", " : " and ") + std::string(what);
  };
  if (is_model(call.op().name)) {
    add(call.string("norm") == "rms_norm" ? "rms norm" : "layer norm");
    if (call.string("position_encoding") == "rope") add("rope");
  }
  const auto activation = call.attributes().find("activation");
  if (activation != call.attributes().end()) {
    const auto& form = std::get<std::string>(activation->second);
    if (form != "none") add(form);
  }
  return glue.empty() ? glue : glue + " of the bench";
}

}  // namespace assay::variants::peers
