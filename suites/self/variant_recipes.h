// SPDX-License-Identifier: Apache-2.0
// Calls that reach every tail of every kernel: lengths from 1 to two vectors and one element more,
// and random combinations of the options of attention.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "suites/self/variant_calls.h"

namespace assay::suites {

/// std::mt19937_64, whose numbers the standard fixes; its distributions are not used.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  /// 0 ... sides - 1.
  std::size_t below(std::size_t sides) { return engine_() % sides; }
  bool half() { return below(2) == 0; }
  /// In [-1, 1), full significand of a float.
  double real() { return static_cast<double>(engine_() >> 40) * 0x1p-23 - 1; }
  template <class Choice>
  Choice one_of(std::initializer_list<Choice> choices) {
    return choices.begin()[below(choices.size())];
  }
  Values values(Shape shape, double size = 1);

 private:
  std::mt19937_64 engine_;
};

CallRecipe linear_recipe(Dice& dice, std::size_t tokens, std::size_t d_in, std::size_t d_out);
CallRecipe softmax_recipe(Dice& dice, std::size_t rows, std::size_t row_len);
CallRecipe layer_norm_recipe(Dice& dice, std::size_t tokens, std::size_t d_model);
CallRecipe rms_norm_recipe(Dice& dice, std::size_t tokens, std::size_t d_model);
CallRecipe rope_recipe(Dice& dice, std::size_t seq_len, std::size_t head_dim);
CallRecipe activation_recipe(Dice& dice, std::size_t tokens, std::size_t d_model);
CallRecipe gated_activation_recipe(Dice& dice, std::size_t tokens, std::size_t d_ff);
CallRecipe feed_forward_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                               std::size_t d_ff);
CallRecipe mixture_of_experts_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                                     std::size_t d_ff);
/// Every option at random.
CallRecipe attention_recipe(Dice& dice, std::size_t seq_len, std::size_t kv_len,
                            std::size_t head_dim, std::size_t v_head_dim);
/// The same, on a cache of `room` + seq_len - 1 slots.
CallRecipe cached_attention_recipe(Dice& dice, std::size_t seq_len, std::size_t room);
/// block, encoder, decoder or encoder_decoder, with every part and option; a few tokens of a few
/// channels, or `scale` times as many.
CallRecipe model_recipe(Dice& dice, const std::string& op, std::int64_t scale = 1);
/// learned_positions, sinusoidal_positions, draw, sampling or beam_search.
CallRecipe portable_recipe(Dice& dice, const std::string& op);

/// Every option at random.
CallRecipe unembedding_recipe(Dice& dice, std::size_t tokens, std::size_t d_model,
                              std::size_t vocab_size);
CallRecipe lora_recipe(Dice& dice, std::size_t tokens, std::size_t d_in, std::size_t d_out);
/// Embedding, pooling, heads and a merge of a correction.
std::vector<CallRecipe> head_recipes(Dice& dice, std::size_t rows, std::size_t width);
/// log_softmax, log_sum_exp, cross_entropy, language_model_loss, merge or penalties.
CallRecipe loss_recipe(Dice& dice, const std::string& op);

/// A few of each, small and odd.
std::vector<CallRecipe> recipes_of_all_tails(std::uint64_t seed);

}  // namespace assay::suites
