// SPDX-License-Identifier: Apache-2.0
// Which calls are timed: the shapes of known models, by workload.
#pragma once

#include <string>
#include <vector>

#include "fixtures/recipe.h"

namespace assay::suites {

/// Shapes that belong together, under a name for the command line.
struct Workload {
  std::string name;                          // "gpt2-prefill-512"
  std::string meaning;                       // "GPT-2 small, prefill of 512 tokens"
  std::vector<fixtures::CaseRecipe> shapes;  // of one class each, without answers
};

/// One of them, with the meaning of its workload.
struct TimedShape {
  fixtures::CaseRecipe recipe;
  std::string workload;
};

/// The first, "brief", is what a run of the whole suite times: a few shapes in seconds.
const std::vector<Workload>& workloads();

/// The shapes of the workloads of these names, each once; "gpt2" and "llama" stand for all whose
/// names begin so, "all" for every one. Throws UsageError with the known names.
std::vector<TimedShape> timed_shapes(const std::vector<std::string>& names);

}  // namespace assay::suites
