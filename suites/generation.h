// SPDX-License-Identifier: Apache-2.0
// The suite `generation`: texts judged step by step on golden prefixes, and texts that must have
// the same tokens in whatever arrangement of calls they are written.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reports/results.h"
#include "suites/golden_text.h"
#include "suites/text_writer.h"

namespace assay::suites {

/// What is written with one model, the same for every implementation.
struct GenerationPlan {
  TextModel model;
  std::vector<GoldenText> golden;
  std::vector<TextGroup> groups;
  double largest_budget = 0;  // of a golden logit
};

/// `texts` of them in groups of 2 to 20, every setting of the sampler in turn, and `golden_texts`
/// whose answers are computed now.
GenerationPlan generation_plan(const TextModel& model, std::int64_t texts, int golden_texts);

/// Every arrangement but the plain one, which is each text alone, with a cache, its prompt at once
/// and one thread.
std::vector<Arrangement> arrangements(const TextModel& model);

/// Texts on golden prefixes. A logit beyond its budget is wrong; another token than the golden one
/// is undecidable where the reference draws it from the same logits, and wrong elsewhere.
reports::GenerationResult judge_golden(const GenerationPlan& plan, const TextAsker& ask);

/// The texts of all groups in the plain arrangement. Throws NotWritten.
std::vector<std::vector<WrittenText>> plain_texts(const GenerationPlan& plan, const TextAsker& ask);

/// The texts of all groups in another arrangement against the plain ones, up to the first token
/// that is another in each. It is undecidable where the two rows of logits are at most twice the
/// model's largest budget apart and the reference draws both tokens from them; else it is wrong.
/// More than 1 % undecidable ones are a reason of their own.
reports::GenerationResult judge_arrangement(const GenerationPlan& plan,
                                            const std::vector<std::vector<WrittenText>>& plain,
                                            const Arrangement& arrangement, const TextAsker& ask);

}  // namespace assay::suites
