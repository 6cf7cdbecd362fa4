// SPDX-License-Identifier: Apache-2.0
// The rules of other tools say what their sources say: on the edge they accept, a little beyond it
// they do not.
#include "suites/foreign_rules.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "suites/additive_ulps.h"
#include "suites/self/linear_case.h"

namespace {

using namespace assay;
using namespace assay::suites;

constexpr float infinity = std::numeric_limits<float>::infinity();

/// linear with the outputs 1 2 3 4 5 6, as they were wanted and as they came.
struct Answer {
  fixtures::Case test_case = self::linear_case("answer", 2);
  std::vector<float> got = {1, 2, 3, 4, 5, 6}, plain = got;

  Answer() {
    for (std::size_t i = 0; i < got.size(); ++i)
      test_case.outputs[0].want.as<double>()[i] = static_cast<double>(got[i]);
  }
  [[nodiscard]] bool rejected_by(const std::string& rule) const {
    const auto verdicts =
        judge_by_foreign_rules(test_case, test_case.outputs[0], *find_class("f32"),
                               std::as_bytes(std::span(got)), std::as_bytes(std::span(plain)));
    for (std::size_t n = 0; n < foreign_rules().size(); ++n) {
      if (foreign_rules()[n].name != rule) continue;
      BOOST_TEST_REQUIRE((verdicts.judged >> n & 1) == 1, rule);
      return (verdicts.rejected >> n & 1) == 1;
    }
    throw std::runtime_error("no rule is called " + rule);
  }
};

/// Whether a rule accepts an error of nine tenths of `edge` in the last element, 6, and rejects one
/// of eleven tenths.
void check_edge(const std::string& rule, double edge, const std::string& op = "linear") {
  Answer answer;
  answer.test_case.op = op;
  answer.got[5] = static_cast<float>(6 + 0.9 * edge);
  BOOST_TEST(!answer.rejected_by(rule), rule);
  answer.got[5] = static_cast<float>(6 + 1.1 * edge);
  BOOST_TEST(answer.rejected_by(rule), rule);
}

}  // namespace

BOOST_AUTO_TEST_CASE(rules_accept_up_to_their_edge) {
  check_edge("ggml NMSE 1e-7", std::sqrt(1e-7 * 91));  // 1 + 4 + 9 + 16 + 25 + 36
  check_edge("ggml NMSE 5e-4", std::sqrt(5e-4 * 91));
  check_edge("torch.assert_close", 1e-5 + 6 * 1.3e-6);
  check_edge("ONNX 1e-3", 1e-7 + 6e-3);
  check_edge("KernelBench 1e-4", 1e-4 + 6e-4);
  check_edge("KernelBench 1e-2", 1e-2 + 6e-2);
  check_edge("FlashAttention 2x", 1e-5);  // where plain errs nowhere
  check_edge("oneDNN attention", 6 * 10 * 0x1p-23, "cached_attention");
}

BOOST_AUTO_TEST_CASE(twice_the_error_of_plain_is_accepted) {
  Answer answer;
  answer.plain[0] = 1.5F;
  answer.got[5] = 6.99F;
  BOOST_TEST(!answer.rejected_by("FlashAttention 2x"));
  answer.got[5] = 7.01F;
  BOOST_TEST(answer.rejected_by("FlashAttention 2x"));
}

BOOST_AUTO_TEST_CASE(no_rule_accepts_another_kind_and_all_accept_the_same) {
  for (const ForeignRule& rule : foreign_rules()) {
    if (rule.name == "oneDNN attention") continue;  // has nothing to say about linear
    const std::string name(rule.name);
    Answer answer;
    BOOST_TEST(!answer.rejected_by(name), name);
    answer.got[2] = std::nanf("");
    BOOST_TEST(answer.rejected_by(name), name);
    answer.test_case.outputs[0].want.as<double>()[2] = std::nan("");
    BOOST_TEST(!answer.rejected_by(name), name);
    answer.got[3] = infinity;
    BOOST_TEST(answer.rejected_by(name), name);
    answer.test_case.outputs[0].want.as<double>()[3] = static_cast<double>(infinity);
    BOOST_TEST(!answer.rejected_by(name), name);
  }
}

BOOST_AUTO_TEST_CASE(ulps_of_webnn_are_added_up) {
  fixtures::Case linear = self::linear_case("ulps", 2);
  BOOST_TEST(additive_ulps(linear, "y", *find_class("f32"))->ulps == 2 * 5);
  linear.inputs["b"] = fixtures::Array::zeros(DType::f32, {3});
  BOOST_TEST(additive_ulps(linear, "y", *find_class("f32"))->ulps == 2 * 5 + 1);
  BOOST_TEST(!additive_ulps(linear, "y", *find_class("f64")));
  BOOST_TEST(!additive_ulps(linear, "y", *find_class("bf16")));
  check_edge("WebNN additive ULP", 10 * 0x1p-21);  // an ulp at 6 is 2^-21
}
