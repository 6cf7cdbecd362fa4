// SPDX-License-Identifier: Apache-2.0
// The importer of node tests: what it moves where, what it leaves out with a reason, and what it
// refuses.
#define BOOST_TEST_MODULE onnx_import
#include "fixtures/onnx_import.h"

#include <boost/test/unit_test.hpp>

#include "fixtures/store.h"
#include "suites/self/stored_cases.h"
#include "suites/self/written_onnx.h"

namespace assay::suites {
namespace {

using fixtures::FixtureError;
using fixtures::import_onnx;
using fixtures::OnnxTest;
using fixtures::read_onnx_test;

const std::vector<float> six = {1, 2, 3, 4, 5, 6};

/// A node test whose inputs and output are given as tensors.
std::filesystem::path written(const Folder& folder, const Message& model_bytes,
                              const std::vector<Message>& inputs, const Message& output) {
  const auto test = folder / "test_made_up";
  write(test / "model.onnx", model_bytes.bytes());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    write(test / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb"), inputs[i].bytes());
  }
  write(test / "test_data_set_0/output_0.pb", output.bytes());
  return test;
}

std::vector<float> values_of(const fixtures::Array& array) {
  return {array.as<float>(), array.as<float>() + array.count()};
}

BOOST_AUTO_TEST_CASE(softmax_over_the_first_axis_is_turned_to_the_last) {
  const Folder folder;
  const Message x = tensor(onnx_float, {2, 3}, six);
  const OnnxTest test = read_onnx_test(
      written(folder, model("Softmax", {"a"}, {integer_attribute("axis", 0)}), {x}, x));
  BOOST_REQUIRE_EQUAL(test.cases.size(), 1);
  const fixtures::Case& made = test.cases.front();
  BOOST_TEST(made.id == "onnx-made_up");
  BOOST_TEST(made.inputs.at("x").shape == Shape({3, 2}), boost::test_tools::per_element());
  const std::vector<float> turned = {1, 4, 2, 5, 3, 6};
  BOOST_TEST(values_of(made.inputs.at("x")) == turned, boost::test_tools::per_element());
  BOOST_TEST(values_of(*made.outputs.front().witness) == turned, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_bias_per_row_becomes_further_channels) {
  const Folder folder;
  const Message a = tensor(onnx_float, {2, 1}, std::vector<float>{2, 3});
  const Message b = tensor(onnx_float, {1, 2}, std::vector<float>{5, 7});
  const Message c = tensor(onnx_float, {2, 2}, std::vector<float>{10, 20, 30, 40});
  const Message y = tensor(onnx_float, {2, 2}, std::vector<float>{20, 34, 45, 61});
  const OnnxTest test =
      read_onnx_test(written(folder, model("Gemm", {"a", "b", "c"}), {a, b, c}, y));
  BOOST_REQUIRE_EQUAL(test.cases.size(), 1);
  const std::vector<float> x = {2, 1, 0, 3, 0, 1};
  const std::vector<float> w = {5, 10, 30, 7, 20, 40};
  BOOST_TEST(values_of(test.cases[0].inputs.at("x")) == x, boost::test_tools::per_element());
  BOOST_TEST(values_of(test.cases[0].inputs.at("w")) == w, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_batched_product_becomes_a_case_per_matrix) {
  const Folder folder;
  const Message a = tensor(onnx_float, {3, 1, 2}, six);
  const Message b = tensor(onnx_float, {2}, std::vector<float>{10, 1});
  const Message y = tensor(onnx_float, {3, 1}, std::vector<float>{12, 34, 56});
  const OnnxTest test = read_onnx_test(written(folder, model("MatMul", {"a", "b"}), {a, b}, y));
  BOOST_REQUIRE_EQUAL(test.cases.size(), 3);
  BOOST_TEST(test.cases[2].id == "onnx-made_up-batch2");
  BOOST_TEST(values_of(test.cases[2].inputs.at("x"))[0] == 5);
  BOOST_TEST(values_of(*test.cases[2].outputs[0].witness)[0] == 56);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_said_is_left_out_with_its_reason) {
  const Folder folder;
  const Message x = tensor(onnx_float, {2, 3}, six);
  const auto reason = [&](const Message& of) {
    const OnnxTest test = read_onnx_test(written(folder, of, {x, x, x}, x));
    BOOST_TEST(test.cases.empty());
    return test.reason;
  };
  BOOST_TEST(reason(model("Elu", {"a"})) == "op Elu is not part of the spec");
  BOOST_TEST(reason(model("Softmax", {"a"}, {integer_attribute("axis", 2)})) ==
             "names an axis that its input lacks");
  BOOST_TEST(reason(model("Attention", {"a", "b", "c"})) ==
             "has inputs of other than three or four axes");
  BOOST_TEST(reason(model("MatMul", {"a", "b"})) == "linear: w: d_in is 2 here and 3 before");
  BOOST_TEST(reason(model("Softmax", {"a"}, {}, onnx_string)) ==
             "has elements of a type that is not read here");
  BOOST_TEST(reason(Message()) == "has 0 nodes, not one");
  BOOST_TEST(reason(model("Softmax", {"a"}, {integer_attribute("beta", 1)})) ==
             "attribute beta of Softmax is not supported");
  BOOST_TEST(reason(model("Gemm", {"a", "b"}, {integer_attribute("alpha", 1)})) ==
             "attribute alpha of Gemm has another type");
  BOOST_TEST(reason(model("Softmax", {"a", "b"})) ==
             "gives Softmax more inputs or outputs than are known here");
}

BOOST_AUTO_TEST_CASE(what_would_be_large_or_endless_is_left_out) {
  const Folder folder;
  const auto reason = [&](const Message& of, const std::vector<Message>& inputs) {
    return read_onnx_test(written(folder, of, inputs, inputs.front())).reason;
  };
  // A bias per row would become an identity matrix of 20,000 rows.
  constexpr std::size_t rows = 20'000;
  const Message tall = tensor(onnx_float, {rows, 1}, std::vector<float>(rows, 1));
  std::vector<float> uneven(rows, 1);
  uneven.back() = 2;
  BOOST_TEST(reason(model("Gemm", {"a", "b", "c"}),
                    {tall, tensor(onnx_float, {1, 1}, std::vector<float>{1}),
                     tensor(onnx_float, {rows, 1}, uneven)}) ==
             "becomes larger here than any test should be");
  const std::vector<float> many(rows, 1);
  BOOST_TEST(reason(model("MatMul", {"a", "b"}), {tensor(onnx_float, {rows, 1, 1, 1}, many),
                                                  tensor(onnx_float, {1, rows, 1, 1}, many)}) ==
             "becomes larger here than any test should be");
  BOOST_TEST(reason(model("Softmax", {"y"}), {tall}).empty());  // the graph calls its input y, too
  Message nested, node;
  for (int depth = 0; depth < 300; ++depth)
    nested = Message().message(1, Message().message(6, nested));
  write(folder / "test_made_up/model.onnx", Message().message(7, nested).bytes());
  BOOST_CHECK_THROW(read_onnx_test(folder / "test_made_up"), FixtureError);
}

BOOST_AUTO_TEST_CASE(a_window_is_ours_or_a_mask) {
  const Folder folder;
  const Message two = tensor(onnx_float, {1, 1, 2, 1}, std::vector<float>{1, 2});
  const Message three = tensor(onnx_float, {1, 1, 3, 1}, std::vector<float>{1, 2, 3});
  const auto read = [&](std::int64_t left, std::int64_t right, std::int64_t causal) {
    return read_onnx_test(written(folder,
                                  model("Attention", {"a", "b", "c"},
                                        {integer_attribute("left_window_size", left),
                                         integer_attribute("right_window_size", right),
                                         integer_attribute("is_causal", causal)}),
                                  {two, three, three}, two));
  };
  const OnnxTest both_sides = read(0, 1, 0);
  BOOST_REQUIRE_EQUAL(both_sides.cases.size(), 1);
  const fixtures::Array& keep = both_sides.cases[0].inputs.at("keep");
  const std::vector<int> seen(keep.as<std::uint8_t>(), keep.as<std::uint8_t>() + keep.count());
  const std::vector<int> expected = {1, 1, 0, 0, 1, 1};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
  const OnnxTest causal = read(1, -1, 1);
  BOOST_REQUIRE_EQUAL(causal.cases.size(), 1);
  BOOST_TEST(std::get<std::int64_t>(causal.cases[0].attributes.at("window")) == 2);
  BOOST_TEST(!causal.cases[0].inputs.contains("keep"));
  BOOST_TEST(read(-2, 0, 0).reason == "has a window of negative size");
}

BOOST_AUTO_TEST_CASE(an_expectation_that_is_not_ours_is_named) {
  const Folder folder;
  const Message x = tensor(onnx_float, {1, 2}, std::vector<float>{0, 0});
  const Message y = tensor(onnx_float, {1, 2}, std::vector<float>{0.5F, 0.75F});
  written(folder, model("Softmax", {"a"}), {x}, y);
  const fixtures::OnnxImport report = import_onnx(folder / "test_made_up", folder / "x.h5", 1);
  BOOST_REQUIRE_EQUAL(report.disagreements.size(), 1);
  BOOST_TEST(report.disagreements[0] ==
             "softmax/onnx-made_up probs: element 1 is 0.5, and the witness says 0.75, 500 times "
             "its tolerance away");
}

BOOST_AUTO_TEST_CASE(a_factor_inside_the_sigmoid_moves_outside) {
  const Folder folder;
  const Message x = tensor(onnx_float, {2}, std::vector<float>{1, -3});
  const Message y = tensor(onnx_float, {2}, std::vector<float>{0.8807971F, -0.0074178712F});
  written(folder, model("Swish", {"a"}, {float_attribute("alpha", 2)}), {x}, y);
  const fixtures::OnnxImport report = import_onnx(folder / "test_made_up", folder / "x.h5", 1);
  BOOST_TEST(report.cases == 1);
  BOOST_TEST(report.disagreements.empty());
}

BOOST_AUTO_TEST_CASE(damaged_tests_are_refused_in_one_line) {
  const Folder folder;
  const Message softmax = model("Softmax", {"a"});
  const Message x = tensor(onnx_float, {2, 3}, six);
  const auto refused = [&](const std::string& expected) {
    BOOST_CHECK_EXCEPTION(read_onnx_test(folder / "test_made_up"), FixtureError,
                          [&](const FixtureError& error) {
                            const std::string what = error.what();
                            BOOST_TEST_MESSAGE(what);
                            BOOST_TEST(what.find(expected) != std::string::npos, what);
                            return what.find('\n') == std::string::npos;
                          });
  };
  refused("is missing: no ONNX model");
  written(folder, softmax, {}, x);
  refused("is missing: no ONNX tensor");
  written(folder, softmax, {tensor(onnx_float, {2, 4}, six)}, x);
  refused("fewer or more elements");
  written(folder, softmax, {tensor(onnx_float, {1 << 20, 1 << 20}, six)}, x);
  refused("absurd shape");
  written(folder, softmax, {tensor(onnx_float, {-1}, six)}, x);
  refused("absurd shape");
  write(folder / "test_made_up/model.onnx", softmax.bytes().substr(0, 20));
  refused("is no ONNX model");
  write(folder / "test_made_up/model.onnx", std::string(100, '\xff'));
  refused("is no ONNX model");
}

BOOST_AUTO_TEST_CASE(a_folder_without_tests_or_with_several_ops_names_the_cure) {
  const Folder folder;
  BOOST_CHECK_THROW(import_onnx(folder / "none", folder / "x.h5", 1), FixtureError);
  BOOST_CHECK_THROW(import_onnx(folder / "", folder / "x.h5", 1), FixtureError);
  const Message x = tensor(onnx_float, {1, 1}, std::vector<float>{1});
  std::filesystem::rename(written(folder, model("Softmax", {"a"}), {x}, x), folder / "test_1");
  std::filesystem::rename(written(folder, model("MatMul", {"a", "b"}), {x, x}, x),
                          folder / "test_2");
  BOOST_CHECK_EXCEPTION(
      import_onnx(folder / "", folder / "x.h5", 1), FixtureError, [](const FixtureError& error) {
        return std::string(error.what()).find("name a folder") != std::string::npos;
      });
  std::filesystem::create_directory(folder / "out");
  const fixtures::OnnxImport report = import_onnx(folder / "", folder / "out", 1);
  BOOST_TEST(report.tests == 2);
  BOOST_TEST(fixtures::read_cases(folder / "out/onnx_linear.h5").size() == 1);
  BOOST_TEST(fixtures::read_cases(folder / "out/onnx_softmax.h5").size() == 1);
}

}  // namespace
}  // namespace assay::suites
