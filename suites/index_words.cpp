// SPDX-License-Identifier: Apache-2.0
#include "suites/index_words.h"

#include <utility>

#include "reference/axis.h"

namespace assay::suites {
namespace {

struct Singular {
  std::string_view axis, word;
};

// seq_len counts queries in attention and positions elsewhere; that one is decided below.
constexpr Singular singulars[] = {
    {"batch", "batch"},         {"n_heads", "head"},
    {"n_kv_heads", "kv head"},  {"kv_len", "key"},
    {"past_len+kv_len", "key"}, {"capacity", "slot"},
    {"head_dim", "channel"},    {"v_head_dim", "channel"},
    {"tokens", "token"},        {"d_out", "channel"},
    {"d_model", "channel"},     {"rows", "row"},
    {"row_len", "element"},     {"vocab_size", "token id"},
    {"d_in", "input channel"},  {"d_ff", "channel"},
    {"top_k", "rank"},          {"n_labels", "label"},
    {"1", "element"},           {"memory_len", "memory token"},
};

bool has_word(const OpSchema& op, std::string_view wanted) {
  bool found = false;
  for (const TensorSpec& spec : op.inputs)
    for_words(spec.shape, [&](std::string_view word) { found |= word == wanted; });
  return found;
}

std::string singular_of(const OpSchema& op, std::string_view axis) {
  if (axis.ends_with("/1")) axis.remove_suffix(2);
  if (axis == "seq_len") {
    const bool has_keys = op.name.ends_with("attention") || has_word(op, "kv_len");
    return has_keys ? "query" : "position";
  }
  for (const Singular& each : singulars) {
    if (each.axis == axis) return std::string(each.word);
  }
  return std::string(axis);
}

}  // namespace

std::vector<std::string> axis_words(const OpSchema& op, const Attributes& attributes,
                                    std::string_view output) {
  std::vector<std::string> words;
  const TensorSpec* spec = find_named(op.outputs, output);
  if (spec == nullptr) return words;
  for (const std::string_view axis : axes_of(spec->shape)) words.push_back(singular_of(op, axis));
  const auto layout = attributes.find("layout");
  if (spec->laid_out && words.size() == 4 && layout != attributes.end() &&
      layout->second == Attribute(std::string("bshd"))) {
    std::swap(words[1], words[2]);
  }
  return words;
}

Shape index_of(std::size_t flat, const Shape& shape) {
  Shape index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const auto extent = static_cast<std::size_t>(shape[axis]);
    index[axis] = static_cast<std::int64_t>(flat % extent);
    flat /= extent;
  }
  return index;
}

std::string index_text(const std::vector<std::string>& words, const Shape& index) {
  std::string text;
  for (std::size_t axis = 0; axis < index.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += (axis < words.size() ? words[axis] : "axis " + std::to_string(axis)) + " " +
            std::to_string(index[axis]);
  }
  return text;
}

}  // namespace assay::suites
