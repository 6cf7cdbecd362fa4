// SPDX-License-Identifier: Apache-2.0
// Outputs that were computed elsewhere: how they are read, and that what is missing, extra,
// mis-shaped or beside the golden is said.
#define BOOST_TEST_MODULE score
#include "suites/score.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "fixtures/answers.h"
#include "fixtures/recipe.h"
#include "fixtures/store.h"
#include "suites/self/stored_cases.h"
#include "suites/self/written_outputs.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::GivenOutputs;
using reports::Verdict;

/// A draw of tokens, for its integers, and a norm with two outputs.
std::vector<Case> answered_cases() {
  const fixtures::CaseRecipe recipe = {
      .op = "layer_norm",
      .id = "two-outputs",
      .why = "A test of the score.",
      .clauses = {"layer_norm.statistics"},
      .inputs = {{"x", {3, 7}, fixtures::normal()}, {"weight", {7}, fixtures::normal(0.25, 1)}},
      .outputs = {"mean"}};
  Case norm = fixtures::draw_case(recipe);
  fixtures::compute_answers(norm, {"mean"}, false);
  const fixtures::CaseRecipe buckets = {.op = "t5_bias",
                                        .id = "with-buckets",
                                        .why = "A test of the score.",
                                        .clauses = {"t5_bias.near"},
                                        .inputs = {{"query_positions", {4}, fixtures::counting()},
                                                   {"key_positions", {5}, fixtures::counting()},
                                                   {"table", {8, 2}, fixtures::normal()}},
                                        .outputs = {"buckets"}};
  Case bias = fixtures::draw_case(buckets);
  fixtures::compute_answers(bias, {"buckets"}, false);
  return {norm, bias};
}

GivenOutputs everything_right(const std::vector<Case>& cases) {
  GivenOutputs given;
  for (const Case& each : cases) {
    for (const std::string& number_class : each.classes) {
      for (const fixtures::Golden& output : each.outputs) {
        given.arrays.emplace(each.full_id() + "/" + number_class + "/" + output.name, output.want);
      }
    }
  }
  return given;
}

Score scored(const GivenOutputs& given, const std::vector<Case>& cases) {
  return score(given, cases, cases, {}, "somebody", "assay score x.h5");
}

BOOST_AUTO_TEST_CASE(what_is_right_is_right_and_nothing_given_is_unsupported) {
  const std::vector<Case> cases = answered_cases();
  const Score all = scored(everything_right(cases), cases);
  BOOST_REQUIRE_EQUAL(all.cases.size(), 4);
  for (const auto& each : all.cases) BOOST_TEST((each.verdict == Verdict::right));
  BOOST_TEST(all.extra.empty());
  const Score none = scored({}, cases);
  BOOST_TEST(none.not_given == 4);
  for (const auto& each : none.cases) BOOST_TEST((each.verdict == Verdict::unsupported));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_any_way_is_named) {
  const std::vector<Case> cases = answered_cases();
  const auto after = [&](const std::function<void(GivenOutputs&)>& change) {
    GivenOutputs given = everything_right(cases);
    change(given);
    return scored(given, cases);
  };
  const std::string y = "layer_norm/two-outputs/f64/y";
  const Score wrong =
      after([&](GivenOutputs& given) { given.arrays.at(y).as<double>()[5] += 0.1; });
  BOOST_TEST((wrong.cases[0].verdict == Verdict::wrong));
  const Score missing = after([&](GivenOutputs& given) { given.arrays.erase(y); });
  BOOST_TEST((missing.cases[0].verdict == Verdict::broken));
  BOOST_TEST(missing.cases[0].reason == "y is missing");
  BOOST_TEST((missing.cases[1].verdict == Verdict::right));
  const Score turned = after([&](GivenOutputs& given) { given.arrays.at(y).shape = {7, 3}; });
  BOOST_TEST(turned.cases[0].reason == "y has shape (7, 3), and should have (3, 7)");
  const Score unreadable = after([&](GivenOutputs& given) {
    given.arrays.erase(y);
    given.unreadable.emplace(y, "keeps its data elsewhere");
  });
  BOOST_TEST(unreadable.cases[0].reason == "y keeps its data elsewhere");
  const std::string buckets = "t5_bias/with-buckets/f64/buckets";
  const Score real = after([&](GivenOutputs& given) {
    given.arrays.at(buckets) = Array::zeros(DType::f64, given.arrays.at(buckets).shape);
  });
  BOOST_TEST(real.cases[2].reason == "buckets holds real numbers, and it is of integers");
  const Score other =
      after([&](GivenOutputs& given) { given.arrays.at(buckets).as<std::int64_t>()[3] += 1; });
  BOOST_TEST((other.cases[2].verdict == Verdict::wrong));
}

