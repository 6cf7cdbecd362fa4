// SPDX-License-Identifier: Apache-2.0
// From logits to a token. A row stays as it is for as long as the stages allow it; the first one
// that must know which tokens are the best ones leaves a few of them, sorted.
//
// One row of floats in us, one thread with AVX-512, medians of 41 calls, and in the same run what
// it took to sort all tokens instead:
//                            50257            131072
//   greedy                  51  (5,650)      113 (15,290)
//   temperature            269  (6,460)      729 (17,290)
//   top-k 40, top-p 0.9    137  (5,440)      340 (15,530)
//   top-p 0.9              298  (5,730)      757 (15,870)
//   min-p 0.05             409  (5,480)    1,004 (15,070)
#include <algorithm>
#include <optional>
#include <span>

#include "variants/kernels/kernels.h"
#include "variants/kernels/ranked_tokens.h"
#include "variants/kernels/sampling_rules.h"
#include "variants/kernels/token_row.h"

namespace assay::variants {
namespace {

using Counts = std::vector<std::int64_t>;

/// What has been there in a row; without it penalties have nothing to go by.
struct History {
  std::span<const std::int64_t> tokens;
  Counts counts;  // empty: no history
};

History history_of(const Invocation& call, const SamplingRules& rules, std::size_t row,
                   std::size_t vocab_size) {
  const assay_tensor* const history = call.input("history");
  const bool named = std::ranges::find(rules.stages, "penalties") != rules.stages.end();
  if (history == nullptr || !named) return {};
  const auto length = static_cast<std::size_t>(history->dl.shape[1]);
  const std::span tokens(static_cast<const std::int64_t*>(history->dl.data) + row * length, length);
  return {tokens, portable::counts_of(tokens, row, vocab_size, "sampling")};
}

/// The tokens that the stages so far have left of a row.
struct Kept {
  TokenRow& row;
  std::optional<RankedTokens> ranked;  // instead, once it is needed

  void apply(std::string_view stage, const SamplingRules& rules, const History& history) {
    if (ranked) return apply_to_ranked(stage, rules, history);
    if (stage == "penalties" && !history.counts.empty())
      row.penalise(rules.penalties, history.counts, history.tokens);
    if (stage == "temperature" && rules.temperature == 0) ranked = row.best();
    if (stage == "temperature" && rules.temperature > 0) row.scale(rules.temperature);
    if (stage == "top_k" && rules.top_k > 0)
      ranked = row.first(static_cast<std::size_t>(rules.top_k));
    if (stage == "top_p" && rules.top_p < 1) ranked = row.first_with_mass(rules.top_p);
    if (stage == "min_p") row.drop_improbable(rules.min_p);
    if (stage == "typical_p" && rules.typical_p < 1) {
      ranked = row.all();
      ranked->keep_typical(rules.typical_p);
    }
  }

  void apply_to_ranked(std::string_view stage, const SamplingRules& rules, const History& history) {
    if (stage == "penalties" && !history.counts.empty())
      ranked->penalise(rules.penalties, history.counts);
    if (stage == "temperature") ranked->scale(rules.temperature);
    if (stage == "top_k" && rules.top_k > 0) ranked->keep(static_cast<std::size_t>(rules.top_k));
    if (stage == "top_p") ranked->keep_mass(rules.top_p);
    if (stage == "min_p") ranked->drop_improbable(rules.min_p);
    if (stage == "typical_p") ranked->keep_typical(rules.typical_p);
  }
};

/// What a row asks for; null where nobody does.
template <class Number>
struct Answer {
  std::uint8_t* kept;
  Number* probs;
  std::size_t vocab_size;

  void write(TokenRow& row) const {
    for (std::size_t id = 0; kept != nullptr && id < vocab_size; ++id)
      kept[id] = row.can_be_drawn(id) ? 1 : 0;
    if (probs == nullptr) return;
    const std::vector<double>& all = row.probabilities();
    for (std::size_t id = 0; id < vocab_size; ++id) probs[id] = static_cast<Number>(all[id]);
  }

  void write(const RankedTokens& tokens, const std::vector<double>& all) const {
    if (kept != nullptr) std::fill_n(kept, vocab_size, std::uint8_t{0});
    if (probs != nullptr) std::fill_n(probs, vocab_size, Number(0));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (kept != nullptr) kept[tokens[i].id] = 1;
      if (probs != nullptr) probs[tokens[i].id] = static_cast<Number>(all[i]);
    }
  }
};

template <class Number>
std::size_t token_of(Kept& row, double u, const Answer<Number>& answer) {
  if (!row.ranked) {
    answer.write(row.row);
    return row.row.draw(u);
  }
  const std::vector<double> probs = row.ranked->probabilities();
  answer.write(*row.ranked, probs);
  return (*row.ranked)[place_of(u, probs)].id;
}

template <class Number>
void choose(const Invocation& call, const Kernels<double>& kernels, const Executor& executor) {
  Operands<Number> operands;
  const SamplingRules rules(call);
  const assay_tensor* const tensor = call.input("logits");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[1]);
  const Number* logits = operands.read(tensor);
  const auto* stream = static_cast<const std::int64_t*>(call.input("stream")->dl.data);
  auto* token = static_cast<std::int64_t*>(call.output("token")->dl.data);
  const assay_tensor* const kept_tensor = call.output("kept");
  auto* kept = kept_tensor ? static_cast<std::uint8_t*>(kept_tensor->dl.data) : nullptr;
  Number* probs = operands.write(call.output("probs"));
  thread_local TokenRow::Memory memory;
  TokenRow whole(kernels, executor, memory);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t start = r * vocab_size;
    whole.read(std::span(logits + start, vocab_size), r);
    const History history = history_of(call, rules, r, vocab_size);
    Kept row{whole, std::nullopt};
    for (const std::string_view stage : rules.stages) row.apply(stage, rules, history);
    const Answer<Number> answer{kept ? kept + start : nullptr, probs ? probs + start : nullptr,
                                vocab_size};
    const double u = uniform_number(rules.seed, rules.step, stream[r]);
    token[r] = static_cast<std::int64_t>(token_of(row, u, answer));
  }
  operands.finish();
}

}  // namespace

void choose_tokens(const Invocation& call, const Kernels<double>& kernels,
                   const Executor& executor) {
  if (call.number_class().arithmetic == DType::f64) {
    choose<double>(call, kernels, executor);
  } else {
    choose<float>(call, kernels, executor);
  }
}

}  // namespace assay::variants
