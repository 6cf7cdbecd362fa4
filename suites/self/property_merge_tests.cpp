// SPDX-License-Identifier: Apache-2.0
// Properties of parts and wholes: merged halves of attention, sinks as columns, penalties before
// sampling or inside it.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name) {
  return implementation()(call).find(name)->second;
}

/// Attention of rows of scores to values (channels by keys), and its log-sum-exp.
struct Attended {
  Attended(const Array& scores, const Array& values, const char* base)
      : out(output({"linear",
                    {},
                    {{"x", output({"softmax", {}, {{"x", scores}}, {}}, "probs")}, {"w", values}},
                    {}},
                   "y")),
        lse(output({"log_sum_exp", {{"base", base}}, {{"x", scores}}, {}}, "value")) {}
  Array out, lse;
};

/// Arrays of one shape under a further first axis.
Array stacked(const std::vector<Array>& arrays) {
  Shape shape = arrays[0].shape;
  shape.insert(shape.begin(), static_cast<std::int64_t>(arrays.size()));
  Array stack = Array::zeros(arrays[0].dtype, shape);
  auto to = stack.bytes.begin();
  for (const Array& each : arrays) to = std::copy(each.bytes.begin(), each.bytes.end(), to);
  return stack;
}

Tensors merged(const std::vector<Array>& outs, const std::vector<Array>& lses, const char* base) {
  return implementation()({"merge",
                           {{"base", base}},
                           {{"partial_out", stacked(outs)}, {"partial_lse", stacked(lses)}},
                           {}});
}

/// The array with one more column in front.
Array with_column(const Array& column, const Array& array) {
  Array wide = Array::zeros(array.dtype, {array.shape[0], array.shape[1] + 1});
  for (std::int64_t r = 0; r < array.shape[0]; ++r) {
    double* to = wide.as<double>() + r * wide.shape[1];
    *to = column.as<double>()[r];
    std::copy_n(array.as<double>() + r * array.shape[1], array.shape[1], to + 1);
  }
  return wide;
}

}  // namespace

BOOST_AUTO_TEST_CASE(merged_parts_are_the_whole) {
  const Array scores = normal({5, 12}, 81, 3), values = normal({4, 12}, 82);
  for (const char* base : {"e", "2"}) {
    const Attended whole(scores, values, base);
    const Attended a(range(scores, 1, 0, 3), range(values, 1, 0, 3), base);
    const Attended b(range(scores, 1, 3, 8), range(values, 1, 3, 8), base);
    const Attended c(range(scores, 1, 11, 1), range(values, 1, 11, 1), base);
    const Tensors all = merged({a.out, b.out, c.out}, {a.lse, b.lse, c.lse}, base);
    BOOST_TEST(difference(all.at("out"), whole.out) < rounding);
    BOOST_TEST(difference(all.at("lse"), whole.lse) < rounding);
    // In two steps, and in another order.
    const Tensors first = merged({c.out, a.out}, {c.lse, a.lse}, base);
    const Tensors then = merged({b.out, first.at("out")}, {b.lse, first.at("lse")}, base);
    BOOST_TEST(difference(then.at("out"), whole.out) < rounding);
    BOOST_TEST(difference(then.at("lse"), whole.lse) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_part_changes_no_bit) {
  const Array out = normal({5, 4}, 83), other = normal({5, 4}, 84, 1e6);
  const Array lse = normal({5}, 85), nothing = filled({5}, -INFINITY);
  const Tensors both = merged({out, other}, {lse, nothing}, "e"), one = merged({out}, {lse}, "e");
  BOOST_TEST(same_bits(both.at("out"), one.at("out")));
  BOOST_TEST(same_bits(both.at("lse"), one.at("lse")));
}

BOOST_AUTO_TEST_CASE(a_sink_is_a_column_that_is_dropped) {
  const Array x = normal({4, 7}, 86, 2), sinks = normal({4}, 87);
  const PropertyCall plain = {"softmax", {}, {{"x", x}}, {}};
  const Array wide = output(plain.with("x", with_column(sinks, x)), "probs");
  BOOST_TEST(difference(output(plain.with("sinks", sinks), "probs"), range(wide, 1, 1, 7)) <
             rounding);
  const Array zeros = output(plain.with("sinks", filled({4}, 0)), "probs");
  BOOST_TEST(same_bits(output(plain.with("plus_one", "true"), "probs"), zeros));
}

BOOST_AUTO_TEST_CASE(no_penalty_changes_no_bit) {
  const Array logits = normal({4, 7}, 88, 2);
  const Array history = integers({4, 2}, {1, 1, -1, 6, 0, 3, 5, 2});
  const PropertyCall none = {"penalties", {}, {{"logits", logits}, {"history", history}}, {}};
  BOOST_TEST(same_bits(output(none, "penalised"), logits));
}

BOOST_AUTO_TEST_CASE(sampling_penalises_as_the_op_does) {
  const Array logits = normal({30, 9}, 89, 2);
  Array history = counted({30, 2});
  for (std::size_t i = 0; i < 60; ++i) history.as<std::int64_t>()[i] = (7 * i) % 9;
  const PropertyCall lowered = {"penalties",
                                {{"repetition", "1.5"}, {"presence", "0.5"}, {"frequency", "0.25"}},
                                {{"logits", logits}, {"history", history}},
                                {}};
  const PropertyCall inside = {
      "sampling",
      {{"repetition_penalty", "1.5"},
       {"presence_penalty", "0.5"},
       {"frequency_penalty", "0.25"},
       {"temperature", "0.75"},
       {"top_p", "0.875"},
       {"seed", "3"}},
      {{"logits", logits}, {"stream", counted({30})}, {"history", history}},
      {"kept", "probs"}};
  const PropertyCall after = inside.without("history").with("logits", output(lowered, "penalised"));
  const Tensors one = implementation()(inside), two = implementation()(after);
  for (const char* name : {"token", "kept", "probs"}) {
    BOOST_TEST(same_bits(one.at(name), two.at(name)));
  }
}

}  // namespace assay::suites::self
