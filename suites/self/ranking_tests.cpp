// SPDX-License-Identifier: Apache-2.0
// Rankings: a wrong variant never gets a speed figure into one, and a broken one leaves the others
// as they are. Curves: timings that differ in one thing.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

#include "reports/benchmark_json.h"
#include "reports/csv.h"
#include "reports/curves.h"
#include "reports/html.h"
#include "reports/markdown.h"
#include "reports/ranking.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;

namespace {

/// Three variants, all right.
RunResult right_result() {
  RunResult result = made_up_result(60, 3);
  for (CaseResult& each : result.cases) {
    each.verdict = Verdict::right;
    for (OutputJudgement& output : each.outputs)
      output.worst_share = std::min(output.worst_share, 0.9);
  }
  return result;
}

/// One call of simd in linear f32, the op and class that are timed, is made `verdict`.
RunResult with_one(Verdict verdict) {
  RunResult result = right_result();
  const auto call = std::ranges::find_if(result.cases, [](const CaseResult& each) {
    return each.variant == "simd" && each.op == "linear" && each.number_class == "f32";
  });
  BOOST_REQUIRE(call != result.cases.end());
  call->verdict = verdict;
  return result;
}

std::size_t ranked_calls(const RunResult& result, const std::string& variant,
                         const std::string& op) {
  const Ranking ranking(result);
  return static_cast<std::size_t>(std::ranges::count_if(
      ranking.calls(),
      [&](const TimedCall& call) { return call.op == op && call.best.contains(variant); }));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_variant_that_is_not_right_in_an_op_is_not_ranked_in_it) {
  BOOST_TEST(ranked_calls(right_result(), "simd", "linear") == 4u);
  for (const Verdict verdict : {Verdict::imprecise, Verdict::wrong, Verdict::broken}) {
    const RunResult result = with_one(verdict);
    BOOST_TEST(ranked_calls(result, "simd", "linear") == 0u);
    BOOST_TEST(ranked_calls(result, "simd", "softmax") == 1u);
    const Ranking ranking(result);
    for (const Tradeoff& each : tradeoffs_of(result, ranking))
      BOOST_TEST((each.variant != "simd" || each.op != "linear"));
    const MeanSpeedup mean = ranking.mean_speedup("plain", "simd");
    BOOST_TEST(mean.shapes == 4u);
    BOOST_TEST(mean.left_out == 4u);
    for (const Curve& each : growth_curves(result, ranking)) BOOST_TEST(each.variant != "simd");
    const std::string json = to_benchmark_json(result);
    BOOST_TEST(json.find("/f32/plain/") != std::string::npos);
    BOOST_TEST(json.find("linear/128x768x768/f32/simd") == std::string::npos);
    BOOST_TEST(json.find("softmax/512x768/f32/simd") != std::string::npos);
    BOOST_TEST(to_speed_csv(result).find("calls of linear in f32 are not right") !=
               std::string::npos);
    BOOST_TEST(to_html(result).find("! not ranked: 1 of ") != std::string::npos);
    BOOST_TEST(to_markdown(result).find("not ranked: `1 of ") != std::string::npos);
  }
  // Saying that one does not do something is no shame.
  BOOST_TEST(ranked_calls(with_one(Verdict::unsupported), "simd", "linear") == 4u);
}

BOOST_AUTO_TEST_CASE(a_timing_whose_output_was_not_right_is_not_ranked) {
  RunResult result = right_result();
  for (SpeedResult& each : result.speed)
    if (each.variant == "simd") each.verdict = Verdict::wrong;
  const Ranking ranking(result);
  BOOST_TEST(ranking.mean_speedup("plain", "simd").shapes == 0u);
  for (const SpeedResult& each : result.speed)
    BOOST_TEST(ranking.objection(each) ==
               (each.variant == "simd" ? "the timed output is wrong" : ""));
  // The plots have it neither.
  const std::string page = to_html(result);
  const std::string data = page.substr(page.find("id=\"data\">"));
  BOOST_TEST(data.find("\"speed\":[{\"variant\":\"plain\"") != std::string::npos);
  BOOST_TEST(data.find("{\"variant\":\"simd\",\"op\":\"linear\",\"shape\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_broken_variant_leaves_the_others_as_they_are) {
  const RunResult before = right_result();
  RunResult after = before;
  for (CaseResult& each : after.cases) {
    if (each.variant != "simd") continue;
    each.verdict = Verdict::broken;
    each.reason = "SIGSEGV";
    each.outputs.clear();
  }
  const Ranking ranked_before(before), ranked_after(after);
  const Interval one = ranked_before.mean_speedup("plain", "blocked").ratio;
  const Interval other = ranked_after.mean_speedup("plain", "blocked").ratio;
  BOOST_TEST(one.low == other.low);
  BOOST_TEST(one.middle == other.middle);
  BOOST_TEST(one.high == other.high);
  BOOST_TEST(ranked_after.mean_speedup("plain", "simd").shapes == 0u);
  // Of the others, every failure is told, and every row of theirs stands.
  const std::string page = to_html(after);
  BOOST_TEST(page.find("not ranked") != std::string::npos);
  for (const CaseResult& each : after.cases)
    if (each.variant == "blocked")
      BOOST_TEST(page.find("<tr id=\"case=" + each.op + "/" + each.case_id +
                           "&amp;class=" + each.number_class + "\">") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_curve_joins_timings_that_differ_in_one_extent) {
  RunResult result;
  const auto add = [&](std::map<std::string, std::int64_t> extents, double seconds) {
    SpeedResult each;
    each.variant = "plain";
    each.op = "linear";
    each.shape_id = std::to_string(result.speed.size());
    each.number_class = "f32";
    each.extents = std::move(extents);
    each.seconds = {seconds, seconds};
    each.seconds_per_call = {seconds, seconds, seconds};
    result.speed.push_back(each);
  };
  add({{"tokens", 256}, {"d_in", 10}, {"d_out", 20}}, 4e-3);
  add({{"tokens", 64}, {"d_in", 10}, {"d_out", 20}}, 1e-3);
  add({{"tokens", 7}, {"d_in", 30}, {"d_out", 30}}, 1e-3);
  add({{"tokens", 7}, {"d_in", 60}, {"d_out", 60}}, 4e-3);
  add({{"tokens", 9}, {"d_in", 11}, {"d_out", 21}}, 1e-3);  // differs in everything
  const std::vector<Curve> curves = growth_curves(result, Ranking(result));
  BOOST_REQUIRE(curves.size() == 2u);
  BOOST_TEST(curves[0].axis == "tokens");
  BOOST_TEST(curves[0].fixed == "d_in 10, d_out 20");
  BOOST_TEST(curves[0].points[0].at == 64);
  BOOST_TEST(std::fabs(curves[0].exponent.middle - 1) < 1e-9);
  BOOST_TEST(curves[1].axis == "d_in = d_out");
  BOOST_TEST(std::fabs(curves[1].exponent.middle - 2) < 1e-9);
}

BOOST_AUTO_TEST_CASE(threads_are_held_against_one_thread_of_the_same_variant) {
  RunResult result = right_result();
  result.speed.resize(1);
  result.speed[0].threads = 1;
  result.speed[0].seconds = {8, 8, 8};
  for (const int threads : {4, 2}) {
    result.speed.push_back(result.speed[0]);
    result.speed.back().threads = threads;
    result.speed.back().seconds = std::vector<double>(3, 8.0 / threads);
  }
  const std::vector<Curve> curves = thread_curves(result, Ranking(result));
  BOOST_REQUIRE(curves.size() == 1u);
  BOOST_REQUIRE(curves[0].points.size() == 3u);
  BOOST_TEST(curves[0].points[1].at == 2);
  BOOST_TEST(curves[0].points[2].value.middle == 4);
}
