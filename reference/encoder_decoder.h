// SPDX-License-Identifier: Apache-2.0
// Encoder-decoder models: the encoder reads the source, and every layer of the decoder reads what
// the encoder's last layer made of it. Clauses: encoder_decoder.md.
#pragma once

#include "reference/model.h"

namespace assay::reference {

template <class Number, class Ops = ReferenceOps>
void encoder_decoder(const Call<Number>& call) {
  const Composition<Number, Ops> c(call);
  const Operand<Number>& source = *input_of(call, "encoder_ids");
  const Operand<Number>& source_positions = *input_of(call, "encoder_positions");
  Stack<Number> encoder{.prefix = "encoder.",
                        .n_layers = call.i64("n_encoder_layers"),
                        .sequence = sequence_of(call, source.shape, false),
                        .positions = source_positions};
  encoder.sequence.lengths = call.template in<std::int64_t, 1>("encoder_lengths");
  check_sequence("encoder_decoder", encoder.sequence);
  // One table for both sides.                                          [encoder_decoder.one-table]
  Tensor<Number> read =
      through_layers(c, encoder, embedded<Number, Ops>(c, source, source_positions, nullptr));
  Tensor<Number> memory({source.shape[0], source.shape[1], read.shape[1]});
  show(read, encoder.sequence, memory.template view<3>());
  const auto shown = call.template out<Number, 3>("memory");
  if (shown.present()) show(read, encoder.sequence, shown);

  // Every layer reads the final output of the encoder.                     [encoder_decoder.memory]
  const Operand<Number> memory_operand{memory.shape, memory.values.data()};
  const Operand<Number>& ids = *input_of(call, "ids");
  const Operand<Number>& positions = *input_of(call, "positions");
  Stack<Number> decoder{
      .prefix = "decoder.",
      .n_layers = call.i64("n_layers"),
      .sequence = sequence_of(call, ids.shape, true),
      .positions = positions,
      .memory = &memory_operand,
      .memory_lengths = input_of(call, "encoder_lengths")};  // [encoder_decoder.lengths]
  check_sequence("encoder_decoder", decoder.sequence);
  const Tensor<Number> x =
      through_layers(c, decoder, embedded<Number, Ops>(c, ids, positions, nullptr));
  show(unembedded(c, x), decoder.sequence, call.template out<Number, 3>("logits"));
  c.check_taps();
}

}  // namespace assay::reference
