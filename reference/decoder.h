// SPDX-License-Identifier: Apache-2.0
// Decoder-only models, and decoders that read an encoder's output: every token reads those before
// it, and what comes out are the logits of the next one. With a cache, the tokens before need not
// be given again. Clauses: decoder.md.
#pragma once

#include "reference/model.h"

namespace assay::reference {

/// Hands the cache over: what the call does not append stays as it was.
template <class Number>
void copy_cache(const Call<Number>& call, std::string_view name) {
  const Operand<Number>* before = input_of(call, name);
  const auto after = call.outputs.find(name);
  if ((before == nullptr) != (after == call.outputs.end())) {
    throw CallError("decoder: " + std::string(name) +
                    " is both an input and an output, or neither");
  }
  if (before == nullptr) return;
  const Number* from = std::get<Number*>(before->data);
  auto* to = std::get<Number*>(after->second.data);
  std::size_t count = Tensor<Number>::count_of(before->shape);
  for (std::size_t n = 0; n < count; ++n) to[n] = from[n];  //              [decoder.cache-keeps]
}

/// Throws CallError unless all parts of a cache are there or none.
template <class Number>
void check_cache(const Call<Number>& call) {
  const bool k = call.has("cache_k"), v = call.has("cache_v"), len = call.has("cache_len");
  if (k != v || k != len) {
    throw CallError("decoder: cache_k, cache_v and cache_len come together or not at all");
  }
  if (!k && call.string("cache") == "ring")
    throw CallError("decoder: a ring cache without a cache");
}

template <class Number, class Ops = ReferenceOps>
void decoder(const Call<Number>& call) {
  const Operand<Number>& ids = *input_of(call, "ids");
  const Operand<Number>& positions = *input_of(call, "positions");
  check_windows(call);
  check_cache(call);
  copy_cache(call, "cache_k");
  copy_cache(call, "cache_v");
  Stack<Number> stack{.prefix = "",
                      .n_layers = call.i64("n_layers"),
                      .sequence = sequence_of(call, ids.shape, true),  //         [decoder.causal]
                      .positions = positions,
                      .memory = input_of(call, "memory"),
                      .memory_lengths = input_of(call, "memory_lengths")};
  if (call.has("cache_k")) {
    stack.sequence.capacity = input_of(call, "cache_k")->shape[3];
    stack.sequence.ring = call.string("cache") == "ring";
  }
  check_sequence("decoder", stack.sequence);
  const Composition<Number, Ops> c(call);
  const Tensor<Number> x =
      through_layers(c, stack, embedded<Number, Ops>(c, ids, positions, nullptr));
  const auto hidden = call.template out<Number, 3>("hidden");
  if (hidden.present()) show(x, stack.sequence, hidden);
  show(unembedded(c, x), stack.sequence, call.template out<Number, 3>("logits"));
  c.check_taps();
}

}  // namespace assay::reference
