// SPDX-License-Identifier: Apache-2.0
// Properties of beam_search: what a search must agree with, and what it must not depend on.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

constexpr std::size_t n_states = 5, vocab_size = 4;
constexpr std::int64_t end_token = 3;

const PropertyCall search = {
    "beam_search",
    {{"n_beams", "3"}, {"max_len", "4"}, {"end_token", "3"}, {"length_penalty", "0.75"}},
    {{"logits", normal({n_states, vocab_size}, 91, 1.5)},
     {"next_state", integers({n_states, vocab_size},
                             {1, 2, 3, 0, 4, 0, 2, 1, 3, 3, 0, 4, 2, 1, 4, 0, 0, 4, 1, 2})},
     {"first_state", integers({4}, {0, 1, 2, 4})}},
    {}};

/// Every complete sequence of at most `max_len` tokens from a state, with its score; found by
/// trying all.
struct Sequence {
  std::vector<std::int64_t> tokens;
  double score;
};

void try_all(std::size_t state, std::vector<std::int64_t> tokens, double log_prob,
             std::size_t max_len, std::vector<Sequence>& found) {
  const auto* logits = search.inputs.at("logits").as<double>() + state * vocab_size;
  const auto* next = search.inputs.at("next_state").as<std::int64_t>() + state * vocab_size;
  double total = 0;
  for (std::size_t t = 0; t < vocab_size; ++t) total += std::exp(logits[t]);
  for (std::size_t t = 0; t < vocab_size; ++t) {
    std::vector<std::int64_t> longer = tokens;
    longer.push_back(static_cast<std::int64_t>(t));
    const double sum = log_prob + logits[t] - std::log(total);
    if (longer.back() == end_token || longer.size() == max_len) {
      found.push_back({longer, sum / std::pow(static_cast<double>(longer.size()), 0.75)});
    } else {
      try_all(static_cast<std::size_t>(next[t]), longer, sum, max_len, found);
    }
  }
}

Array row_of(const Tensors& outputs, const char* name, std::int64_t row) {
  return range(outputs.at(name), 0, row, 1);
}

}  // namespace

BOOST_AUTO_TEST_CASE(as_many_beams_as_there_are_sequences_find_the_best_of_all) {
  // 3^3 running hypotheses and 4 times as many extensions at most.
  const Tensors outputs = implementation()(search.with("n_beams", "108"));
  for (std::size_t r = 0; r < 4; ++r) {
    std::vector<Sequence> all;
    const auto state = search.inputs.at("first_state").as<std::int64_t>()[r];
    try_all(static_cast<std::size_t>(state), {}, 0, 4, all);
    std::ranges::sort(all, [](const auto& a, const auto& b) { return a.score > b.score; });
    for (std::size_t beam = 0; beam < std::min<std::size_t>(all.size(), 108); ++beam) {
      const std::size_t place = r * 108 + beam;
      BOOST_TEST(std::abs(outputs.at("scores").as<double>()[place] - all[beam].score) < rounding);
      // Going round the table another way can be equally probable: any of these is right.
      const auto* tokens = outputs.at("tokens").as<std::int64_t>() + place * 4;
      const auto length = outputs.at("lengths").as<std::int64_t>()[place];
      const auto same = std::ranges::find(all, std::vector<std::int64_t>(tokens, tokens + length),
                                          &Sequence::tokens);
      BOOST_TEST_REQUIRE((same != all.end()));
      BOOST_TEST(std::abs(same->score - all[beam].score) < rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_search_does_not_depend_on_the_others_of_its_batch) {
  const Tensors all = implementation()(search);
  for (const std::int64_t row : {3, 0, 2}) {
    const Tensors alone = implementation()(
        search.with("first_state", slices(search.inputs.at("first_state"), 0, {row})));
    for (const char* name : {"tokens", "lengths", "scores"}) {
      BOOST_TEST(same_bits(alone.at(name), row_of(all, name, row)));
    }
  }
}

BOOST_AUTO_TEST_CASE(one_beam_without_an_end_is_greedy) {
  const Tensors outputs =
      implementation()(search.with("n_beams", "1").with("end_token", "-1").with("max_len", "6"));
  for (std::size_t r = 0; r < 4; ++r) {
    auto state = static_cast<std::size_t>(search.inputs.at("first_state").as<std::int64_t>()[r]);
    for (std::size_t i = 0; i < 6; ++i) {
      const auto* logits = search.inputs.at("logits").as<double>() + state * vocab_size;
      const auto best =
          static_cast<std::size_t>(std::max_element(logits, logits + vocab_size) - logits);
      BOOST_TEST(outputs.at("tokens").as<std::int64_t>()[r * 6 + i] ==
                 static_cast<std::int64_t>(best));
      state = static_cast<std::size_t>(
          search.inputs.at("next_state").as<std::int64_t>()[state * vocab_size + best]);
    }
  }
}

BOOST_AUTO_TEST_CASE(hypotheses_are_different_and_stand_best_first) {
  const Tensors outputs = implementation()(search);
  const auto* tokens = outputs.at("tokens").as<std::int64_t>();
  const auto* scores = outputs.at("scores").as<double>();
  for (std::size_t r = 0; r < 4; ++r) {
    for (std::size_t beam = 1; beam < 3; ++beam) {
      const std::size_t place = r * 3 + beam;
      BOOST_TEST(scores[place] <= scores[place - 1]);
      for (std::size_t other = r * 3; other < place; ++other) {
        BOOST_TEST(!std::equal(tokens + place * 4, tokens + place * 4 + 4, tokens + other * 4));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(going_on_to_the_last_step_never_finds_a_worse_best) {
  const Array to_the_end = implementation()(search.with("length_penalty", "2")).at("scores");
  for (const char* stop : {"enough_finished", "best_running"}) {
    const Array early =
        implementation()(search.with("length_penalty", "2").with("stop", stop)).at("scores");
    for (std::size_t r = 0; r < 4; ++r) {
      BOOST_TEST(to_the_end.as<double>()[r * 3] >= early.as<double>()[r * 3]);
    }
  }
}

BOOST_AUTO_TEST_CASE(adding_a_number_to_all_logits_of_a_state_changes_nothing) {
  Array shifted = search.inputs.at("logits");
  for (std::size_t t = 0; t < vocab_size; ++t) shifted.as<double>()[2 * vocab_size + t] += 4;
  const Tensors one = implementation()(search),
                other = implementation()(search.with("logits", shifted));
  BOOST_TEST(same_bits(one.at("tokens"), other.at("tokens")));
  BOOST_TEST(difference(one.at("scores"), other.at("scores")) < rounding);
}

}  // namespace assay::suites::self
