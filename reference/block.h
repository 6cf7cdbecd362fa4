// SPDX-License-Identifier: Apache-2.0
// One layer as an op of its own: of an encoder, of a decoder, and, where a memory is given, of a
// decoder that also reads what an encoder made. Clauses: block.md.
#pragma once

#include "reference/layer.h"

namespace assay::reference {

/// Which input of a call may be absent, as a pointer.
template <class Number>
const Operand<Number>* input_of(const Call<Number>& call, std::string_view name) {
  const auto found = call.inputs.find(name);
  return found == call.inputs.end() ? nullptr : &found->second;
}

/// The tokens of a call whose ids or vectors are batch seq_len ...
template <class Number>
Sequence sequence_of(const Call<Number>& call, const Shape& shape, bool causal) {
  Sequence s;
  s.batch = static_cast<std::size_t>(shape[0]);
  s.seq_len = static_cast<std::size_t>(shape[1]);
  s.cache_len = call.template in<std::int64_t, 1>("cache_len");
  s.lengths = call.template in<std::int64_t, 1>("lengths");
  s.left_padding = call.template in<std::int64_t, 1>("left_padding");
  s.prefix_lengths = call.template in<std::int64_t, 1>("prefix_lengths");
  s.causal = causal;
  s.window = call.i64("window");
  return s;
}

/// Writes the stream to an output batch seq_len channels; the rows of padding are 0.
template <class Number>
void show(const Tensor<Number>& stream, const Sequence& sequence, View<Number, 3> out) {
  for (std::size_t b = 0; b < out.size(0); ++b) {
    for (std::size_t i = 0; i < out.size(1); ++i) {
      const bool padding = sequence.is_padding(b, i);  //                     [block.padding-rows]
      for (std::size_t c = 0; c < out.size(2); ++c) {
        out(b, i, c) =
            padding ? whole<Number>(0) : stream.values[(b * out.size(1) + i) * out.size(2) + c];
      }
    }
  }
}

/// The stream as tokens d_model, from an input batch seq_len d_model.
template <class Number>
Tensor<Number> stream_of(const Operand<Number>& x) {
  Tensor<Number> stream({x.shape[0] * x.shape[1], x.shape[2]});
  const Number* from = std::get<Number*>(x.data);
  for (std::size_t n = 0; n < stream.values.size(); ++n) stream.values[n] = from[n];
  return stream;
}

template <class Number, class Ops = ReferenceOps>
void block(const Call<Number>& call) {
  const Operand<Number>& x = *input_of(call, "x");
  const Sequence sequence =
      sequence_of(call, x.shape, std::get<bool>(call.attributes.find("causal")->second));
  check_sequence("block", sequence);
  const Composition<Number, Ops> composition(call);
  Layer<Number, Ops> layer(composition, sequence, *input_of(call, "positions"),
                           input_of(call, "relative_bias"));
  layer.attend_to(input_of(call, "memory"), input_of(call, "memory_lengths"));
  show(layer(stream_of(x)), sequence, call.template out<Number, 3>("y"));
  composition.check_taps();
}

}  // namespace assay::reference
