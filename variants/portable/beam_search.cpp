// SPDX-License-Identifier: Apache-2.0
// Beam search over a table of logits. Hypotheses are links to their parents, so that extending one
// copies nothing; of all extensions only the 2 n_beams best are sorted, since each beam has one end
// token at most. Computed in double also for floats.
#include <algorithm>
#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw CallError("beam_search: " + what); }

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

/// One token of a hypothesis: what came before is found by following `parent`.
struct Link {
  std::size_t parent;
  std::int64_t token;
  double log_prob;
  std::int64_t state;
  std::size_t length;
};

struct Extension {
  double log_prob;
  std::size_t beam;
  std::int64_t token;

  bool operator<(const Extension& other) const {
    if (log_prob != other.log_prob) return log_prob > other.log_prob;
    return beam != other.beam ? beam < other.beam : token < other.token;
  }
};

struct Ending {
  double score;
  std::size_t link;
};

template <class Number>
struct Model {
  const Number* logits;
  const std::int64_t* next_state;
  std::size_t n_states, vocab_size;
  std::size_t n_beams, max_len;
  std::int64_t end_token;
  double length_penalty;
  bool gnmt, prompt_counts;
  std::string_view stop;

  std::size_t checked(std::int64_t state) const {
    if (state < 0 || static_cast<std::size_t>(state) >= n_states) {
      refuse("state " + std::to_string(state) + " is none of the " + std::to_string(n_states));
    }
    return static_cast<std::size_t>(state);
  }

  /// log(sum of exp(logit)) of a state. Throws CallError where a logit is none.
  double log_sum(std::size_t state) const {
    const Number* row = logits + state * vocab_size;
    Number largest = -INFINITY;
    for (std::size_t t = 0; t < vocab_size; ++t) {
      if (std::isnan(row[t]) || row[t] == INFINITY) {
        refuse("logits: state " + std::to_string(state) + ", token " + std::to_string(t) + " is " +
               (std::isnan(row[t]) ? "NaN" : "+infinity"));
      }
      largest = std::max(largest, row[t]);
    }
    if (largest == -INFINITY) refuse("logits: state " + std::to_string(state) + " has no token");
    double total = 0;
    for (std::size_t t = 0; t < vocab_size; ++t) {
      total += std::exp(static_cast<double>(row[t]) - static_cast<double>(largest));
    }
    return static_cast<double>(largest) + std::log(total);
  }
};

template <class Number>
class Search {
 public:
  Search(const Model<Number>& model, std::int64_t prompt_len)
      : model_(model), prompt_len_(model.prompt_counts ? prompt_len : 0) {}

  /// The best endings, best first.
  std::vector<Ending> run(std::int64_t first_state) {
    links_.push_back({nobody, -1, 0, first_state, 0});
    running_ = {0};
    for (std::size_t step = 0; step < model_.max_len && !running_.empty(); ++step) {
      extend();
      if (is_over()) return endings_;
    }
    for (const std::size_t link : running_) end(link);
    return endings_;
  }

  /// The tokens of an ending, written backwards from its last one.
  void write(const Ending& ending, std::int64_t* tokens) const {
    std::size_t link = ending.link;
    for (std::size_t i = links_[link].length; i-- > 0; link = links_[link].parent) {
      tokens[i] = links_[link].token;
    }
  }
  [[nodiscard]] std::int64_t length(const Ending& ending) const {
    return static_cast<std::int64_t>(links_[ending.link].length);
  }

 private:
  void extend() {
    std::vector<Extension> all;
    for (std::size_t beam = 0; beam < running_.size(); ++beam) {
      const Link& from = links_[running_[beam]];
      const std::size_t state = model_.checked(from.state);
      const double log_sum = model_.log_sum(state);
      const Number* row = model_.logits + state * model_.vocab_size;
      for (std::size_t t = 0; t < model_.vocab_size; ++t) {
        if (std::isinf(row[t])) continue;
        const double log_prob = from.log_prob + (static_cast<double>(row[t]) - log_sum);
        all.push_back({log_prob, beam, static_cast<std::int64_t>(t)});
      }
    }
    const std::size_t enough = std::min(2 * model_.n_beams, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(enough), all.end());
    std::vector<std::size_t> next;
    for (std::size_t rank = 0; rank < enough; ++rank) {
      const bool ends = all[rank].token == model_.end_token;
      if (ends ? rank >= model_.n_beams : next.size() == model_.n_beams) continue;
      const std::size_t link = linked(all[rank], ends);
      if (ends) {
        end(link);
      } else {
        next.push_back(link);
      }
    }
    running_ = std::move(next);
  }

