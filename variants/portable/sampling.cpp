// SPDX-License-Identifier: Apache-2.0
// From logits to a token. Every row sorts its tokens once, by logit and then by id; all filters
// but typical-p keep a prefix of that order, so a filter is one number: how many are left. Computed
// in double also for floats, which keeps decisions farther from rounding and costs little beside
// the sort.
#include <array>
#include <cmath>
#include <numeric>

#include "variants/portable/penalties.h"
#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

struct Rules {
  Penalties penalties;
  double temperature, top_p, min_p, typical_p;
  std::int64_t top_k, seed, step;
  std::vector<std::string_view> stages;
};

[[noreturn]] void refuse(const std::string& what) { throw CallError("sampling: " + what); }

/// The orders of whole engines, by name.
std::string_view list_of(std::string_view order) {
  constexpr std::pair<std::string_view, std::string_view> engines[] = {
      {"hugging_face", "penalties,temperature,top_k,top_p,min_p,typical_p"},
      {"vllm", "penalties,temperature,min_p,top_k,top_p"},
      {"llama_cpp", "penalties,top_k,typical_p,top_p,min_p,temperature"}};
  for (const auto& [name, list] : engines) {
    if (order == name) return list;
  }
  return order;
}

std::vector<std::string_view> stages_of(std::string_view order) {
  constexpr std::string_view known[] = {"penalties", "temperature", "top_k",
                                        "top_p",     "min_p",       "typical_p"};
  std::vector<std::string_view> stages;
  std::string_view rest = list_of(order);
  while (!rest.empty()) {
    const std::string_view stage = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), stage.size() + 1));
    const bool repeated = std::ranges::find(stages, stage) != stages.end();
    if (repeated || std::ranges::find(known, stage) == std::end(known)) {
      refuse("order: '" + std::string(stage) + "' is no stage or stands there twice");
    }
    if (stage == "penalties" && std::ranges::find(stages, "temperature") != stages.end()) {
      refuse("order: penalties stand before temperature");
    }
    stages.push_back(stage);
  }
  return stages;
}

Rules rules_of(const Invocation& call) {
  Rules rules{.penalties = {call.f64("repetition_penalty"), call.f64("presence_penalty"),
                            call.f64("frequency_penalty")},
              .temperature = call.f64("temperature"),
              .top_p = call.f64("top_p"),
              .min_p = call.f64("min_p"),
              .typical_p = call.f64("typical_p"),
              .top_k = call.i64("top_k"),
              .seed = call.i64("seed"),
              .step = call.i64("step"),
              .stages = {}};
  rules.penalties.check("sampling");
  if (!(rules.temperature >= 0) || std::isinf(rules.temperature)) {
    refuse("temperature is below 0 or not finite; 0 is greedy");
  }
  if (rules.top_k < 0) refuse("top_k is below 0; 0 keeps all");
  if (!(rules.top_p >= 0 && rules.top_p <= 1)) refuse("top_p is outside 0 to 1; 1 keeps all");
  if (!(rules.min_p >= 0 && rules.min_p <= 1)) refuse("min_p is outside 0 to 1; 0 keeps all");
  if (!(rules.typical_p >= 0 && rules.typical_p <= 1)) {
    refuse("typical_p is outside 0 to 1; 1 keeps all");
  }
  rules.stages = stages_of(call.string("order"));
  return rules;
}

/// Ten rounds of Philox4x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11) on
/// the counter (step, stream) under the key (seed): the first word's upper 24 bits as a fraction.
double uniform_number(std::int64_t seed, std::int64_t step, std::int64_t stream) {
  const auto word = [](std::int64_t value, int half) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> (32 * half));
  };
  std::uint32_t c0 = word(step, 0), c1 = word(step, 1), c2 = word(stream, 0), c3 = word(stream, 1);
  std::uint32_t k0 = word(seed, 0), k1 = word(seed, 1);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c0, b = std::uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
    c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
    c1 = static_cast<std::uint32_t>(b);
    c3 = static_cast<std::uint32_t>(a);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return static_cast<double>(c0 >> 8) / 16777216;
}

/// The tokens of a row that can be drawn, best first, with their logits as processed so far.
struct SortedRow {
  std::vector<std::size_t> ids;
  std::vector<double> logits;

  [[nodiscard]] std::vector<double> probabilities() const {
    std::vector<double> probs(ids.size());
    double total = 0;
    for (std::size_t i = 0; i < probs.size(); ++i) {
      probs[i] = std::exp(logits[i] - logits[0]);
      total += probs[i];
    }
    for (double& prob : probs) prob /= total;
    return probs;
  }
  void keep(std::size_t count) {
    ids.resize(std::min(count, ids.size()));
    logits.resize(ids.size());
  }
};

