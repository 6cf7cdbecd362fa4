// SPDX-License-Identifier: Apache-2.0
// Generated texts counted, over models and arrangements.
#pragma once

#include <string>

#include "reports/results.h"

namespace assay::reports {

/// Whether something in it is wrong or gave nothing.
bool is_failure(const GenerationResult& result);

/// "right", "right, 2 of 900 tokens undecidable", "3 of 900 tokens wrong", or the reason.
std::string words_of(const GenerationResult& result);

/// The whole run in one sentence.
std::string generations_sentence(const RunResult& result);

}  // namespace assay::reports
