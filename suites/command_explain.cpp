// SPDX-License-Identifier: Apache-2.0
// assay explain: from one id to everything about it. For a clause the sentence of the spec, the
// line of the reference that decides it, and the cases that would catch a deviation.
#include <fmt/core.h>

#include <algorithm>

#include "reference/schema.h"
#include "reference/storage.h"
#include "suites/case_files.h"
#include "suites/columns.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/model_cost.h"
#include "suites/selection.h"
#include "suites/spec_page.h"
#include "suites/spelling.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using fixtures::Case;

/// What an id may lead to.
struct Knowledge {
  std::vector<Case> cases;
  std::vector<SpecPage> pages;
  std::vector<TaggedLine> lines;

  [[nodiscard]] const Clause* clause(const std::string& id) const {
    for (const SpecPage& page : pages)
      for (const Clause& each : page.clauses)
        if (each.id == id) return &each;
    return nullptr;
  }
};

void heading(const std::string& text, Console& console) {
  console.line("");
  console.line(console.bold(text));
}

void indented(const std::vector<std::vector<std::string>>& rows, Console& console) {
  for (const std::string& line : in_columns(rows)) console.line("  " + line);
}

void list_cases(const Knowledge& known, const Selection& selection, Console& console) {
  std::vector<std::vector<std::string>> rows;
  for (const Case& each : known.cases)
    if (selection.picks(names_of(each))) rows.push_back({each.full_id(), each.why});
  heading(std::to_string(rows.size()) + (rows.size() == 1 ? " case" : " cases"), console);
  indented(rows, console);
}

void explain_clause(const Clause& clause, const Knowledge& known, Console& console) {
  console.line(console.bold("[" + clause.id + "]") + "  reference/" + clause.page +
               ".md:" + std::to_string(clause.line));
  console.line(clause.text);
  if (!clause.explanation.empty()) {
    console.line("");
    console.line(clause.explanation);
  }
  std::vector<std::vector<std::string>> decided;
  for (const TaggedLine& line : known.lines) {
    if (line.clause == clause.id)
      decided.push_back({"reference/" + line.file + ":" + std::to_string(line.line), line.text});
  }
  if (!decided.empty()) {
    heading("decided in", console);
    indented(decided, console);
  }
  list_cases(known, {.filters = {"@" + clause.id}}, console);
}

std::string shape_text(const Shape& shape) {
  std::vector<std::string> extents;
  for (const std::int64_t extent : shape) extents.push_back(std::to_string(extent));
  return extents.empty() ? "one number" : joined(extents, " x ");
}

std::string text_of(const Attribute& value) {
  switch (kind_of(value)) {
    case AttributeKind::i64:
      return std::to_string(std::get<std::int64_t>(value));
    case AttributeKind::f64:
      return fmt::format("{}", std::get<double>(value));
    case AttributeKind::boolean:
      return std::get<bool>(value) ? "true" : "false";
    case AttributeKind::string:
      return std::get<std::string>(value);
    case AttributeKind::i64_list:
      break;
  }
  return shape_text(std::get<std::vector<std::int64_t>>(value));
}

void explain_case(const Case& test_case, const Knowledge& known, const std::string& program,
                  Console& console) {
  console.line(console.bold(test_case.full_id()) + "  " + test_case.why);
  heading("decides", console);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& id : test_case.clauses) {
    const Clause* clause = known.clause(id);
    rows.push_back({id, clause != nullptr ? clause->text : "on no page"});
  }
  indented(rows, console);
  heading("call", console);
  rows.clear();
  for (const auto& [name, value] : test_case.attributes) rows.push_back({name, text_of(value)});
  for (const auto& [name, array] : test_case.inputs)
    rows.push_back({name, shape_text(array.shape)});
  for (const fixtures::Golden& golden : test_case.outputs)
    rows.push_back({"-> " + golden.name, shape_text(golden.want.shape)});
  if (is_model(test_case.op)) rows.push_back({"size", text_of(parameters_of(test_case))});
  indented(rows, console);
  heading("from", console);
  indented({{"classes", joined(test_case.classes)},
            {"suites", joined(test_case.suites)},
            {"inputs", test_case.source +
                           (test_case.seed != 0 ? ", seed " + std::to_string(test_case.seed) : "")},
            {"run", program + " run --filter " + test_case.full_id()}},
           console);
}

void explain_op(const OpSchema& op, const Knowledge& known, Console& console) {
  const auto page = std::find_if(known.pages.begin(), known.pages.end(),
                                 [&](const SpecPage& each) { return each.op == op.name; });
  const bool has_page = page != known.pages.end();
  console.line(console.bold(std::string(op.name)) + (has_page ? "  " + page->purpose : ""));
  const auto tensors = [&](const std::string& title, std::span<const TensorSpec> specs) {
    heading(title, console);
    std::vector<std::vector<std::string>> rows;
    for (const TensorSpec& spec : specs)
      rows.push_back(
          {std::string(spec.name), std::string(spec.shape), spec.optional ? "optional" : ""});
    indented(rows, console);
  };
  tensors("inputs", op.inputs);
  tensors("outputs", op.outputs);
  if (!op.attributes.empty()) {
    heading("attributes", console);
    std::vector<std::vector<std::string>> rows;
    for (const AttributeSpec& spec : op.attributes)
      rows.push_back({std::string(spec.name), "ordinarily " + std::string(spec.ordinary),
                      std::string(spec.choices)});
    indented(rows, console);
  }
  if (has_page) {
    heading("clauses", console);
    std::vector<std::vector<std::string>> rows;
    for (const Clause& clause : page->clauses) rows.push_back({clause.id, clause.text});
    indented(rows, console);
  }
  list_cases(known, {.filters = {std::string(op.name) + "/*"}}, console);
}

