// SPDX-License-Identifier: Apache-2.0
// Beam search: the most probable sequences of tokens, found by extending a few hypotheses at a
// time. The model is a table with states, so that a whole search is a function of tensors. Clauses:
// beam_search.md.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "reference/call.h"
#include "reference/log_softmax.h"
#include "reference/shape.h"

namespace assay::reference {

/// The attributes of the op, checked, and the model.
template <class Number>
struct BeamRules {
  std::size_t n_beams, max_len;
  std::int64_t end_token;  // -1: none
  Number length_penalty;
  std::string_view length_form, stop;
  bool prompt_counts;
  View<const Number, 2> logits;
  View<const std::int64_t, 2> next_state;
};

/// The tokens so far, where they lead, and the logarithm of their probability.
template <class Number>
struct Hypothesis {
  std::vector<std::int64_t> tokens;
  std::int64_t state;
  Number log_prob;
};

/// A hypothesis that is complete, with the score by which it is ranked.
template <class Number>
struct Finished {
  std::vector<std::int64_t> tokens;
  Number score;
};

/// A hypothesis and one more token.
template <class Number>
struct Extension {
  std::size_t parent;  // its place among the running ones
  std::int64_t token;
  Number log_prob;
};

inline std::size_t checked_state(std::int64_t state, std::size_t n_states) {
  if (state < 0 || static_cast<std::size_t>(state) >= n_states) {
    throw CallError("beam_search: state " + std::to_string(state) + " is none of the " +
                    std::to_string(n_states));  // [beam_search.states]
  }
  return static_cast<std::size_t>(state);
}

/// log P(token) in a state, for every token.
template <class Number>
std::vector<Number> log_probs_of(std::size_t state, const BeamRules<Number>& rules) {
  std::vector<Number> scores, log_probs(rules.logits.size(1));
  bool any = false;
  for (std::size_t token = 0; token < log_probs.size(); ++token) {
    const Number logit = rules.logits(state, token);
    const bool impossible = is_minus_infinity(logit);
    if (isnan(logit) || (isinf(logit) && !impossible)) {
      throw CallError("beam_search: logits: state " + std::to_string(state) + ", token " +
                      std::to_string(token) + " is " + (isnan(logit) ? "NaN" : "+infinity"));
    }
    any = any || !impossible;
    scores.push_back(logit);
  }
  if (!any) {  //                                                     [beam_search.minus-infinity]
    throw CallError("beam_search: logits: state " + std::to_string(state) + " has no token");
  }
  log_softmax_row<Number>(scores, log_probs);  //                        [beam_search.log-softmax]
  return log_probs;
}

/// Every running hypothesis with every token that may follow it, the most probable first.
template <class Number>
std::vector<Extension<Number>> extensions_of(const std::vector<Hypothesis<Number>>& running,
                                             const BeamRules<Number>& rules) {
  std::vector<Extension<Number>> extensions;
  for (std::size_t parent = 0; parent < running.size(); ++parent) {
    const std::size_t state = checked_state(running[parent].state, rules.logits.size(0));
    const std::vector<Number> log_probs = log_probs_of(state, rules);
    for (std::size_t token = 0; token < log_probs.size(); ++token) {
      if (is_minus_infinity(log_probs[token])) continue;  //          [beam_search.minus-infinity]
      // The logarithm of a product of probabilities is a sum.           [beam_search.accumulate]
      const Number log_prob = running[parent].log_prob + log_probs[token];
      extensions.push_back({parent, static_cast<std::int64_t>(token), log_prob});
    }
  }
  // The order in which they were made breaks ties.                            [beam_search.ties]
  std::ranges::stable_sort(extensions, [](const auto& a, const auto& b) {
    return b.log_prob < a.log_prob;  // all beams compete with each other  [beam_search.candidates]
  });
  return extensions;
}

/// The parent's tokens and state, one token on.
template <class Number>
Hypothesis<Number> extended(const Hypothesis<Number>& parent, const Extension<Number>& by,
                            const BeamRules<Number>& rules) {
  Hypothesis<Number> child = parent;  //                                   [beam_search.parent]
  child.tokens.push_back(by.token);
  child.log_prob = by.log_prob;
  if (by.token != rules.end_token) {
    const std::size_t state = checked_state(parent.state, rules.logits.size(0));
    child.state = rules.next_state(state, static_cast<std::size_t>(by.token));
  }
  return child;
}

/// log_prob over the length penalty: without it a search prefers short hypotheses, because every
/// token makes one less probable.
template <class Number>
Number score_of(const Number& log_prob, std::size_t n_tokens, std::int64_t prompt_len,
                const BeamRules<Number>& rules) {
  // The end token counts, and the prompt only where it is asked for.        [beam_search.length]
  const std::int64_t length =
      static_cast<std::int64_t>(n_tokens) + (rules.prompt_counts ? prompt_len : 0);
  // [beam_search.length-form]
  const Number base =
      rules.length_form == "gnmt" ? ratio<Number>(5 + length, 6) : whole<Number>(length);
  const Number penalty = pow(base, rules.length_penalty);
  return log_prob / penalty;  //                                    [beam_search.length-penalty]
}

/// Puts a hypothesis among the n_beams best finished ones, behind those that score as much.
template <class Number>
void finish(std::vector<Finished<Number>>& finished, const Hypothesis<Number>& hypothesis,
            const Number& score, std::size_t n_beams) {
  auto place = finished.begin();
  while (place != finished.end() && !(place->score < score)) ++place;  // [beam_search.finished]
  finished.insert(place, {hypothesis.tokens, score});
  if (finished.size() > n_beams) finished.pop_back();
}

/// Whether a search with n_beams finished hypotheses ends here.                [beam_search.stop]
template <class Number>
bool is_over(const std::vector<Finished<Number>>& finished,
             const std::vector<Hypothesis<Number>>& running, std::int64_t prompt_len,
             const BeamRules<Number>& rules) {
  if (rules.stop == "last_step" || finished.size() < rules.n_beams) return false;
  if (rules.stop == "enough_finished" || running.empty()) return true;
  const Hypothesis<Number>& best = running[0];
  const Number score = score_of(best.log_prob, best.tokens.size(), prompt_len, rules);
  return !(finished.back().score < score);
}

/// The finished hypotheses of one search, the best first; at most n_beams.
template <class Number>
std::vector<Finished<Number>> searched(std::int64_t first_state, std::int64_t prompt_len,
                                       const BeamRules<Number>& rules) {
  // One empty hypothesis: n_beams of them would all be extended alike.     [beam_search.start]
  std::vector<Hypothesis<Number>> running(1, {{}, first_state, whole<Number>(0)});
  std::vector<Finished<Number>> finished;
  for (std::size_t step = 0; step < rules.max_len && !running.empty(); ++step) {
    const std::vector<Extension<Number>> extensions = extensions_of(running, rules);
    std::vector<Hypothesis<Number>> next;
    for (std::size_t rank = 0; rank < extensions.size(); ++rank) {
      const Extension<Number>& each = extensions[rank];
      const bool ends = each.token == rules.end_token;
      if (ends && rank < rules.n_beams) {  //                                [beam_search.end]
        const Hypothesis<Number> whole_one = extended(running[each.parent], each, rules);
        const Number score = score_of(each.log_prob, whole_one.tokens.size(), prompt_len, rules);
        finish(finished, whole_one, score, rules.n_beams);
      }
      // What has ended leaves its place to the next ones.               [beam_search.running]
      if (!ends && next.size() < rules.n_beams) {
        next.push_back(extended(running[each.parent], each, rules));
      }
    }
    running = next;
    if (is_over(finished, running, prompt_len, rules)) return finished;
  }
  for (const Hypothesis<Number>& each : running) {  //                   [beam_search.last-step]
    const Number score = score_of(each.log_prob, each.tokens.size(), prompt_len, rules);
    finish(finished, each, score, rules.n_beams);
  }
  return finished;
}

/// first_state, prompt_len: rows, the latter may be absent; tokens: rows n_beams max_len; lengths,
/// scores: rows n_beams.
template <class Number>
void beam_search(View<const std::int64_t, 1> first_state, View<const std::int64_t, 1> prompt_len,
                 const BeamRules<Number>& rules, View<std::int64_t, 3> tokens,
                 View<std::int64_t, 2> lengths, View<Number, 2> scores) {
  for (std::size_t r = 0; r < first_state.size(0); ++r) {
    const std::int64_t before = prompt_len.present() ? prompt_len(r) : 0;
    if (before < 0)
      throw CallError("beam_search: prompt_len: row " + std::to_string(r) + " is negative");
    const std::vector<Finished<Number>> found = searched(first_state(r), before, rules);
    for (std::size_t beam = 0; beam < rules.n_beams; ++beam) {  //         [beam_search.outputs]
      const bool is_there = beam < found.size();
      const std::size_t length = is_there ? found[beam].tokens.size() : 0;
      lengths(r, beam) = static_cast<std::int64_t>(length);
      scores(r, beam) = is_there ? found[beam].score : -Numeric<Number>::infinity();
      for (std::size_t i = 0; i < rules.max_len; ++i) {
        tokens(r, beam, i) = i < length ? found[beam].tokens[i] : -1;
      }
    }
  }
}

template <class Number>
void beam_search(const Call<Number>& call) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw CallError(std::string("beam_search: ") + what);
  };
  const View<const Number, 2> logits = call.template in<Number, 2>("logits");
  require(call.i64("n_beams") >= 1, "attribute n_beams is below 1");
  require(call.i64("max_len") >= 1, "attribute max_len is below 1");
  require(call.i64("end_token") >= -1 &&
              call.i64("end_token") < static_cast<std::int64_t>(logits.size(1)),
          "attribute end_token is no token; -1 is none");
  require(isfinite(call.f64("length_penalty")), "attribute length_penalty is not finite");
  const bool prompt_counts = call.string("length_counts") == "with_prompt";
  require(!prompt_counts || call.has("prompt_len"),
          "length_counts is with_prompt and there is no prompt_len");
  const BeamRules<Number> rules = {.n_beams = static_cast<std::size_t>(call.i64("n_beams")),
                                   .max_len = static_cast<std::size_t>(call.i64("max_len")),
                                   .end_token = call.i64("end_token"),
                                   .length_penalty = call.f64("length_penalty"),
                                   .length_form = call.string("length_form"),
                                   .stop = call.string("stop"),
                                   .prompt_counts = prompt_counts,
                                   .logits = logits,
                                   .next_state = call.template in<std::int64_t, 2>("next_state")};
  beam_search<Number>(call.template in<std::int64_t, 1>("first_state"),
                      call.template in<std::int64_t, 1>("prompt_len"), rules,
                      call.template out<std::int64_t, 3>("tokens"),
                      call.template out<std::int64_t, 2>("lengths"),
                      call.template out<Number, 2>("scores"));
}

}  // namespace assay::reference
