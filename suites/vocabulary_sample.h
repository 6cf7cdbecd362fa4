// SPDX-License-Identifier: Apache-2.0
// A model with a small part of its vocabulary: the tokens that the call reads and some whose logits
// are looked at. Everything else of the call stays as it is, so the logits of the part are those of
// the whole, and a table of 50,000 rows costs as much as one of 70.
#pragma once

#include <cstdint>
#include <vector>

#include "fixtures/case.h"

namespace assay::suites {

struct VocabularySample {
  fixtures::Case small;           // without answers; its ids are places in `ids`
  std::vector<std::int64_t> ids;  // of the kept tokens, ascending
};

/// Of a model case whose outputs are named. Throws CallError for an id outside the table.
VocabularySample vocabulary_sample(const fixtures::Case& model);

/// Puts the answers of the sample, computed by now, into the case it was cut from: all elements of
/// every output but the logits, of which those outside the sample get an infinite budget.
void take_answers(const VocabularySample& sample, fixtures::Case& model);

}  // namespace assay::suites
