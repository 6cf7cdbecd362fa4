// SPDX-License-Identifier: Apache-2.0
#include "suites/own_fill.h"

#include <vector>

#include "suites/usage_error.h"

namespace assay::suites {

using fixtures::Fill;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return parts;
}

[[noreturn]] void no_fill(const std::string& text) {
  throw UsageError("--case: no fill '" + text +
                   "'; there are: a number, normal[:scale[:offset]], uniform:low:high, "
                   "counting[:first[:step]], below:limit");
}

}  // namespace

Fill fill_from(const std::string& text) {
  if (const auto value = number<double>(text)) return fixtures::constant(*value);
  const std::vector<std::string> parts = split(text, ':');
  std::vector<double> given;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto value = number<double>(parts[i]);
    if (!value) no_fill(text);
    given.push_back(*value);
  }
  const auto at = [&](std::size_t i, double ordinary) {
    return i < given.size() ? given[i] : ordinary;
  };
  if (parts[0] == "normal" && given.size() <= 2) return fixtures::normal(at(0, 1), at(1, 0));
  if (parts[0] == "uniform" && given.size() == 2) return fixtures::uniform(given[0], given[1]);
  if (parts[0] == "counting" && given.size() <= 2) return fixtures::counting(at(0, 0), at(1, 1));
  if (parts[0] == "below" && given.size() == 1 && given[0] >= 1)
    return fixtures::integers_below(static_cast<std::int64_t>(given[0]));
  no_fill(text);
}

Fill ordinary_fill(const TensorSpec& spec, const Words& words) {
  if (spec.name == "positions" || spec.name == "stream") return fixtures::counting();
  if (spec.name == "key_lengths")
    return fixtures::constant(static_cast<double>(words.at("past_len") + words.at("kv_len")));
  if (spec.name == "prefix_lengths") return fixtures::constant(1);
  if (spec.name == "query_offsets" || spec.name == "key_offsets") {  // documents of equal length
    const double tokens = static_cast<double>(words.at(spec.name[0] == 'q' ? "seq_len" : "kv_len"));
    return fixtures::counting(0, tokens / static_cast<double>(words.at("n_offsets") - 1));
  }
  if (spec.name == "alibi_slopes") return fixtures::uniform(0, 0.5);
  if (spec.name.ends_with("norm_weight")) return fixtures::normal(0.25, 1);
  if (spec.name == "cache_len")  // the new tokens just fit
    return fixtures::constant(static_cast<double>(words.at("capacity") - words.at("seq_len")));
  if (spec.name == "new_lengths")
    return fixtures::constant(static_cast<double>(words.at("seq_len")));
  if (spec.name == "left_padding") return fixtures::constant(1);
  if (spec.name == "segment_ids") return fixtures::integers_below(words.at("n_segments"));
  if (spec.name == "labels" || spec.name == "history")
    return fixtures::integers_below(words.at("vocab_size"));
  if (spec.name == "ids" && words.contains("vocab_size"))
    return fixtures::integers_below(words.at("vocab_size"));
  if (spec.name == "next_state" || spec.name == "first_state")
    return fixtures::integers_below(words.at("n_states"));
  if (spec.name == "class_weights") return fixtures::uniform(0.5, 2);
  if (spec.name == "uniforms") return fixtures::uniform(0, 1);
  if (spec.name == "probs")
    return fixtures::uniform(0, 2.0 / static_cast<double>(words.at("vocab_size")));
  if (spec.name == "cos_table" || spec.name == "sin_table") return fixtures::uniform(-1, 1);
  if (spec.name == "weight") return fixtures::normal(0.25, 1);
  switch (spec.kind) {
    case ElementKind::boolean:
      return fixtures::integers_below(2);
    case ElementKind::i64:
      return fixtures::counting();
    case ElementKind::floating:
      break;
  }
  return fixtures::normal();
}

}  // namespace assay::suites
