// SPDX-License-Identifier: Apache-2.0
// The loops of the reference run over a call of the ABI, once for every kind of number that the
// ways use. Each kind compiles all loops, in a source file of its own.
#pragma once

#include "variants/entry.h"

namespace assay::variants::ways {

/// In the current manner: the reference's own text with ordered numbers; with formulas rearranged;
/// with fused multiply-adds; and in the next wider type throughout, where no manner is looked at.
void evaluate_ordered(const Invocation& invocation);
void evaluate_rearranged(const Invocation& invocation);
void evaluate_fused(const Invocation& invocation);
void evaluate_wide(const Invocation& invocation);

}  // namespace assay::variants::ways
