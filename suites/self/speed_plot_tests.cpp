// SPDX-License-Identifier: Apache-2.0
// Pictures and tables of speed, made of results that nobody measured.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "reports/markdown.h"
#include "reports/speed_plot.h"
#include "reports/statistics.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

/// Linear layers whose time grows with the tokens, attention with their square, and memory of
/// attention with the tokens.
RunResult growing(std::size_t points) {
  RunResult result;
  const auto add = [&](const std::string& op, std::map<std::string, std::int64_t> extents,
                       double seconds, double bytes) {
    SpeedResult each;
    each.variant = "fused";
    each.op = op;
    each.shape_id = std::to_string(result.speed.size());
    each.number_class = "f32";
    each.extents = std::move(extents);
    each.seconds = {seconds, seconds};
    each.seconds_per_call = {seconds, seconds, seconds};
    if (bytes > 0) each.memory_bytes = bytes;
    result.speed.push_back(each);
  };
  for (std::size_t i = 0; i < points; ++i) {
    const std::int64_t tokens = std::int64_t{64} << i;
    const auto n = static_cast<double>(tokens);
    add("linear", {{"tokens", tokens}, {"d_in", 768}}, 1e-5 * n, 0);
    add("attention", {{"seq_len", tokens}, {"kv_len", tokens}, {"head_dim", 48}}, 1e-7 * n * n,
        4096 * n);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_through_points_has_the_interval_that_their_distances_leave) {
  const double x[] = {1, 2, 3, 4, 5}, y[] = {2.2, 4.1, 6.2, 7.8, 10.1};
  const Interval slope = slope_interval(x, y);
  BOOST_TEST(slope.middle == 1.95, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(slope.low == 1.7826061478289947, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(slope.high == 2.117393852171005, boost::test_tools::tolerance(1e-9));
  const double two[] = {1, 2};
  BOOST_TEST(slope_interval(two, two).high == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(a_picture_of_growth_says_the_exponent_of_every_line) {
  const std::string picture = to_speed_svg(growing(5));
  BOOST_TEST(picture.find("fused: tokens^1.00 (1.00 to 1.00), at the end 1.00<") !=
             std::string::npos);
  BOOST_TEST(picture.find("fused: kv_len^2.00 (2.00 to 2.00), at the end 2.00<") !=
             std::string::npos);
  BOOST_TEST(picture.find("fused: kv_len^1.00 (1.00 to 1.00)") != std::string::npos);
  BOOST_TEST(picture.find("memory of a call against kv_len = seq_len") != std::string::npos);
  BOOST_TEST(count_of(picture, "<circle") == 15u);  // three panels of five points
  // The largest stands at the right and at the top, the smallest at the left and at the bottom.
  BOOST_TEST(picture.find("<circle cx=\"70\" cy=\"266\"") != std::string::npos);
  BOOST_TEST(picture.find("<circle cx=\"460\" cy=\"46\"") != std::string::npos);
  BOOST_TEST(count_of(to_speed_svg(growing(3)), "<circle") == 0u);  // three points are no curve
}

BOOST_AUTO_TEST_CASE(a_picture_of_speed_ups_has_a_row_with_its_interval_for_every_timing) {
  RunResult result = growing(1);
  result.speed[0].speedup_over_plain = Interval{9, 10, 12};
  result.speed[1].speedup_over_plain = Interval{0.4, 0.5, 0.6};
  result.speed[1].threads = 2;
  const std::string picture = to_speed_svg(result);
  BOOST_TEST(count_of(picture, "<circle") == 2u);
  BOOST_TEST(picture.find("linear 0 f32") != std::string::npos);
  BOOST_TEST(picture.find("fused, 2 threads") != std::string::npos);
  BOOST_TEST(picture.find("10.0 (9.00 to 12.0)") != std::string::npos);
  // From 0.4 at the left to 12 at the right, and a whisker between them.
  BOOST_TEST(picture.find("<line x1=\"190.0\"") != std::string::npos);
  BOOST_TEST(picture.find("x2=\"590.0\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_picture_of_speed_shows_no_variant_that_is_wrong) {
  RunResult result = growing(5);
  for (SpeedResult& each : result.speed) each.speedup_over_plain = Interval{9, 10, 12};
  CaseResult bad;
  bad.variant = "fused";
  bad.op = "linear";
  bad.number_class = "f32";
  bad.verdict = Verdict::wrong;
  result.cases.push_back(bad);
  BOOST_TEST(to_speed_svg(result).find("tokens^") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(foreign_names_are_no_markup_in_a_picture) {
  RunResult result = growing(5);
  for (SpeedResult& each : result.speed) {
    each.variant = script;
    each.speedup_over_plain = Interval{9, 10, 12};
  }
  BOOST_TEST(to_speed_svg(result).find("<script") == std::string::npos);
  BOOST_TEST(to_speed_svg(hostile_result()).find("<script") == std::string::npos);
  BOOST_TEST(to_speed_svg(RunResult()).find("nothing grows") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_markdown_report_has_a_speed_up_with_interval_for_every_op) {
  RunResult result = growing(2);
  const std::size_t count = result.speed.size();
  for (std::size_t i = 0; i < count; ++i) {
    SpeedResult plain = result.speed[i];
    plain.variant = "plain";
    for (double& each : plain.seconds) each *= plain.op == "linear" ? 4 : 9;
    for (double* each : {&plain.seconds_per_call.low, &plain.seconds_per_call.middle,
                         &plain.seconds_per_call.high})
      *each *= plain.op == "linear" ? 4 : 9;
    result.speed.push_back(plain);
  }
  VariantInfo plain, fused;
  plain.name = "plain";
  fused.name = "fused";
  result.variants = {plain, fused};
  const std::string text = to_markdown(result);
  BOOST_TEST(text.find("### Times as fast as `plain`, by op") != std::string::npos);
  BOOST_TEST(text.find("| `linear` | `f32` | 4.00 (4.00 to 4.00), 2 shapes |") !=
             std::string::npos);
  BOOST_TEST(text.find("| `attention` | `f32` | 9.00 (9.00 to 9.00), 2 shapes |") !=
             std::string::npos);
}
