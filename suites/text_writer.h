// SPDX-License-Identifier: Apache-2.0
// Prompt, seed and parameters to tokens, through the ops of an implementation: the model's for the
// logits, `sampling` for the token, in whatever arrangement of calls.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "suites/asked_case.h"
#include "suites/text_model.h"

namespace assay::suites {

/// One text that is wanted.
struct TextRequest {
  std::vector<std::int64_t> prompt;  // of the writing side, at least one token
  std::vector<std::int64_t> source;  // of the reading side; empty where there is none
  std::int64_t stream = 0;
};

/// Texts that may be written together, since one call of `sampling` draws for all of them.
struct TextGroup {
  Attributes sampling;  // complete, but for the step
  std::int64_t new_tokens = 8;
  std::vector<TextRequest> texts;
};

/// How the calls are arranged, which must not change a token.
struct Arrangement {
  std::string name;
  bool alone = false;        // one text a call; otherwise all of a group, padded
  bool left_padded = false;  // otherwise at the right
  bool reversed = false;     // the texts of a group in reverse order
  bool cached = true;        // otherwise all tokens are computed anew for each one
  std::int64_t chunk = 0;    // of the prompt, in tokens; 0: at once
  int threads = 1;
};

/// A token, and the logits that it was drawn from.
struct WrittenToken {
  std::int64_t token = 0;
  std::vector<double> logits;
};
using WrittenText = std::vector<WrittenToken>;

/// A call gave nothing; the answer says why.
struct NotWritten : std::runtime_error {
  explicit NotWritten(const Answer& answer)
      : std::runtime_error(answer.reason), verdict(answer.verdict) {}
  reports::Verdict verdict;
};

/// Answers calls in class f32.
using TextAsker = std::function<Answer(const fixtures::Case&, int threads)>;

/// The texts of a group, in its order. Where `forced` has the tokens of every text, these follow
/// the prompt instead of those that are drawn. Throws NotWritten.
std::vector<WrittenText> write_texts(
    const TextModel& model, const TextGroup& group, const Arrangement& arrangement,
    const TextAsker& ask, const std::vector<std::vector<std::int64_t>>* forced = nullptr);

/// The call of `sampling` for a token of each row: logits of the rows one after the other.
fixtures::Case sampling_call(const TextGroup& group, std::int64_t step,
                             const std::vector<TextRequest>& rows, const fixtures::Array& logits,
                             const std::vector<std::vector<std::int64_t>>& written);

}  // namespace assay::suites
