// SPDX-License-Identifier: Apache-2.0
// Small calls cut out of a big one, whose outputs are elements of the big one's: some rows of a
// matrix, some channels of a linear, one query of some heads. Computing their goldens takes
// milliseconds where the whole would take minutes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fixtures/case.h"
#include "fixtures/machine_answers.h"

namespace assay::suites {

struct RowSample {
  fixtures::Case small;  // without answers
  /// By output: where in the big output each element of the small one lies, flat.
  std::map<std::string, std::vector<std::size_t>> places;
};

/// The samples of a call: first, last and drawn rows. The case needs the shapes of its outputs
/// only. Of attention, queries are sampled (attention_row.h), and of its outputs `out` alone; of a
/// model with a large vocabulary some logits of every token (vocabulary_sample.h).
std::vector<RowSample> row_samples(const fixtures::Case& big);

/// Computes the answers of a sample: as those of every case, or, of a block or a model in f32 whose
/// tokens need more than a few seconds of that, in double (fixtures/machine_answers.h). Throws as
/// these do. `on_run` is for the latter.
void answer(RowSample& sample, const fixtures::RunProgress& on_run = {});

}  // namespace assay::suites
