// SPDX-License-Identifier: Apache-2.0
// A model with a part of its vocabulary answers as the whole does, and what would cost too much is
// refused before it is begun.
#define BOOST_TEST_MODULE model_case
#include "suites/model_case.h"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "fixtures/answers.h"
#include "reference/shape.h"
#include "suites/own_case.h"
#include "suites/sampled_check.h"
#include "suites/usage_error.h"
#include "suites/vocabulary_sample.h"

namespace assay::suites {
namespace {

using fixtures::Case;
using fixtures::Golden;

Case decoder_of(const std::string& rest) {
  return without_answers(
      own_recipe("decoder n_heads=2 n_kv_heads=2 head_dim=4 d_model=10 d_ff=14 seq_len=3 "
                 "vocab_size=700 " +
                     rest,
                 {}));
}

const Golden& output(const Case& model, const std::string& name) {
  return *std::ranges::find(model.outputs, name, &Golden::name);
}

void compare(const std::string& rest) {
  Case whole = decoder_of(rest), sampled = whole;
  fixtures::compute_answers(whole, {"hidden"}, false);
  sampled.outputs = whole.outputs;
  for (Golden& each : sampled.outputs) each.tolerance.clear();
  VocabularySample sample = vocabulary_sample(sampled);
  fixtures::compute_answers(sample.small, {"hidden"}, false);
  take_answers(sample, sampled);
  BOOST_TEST(sample.ids.size() < 80);
  const auto& hidden = output(sampled, "hidden").want;
  BOOST_TEST((hidden.bytes == output(whole, "hidden").want.bytes));
  const Golden &full = output(whole, "logits"), &part = output(sampled, "logits");
  std::size_t judged = 0;
  for (std::size_t i = 0; i < full.want.count(); ++i) {
    if (std::isinf(part.tolerance.at("f32").budget[i])) continue;
    ++judged;
    BOOST_TEST(part.want.as<double>()[i] == full.want.as<double>()[i]);
  }
  BOOST_TEST(judged == 3 * sample.ids.size());
}

BOOST_AUTO_TEST_CASE(a_part_of_the_vocabulary_answers_as_the_whole) {
  compare("seed=3");
  compare("unembedding.w unembedding.b seed=4");
}

BOOST_AUTO_TEST_CASE(a_token_outside_the_vocabulary_is_refused) {
  Case model = decoder_of("");
  model.inputs.at("ids").as<std::int64_t>()[1] = 700;
  BOOST_CHECK_EXCEPTION(vocabulary_sample(model), CallError, [](const CallError& error) {
    return std::string(error.what()) == "token 700 is outside the vocabulary of 700";
  });
}

BOOST_AUTO_TEST_CASE(what_costs_too_much_is_refused_with_its_cost) {
  Console console(stdout, stderr);
  Case model = decoder_of("");
  check_model_cost(model, "small", console);
  // As wide as a model of seven billion weights, by its shapes alone.
  constexpr std::int64_t wide = 100'000;
  for (auto& [name, array] : model.inputs) {
    if (!is_floating(array.dtype)) continue;
    for (std::int64_t& extent : array.shape) extent = extent == 14 ? wide * 3000 : extent;
  }
  BOOST_CHECK_EXCEPTION(check_model_cost(model, "wide", console), UsageError,
                        [](const UsageError& error) {
                          const std::string what = error.what();
                          BOOST_TEST_MESSAGE(what);
                          return what.starts_with("wide: its golden answers would take about ") &&
                                 what.ends_with("--layers N for the first layers only");
                        });
}

}  // namespace
}  // namespace assay::suites