template <class Number>
SortedRow sorted(const Number* logits, std::size_t vocab_size, std::size_t r) {
  SortedRow row;
  for (std::size_t id = 0; id < vocab_size; ++id) {
    if (std::isnan(logits[id]) || (std::isinf(logits[id]) && logits[id] > 0)) {
      refuse("logits: row " + std::to_string(r) + ", token " + std::to_string(id) + " is " +
             (std::isnan(logits[id]) ? "NaN" : "+infinity"));
    }
    if (!std::isinf(logits[id])) row.ids.push_back(id);
  }
  if (row.ids.empty()) {
    refuse("logits: row " + std::to_string(r) + ": every logit is -infinity, no token to draw");
  }
  std::ranges::stable_sort(row.ids,
                           [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  for (const std::size_t id : row.ids) row.logits.push_back(static_cast<double>(logits[id]));
  return row;
}

/// Lowers logits and sorts again: equal ones by id, whatever order they came in.
void apply_penalties(SortedRow& row, const Penalties& penalties,
                     const std::vector<std::int64_t>& counts) {
  std::vector<std::pair<double, std::size_t>> tokens;  // minus the logit, so that "less" is first
  for (std::size_t i = 0; i < row.ids.size(); ++i) {
    const std::size_t id = row.ids[i];
    const double logit = row.logits[i];
    tokens.emplace_back(counts[id] == 0 ? -logit : -penalties.lowered(logit, counts[id]), id);
  }
  std::ranges::sort(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    row.logits[i] = -tokens[i].first;
    row.ids[i] = tokens[i].second;
  }
}

void apply_temperature(SortedRow& row, double temperature) {
  if (temperature == 0) return row.keep(1);
  const double largest = row.logits[0];
  for (double& logit : row.logits) logit = (logit - largest) / temperature;
}

/// The shortest prefix whose mass reaches top_p, at least one token.
void apply_top_p(SortedRow& row, double top_p) {
  if (top_p >= 1) return;
  const std::vector<double> probs = row.probabilities();
  double mass = 0;
  std::size_t count = 0;
  do {
    mass += probs[count++];
  } while (mass < top_p && count < probs.size());
  row.keep(count);
}

void apply_min_p(SortedRow& row, double min_p) {
  std::size_t count = 1;
  while (count < row.ids.size() && std::exp(row.logits[count] - row.logits[0]) >= min_p) ++count;
  row.keep(count);
}

/// The most typical tokens, until their mass reaches typical_p. -log p = log(total) - logit, and
/// the entropy is its mean, so the distance is that of a logit from the mean logit: no logarithm.
void apply_typical_p(SortedRow& row, double typical_p) {
  if (typical_p >= 1) return;
  const std::vector<double> probs = row.probabilities();
  double mean = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) mean += probs[i] * (row.logits[i] - row.logits[0]);
  std::vector<std::pair<double, std::size_t>> distances;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    distances.emplace_back(std::fabs(row.logits[i] - row.logits[0] - mean), i);
  }
  std::ranges::sort(distances);
  std::vector<std::size_t> places;
  double mass = 0;
  for (const auto& [distance, place] : distances) {
    if (!places.empty() && mass >= typical_p) break;
    places.push_back(place);
    mass += probs[place];
  }
  std::ranges::sort(places);
  SortedRow typical;
  for (const std::size_t place : places) {
    typical.ids.push_back(row.ids[place]);
    typical.logits.push_back(row.logits[place]);
  }
  row = std::move(typical);
}

/// counts: how often each token has been there; empty without a history.
void apply(SortedRow& row, const Rules& rules, const std::vector<std::int64_t>& counts) {
  for (const std::string_view stage : rules.stages) {
    if (stage == "penalties" && !counts.empty()) apply_penalties(row, rules.penalties, counts);
    if (stage == "temperature") apply_temperature(row, rules.temperature);
    if (stage == "top_k" && rules.top_k > 0) row.keep(static_cast<std::size_t>(rules.top_k));
    if (stage == "top_p") apply_top_p(row, rules.top_p);
    if (stage == "min_p") apply_min_p(row, rules.min_p);
    if (stage == "typical_p") apply_typical_p(row, rules.typical_p);
  }
}

std::size_t place_of(double u, const std::vector<double>& probs) {
  double cumulative = 0;
  std::size_t last_possible = 0;
  for (std::size_t i = 0; i < probs.size(); ++i) {
    cumulative += probs[i];
    if (cumulative > u) return i;
    if (probs[i] > 0) last_possible = i;
  }
  return last_possible;
}

/// Empty where penalties have nothing to go by.
std::vector<std::int64_t> counts_in(const Invocation& call, const Rules& rules, std::size_t row,
                                    std::size_t vocab_size) {
  const assay_tensor* const history = call.input("history");
  const bool named = std::ranges::find(rules.stages, "penalties") != rules.stages.end();
  if (history == nullptr || !named) return {};
  const auto length = static_cast<std::size_t>(history->dl.shape[1]);
  const auto* ids = static_cast<const std::int64_t*>(history->dl.data);
  return counts_of({ids + row * length, length}, row, vocab_size, "sampling");
}

}  // namespace

template <class Number>
void sampling(const Invocation& call, Operands<Number>& operands) {
  const Rules rules = rules_of(call);
  const assay_tensor* const tensor = call.input("logits");
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[1]);
  const Number* logits = operands.read(tensor);
  const auto* stream = static_cast<const std::int64_t*>(call.input("stream")->dl.data);
  auto* token = static_cast<std::int64_t*>(call.output("token")->dl.data);
  const assay_tensor* const kept_tensor = call.output("kept");
  auto* kept = kept_tensor ? static_cast<std::uint8_t*>(kept_tensor->dl.data) : nullptr;
  Number* probs = operands.write(call.output("probs"));
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t start = r * vocab_size;
    SortedRow row = sorted(logits + start, vocab_size, r);
    apply(row, rules, counts_in(call, rules, r, vocab_size));
    const std::vector<double> final_probs = row.probabilities();
    const double u = uniform_number(rules.seed, rules.step, stream[r]);
    token[r] = static_cast<std::int64_t>(row.ids[place_of(u, final_probs)]);
    if (kept != nullptr) std::fill_n(kept + start, vocab_size, std::uint8_t{0});
    if (probs != nullptr) std::fill_n(probs + start, vocab_size, Number(0));
    for (std::size_t i = 0; i < row.ids.size(); ++i) {
      if (kept != nullptr) kept[start + row.ids[i]] = 1;
      if (probs != nullptr) probs[start + row.ids[i]] = static_cast<Number>(final_probs[i]);
    }
  }
}

template void sampling(const Invocation&, Operands<float>&);
template void sampling(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
