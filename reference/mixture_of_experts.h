// SPDX-License-Identifier: Apache-2.0
// Mixture of experts: many feed-forward layers, of which a router picks a few for every token, and
// the weighted sum of what those few make of it. Clauses: mixture_of_experts.md.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "reference/call.h"
#include "reference/feed_forward.h"
#include "reference/shape.h"
#include "reference/softmax.h"

namespace assay::reference {

template <class Number>
struct ExpertWeights {
  View<const Number, 3> w_up, w_gate, w_down;  // n_experts first; w_gate may be absent

  [[nodiscard]] FeedForwardWeights<Number> of(std::size_t expert) const {
    FeedForwardWeights<Number> weights;
    weights.w_up = matrix(w_up, expert);
    weights.w_gate = matrix(w_gate, expert);
    weights.w_down = matrix(w_down, expert);
    weights.b_up = weights.b_gate = weights.b_down = View<const Number, 1>::absent();
    return weights;
  }

 private:
  static View<const Number, 2> matrix(View<const Number, 3> all, std::size_t expert) {
    if (!all.present()) return View<const Number, 2>::absent();
    return View<const Number, 2>(&all(expert, 0, 0), {all.size(1), all.size(2)});
  }
};

/// An expert that a token goes to, and its part in the result.
template <class Number>
struct Choice {
  std::size_t expert;
  Number share;
};

/// The experts with the top_k largest scores, best first; of equal scores the lower id. A NaN
/// counts as the largest.                                          [mixture_of_experts.not-finite]
template <class Number>
std::vector<std::size_t> best_experts(const std::vector<Number>& scores, std::size_t top_k) {
  std::vector<std::size_t> experts(scores.size());
  std::iota(experts.begin(), experts.end(), std::size_t{0});
  std::ranges::sort(experts, [&](std::size_t a, std::size_t b) {
    const bool a_nan = isnan(scores[a]), b_nan = isnan(scores[b]);
    if (a_nan || b_nan) return a_nan && (!b_nan || a < b);
    return scores[b] < scores[a] || (!(scores[a] < scores[b]) && a < b);
  });
  experts.resize(top_k);
  return experts;
}

/// Where a token goes, by its scores.
template <class Number>
std::vector<Choice<Number>> route(const std::vector<Number>& scores, std::size_t top_k,
                                  bool renormalise) {
  // Over all experts, not over the chosen ones.                    [mixture_of_experts.softmax]
  std::vector<Number> probs(scores.size());
  softmax_row<Number>(scores, probs);
  std::vector<Choice<Number>> choices;
  for (const std::size_t expert : best_experts(scores, top_k)) {  // [mixture_of_experts.top-k]
    choices.push_back({expert, probs[expert]});
  }
  if (!renormalise) return choices;  //                          [mixture_of_experts.renormalise]
  const Number total = reduce<Number>(top_k, [&](std::size_t k) { return choices[k].share; });
  for (Choice<Number>& choice : choices) choice.share = choice.share / total;
  return choices;
}

struct RoutingRules {
  std::size_t top_k;
  bool renormalise;
};

/// x, y: tokens d_model; router: n_experts d_model; experts, shares: tokens top_k or absent.
template <class Number>
void mixture_of_experts(View<const Number, 2> x, View<const Number, 2> router,
                        const ExpertWeights<Number>& weights, Form form, const RoutingRules& rules,
                        DType storage, View<Number, 2> y, View<std::int64_t, 2> experts,
                        View<Number, 2> shares) {
  const std::size_t d_model = x.size(1), n_experts = router.size(0), top_k = rules.top_k;
  std::vector<Number> scores(n_experts), results(top_k * d_model);
  const View<Number, 2> result(results.data(), {top_k, d_model});
  for (std::size_t t = 0; t < x.size(0); ++t) {  //              [mixture_of_experts.per-token]
    const View<const Number, 2> token(&x(t, 0), {1, d_model});
    linear<Number>(token, router, View<const Number, 1>::absent(),  // [mixture_of_experts.scores]
                   View<Number, 2>(scores.data(), {1, n_experts}));
    for (Number& score : scores) score = maybe_rounded(storage, score);
    const std::vector<Choice<Number>> choices = route(scores, top_k, rules.renormalise);

    for (std::size_t k = 0; k < top_k; ++k) {
      const View<Number, 2> row(&result(k, 0), {1, d_model});
      feed_forward<Number>(token, weights.of(choices[k].expert), form, storage, row);
      const Number share = maybe_rounded(storage, choices[k].share);
      for (std::size_t c = 0; c < d_model; ++c) {
        const Number weighted = maybe_rounded(storage, row(0, c)) * share;
        row(0, c) = maybe_rounded(storage, weighted);
      }
      if (experts.present()) experts(t, k) = static_cast<std::int64_t>(choices[k].expert);
      if (shares.present()) shares(t, k) = choices[k].share;  // [mixture_of_experts.outputs]
    }
    for (std::size_t c = 0; c < d_model; ++c) {  //            [mixture_of_experts.weighted-sum]
      y(t, c) = reduce<Number>(top_k, [&](std::size_t k) { return result(k, c); });
    }
  }
}

template <class Number>
void mixture_of_experts(const Call<Number>& call) {
  const auto router = call.template in<Number, 2>("router");
  const std::int64_t top_k = call.i64("top_k");
  if (top_k < 1 || top_k > static_cast<std::int64_t>(router.size(0))) {
    throw CallError("mixture_of_experts: attribute top_k is " + std::to_string(top_k) + " with " +
                    std::to_string(router.size(0)) +
                    " experts");  //                                 [mixture_of_experts.top-k]
  }
  const ExpertWeights<Number> weights = {.w_up = call.template in<Number, 3>("w_up"),
                                         .w_gate = call.template in<Number, 3>("w_gate"),
                                         .w_down = call.template in<Number, 3>("w_down")};
  const RoutingRules rules = {.top_k = static_cast<std::size_t>(top_k),
                              .renormalise = call.boolean("renormalise")};
  mixture_of_experts<Number>(
      call.template in<Number, 2>("x"), router, weights, form_of(call.string("activation")), rules,
      call.storage, call.template out<Number, 2>("y"),
      call.template out<std::int64_t, 2>("experts"), call.template out<Number, 2>("shares"));
}

}  // namespace assay::reference
