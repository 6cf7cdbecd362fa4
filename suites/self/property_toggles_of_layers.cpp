// SPDX-License-Identifier: Apache-2.0
// Ends of a model, feed-forward parts and low-rank corrections.
#include "suites/self/property_toggles.h"

namespace assay::suites::self {
namespace {

const PropertyCall embedding = {"embedding",
                                {},
                                {{"ids", integers({3}, {4, 0, 2})},
                                 {"table", normal({5, 7}, 65)},
                                 {"segment_ids", integers({3}, {1, 0, 1})},
                                 {"segment_table", normal({2, 7}, 66)}},
                                {}};
const PropertyCall unembedding = {
    "unembedding",
    {},
    {{"x", normal({3, 5}, 67)}, {"w", normal({7, 5}, 68)}, {"b", normal({7}, 69)}},
    {}};
const PropertyCall pooling = {"pooling",
                              {{"form", "mean"}},
                              {{"x", normal({2, 4, 5}, 70)},
                               {"keep", booleans({2, 4}, {0, 1, 1, 0, 1, 1, 0, 0})},
                               {"w", normal({3, 5}, 71)},
                               {"b", normal({3}, 72)}},
                              {"y"}};
const PropertyCall classification_head = {"classification_head",
                                          {},
                                          {{"x", normal({2, 5}, 84)},
                                           {"w_dense", normal({5, 5}, 85)},
                                           {"b_dense", normal({5}, 86)},
                                           {"w", normal({3, 5}, 87)},
                                           {"b", normal({3}, 88)}},
                                          {}};
const PropertyCall span_head = {"span_head",
                                {},
                                {{"x", normal({2, 4, 5}, 73)},
                                 {"w", normal({2, 5}, 74)},
                                 {"b", normal({2}, 75)},
                                 {"keep", booleans({2, 4}, {0, 1, 1, 0, 1, 1, 0, 0})}},
                                {}};
const PropertyCall lora = {"lora",
                           {},
                           {{"x", normal({3, 5}, 76)},
                            {"w", normal({7, 5}, 77)},
                            {"b", normal({7}, 78)},
                            {"lora_a", normal({4, 5}, 79)},
                            {"lora_b", normal({7, 4}, 80)}},
                           {}};
const PropertyCall lora_merge = {
    "lora_merge",
    {},
    {{"w", normal({7, 5}, 81)}, {"lora_a", normal({4, 5}, 82)}, {"lora_b", normal({7, 4}, 83)}},
    {}};
const PropertyCall activation = {"activation", {}, {{"x", normal({3, 5}, 91)}}, {}};
const PropertyCall gated = {"gated_activation", {}, {{"x", normal({3, 6}, 92)}}, {}};
const PropertyCall layer = {"feed_forward",
                            {},
                            {{"x", normal({3, 4}, 93)},
                             {"w_up", normal({5, 4}, 94)},
                             {"w_gate", normal({5, 4}, 95)},
                             {"w_down", normal({4, 5}, 96)},
                             {"b_up", normal({5}, 97)},
                             {"b_gate", normal({5}, 98)},
                             {"b_down", normal({4}, 99)}},
                            {}};
const PropertyCall experts = {"mixture_of_experts",
                              {},
                              {{"x", normal({3, 4}, 93)},
                               {"router", normal({4, 4}, 94)},
                               {"w_up", normal({4, 5, 4}, 95)},
                               {"w_gate", normal({4, 5, 4}, 96)},
                               {"w_down", normal({4, 4, 5}, 97)}},
                              {}};

}  // namespace

Toggles toggles_of_layers() {
  Toggles toggles;
  toggles.attributes = {
      {embedding, "scale", {"none", "sqrt_d_model"}},
      {unembedding, "scale", {"1", "0", "0.5"}},
      {unembedding, "softcap", {"0", "1", "8"}},
      {pooling, "form", {"first", "last", "mean", "max"}},
      {pooling, "activation", {"none", "tanh"}},
      {classification_head, "activation", {"tanh", "relu", "gelu", "none"}},
      {lora, "alpha", {"16", "0", "4"}},
      {lora, "scaling", {"alpha_over_rank", "alpha_over_sqrt_rank"}},
      {lora_merge, "alpha", {"16", "0", "4"}},
      {lora_merge, "scaling", {"alpha_over_rank", "alpha_over_sqrt_rank"}},
      {activation, "form", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu"}},
      {gated, "form", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "sigmoid", "none"}},
      {gated, "gate_side", {"first", "second", "interleaved"}},
      {layer, "activation", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "none"}},
      {experts, "activation", {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu", "none"}},
      {experts, "top_k", {"1", "2", "3"}},
      {experts, "renormalise", {"true", "false"}},
  };
  toggles.inputs = {
      {embedding, {"segment_ids", "segment_table"}},
      {unembedding, {"b"}},
      {pooling, {"keep"}},
      {pooling, {"b"}},
      {pooling, {"w", "b"}, true},
      {span_head, {"b"}},
      {span_head, {"keep"}},
      {classification_head, {"b"}},
      {classification_head, {"b_dense"}},
      {classification_head, {"w_dense", "b_dense"}},
      {lora, {"b"}},
      {layer, {"b_up"}},
      {layer, {"w_gate", "b_gate"}},
      {layer, {"b_gate"}},
      {layer, {"b_down"}},
      {experts, {"w_gate"}},
  };
  return toggles;
}

}  // namespace assay::suites::self
