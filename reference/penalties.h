// SPDX-License-Identifier: Apache-2.0
// Penalties on tokens that have been there already: their logits are lowered before the next token
// is chosen. The op sampling calls the same functions. Clauses: penalties.md.
#pragma once

#include <string>
#include <vector>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// The attributes, checked.
template <class Number>
struct PenaltyRules {
  Number repetition;           // above 1 penalises
  Number presence, frequency;  // above 0 penalise
};

/// Throws CallError where the repetition penalty could not divide.
template <class Number>
PenaltyRules<Number> checked(const PenaltyRules<Number>& rules, const std::string& op) {
  const auto is_finite = [](const Number& value) { return !isnan(value) && !isinf(value); };
  if (!is_finite(rules.repetition) || !(whole<Number>(0) < rules.repetition)) {
    throw CallError(op + ": the repetition penalty must be positive and finite; 1 is none");
  }
  if (!is_finite(rules.presence) || !is_finite(rules.frequency)) {
    throw CallError(op + ": the presence and the frequency penalty must be finite; 0 is none");
  }
  return rules;
}

/// How often each token stands in a row of the history. Throws CallError for an id that is neither
/// a token nor -1.
inline std::vector<std::int64_t> counts_of(View<const std::int64_t, 2> history, std::size_t row,
                                           std::size_t vocab_size, const std::string& op) {
  std::vector<std::int64_t> counts(vocab_size, 0);
  for (std::size_t place = 0; place < history.size(1); ++place) {
    const std::int64_t id = history(row, place);  // of its own row only         [penalties.history]
    if (id == -1) continue;                       // nothing stands here         [penalties.history]
    if (id < 0 || id >= static_cast<std::int64_t>(vocab_size)) {  //               [penalties.range]
      throw CallError(op + ": history: row " + std::to_string(row) + " holds the id " +
                      std::to_string(id) + " and the vocabulary has " + std::to_string(vocab_size));
    }
    counts[static_cast<std::size_t>(id)] += 1;
  }
  return counts;
}

/// The logit of a token that has been there `count` times.
template <class Number>
Number penalised(const Number& logit, std::int64_t count, const PenaltyRules<Number>& rules) {
  if (count == 0)
    return logit;  //                                             [penalties.untouched]
  // Once, however often the token has been there: division lowers a positive logit, and what
  // lowers a negative one is multiplication.              [penalties.repetition] [penalties.once]
  const bool positive = whole<Number>(0) < logit;
  const Number repeated = positive ? logit / rules.repetition : logit * rules.repetition;
  const Number by_count =
      rules.frequency * whole<Number>(count);                     //           [penalties.frequency]
  const Number terms[] = {repeated, -by_count, -rules.presence};  //            [penalties.presence]
  // The repetition penalty came first and saw nothing of these two.            [penalties.order]
  return reduce<Number>(3, [&](std::size_t i) { return terms[i]; });
}

/// logits, penalised: rows vocab_size; history: rows history_len.
template <class Number>
void penalties(View<const Number, 2> logits, View<const std::int64_t, 2> history,
               const PenaltyRules<Number>& rules, View<Number, 2> lowered) {
  for (std::size_t r = 0; r < logits.size(0); ++r) {
    const std::vector<std::int64_t> counts = counts_of(history, r, logits.size(1), "penalties");
    for (std::size_t id = 0; id < logits.size(1); ++id) {
      lowered(r, id) = penalised(logits(r, id), counts[id], rules);
    }
  }
}

template <class Number>
void penalties(const Call<Number>& call) {
  const PenaltyRules<Number> rules = {.repetition = call.f64("repetition"),
                                      .presence = call.f64("presence"),
                                      .frequency = call.f64("frequency")};
  penalties<Number>(call.template in<Number, 2>("logits"),
                    call.template in<std::int64_t, 2>("history"), checked(rules, "penalties"),
                    call.template out<Number, 2>("penalised"));
}

}  // namespace assay::reference
