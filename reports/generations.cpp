// SPDX-License-Identifier: Apache-2.0
#include "reports/generations.h"

#include <fmt/format.h>

#include "reports/escape.h"
#include "reports/figures.h"

namespace assay::reports {

bool is_failure(const GenerationResult& result) {
  return result.wrong > 0 || (!result.reason.empty() && !result.reason.starts_with("unsupported"));
}

std::string words_of(const GenerationResult& result) {
  if (!result.reason.empty()) return one_line(result.reason);
  if (result.wrong > 0) return fmt::format("{} of {} tokens wrong", result.wrong, result.tokens);
  if (result.undecidable == 0) return "right";
  return fmt::format("right, {} of {} tokens undecidable", result.undecidable, result.tokens);
}

std::string generations_sentence(const RunResult& result) {
  std::int64_t tokens = 0, undecidable = 0, wrong = 0;
  for (const GenerationResult& each : result.generations) {
    tokens += each.tokens;
    undecidable += each.undecidable;
    wrong += is_failure(each);
  }
  return fmt::format("{} of {} are not right; of {} tokens compared {} were undecidable.", wrong,
                     counted(result.generations.size(), "arrangement"), tokens, undecidable);
}

}  // namespace assay::reports
