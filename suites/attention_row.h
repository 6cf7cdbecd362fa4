// SPDX-License-Identifier: Apache-2.0
// One query of a big attention call as a call of its own. What the query may look at, whatever
// masks, lengths, windows and pasts decide it, becomes one row of a boolean mask, by the rule of
// the reference.
#pragma once

#include "suites/row_sample.h"

namespace assay::suites {

/// Which query: all heads that read key/value head `kv_head` of batch entry `batch`.
struct AttentionRow {
  std::int64_t batch, kv_head, query;
};

/// The small call: past and new keys up to the last one that is seen, bhsd, no causal rule, no
/// window.
RowSample attention_row(const fixtures::Case& big, const AttentionRow& row);

}  // namespace assay::suites
