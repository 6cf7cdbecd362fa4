// SPDX-License-Identifier: Apache-2.0
#include "suites/shape_words.h"

#include <algorithm>

namespace assay::suites {
namespace {

struct OrdinaryExtent {
  std::string_view word;
  std::string_view same_as;  // another word, and if that has none:
  std::int64_t extent;
};

/// Sizes of a small model's layer, chosen so that a run takes seconds.
constexpr OrdinaryExtent ordinary[] = {
    {"batch", "", 1},
    {"n_heads", "", 4},
    {"n_kv_heads", "n_heads", 4},
    {"seq_len", "", 65},
    {"kv_len", "seq_len", 65},
    {"head_dim", "", 40},
    {"v_head_dim", "head_dim", 40},
    {"past_len", "", 0},
    {"capacity", "", 130},
    {"n_offsets", "", 2},
    {"tokens", "", 33},
    {"d_in", "", 257},
    {"rank", "", 9},
    {"d_out", "", 130},
    {"rows", "", 17},
    {"row_len", "", 301},
    {"d_model", "", 257},
    {"d_hidden", "d_model", 257},
    {"n_labels", "", 5},
    {"table_len", "", 129},
    {"n_segments", "", 2},
    {"rotary_pairs", "", 20},
    {"vocab_size", "", 1000},
    {"n_buckets", "", 32},
    {"d_ff", "", 514},
    {"n_experts", "", 6},
    {"parts", "", 5},
    {"history_len", "", 65},
    {"memory_len", "seq_len", 65},
};

}  // namespace

std::vector<std::string> shape_words(const OpSchema& op) {
  std::vector<std::string> words;
  for (const TensorSpec& spec : op.inputs) {
    for_words(spec.shape, [&](std::string_view word) {
      const bool is_attribute = find_named(op.attributes, word) != nullptr;
      if (is_attribute || std::find(words.begin(), words.end(), word) != words.end()) return;
      words.emplace_back(word);
    });
  }
  return words;
}

bool is_shape_word(const OpSchema& op, std::string_view word) {
  const std::vector<std::string> words = shape_words(op);
  return std::find(words.begin(), words.end(), word) != words.end();
}

Words ordinary_extents(const OpSchema& op, Words given) {
  const std::vector<std::string> words = shape_words(op);
  for (const OrdinaryExtent& each : ordinary) {
    if (given.contains(each.word) ||
        std::find(words.begin(), words.end(), each.word) == words.end())
      continue;
    const auto same = given.find(each.same_as);
    // Of 1000 probabilities in f32 a random number is too near to some edge in one row of four.
    const bool crowded = op.discontinuous && each.word == "vocab_size";
    const std::int64_t extent = crowded ? 100 : each.extent;
    given.emplace(each.word, same != given.end() ? same->second : extent);
  }
  for (const std::string& word : words)
    given.emplace(word, 8);  // a word that the table above does not know
  return given;
}

Shape shape_of(const TensorSpec& spec, const Words& words, bool bshd) {
  Shape shape;
  for (const std::string_view axis : axes_of(spec.shape)) {
    shape.push_back(parse_axis(axis).extent(words));
  }
  if (bshd && spec.laid_out) std::swap(shape.at(1), shape.at(2));
  return shape;
}

}  // namespace assay::suites