void explain_variant(const assay_implementation& implementation, Console& console) {
  const auto text = [](const char* given) { return std::string(given != nullptr ? given : ""); };
  console.line(console.bold(implementation.name) + "  " + text(implementation.summary));
  indented({{"version", text(implementation.version)},
            {"grades claimed", text(implementation.grades)},
            {"targets", text(implementation.targets)}},
           console);
}

void explain_class(const NumberClass& number_class, Console& console) {
  console.line(console.bold(std::string(number_class.name)) + "  Floating tensors are stored as " +
               std::string(name_of(number_class.storage)) +
               "; every operation inside is rounded to " +
               std::string(name_of(number_class.arithmetic)) + " or better.");
}

void explain_mistake(const variants::Mistake& mistake, const std::string& program,
                     Console& console) {
  const auto text = [](std::string_view view) { return std::string(view); };
  console.line(console.bold(text(mistake.name)) + "  " + text(mistake.does));
  heading("known mistake", console);
  std::vector<std::vector<std::string>> rows = {{"breaks", text(mistake.clause)},
                                                {"one sees", text(mistake.sees)},
                                                {"source", text(mistake.source)}};
  if (!mistake.proof.empty()) rows.push_back({"cannot be told", text(mistake.proof)});
  rows.push_back(
      {"run", program + " run --variant " + text(variants::mistake_prefix) + text(mistake.name)});
  indented(rows, console);
}

/// Whether the id was known.
bool explain(const std::string& id, const Knowledge& known, const std::string& program,
             Console& console) {
  if (const Clause* clause = known.clause(id)) {
    explain_clause(*clause, known, console);
    return true;
  }
  for (const Case& each : known.cases) {
    if (each.full_id() != id) continue;
    explain_case(each, known, program, console);
    return true;
  }
  if (const OpSchema* op = find_op(id)) {
    explain_op(*op, known, console);
    return true;
  }
  for (const SuiteInfo& suite : suite_list) {
    if (suite.name != id) continue;
    console.line(console.bold(id) + "  " + std::string(suite.purpose));
    list_cases(known, {.suite = id}, console);
    return true;
  }
  for (const variants::BuiltIn& each : variants::built_in()) {
    if (each.name != id) continue;
    explain_variant(*each.implementation(), console);
    return true;
  }
  for (const variants::Mistake& each : variants::mistakes()) {
    if (id != each.name && id != std::string(variants::mistake_prefix) + std::string(each.name))
      continue;
    explain_mistake(each, program, console);
    return true;
  }
  if (const NumberClass* number_class = find_class(id)) {
    explain_class(*number_class, console);
    return true;
  }
  return false;
}

std::vector<std::string> all_ids(const Knowledge& known) {
  std::vector<std::string> ids;
  for (const SpecPage& page : known.pages)
    for (const Clause& clause : page.clauses) ids.push_back(clause.id);
  for (const OpSchema& op : schema::ops) ids.emplace_back(op.name);
  for (const Case& each : known.cases) ids.push_back(each.full_id());
  for (const SuiteInfo& suite : suite_list) ids.emplace_back(suite.name);
  for (const variants::BuiltIn& each : variants::built_in()) ids.emplace_back(each.name);
  for (const variants::Mistake& each : variants::mistakes()) ids.emplace_back(each.name);
  return ids;
}

}  // namespace

int explain_command(const Invocation& invocation, Console& console) {
  Syntax syntax;
  syntax.usage = "assay explain ID [OPTION]...";
  syntax.purpose =
      "Tells all about a clause (attention.kv-head), a case (attention/gqa-6x3), an op, a suite, a "
      "variant, a class or a known mistake.";
  syntax.options.add_options()("help,h", "this text")(
      "fixtures", po::value<std::string>()->default_value(""), "folder of the committed fixtures");
  syntax.positional = {"id"};
  std::string help;
  const auto values = parse(syntax, invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> given = all_values(*values, "id");
  if (given.empty()) throw UsageError("explain what? usage: " + syntax.usage);

  CaseFiles read = read_committed(fixture_folder((*values)["fixtures"].as<std::string>()));
  for (const std::string& error : read.errors) console.note("assay: " + error);
  const Knowledge known{std::move(read.cases), spec_pages(), spec_lines()};
  std::string id = given[0];
  if (id.starts_with('[') && id.ends_with(']')) id = id.substr(1, id.size() - 2);
  if (!explain(id, known, invocation.program, console))
    throw UsageError(unknown_name("clause, case, op, suite, variant or mistake", id, all_ids(known),
                                  "assay list clauses"));
  return read.errors.empty() ? all_right : bench_failed;
}

}  // namespace assay::suites
