// SPDX-License-Identifier: Apache-2.0
// What all models share: from ids to vectors, through the layers one after the other, to the final
// norm. Clauses: encoder.md.
#pragma once

#include "reference/block.h"

namespace assay::reference {

/// An input batch seq_len as a list of tokens.
template <class Number>
Operand<Number> flattened(Operand<Number> operand) {
  operand.shape = {operand.shape[0] * operand.shape[1]};
  return operand;
}

/// From ids to the stream: token, segment and position vectors are summed, then normed.
template <class Number, class Ops>
Tensor<Number> embedded(const Composition<Number, Ops>& c, const Operand<Number>& ids,
                        const Operand<Number>& positions, const Operand<Number>* segment_ids) {
  const Call<Number>& call = c.call();
  const auto attribute = [&](const char* name) { return call.attributes.find(name)->second; };
  const Operand<Number> token_ids = flattened(ids), token_positions = flattened(positions);
  Operand<Number> segments;
  if (segment_ids != nullptr) segments = flattened(*segment_ids);
  Tensor<Number> x = c.run("embedding",  //                                    [encoder.embedding]
                           {{"ids", &token_ids},
                            {"table", c.weight("embedding.tokens")},
                            {"segment_ids", segment_ids == nullptr ? nullptr : &segments},
                            {"segment_table", c.weight("embedding.segments")}},
                           {{"scale", attribute("embedding_scale")}});
  if (call.string("position_encoding") ==
      "learned") {  //                     [encoder.learned-positions]
    x = c.run(
        "learned_positions",
        {{"x", x}, {"table", c.weight("embedding.positions")}, {"positions", &token_positions}},
        {{"offset", attribute("position_offset")}});
  }
  if (call.string("position_encoding") ==
      "sinusoidal") {  //               [encoder.sinusoidal-positions]
    x = c.run("sinusoidal_positions", {{"x", x}, {"positions", &token_positions}});
  }
  x = c.norm("embedding.norm", x);  //                                     [encoder.embedding-norm]
  c.tap("embedding", x);
  return x;
}

/// The keys or values of layer n: n_layers batch n_kv_heads capacity head_dim, or absent.
template <class Number>
CacheView<Number> cache_of_layer(const Call<Number>& call, std::string_view name, std::size_t n) {
  const auto found = call.outputs.find(name);
  if (found == call.outputs.end()) return CacheView<Number>::absent();
  const Shape& shape = found->second.shape;
  std::array<std::size_t, 4> one{};
  for (std::size_t axis = 0; axis < 4; ++axis)
    one[axis] = static_cast<std::size_t>(shape[axis + 1]);
  const std::size_t size = one[0] * one[1] * one[2] * one[3];
  return CacheView<Number>(std::get<Number*>(found->second.data) + n * size, one);
}

/// What a stack of layers is given.
template <class Number>
struct Stack {
  std::string prefix;  // of its weights: "", "encoder.", "decoder."
  std::int64_t n_layers;
  Sequence sequence;
  Operand<Number> positions;  // batch seq_len
  const Operand<Number>* memory = nullptr;
  const Operand<Number>* memory_lengths = nullptr;
};

/// Every layer once, from the first to the last, then the final norm.
template <class Number, class Ops>
Tensor<Number> through_layers(const Composition<Number, Ops>& c, const Stack<Number>& stack,
                              Tensor<Number> x) {
  const Call<Number>& call = c.call();
  const auto windows = call.attributes.find("windows");
  for (std::int64_t n = 0; n < stack.n_layers; ++n) {  //                         [encoder.layers]
    Sequence sequence = stack.sequence;
    if (windows != call.attributes.end()) {
      const auto& each = std::get<std::vector<std::int64_t>>(windows->second);
      if (!each.empty()) sequence.window = each[static_cast<std::size_t>(n)];  // [encoder.windows]
    }
    check_sequence(call.op->name, sequence);
    const auto inside = c.under(stack.prefix + "layers." + std::to_string(n) + ".");
    Layer<Number, Ops> layer(inside, sequence, stack.positions,
                             c.weight(stack.prefix + "relative_bias"));  // [encoder.shared-bias]
    layer.attend_to(stack.memory, stack.memory_lengths);
    layer.keep_in(cache_of_layer(call, "cache_k", static_cast<std::size_t>(n)),
                  cache_of_layer(call, "cache_v", static_cast<std::size_t>(n)));
    x = layer(x);
    inside.tap("out", x);
  }
  return c.norm(stack.prefix + "final_norm", x);  //                          [encoder.final-norm]
}

/// From the stream to a logit for every token of the vocabulary. Without a table of its own the
/// token table serves once more.
template <class Number, class Ops>
Tensor<Number> unembedded(const Composition<Number, Ops>& c, const Tensor<Number>& x) {
  const Call<Number>& call = c.call();
  const bool untied = c.has("unembedding.w");  //                    [decoder.tied] [decoder.untied]
  return c.run("unembedding",
               {{"x", x},
                {"w", c.weight(untied ? "unembedding.w" : "embedding.tokens")},
                {"b", c.weight("unembedding.b")}},
               {{"scale", call.attributes.find("logit_scale")->second},
                {"softcap", call.attributes.find("logit_softcap")->second}});  // [decoder.logits]
}

/// Throws CallError where the list of windows has another length than the layers.
template <class Number>
void check_windows(const Call<Number>& call) {
  const auto& windows =
      std::get<std::vector<std::int64_t>>(call.attributes.find("windows")->second);
  if (windows.empty() || static_cast<std::int64_t>(windows.size()) == call.i64("n_layers")) return;
  throw CallError(std::string(call.op->name) + ": windows lists " + std::to_string(windows.size()) +
                  " layers; n_layers is " + std::to_string(call.i64("n_layers")));
}

}  // namespace assay::reference
