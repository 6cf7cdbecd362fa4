// SPDX-License-Identifier: Apache-2.0
// The order in which the op sampling applies its stages: a list of them, or the name of an engine
// whose order it is. Clauses: sampling.md.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "reference/shape.h"

namespace assay::reference {

/// The list that the name of an engine stands for; anything else stands for itself.
inline std::string_view list_of(std::string_view order) {
  if (order == "hugging_face")
    return "penalties,temperature,top_k,top_p,min_p,typical_p";  //    [sampling.order-hugging-face]
  if (order == "vllm")
    return "penalties,temperature,min_p,top_k,top_p";  //                      [sampling.order-vllm]
  if (order == "llama_cpp")
    return "penalties,top_k,typical_p,top_p,min_p,temperature";  //       [sampling.order-llama-cpp]
  return order;
}

/// "top_k,temperature" -> its stages; "vllm" -> those of vLLM. Throws CallError for an unknown
/// stage, one named twice, or penalties after the temperature.
inline std::vector<std::string_view> stages_of(std::string_view order) {
  constexpr std::string_view known[] = {"penalties", "temperature", "top_k",
                                        "top_p",     "min_p",       "typical_p"};
  std::string_view list = list_of(order);
  std::vector<std::string_view> stages;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view stage = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    if (std::ranges::find(known, stage) == std::end(known)) {
      throw CallError("sampling: attribute order: no stage '" + std::string(stage) +
                      "'; the stages are penalties, temperature, top_k, top_p, min_p, typical_p; "
                      "whole orders are hugging_face, vllm, llama_cpp");
    }
    if (std::ranges::find(stages, stage) != stages.end()) {
      throw CallError("sampling: attribute order: '" + std::string(stage) + "' stands there twice");
    }
    // The temperature moves all logits, and the repetition penalty looks at their signs.
    //                                                                       [sampling.penalties]
    if (stage == "penalties" && std::ranges::find(stages, "temperature") != stages.end()) {
      throw CallError("sampling: attribute order: penalties stand before temperature");
    }
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace assay::reference
