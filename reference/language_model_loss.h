// SPDX-License-Identifier: Apache-2.0
// The loss of a language model on a text: cross-entropy of every place's logits against the id that
// it should have named, which is the next one or, for masked models, the place's own. Clauses:
// language_model_loss.md.
#pragma once

#include <string>
#include <vector>

#include "reference/cross_entropy.h"

namespace assay::reference {

/// What the losses are taken against.
struct Targets {
  View<const std::int64_t, 2> ids;
  View<const std::uint8_t, 2> loss_mask;  // or absent
  bool next_token;
  std::int64_t end_token;  // negative: none
  std::int64_t ignore_index;

  static constexpr std::int64_t none = -1;

  /// The id that place i of a row should name, or `none` where its loss does not count. Throws
  /// CallError where that id is outside the vocabulary.
  [[nodiscard]] std::int64_t at(std::size_t b, std::size_t i, std::size_t vocab_size) const {
    const bool at_the_end = next_token && i + 1 == ids.size(1);
    if (at_the_end && end_token < 0) return none;  //                [language_model_loss.end-token]
    // Every row is shifted for itself. [language_model_loss.shift] A masked model names what stands
    // at its own place.                [language_model_loss.masked]
    const std::size_t place = next_token && !at_the_end ? i + 1 : i;
    // The mask goes with the id; the end token follows the last one's.   [language_model_loss.mask]
    if (loss_mask.present() && loss_mask(b, place) == 0) return none;
    const std::int64_t id = at_the_end ? end_token : ids(b, place);
    if (id == ignore_index) return none;  //                           [language_model_loss.ignored]
    if (id < 0 || id >= static_cast<std::int64_t>(vocab_size)) {  //     [language_model_loss.range]
      throw CallError("language_model_loss: row " + std::to_string(b) + ", place " +
                      std::to_string(i) + " should name id " + std::to_string(id) +
                      " and the vocabulary has " + std::to_string(vocab_size));
    }
    return id;
  }
};

/// logits: batch seq_len vocab_size; losses: batch seq_len; loss, perplexity: 1 or absent.
template <class Number>
void language_model_loss(View<const Number, 3> logits, const Targets& targets,
                         View<Number, 2> losses, View<Number, 1> loss, View<Number, 1> perplexity) {
  const std::size_t batch = logits.size(0), seq_len = logits.size(1), vocab_size = logits.size(2);
  std::vector<Number> row(vocab_size), log_probs(vocab_size);
  std::vector<Number> counted;  // the losses that the mean is taken of
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t i = 0; i < seq_len; ++i) {
      losses(b, i) =
          whole<Number>(0);  //                            [language_model_loss.uncounted]
      const std::int64_t target = targets.at(b, i, vocab_size);
      if (target == Targets::none) continue;
      for (std::size_t c = 0; c < vocab_size; ++c) row[c] = logits(b, i, c);
      log_softmax_row<Number>(row, log_probs);
      losses(b, i) = -log_probs[static_cast<std::size_t>(target)];
      counted.push_back(losses(b, i));
    }
  }
  const Number total = reduce<Number>(counted.size(), [&](std::size_t n) { return counted[n]; });
  // Every counted place weighs the same, whichever row it is in; none at all is 0 / 0.
  const Number mean =
      total /
      whole<Number>(static_cast<std::int64_t>(counted.size()));  // [language_model_loss.mean]
  if (loss.present()) loss(0) = mean;
  if (perplexity.present())
    perplexity(0) = exp(mean);  //           [language_model_loss.perplexity]
}

template <class Number>
void language_model_loss(const Call<Number>& call) {
  const Targets targets = {.ids = call.template in<std::int64_t, 2>("ids"),
                           .loss_mask = call.template in<std::uint8_t, 2>("loss_mask"),
                           .next_token = call.string("objective") == "next_token",
                           .end_token = call.i64("end_token"),
                           .ignore_index = call.i64("ignore_index")};
  language_model_loss<Number>(
      call.template in<Number, 3>("logits"), targets, call.template out<Number, 2>("losses"),
      call.template out<Number, 1>("loss"), call.template out<Number, 1>("perplexity"));
}

}  // namespace assay::reference