  std::size_t linked(const Extension& extension, bool ends) {
    const std::size_t parent = running_[extension.beam];
    const auto state = static_cast<std::size_t>(links_[parent].state);
    const std::size_t edge = state * model_.vocab_size + static_cast<std::size_t>(extension.token);
    links_.push_back({parent, extension.token, extension.log_prob,
                      ends ? -1 : model_.next_state[edge], links_[parent].length + 1});
    return links_.size() - 1;
  }

  [[nodiscard]] double score(const Link& link) const {
    const double length = static_cast<double>(link.length) + static_cast<double>(prompt_len_);
    const double base = model_.gnmt ? (5 + length) / 6 : length;
    return link.log_prob / std::pow(base, model_.length_penalty);
  }

  void end(std::size_t link) {
    const Ending ending = {score(links_[link]), link};
    const auto place = std::ranges::upper_bound(
        endings_, ending, [](const Ending& a, const Ending& b) { return a.score > b.score; });
    endings_.insert(place, ending);
    if (endings_.size() > model_.n_beams) endings_.pop_back();
  }

  [[nodiscard]] bool is_over() const {
    if (model_.stop == "last_step" || endings_.size() < model_.n_beams) return false;
    return model_.stop == "enough_finished" || running_.empty() ||
           score(links_[running_[0]]) <= endings_.back().score;
  }

  const Model<Number>& model_;
  std::int64_t prompt_len_;
  std::vector<Link> links_;
  std::vector<std::size_t> running_;
  std::vector<Ending> endings_;
};

template <class Number>
Model<Number> model_of(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const logits = call.input("logits");
  const auto vocab_size = static_cast<std::size_t>(logits->dl.shape[1]);
  const std::int64_t n_beams = call.i64("n_beams"), max_len = call.i64("max_len");
  const std::int64_t end_token = call.i64("end_token");
  if (n_beams < 1 || max_len < 1) refuse("n_beams and max_len are at least 1");
  if (end_token < -1 || end_token >= static_cast<std::int64_t>(vocab_size)) {
    refuse("end_token is no token; -1 is none");
  }
  if (!std::isfinite(call.f64("length_penalty"))) refuse("length_penalty is not finite");
  const bool prompt_counts = call.string("length_counts") == "with_prompt";
  if (prompt_counts && call.input("prompt_len") == nullptr) {
    refuse("length_counts is with_prompt and there is no prompt_len");
  }
  return {.logits = operands.read(logits),
          .next_state = static_cast<const std::int64_t*>(call.input("next_state")->dl.data),
          .n_states = static_cast<std::size_t>(logits->dl.shape[0]),
          .vocab_size = vocab_size,
          .n_beams = static_cast<std::size_t>(n_beams),
          .max_len = static_cast<std::size_t>(max_len),
          .end_token = end_token,
          .length_penalty = call.f64("length_penalty"),
          .gnmt = call.string("length_form") == "gnmt",
          .prompt_counts = prompt_counts,
          .stop = call.string("stop")};
}

}  // namespace

template <class Number>
void beam_search(const Invocation& call, Operands<Number>& operands) {
  const Model<Number> model = model_of(call, operands);
  const assay_tensor* const first_state = call.input("first_state");
  const assay_tensor* const prompt_len = call.input("prompt_len");
  const auto* first = static_cast<const std::int64_t*>(first_state->dl.data);
  const auto* prompt = prompt_len ? static_cast<const std::int64_t*>(prompt_len->dl.data) : nullptr;
  auto* tokens = static_cast<std::int64_t*>(call.output("tokens")->dl.data);
  auto* lengths = static_cast<std::int64_t*>(call.output("lengths")->dl.data);
  Number* scores = operands.write(call.output("scores"));
  const auto rows = static_cast<std::size_t>(first_state->dl.shape[0]);
  for (std::size_t r = 0; r < rows; ++r) {
    if (prompt != nullptr && prompt[r] < 0) {
      refuse("prompt_len: row " + std::to_string(r) + " is negative");
    }
    Search<Number> search(model, prompt != nullptr ? prompt[r] : 0);
    const std::vector<Ending> found = search.run(first[r]);
    for (std::size_t beam = 0; beam < model.n_beams; ++beam) {
      const std::size_t place = r * model.n_beams + beam;
      std::int64_t* row = tokens + place * model.max_len;
      std::fill_n(row, model.max_len, std::int64_t{-1});
      lengths[place] = beam < found.size() ? search.length(found[beam]) : 0;
      scores[place] =
          beam < found.size() ? static_cast<Number>(found[beam].score) : Number(-INFINITY);
      if (beam < found.size()) search.write(found[beam], row);
    }
  }
}

template void beam_search(const Invocation&, Operands<float>&);
template void beam_search(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
