// SPDX-License-Identifier: Apache-2.0
// Judges outputs too big for a golden of their own by the goldens of sampled rows.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "fixtures/machine_answers.h"
#include "fixtures/recipe.h"
#include "reports/results.h"

namespace assay::suites {

/// How an output stands; given its name and its elements as stored.
using OutputCheck =
    std::function<reports::OutputJudgement(const std::string& output, std::span<const std::byte>)>;

/// Computes the goldens of the samples (row_sample.h). Every output is judged by its worst sample.
/// Throws CallError for what cannot be sampled, std::runtime_error as compute_answers() does.
/// `on_run` as answer() has it.
OutputCheck sampled_check(const fixtures::Case& big, const NumberClass& number_class,
                          const fixtures::RunProgress& on_run = {});

/// The inputs drawn and the shapes of the required outputs, without goldens.
fixtures::Case without_answers(const fixtures::CaseRecipe& recipe);

/// Gives a case the names, types and shapes of its outputs. Throws CallError for what the schema
/// forbids.
void declare_outputs(fixtures::Case& test_case);

}  // namespace assay::suites
