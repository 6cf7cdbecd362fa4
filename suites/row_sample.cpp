// SPDX-License-Identifier: Apache-2.0
#include "suites/row_sample.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string_view>

#include "fixtures/answers.h"
#include "fixtures/recipe.h"
#include "reference/shape.h"
#include "suites/attention_row.h"
#include "suites/cost.h"
#include "suites/model_cost.h"
#include "suites/vocabulary_sample.h"

namespace assay::suites {
namespace {

/// Which indices of a shape word are kept; a word that is not here is kept whole.
using Picks = std::map<std::string, std::vector<std::int64_t>, std::less<>>;

/// The words of a tensor's axes as they lie in memory.
std::vector<std::string> words_of(const TensorSpec& spec, const Attributes& attributes) {
  std::vector<std::string> words;
  std::string_view rest = spec.shape;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto layout = attributes.find("layout");
  if (spec.laid_out && layout != attributes.end() &&
      layout->second == Attribute(std::string("bshd")))
    std::swap(words.at(1), words.at(2));
  return words;
}

/// The indices kept along each axis. "batch/1" is kept whole where its extent is 1.
std::vector<std::vector<std::int64_t>> kept(const std::vector<std::string>& words,
                                            const Shape& shape, const Picks& picks) {
  std::vector<std::vector<std::int64_t>> axes;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const std::string word = words[axis].substr(0, words[axis].find('/'));
    const auto found = picks.find(word);
    std::vector<std::int64_t>& indices = axes.emplace_back();
    if (found != picks.end() && (shape[axis] != 1 || words[axis] == word)) {
      indices = found->second;
    } else {
      indices.resize(static_cast<std::size_t>(shape[axis]));
      std::iota(indices.begin(), indices.end(), 0);
    }
  }
  return axes;
}

/// The flat places of every combination of the indices kept, in C order.
std::vector<std::size_t> places_of(const std::vector<std::vector<std::int64_t>>& axes,
                                   const Shape& shape) {
  std::vector<std::size_t> places = {0};
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    std::vector<std::size_t> longer;
    longer.reserve(places.size() * axes[axis].size());
    for (const std::size_t place : places)
      for (const std::int64_t index : axes[axis])
        longer.push_back(place * static_cast<std::size_t>(shape[axis]) +
                         static_cast<std::size_t>(index));
    places = std::move(longer);
  }
  return places;
}

Shape shape_of(const std::vector<std::vector<std::int64_t>>& axes) {
  Shape shape;
  for (const auto& indices : axes) shape.push_back(static_cast<std::int64_t>(indices.size()));
  return shape;
}

fixtures::Array cut(const fixtures::Array& array, const std::vector<std::string>& words,
                    const Picks& picks) {
  const auto axes = kept(words, array.shape, picks);
  if (shape_of(axes) == array.shape) return array;  // indices ascend and differ: these are all
  fixtures::Array small = fixtures::Array::zeros(array.dtype, shape_of(axes));
  const std::size_t size = size_of(array.dtype);
  std::byte* out = small.bytes.data();
  for (const std::size_t place : places_of(axes, array.shape)) {
    std::memcpy(out, array.bytes.data() + place * size, size);
    out += size;
  }
  return small;
}

RowSample sample(const OpSchema& op, const fixtures::Case& big, const Picks& picks) {
  RowSample result;
  result.small = big;
  result.small.outputs.clear();
  for (auto& [name, array] : result.small.inputs)
    array = cut(array, words_of(*find_named(op.inputs, name), big.attributes), picks);
  for (const fixtures::Golden& output : big.outputs) {
    const auto words = words_of(*find_named(op.outputs, output.name), big.attributes);
    result.places[output.name] =
        places_of(kept(words, output.want.shape, picks), output.want.shape);
  }
  return result;
}

/// Up to `count` indices below `extent`: the first, the last, and drawn ones; ascending.
std::vector<std::int64_t> some_of(std::int64_t extent, std::size_t count, fixtures::Draw& draw) {
  std::vector<std::int64_t> picked = {0, extent - 1};
  while (picked.size() < count) picked.push_back(draw.below(extent));
  std::sort(picked.begin(), picked.end());
  picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
  return picked;
}

