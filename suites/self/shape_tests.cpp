// SPDX-License-Identifier: Apache-2.0
// How tables bind the words of a call: products, words that attributes give, tensors per layer, and
// what is said where something does not fit.
#define BOOST_TEST_MODULE shapes
#include <boost/test/unit_test.hpp>

#include "reference/shape.h"

namespace assay::self {
namespace {

constexpr TensorSpec inputs[] = {
    {.name = "x", .kind = ElementKind::floating, .shape = "tokens 2*d_ff"},
    {.name = "layers.*.w",
     .kind = ElementKind::floating,
     .shape = "n_heads*head_dim+1 d_ff",
     .weight = true,
     .repeated = "n_layers"},
    {.name = "cache",
     .kind = ElementKind::floating,
     .shape = "n_layers tokens",
     .optional = true,
     .in_out = true},
};
constexpr TensorSpec outputs[] = {
    {.name = "y", .kind = ElementKind::floating, .shape = "tokens n_heads*head_dim"},
    {.name = "tap.*",
     .kind = ElementKind::floating,
     .shape = "3 d_ff",
     .optional = true,
     .repeated = "n_layers"},
    {.name = "cache",
     .kind = ElementKind::floating,
     .shape = "n_layers tokens",
     .optional = true,
     .in_out = true},
};
constexpr AttributeSpec attributes[] = {
    {"n_layers", AttributeKind::i64, "1", ""},
    {"n_heads", AttributeKind::i64, "1", ""},
    {"head_dim", AttributeKind::i64, "1", ""},
};
constexpr OpSchema op = {.name = "toy",
                         .inputs = inputs,
                         .outputs = outputs,
                         .attributes = attributes,
                         .batch_word = "tokens"};

const NumberClass& f32 = *find_class("f32");

Attributes given(std::int64_t n_layers) {
  return {{"n_layers", n_layers}, {"n_heads", std::int64_t{3}}, {"head_dim", std::int64_t{5}}};
}

TensorTypes two_layers() {
  return {{"x", {DType::f32, {4, 14}}},
          {"layers.0.w", {DType::f32, {16, 7}}},
          {"layers.1.w", {DType::f32, {16, 7}}}};
}

/// What bind_words() says to a call, or "" if it has nothing against it.
std::string complaint(const TensorTypes& types, const Attributes& values) {
  try {
    bind_words(op, f32, values, types);
    return "";
  } catch (const CallError& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(products_and_attributes_bind_words) {
  const Words words = bind_words(op, f32, given(2), two_layers());
  BOOST_TEST(words.at("d_ff") == 7);
  BOOST_TEST(words.at("n_heads") == 3);
  BOOST_CHECK((output_type(op, f32, given(2), words, "y").shape == Shape{4, 15}));
  BOOST_CHECK((output_type(op, f32, given(2), words, "tap.1").shape == Shape{3, 7}));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_named) {
  TensorTypes odd = two_layers();
  odd["x"].shape[1] = 15;
  BOOST_TEST(complaint(odd, given(2)) == "toy: x: 2*d_ff is 15 here, no multiple of 2");
  TensorTypes narrow = two_layers();
  narrow["layers.1.w"].shape[0] = 15;
  BOOST_TEST(complaint(narrow, given(2)) ==
             "toy: layers.1.w: n_heads*head_dim+1 is 15 here and 16 before");
  BOOST_TEST(complaint(two_layers(), given(3)) == "toy: layers.2.w: input is missing");
  BOOST_TEST(complaint(two_layers(), given(1)) ==
             "toy: no input 'layers.1.w'; n_layers says how many there are");
  BOOST_TEST(complaint(two_layers(), given(-1)).find("n_layers is -1") != std::string::npos);
  BOOST_TEST(complaint(two_layers(), given(1'000'000'000'000)).find("it may be 0 ... 4096") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_star_stands_for_a_number_and_nothing_else) {
  BOOST_TEST(is_named("layers.*.w", "layers.10.w"));
  for (const char* name :
       {"layers..w", "layers.01.w", "layers.x.w", "layers.1.w.", "layers.-1.w"}) {
    BOOST_TEST(!is_named("layers.*.w", name), name);
  }
}

BOOST_AUTO_TEST_CASE(what_a_call_rewrites_is_among_its_outputs) {
  TensorTypes types = two_layers();
  BOOST_TEST(outputs_of_call(op, given(2), types, {}) == std::vector<std::string>{"y"});
  types["cache"] = {DType::f32, {2, 4}};
  const std::vector<std::string> all = {"y", "tap.1", "cache"};
  BOOST_TEST(outputs_of_call(op, given(2), types, {"tap.1"}) == all);
}

}  // namespace assay::self
