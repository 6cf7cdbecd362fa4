// SPDX-License-Identifier: Apache-2.0
#include "suites/chunking.h"

#include <algorithm>

#include "fixtures/slices.h"
#include "reference/schema.h"
#include "suites/rebatching.h"

namespace assay::suites {

using fixtures::Array;
using fixtures::Case;

namespace {

constexpr std::string_view tokens_word = "seq_len";

/// How many of the tokens of a call are real, by entry.
constexpr const char* lengths_names[] = {"lengths", "new_lengths"};

std::optional<std::size_t> token_axis(const Case& test_case, std::span<const TensorSpec> specs,
                                      const std::string& name, const Shape& shape) {
  return axis_of(*find_named(specs, name), tokens_word, test_case.attributes, shape);
}

/// A decoder with an empty cache of just the size that its tokens need.
Case with_cache(Case decoder) {
  const Shape& ids = decoder.inputs.at("ids").shape;
  const auto extent = [&](const char* name) {
    return std::get<std::int64_t>(decoder.attributes.at(name));
  };
  const Shape shape = {extent("n_layers"), ids[0], extent("n_kv_heads"), ids[1],
                       extent("head_dim")};
  for (const char* name : {"cache_k", "cache_v"}) {
    decoder.inputs[name] = Array::zeros(DType::f64, shape);
    fixtures::Golden cache;
    cache.name = name;
    cache.want = Array::zeros(DType::f64, shape);
    decoder.outputs.push_back(std::move(cache));
  }
  decoder.inputs["cache_len"] = Array::zeros(DType::i64, {ids[0]});
  return decoder;
}

/// Tokens first ... first + count - 1, behind what `state` holds: the inputs of the case, with the
/// caches as the part before left them.
Case part_of(const Case& whole, std::int64_t first, std::int64_t count, const Array& cache_len) {
  const OpSchema& op = *find_op(whole.op);
  Case part = whole;
  for (auto& [name, array] : part.inputs) {
    const auto axis = token_axis(whole, op.inputs, name, array.shape);
    if (axis) array = fixtures::range(array, *axis, first, count);
  }
  part.inputs["cache_len"] = cache_len;
  for (const char* name : lengths_names) {
    if (!part.inputs.contains(name)) continue;
    Array& lengths = part.inputs[name];
    for (std::size_t b = 0; b < lengths.count(); ++b) {
      std::int64_t& length = lengths.as<std::int64_t>()[b];
      length = std::clamp<std::int64_t>(length - first, 0, count);
    }
  }
  for (fixtures::Golden& output : part.outputs) {
    const auto axis = token_axis(whole, op.outputs, output.name, output.want.shape);
    if (axis) output.want.shape[*axis] = count;
    output.want.bytes.clear();
  }
  return part;
}

/// What the caches hold after a part.
void advance(Array& cache_len, const Case& part, std::int64_t count) {
  for (std::size_t b = 0; b < cache_len.count(); ++b) {
    std::int64_t added = count;
    for (const char* name : lengths_names) {
      if (part.inputs.contains(name)) added = part.inputs.at(name).as<std::int64_t>()[b];
    }
    cache_len.as<std::int64_t>()[b] += added;
  }
}

}  // namespace

std::optional<Case> chunkable(const Case& test_case) {
  const bool is_decoder = test_case.op == "decoder";
  if (!is_decoder && test_case.op != "cached_attention") return std::nullopt;
  // A token that may look ahead cannot come before what it sees.
  if (test_case.inputs.contains("prefix_lengths")) return std::nullopt;
  Case whole = test_case;
  if (is_decoder && !test_case.inputs.contains("cache_k")) whole = with_cache(std::move(whole));
  if (tokens_of(whole) < 2) return std::nullopt;
  return whole;
}

std::int64_t tokens_of(const Case& chunkable) {
  const Array& tokens = chunkable.inputs.at(chunkable.op == "decoder" ? "ids" : "q");
  return tokens.shape[tokens.shape.size() == 2 ? 1 : 2];
}

std::vector<std::int64_t> chunk_lengths(std::int64_t tokens) {
  std::vector<std::int64_t> lengths;
  for (const std::int64_t length :
       {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{5}, tokens - 1}) {
    const bool is_new = std::ranges::find(lengths, length) == lengths.end();
    if (length >= 1 && length < tokens && is_new) lengths.push_back(length);
  }
  return lengths;
}

Answer in_chunks(const Case& chunkable, std::int64_t length, const Asker& asker) {
  const OpSchema& op = *find_op(chunkable.op);
  const std::int64_t tokens = tokens_of(chunkable);
  Case state = chunkable;
  Array cache_len = chunkable.inputs.at("cache_len");
  Answer all;
  for (std::int64_t first = 0; first < tokens; first += length) {
    const std::int64_t count = std::min(length, tokens - first);
    const Case part = part_of(state, first, count, cache_len);
    Answer answer = asker(part);
    if (!answer.given()) return answer;
    for (std::size_t i = 0; i < answer.outputs.size(); ++i) {
      const std::string& name = part.outputs[i].name;
      const auto axis = token_axis(part, op.outputs, name, answer.outputs[i].shape);
      if (first == 0)
        all.outputs.push_back(answer.outputs[i]);
      else if (axis)
        all.outputs[i] = fixtures::joined(all.outputs[i], answer.outputs[i], *axis);
      else
        all.outputs[i] = answer.outputs[i];
      if (find_named(op.outputs, name)->in_out) state.inputs[name] = answer.outputs[i];
    }
    advance(cache_len, part, count);
  }
  return all;
}

}  // namespace assay::suites
