// SPDX-License-Identifier: Apache-2.0
// Small models that write: what they are made of, and the calls of ops that generating a text
// takes. Runs nothing.
#pragma once

#include <string>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

/// A decoder-only or an encoder-decoder model with drawn weights.
struct TextModel {
  std::string name;
  bool has_encoder = false;
  fixtures::Case parts;  // its op's call with attributes and weights; of tokens it has one

  [[nodiscard]] std::int64_t vocab_size() const;
};

/// The models of the suite `generation`: learned, rotary, sloped, sinusoidal and bucketed
/// positions, three that only write and two that read first.
std::vector<TextModel> text_models();

/// Tokens of several texts as one call takes them, all rows of one length.
struct TokenBlock {
  fixtures::Array ids, positions;                       // batch seq_len
  std::vector<std::int64_t> lengths{}, left_padding{};  // by row; empty: not given
};

/// The state of a cache between calls.
struct TextCache {
  fixtures::Array k, v;
  std::vector<std::int64_t> lengths;  // how many tokens each row has had, its padding included
};

/// What the encoder made of the sources.
struct TextMemory {
  fixtures::Array memory;
  std::vector<std::int64_t> lengths;
};

/// Reads the sources; output hidden.
fixtures::Case encoder_call(const TextModel& model, const TokenBlock& sources);

/// An empty cache.
TextCache empty_cache(const TextModel& model, std::int64_t batch, std::int64_t capacity);

/// The decoder on tokens that follow what the cache holds; outputs logits, cache_k, cache_v.
/// Without a cache: on all tokens, output logits. `memory` of models with an encoder.
fixtures::Case decoder_call(const TextModel& model, const TokenBlock& tokens,
                            const TextCache* cache, const TextMemory* memory);

/// Both sides at once, without a cache; output logits.
fixtures::Case both_sides_call(const TextModel& model, const TokenBlock& sources,
                               const TokenBlock& tokens);

}  // namespace assay::suites
