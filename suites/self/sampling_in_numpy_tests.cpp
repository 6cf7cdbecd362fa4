// SPDX-License-Identifier: Apache-2.0
// The NumPy version in docs/sampling.md, taken from the page and run: it must give the numbers on
// the page and the golden tokens of every committed case that only draws.
#define BOOST_TEST_MODULE sampling_in_numpy
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "fixtures/store.h"
#include "reference/philox.h"
#include "suites/self/stored_cases.h"

namespace assay::fixtures {
namespace {

using Lines = std::vector<std::string>;

/// The lines of the page's only block of that language.
Lines block(const std::string& language) {
  std::ifstream page(ASSAY_SOURCE_FOLDER "/docs/sampling.md");
  Lines lines;
  std::string line;
  while (std::getline(page, line) && line != "```" + language) {
  }
  while (std::getline(page, line) && line != "```") lines.push_back(line);
  return lines;
}

struct PageNumber {
  std::int64_t seed, step, stream, times_2_to_24;
};

std::vector<PageNumber> numbers_of_page() {
  std::vector<PageNumber> numbers;
  for (const std::string& line : block("numbers")) {
    std::istringstream words(line);
    std::string label;
    PageNumber number{};
    words >> label >> number.seed >> label >> number.step >> label >> number.stream >> label >>
        number.times_2_to_24;
    BOOST_REQUIRE_MESSAGE(words, "docs/sampling.md: cannot read: " + line);
    numbers.push_back(number);
  }
  return numbers;
}

/// Runs the page's lines and then these; the exit status of python3, whose complaint goes to
/// stderr.
int run_behind_the_page(const Lines& lines) {
  const suites::Folder folder;
  const std::filesystem::path file = folder / "page.py";
  std::ofstream text(file);
  for (const std::string& line : block("python")) text << line << '\n';
  for (const std::string& line : lines) text << line << '\n';
  text.close();
  return std::system((std::string(ASSAY_PYTHON) + " -I " + file.string()).c_str());
}

std::string text_of(const Array& integers, std::size_t i) {
  return std::to_string(integers.as<std::int64_t>()[i]);
}

/// Temperature above 0 is the only attribute that the lines know besides seed and step.
bool only_draws(const Case& test_case) {
  const auto is = [&](const char* name, const Attribute& value) {
    return test_case.attributes.at(name) == value;
  };
  return test_case.op == "sampling" && !test_case.inputs.contains("history") &&
         is("top_k", std::int64_t{0}) && is("top_p", 1.0) && is("min_p", 0.0) &&
         is("typical_p", 1.0) &&
         is("order", std::string("penalties,temperature,top_k,top_p,min_p,typical_p")) &&
         !is("temperature", 0.0);
}

/// A line of Python for each row: stops unless it draws the golden token.
Lines checks_of(const Case& test_case) {
  const Array logits = converted(test_case.inputs.at("logits"), DType::f64, true);
  const Golden& golden = *std::ranges::find(test_case.outputs, "token", &Golden::name);
  const auto vocab_size = static_cast<std::size_t>(logits.shape[1]);
  Lines lines;
  for (std::size_t r = 0; r < golden.want.count(); ++r) {
    std::string row;
    for (std::size_t t = 0; t < vocab_size; ++t) {
      row += fmt::format("float('{}'),", logits.as<double>()[r * vocab_size + t]);
    }
    lines.push_back(
        fmt::format("assert token(np.array([{}]), uniform({}, {}, {}), {}) == {}, '{}, row {}'",
                    row, std::get<std::int64_t>(test_case.attributes.at("seed")),
                    std::get<std::int64_t>(test_case.attributes.at("step")),
                    text_of(test_case.inputs.at("stream"), r),
                    std::get<double>(test_case.attributes.at("temperature")),
                    text_of(golden.want, r), test_case.full_id(), r));
  }
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(numpy_version_has_at_most_fifteen_lines) {
  BOOST_TEST(!block("python").empty());
  BOOST_TEST(block("python").size() <= 15u);
}

BOOST_AUTO_TEST_CASE(numbers_of_the_page_are_those_of_the_reference_and_of_numpy) {
  const std::vector<PageNumber> numbers = numbers_of_page();
  BOOST_TEST(numbers.size() == 5u);
  Lines lines;
  for (const PageNumber& each : numbers) {
    const double u = reference::uniform_of(each.seed, each.step, each.stream);
    BOOST_TEST(u * 0x1p24 == static_cast<double>(each.times_2_to_24));
    lines.push_back(fmt::format("assert uniform({}, {}, {}) * 2**24 == {}", each.seed, each.step,
                                each.stream, each.times_2_to_24));
  }
  BOOST_TEST(run_behind_the_page(lines) == 0);
}

BOOST_AUTO_TEST_CASE(numpy_version_draws_the_tokens_of_the_fixture) {
  Lines lines;
  int cases = 0;
  for (const Case& each : read_cases(ASSAY_SOURCE_FOLDER "/fixtures/sampling.h5")) {
    if (!only_draws(each)) continue;
    ++cases;
    for (std::string& line : checks_of(each)) lines.push_back(std::move(line));
  }
  BOOST_TEST(cases >= 15, "only " << cases << " cases");
  BOOST_TEST(lines.size() >= 100u, "only " << lines.size() << " rows");
  BOOST_TEST(run_behind_the_page(lines) == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_noticed) {
  BOOST_TEST(run_behind_the_page({"assert uniform(0, 0, 0) * 2**24 == 6694889"}) != 0);
}

}  // namespace assay::fixtures
