// SPDX-License-Identifier: Apache-2.0
// Properties of activations, feed-forward layers and mixtures of experts that hold whatever the
// numbers are.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

constexpr const char* forms[] = {"relu", "gelu", "gelu_tanh", "gelu_quick", "silu"};

Array output(const PropertyCall& call, const char* name = "y") {
  return implementation()(call).find(name)->second;
}

Array scaled(Array array, double factor) {
  for (std::size_t i = 0; i < array.count(); ++i) array.as<double>()[i] *= factor;
  return array;
}

Array sum(Array a, const Array& b, double factor = 1) {
  for (std::size_t i = 0; i < a.count(); ++i) {
    const double part = factor * b.as<double>()[i];
    a.as<double>()[i] += part;
  }
  return a;
}

Array activated(const char* form, const Array& x) {
  return output({"activation", {{"form", form}}, {{"x", x}}, {}});
}

/// The same matrix or layer for each of `count` experts.
Array repeated(const Array& one, std::int64_t count) {
  Array all = Array::zeros(one.dtype, {count, one.shape[0], one.shape[1]});
  for (std::size_t i = 0; i < all.count(); ++i) {
    all.as<double>()[i] = one.as<double>()[i % one.count()];
  }
  return all;
}

const PropertyCall layer = {"feed_forward",
                            {{"activation", "silu"}},
                            {{"x", normal({4, 5}, 101)},
                             {"w_up", normal({9, 5}, 102)},
                             {"w_gate", normal({9, 5}, 103)},
                             {"w_down", normal({5, 9}, 104)}},
                            {}};
const PropertyCall mixture = {"mixture_of_experts",
                              {},
                              {{"x", normal({4, 5}, 105)},
                               {"router", normal({3, 5}, 106)},
                               {"w_up", normal({3, 9, 5}, 107)},
                               {"w_gate", normal({3, 9, 5}, 108)},
                               {"w_down", normal({3, 5, 9}, 109)}},
                              {"experts", "shares"}};

}  // namespace

BOOST_AUTO_TEST_CASE(an_activation_and_its_mirror_image_differ_by_their_argument) {
  const Array x = normal({3, 17}, 110, 2);
  for (const char* form : forms) {
    const Array rest = sum(activated(form, x), activated(form, scaled(x, -1)), -1);
    BOOST_TEST(difference(rest, x) < rounding, form);
  }
}

BOOST_AUTO_TEST_CASE(the_quick_gelu_is_a_silu_of_another_scale) {
  const Array x = normal({3, 17}, 111, 2);
  const Array silu = scaled(activated("silu", scaled(x, 1.702)), 1 / 1.702);
  BOOST_TEST(difference(activated("gelu_quick", x), silu) < rounding);
}

BOOST_AUTO_TEST_CASE(the_two_gelus_differ_by_half_a_thousandth_at_most) {
  Array x = filled({1, 1201}, 0);
  for (std::size_t i = 0; i < 1201; ++i) x.as<double>()[i] = static_cast<double>(i) / 100 - 6;
  const double furthest = difference(activated("gelu", x), activated("gelu_tanh", x));
  BOOST_TEST(furthest > 4.6e-4);
  BOOST_TEST(furthest < 4.8e-4);
}

BOOST_AUTO_TEST_CASE(a_gate_before_ones_is_the_activation) {
  const Array gate = normal({3, 4}, 112);
  Array x = filled({3, 8}, 1);
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t c = 0; c < 4; ++c) {
      x.as<double>()[t * 8 + c] = gate.as<double>()[t * 4 + c];
    }
  }
  for (const char* form : forms) {
    const Array y = output({"gated_activation", {{"form", form}}, {{"x", x}}, {}});
    BOOST_TEST(same_bits(y, activated(form, gate)), form);
  }
}

