// SPDX-License-Identifier: Apache-2.0
// The pages of the spec against the loops and the schema: every example holds, every table repeats
// the schema, every clause is decided somewhere.
#define BOOST_TEST_MODULE spec_examples
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "suites/self/written_call.h"
#include "suites/spec_page.h"

namespace assay::self {
namespace {

using suites::Clause;
using suites::SpecExample;
using suites::SpecPage;
using suites::SpecTable;

const SpecTable* table_of(const SpecPage& page, std::string_view title) {
  const auto found = std::ranges::find(page.tables, title, &SpecTable::title);
  return found == page.tables.end() ? nullptr : &*found;
}

/// Whether one of the notes, which commas and semicolons separate, is exactly this one.
bool notes_say(const std::string& notes, std::string_view wanted) {
  std::string_view rest = notes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(",;"), rest.size());
    std::string_view note = rest.substr(0, end);
    while (note.starts_with(' ')) note.remove_prefix(1);
    if (note == wanted) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

constexpr std::string_view element_kinds[] = {"floating", "i64", "boolean"};
constexpr std::string_view attribute_kinds[] = {"i64", "f64", "bool", "string", "i64 list"};

void check_tensor_table(const SpecPage& page, std::string_view title,
                        std::span<const TensorSpec> specs) {
  const SpecTable* table = table_of(page, title);
  BOOST_REQUIRE_MESSAGE(table != nullptr, page.op << ".md: no table under " << title);
  BOOST_REQUIRE_MESSAGE(table->rows.size() == specs.size(),
                        page.op << ".md: " << title << " has another number of rows");
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const TensorSpec& spec = specs[i];
    BOOST_TEST_CONTEXT(page.op << ".md, " << title << ", " << spec.name) {
      const std::vector<std::string>& row = table->rows[i];
      BOOST_REQUIRE(row.size() == 4);
      BOOST_TEST(row[0] == spec.name);
      BOOST_TEST(row[1] == element_kinds[static_cast<std::size_t>(spec.kind)]);
      BOOST_TEST(row[2] == spec.shape);
      BOOST_TEST(notes_say(row[3], "optional") == spec.optional);
      BOOST_TEST(notes_say(row[3], "weight") == spec.weight);
      BOOST_TEST(notes_say(row[3], "laid out") == spec.laid_out);
      BOOST_TEST(notes_say(row[3], "in-out") == spec.in_out);
    }
  }
}

void check_attribute_table(const SpecPage& page, std::span<const AttributeSpec> specs) {
  const SpecTable* table = table_of(page, "Attributes");
  if (specs.empty() && table == nullptr) return;
  BOOST_REQUIRE_MESSAGE(table != nullptr && table->rows.size() == specs.size(),
                        page.op << ".md: Attributes has another number of rows");
  for (std::size_t i = 0; i < specs.size(); ++i) {
    BOOST_TEST_CONTEXT(page.op << ".md, Attributes, " << specs[i].name) {
      const std::vector<std::string>& row = table->rows[i];
      BOOST_REQUIRE(row.size() == 5);
      BOOST_TEST(row[0] == specs[i].name);
      BOOST_TEST(row[1] == attribute_kinds[static_cast<std::size_t>(specs[i].kind)]);
      BOOST_TEST(row[2] == specs[i].ordinary);
      BOOST_TEST(row[3] == specs[i].choices);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_example_holds_in_double) {
  for (const std::string& line : disagreements_of_all_pages<double>(0x1p-53)) BOOST_ERROR(line);
}

BOOST_AUTO_TEST_CASE(there_are_examples) {
  std::size_t count = 0;
  for (const SpecPage& page : suites::spec_pages()) count += page.examples.size();
  BOOST_TEST(count > 100);
}

BOOST_AUTO_TEST_CASE(a_wrong_example_is_found) {
  const auto lines_about = [](const std::string& gives) {
    const SpecPage page = suites::parse_spec_page(
        "# softmax\n\n## [softmax.axis]\n\nA rule.\n\n```example\nop: softmax\nx = [[0, 0]]\n" +
        gives + "\n```\n");
    return check_example<double>(page.examples.at(0), 0x1p-53).size();
  };
  BOOST_TEST(lines_about("gives:\nprobs = [[1/2, 0.50]]") == 0);
  BOOST_TEST(lines_about("gives:\nprobs = [[1/2, 0.51]]") == 1);
  BOOST_TEST(lines_about("gives:\nprobs = [[1/3, nan]]") == 2);
  BOOST_TEST(lines_about("gives:\nprobs = [[1/2]]") == 1);
  BOOST_TEST(lines_about("gives:\nweights = [[1/2, 1/2]]") == 1);
  BOOST_TEST(lines_about("gives:\nprobs = [[1/2, half]]") == 1);
  BOOST_TEST(lines_about("gives: error \"temperature\"") == 1);
}

BOOST_AUTO_TEST_CASE(a_nan_agrees_with_nan_only) {
  const WrittenTensor written = parse_written_tensor("[nan, 0, 0.0, inf]");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(written.numbers[0].agrees(nan, 0x1p-53));
  BOOST_TEST(!written.numbers[0].agrees(0.0, 0x1p-53));
  for (std::size_t i = 1; i < 4; ++i) BOOST_TEST(!written.numbers[i].agrees(nan, 0x1p-53));
  BOOST_TEST(!written.numbers[3].agrees(-std::numeric_limits<double>::infinity(), 0x1p-53));
}

BOOST_AUTO_TEST_CASE(a_page_out_of_form_is_refused) {
  for (const char* text :
       {"", "# softmax\n## [softmax.axis]\n", "# softmax\n## [rope.angle]\n\nA rule.\n",
        "# softmax\n## [softmax.a]\n\nA.\n## [softmax.a]\n\nA.\n",
        "# softmax\n## [softmax]\n\nA.\n", "# softmax\n| a | b |\nno line\n",
        "# softmax\n| a | b |\n|---|---|\n| 1 |\n",
        "# softmax\n```example\nop: softmax\nx = [[0]]\n```\n"}) {
    BOOST_CHECK_THROW(suites::parse_spec_page(text), suites::SpecPageError);
  }
}

BOOST_AUTO_TEST_CASE(every_op_has_a_page_that_repeats_its_schema) {
  const std::vector<SpecPage> pages = suites::spec_pages();
  for (const OpSchema& op : schema::ops) {
    const auto page = std::ranges::find(pages, op.name, &SpecPage::op);
    BOOST_REQUIRE_MESSAGE(page != pages.end(), "no page for " << op.name);
    check_tensor_table(*page, "Inputs", op.inputs);
    check_tensor_table(*page, "Outputs", op.outputs);
    check_attribute_table(*page, op.attributes);
    BOOST_TEST(!page->purpose.empty(), op.name << ".md does not say what the op is for");
  }
}

BOOST_AUTO_TEST_CASE(every_tag_of_the_loops_names_a_clause) {
  std::set<std::string> clauses;
  for (const SpecPage& page : suites::spec_pages()) {
    for (const Clause& clause : page.clauses) clauses.insert(clause.id);
  }
  for (const suites::TaggedLine& line : suites::spec_lines()) {
    BOOST_TEST(clauses.contains(line.clause),
               line.file << ":" << line.line << ": no clause " << line.clause);
  }
}

BOOST_AUTO_TEST_CASE(every_clause_is_decided_by_a_line_or_by_the_bench) {
  std::set<std::string> tags;
  for (const suites::TaggedLine& line : suites::spec_lines()) tags.insert(line.clause);
  for (const SpecPage& page : suites::spec_pages()) {
    for (const Clause& clause : page.clauses) {
      const bool by_bench = decided_by_bench(clause);
      BOOST_TEST((tags.contains(clause.id) != by_bench),
                 clause.id << (by_bench ? " is decided by the bench and by a line"
                                        : " is at no line of the loops"));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_clause_of_an_op_has_an_example) {
  for (const SpecPage& page : suites::spec_pages()) {
    if (find_op(page.op) == nullptr) continue;
    for (const Clause& clause : page.clauses) {
      BOOST_TEST(std::ranges::count(page.examples, clause.id, &SpecExample::clause) > 0,
                 clause.id << " has no example");
    }
  }
}

}  // namespace
}  // namespace assay::self
