// SPDX-License-Identifier: Apache-2.0
// Texts that the reference writes, with the golden logits and budgets of every token: the prefixes
// on which implementations are judged step by step.
#pragma once

#include "fixtures/case.h"
#include "suites/text_writer.h"

namespace assay::suites {

struct GoldenText {
  TextGroup group;                       // of this one text
  std::vector<std::int64_t> tokens;      // that the reference draws
  std::vector<fixtures::Golden> logits;  // of each token: vocab_size, with the budgets of f32
};

/// The text of a group's first request, its calls answered by the loops in 113-bit floats. Every
/// token keeps its place when the logits move within their budgets: a stream on which one does not
/// gives way to the next.
GoldenText golden_text(const TextModel& model, TextGroup group);

/// Whether the reference draws `token` from logits that are moved by at most `slack`: as they are,
/// or in one of 64 random ways. `written` are all tokens so far, the prompt's first.
bool may_be_drawn(const TextGroup& group, std::int64_t step, std::int64_t stream,
                  const std::vector<double>& logits, const std::vector<double>& slack,
                  const std::vector<std::int64_t>& written, std::int64_t token);

/// What the rounding of `sampling` itself may move logits by in f32: 8 units in the last place of
/// the largest.
std::vector<double> own_rounding(const std::vector<double>& logits);

}  // namespace assay::suites