BOOST_AUTO_TEST_CASE(what_stands_for_nothing_is_extra) {
  const std::vector<Case> cases = answered_cases();
  GivenOutputs given = everything_right(cases);
  const Array number = Array::zeros(DType::f64, {1});
  given.arrays.emplace("layer_norm/two-outputs/f64/z", number);
  given.arrays.emplace("layer_norm/two-outputs/f8/y", number);
  given.arrays.emplace("layer_norm/three/f64/y", number);
  given.unreadable.emplace("notes", "is no data set");
  const std::vector<std::string> expected = {
      "layer_norm/three/f64/y: there is no case layer_norm/three",
      "layer_norm/two-outputs/f64/z: layer_norm/two-outputs has no output z",
      "layer_norm/two-outputs/f8/y: layer_norm/two-outputs has no class f8",
      "notes: is no data set"};
  BOOST_TEST(scored(given, cases).extra == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_form_of_numbers_is_read_or_refused_by_name) {
  const Folder folder;
  for (const WrittenOutputs& each : written_outputs()) {
    BOOST_TEST_CONTEXT(each.form) {
      each.write(folder / "out.h5");
      const GivenOutputs given = fixtures::read_given_outputs(folder / "out.h5");
      if (*each.trouble != '\0') {
        BOOST_TEST(given.arrays.empty());
        BOOST_REQUIRE(!given.unreadable.empty());
        const std::string& reason = given.unreadable.begin()->second;
        BOOST_TEST(reason.find(each.trouble) != std::string::npos, reason);
        continue;
      }
      BOOST_REQUIRE(given.arrays.contains("linear/a/f32/y"));
      const Array values = converted(given.arrays.at("linear/a/f32/y"), DType::f64, true);
      BOOST_TEST(values.as<double>()[0] == 1.5);
      BOOST_TEST(values.as<double>()[1] == -2);
      BOOST_TEST(values.as<double>()[2] == 3);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_none_is_refused) {
  const Folder folder;
  BOOST_CHECK_THROW(fixtures::read_given_outputs(folder / "none.h5"), fixtures::FixtureError);
  std::ofstream(folder / "text.h5") << "no outputs";
  BOOST_CHECK_THROW(fixtures::read_given_outputs(folder / "text.h5"), fixtures::FixtureError);
  written_outputs().front().write(folder / "cut.h5");
  std::filesystem::resize_file(folder / "cut.h5", 900);
  BOOST_CHECK_THROW(fixtures::read_given_outputs(folder / "cut.h5"), fixtures::FixtureError);
}

BOOST_AUTO_TEST_CASE(an_exported_file_holds_calls_and_no_answers) {
  const Folder folder;
  fixtures::export_cases(folder / "calls.h5", answered_cases());
  const GivenOutputs given = fixtures::read_given_outputs(folder / "calls.h5");
  BOOST_TEST(given.arrays.contains("layer_norm/two-outputs/in/x"));
  for (const auto& [path, array] : given.arrays)
    BOOST_TEST(path.find("/in/") != std::string::npos, path);
}

}  // namespace
}  // namespace assay::suites