/// A word beside the batch word whose indices stand for themselves too: every output element needs
/// one index of it, and the same index of the inputs.
struct FreeWord {
  std::string_view op, word;
  std::size_t count;
};
constexpr FreeWord free_words[] = {
    {"linear", "d_out", 64},
    {"lora", "d_out", 64},
    {"lora_merge", "d_out", 64},
    {"lora_merge", "d_in", 64},
    {"rope", "seq_len", 3},
    {"rope", "n_heads", 3},  // positions are an input
    {"qkv_projection", "seq_len", 3},
    {"span_head", "seq_len", 3},
    {"unembedding", "vocab_size", 64},
    {"alibi", "seq_len", 3},
    {"alibi", "kv_len", 64},
    {"t5_bias", "seq_len", 3},
    {"t5_bias", "kv_len", 64},
};

/// One query at a time: the first, the last and drawn ones, each of a drawn batch entry and
/// key/value head.
std::vector<RowSample> attention_samples(const fixtures::Case& big, const Words& words,
                                         fixtures::Draw& draw) {
  std::vector<RowSample> samples;
  for (const std::int64_t query : some_of(words.at("seq_len"), 3, draw)) {
    const std::int64_t batch = draw.below(words.at("batch"));
    const std::int64_t kv_head = draw.below(words.at("n_kv_heads"));
    samples.push_back(attention_row(big, {batch, kv_head, query}));
  }
  return samples;
}

/// The tokens that are read and some others, where the vocabulary has many more.
RowSample with_small_vocabulary(RowSample sample) {
  constexpr std::int64_t smallest_sampled = 512;
  const auto table = sample.small.inputs.find("embedding.tokens");
  if (table == sample.small.inputs.end() || table->second.shape[0] < smallest_sampled)
    return sample;
  const auto vocab_size = static_cast<std::size_t>(table->second.shape[0]);
  VocabularySample some = vocabulary_sample(sample.small);
  sample.small.inputs = std::move(some.small.inputs);
  const auto logits = sample.places.find("logits");
  if (logits == sample.places.end()) return sample;
  std::vector<std::size_t> kept;
  for (std::size_t token = 0; token < logits->second.size() / vocab_size; ++token)
    for (const std::int64_t id : some.ids)
      kept.push_back(logits->second[token * vocab_size + static_cast<std::size_t>(id)]);
  logits->second = std::move(kept);
  return sample;
}

/// 32 noisy runs and software floats take half a microsecond for each: above, a quarter of a
/// minute.
constexpr double most_flops_in_software = 6e7;

}  // namespace

void answer(RowSample& sample, const fixtures::RunProgress& on_run) {
  fixtures::Case& small = sample.small;
  const bool in_double = is_model(small.op) && small.classes == std::vector<std::string>{"f32"} &&
                         cost_of(small, *find_class("f32")).flops > most_flops_in_software;
  if (in_double) {
    fixtures::compute_machine_answers(small, {}, on_run);
  } else {
    fixtures::compute_answers(small, {}, false);
  }
}

std::vector<RowSample> row_samples(const fixtures::Case& big) {
  const OpSchema* op = find_op(big.op);
  if (op == nullptr) throw CallError(big.op + ": unknown op");
  const NumberClass& number_class = *find_class(big.classes.front());
  const Words words =
      bind_words(*op, number_class, big.attributes, fixtures::input_types(big, number_class));
  fixtures::Draw draw(big.seed);
  if (big.op == "attention") return attention_samples(big, words, draw);
  Picks picks;
  if (big.op == "cached_attention") {  // all queries of one head on its own key/value head
    const std::int64_t kv_head = draw.below(words.at("n_kv_heads"));
    const std::int64_t group = words.at("n_heads") / words.at("n_kv_heads");
    picks["batch"] = {draw.below(words.at("batch"))};
    picks["n_kv_heads"] = {kv_head};
    picks["n_heads"] = {kv_head * group + draw.below(group)};
    return {sample(*op, big, picks)};
  }
  const std::string batch_word(op->batch_word);
  if (!batch_word.empty()) picks[batch_word] = some_of(words.at(batch_word), 3, draw);
  for (const FreeWord& each : free_words) {
    if (each.op == big.op) {
      picks[std::string(each.word)] = some_of(words.at(std::string(each.word)), each.count, draw);
    }
  }
  return {with_small_vocabulary(sample(*op, big, picks))};
}

}  // namespace assay::suites