BOOST_AUTO_TEST_CASE(the_sides_of_a_gate_are_orders_of_the_same_channels) {
  const Array x = normal({3, 6}, 113);
  const auto with_side = [&](const char* side, const std::vector<std::int64_t>& order) {
    return output({"gated_activation", {{"gate_side", side}}, {{"x", slices(x, 1, order)}}, {}});
  };
  const Array first = with_side("first", {0, 1, 2, 3, 4, 5});
  BOOST_TEST(same_bits(first, with_side("second", {3, 4, 5, 0, 1, 2})));
  BOOST_TEST(same_bits(first, with_side("interleaved", {0, 3, 1, 4, 2, 5})));
}

BOOST_AUTO_TEST_CASE(without_a_bend_and_a_gate_the_layer_is_one_linear_map) {
  const PropertyCall straight = layer.without("w_gate").with("activation", "none");
  Array product = filled({5, 5}, 0);
  for (std::size_t o = 0; o < 5; ++o) {
    for (std::size_t c = 0; c < 5; ++c) {
      for (std::size_t f = 0; f < 9; ++f) {
        const double part = layer.inputs.at("w_down").as<double>()[o * 9 + f] *
                            layer.inputs.at("w_up").as<double>()[f * 5 + c];
        product.as<double>()[o * 5 + c] += part;
      }
    }
  }
  const Array one_map = output({"linear", {}, {{"x", layer.inputs.at("x")}, {"w", product}}, {}});
  BOOST_TEST(difference(output(straight), one_map) < rounding * 100);
  BOOST_TEST(difference(output(straight.with("activation", "relu")), one_map) > 0.1);
}

BOOST_AUTO_TEST_CASE(a_gate_of_ones_is_none) {
  const PropertyCall open = layer.with("activation", "none")
                                .with("w_gate", filled({9, 5}, 0))
                                .with("b_gate", filled({9}, 1));
  const PropertyCall none = layer.with("activation", "none").without("w_gate");
  BOOST_TEST(same_bits(output(open), output(none)));
}

BOOST_AUTO_TEST_CASE(tokens_of_a_layer_do_not_see_each_other) {
  const std::vector<std::int64_t> order = {3, 0, 2, 1};
  for (const PropertyCall& call : {layer, mixture}) {
    const Array permuted = output(call.with("x", slices(call.inputs.at("x"), 0, order)));
    BOOST_TEST(same_bits(permuted, slices(output(call), 0, order)), call.op);
  }
}

BOOST_AUTO_TEST_CASE(a_mixture_of_equal_experts_is_one_of_them) {
  PropertyCall equal = mixture.with("x", layer.inputs.at("x"));
  for (const char* name : {"w_up", "w_gate", "w_down"}) {
    equal = equal.with(name, repeated(layer.inputs.at(name), 3));
  }
  for (const char* top_k : {"1", "2", "3"}) {
    BOOST_TEST(difference(output(equal.with("top_k", top_k)), output(layer)) < rounding * 100);
  }
}

BOOST_AUTO_TEST_CASE(with_all_experts_nothing_is_left_to_renormalise) {
  const PropertyCall all = mixture.with("top_k", "3");
  BOOST_TEST(difference(output(all), output(all.with("renormalise", "false"))) < rounding);
  const PropertyCall two = mixture.with("top_k", "2");
  BOOST_TEST(difference(output(two), output(two.with("renormalise", "false"))) > 1e-3);
}

BOOST_AUTO_TEST_CASE(renumbered_experts_give_the_same_sum) {
  const std::vector<std::int64_t> order = {2, 0, 1};
  PropertyCall renumbered = mixture;
  for (const char* name : {"router", "w_up", "w_gate", "w_down"}) {
    renumbered = renumbered.with(name, slices(mixture.inputs.at(name), 0, order));
  }
  BOOST_TEST(same_bits(output(mixture), output(renumbered)));
  const Array before = output(mixture, "experts"), after = output(renumbered, "experts");
  for (std::size_t i = 0; i < before.count(); ++i) {
    BOOST_TEST(order[static_cast<std::size_t>(after.as<std::int64_t>()[i])] ==
               before.as<std::int64_t>()[i]);
  }
}

}  // namespace assay::suites::self
