// SPDX-License-Identifier: Apache-2.0
// assay list: what there is, one thing per line.
#include <algorithm>
#include <map>
#include <set>

#include "reference/schema.h"
#include "reference/storage.h"
#include "suites/case_files.h"
#include "suites/columns.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/selection.h"
#include "suites/spec_page.h"
#include "suites/spelling.h"
#include "suites/timed_shapes.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"
#include "variants/ways/ways.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Syntax syntax() {
  Syntax syntax;
  syntax.usage =
      "assay list ops|cases|clauses|variants|mistakes|ways|suites|classes|workloads [OPTION]...";
  syntax.purpose = "Lists what there is, one per line, with the number of cases.";
  syntax.options.add_options()("help,h", "this text")(
      "fixtures", po::value<std::string>()->default_value(""), "folder of the committed fixtures")(
      "fixture", po::value<std::vector<std::string>>()->composing(),
      "a file of cases instead of the committed ones")(
      "filter", po::value<std::vector<std::string>>()->composing(),
      "of cases: op/id, op, id or @clause, with * and ?")(
      "suite", po::value<std::string>()->default_value("all"), "of cases: those of one suite")(
      "check", "of clauses: exit with 1 if one is decided by no case");
  syntax.positional = {"what"};
  return syntax;
}

std::string number_of(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

void show(const Rows& rows, Console& console) {
  for (const std::string& line : in_columns(rows)) console.line(line);
}

void list_ops(const std::vector<fixtures::Case>& cases, Console& console) {
  Rows rows;
  for (const OpSchema& op : schema::ops) {
    const auto count = std::count_if(cases.begin(), cases.end(),
                                     [&](const auto& each) { return each.op == op.name; });
    std::vector<std::string> inputs, outputs;
    for (const TensorSpec& spec : op.inputs)
      inputs.push_back(std::string(spec.name) + (spec.optional ? "?" : ""));
    for (const TensorSpec& spec : op.outputs)
      outputs.push_back(std::string(spec.name) + (spec.optional ? "?" : ""));
    rows.push_back({std::string(op.name), number_of(static_cast<std::size_t>(count), "case"),
                    joined(inputs) + " -> " + joined(outputs)});
  }
  show(rows, console);
}

void list_cases(const std::vector<fixtures::Case>& cases, const Selection& selection,
                Console& console) {
  Rows rows;
  for (const fixtures::Case& each : cases) {
    if (!selection.picks(names_of(each))) continue;
    rows.push_back({each.full_id(), joined(each.classes),
                    each.clauses.empty() ? "-" : each.clauses[0], each.why});
  }
  show(rows, console);
}

/// Exit code: something_not_right if `check` and a clause is undecided, or a case names none.
int list_clauses(const std::vector<fixtures::Case>& cases, bool check, Console& console) {
  std::map<std::string, std::size_t> deciding;
  for (const fixtures::Case& each : cases)
    for (const std::string& clause : each.clauses) ++deciding[clause];
  Rows rows;
  std::size_t undecided = 0;
  for (const SpecPage& page : spec_pages()) {
    for (const Clause& clause : page.clauses) {
      const auto found = deciding.extract(clause.id);
      const std::size_t count = found.empty() ? 0 : found.mapped();
      const bool by_bench = decided_by_bench(clause);
      if (count == 0 && !by_bench) ++undecided;
      rows.push_back({clause.id, count == 0 && by_bench ? "the bench" : number_of(count, "case"),
                      clause.text});
    }
  }
  show(rows, console);
  for (const auto& [clause, count] : deciding)  // what is left stands on no page
    console.note("assay: " + number_of(count, "case") + " name " + clause + ", which no page has");
  if (undecided > 0) console.note("assay: " + number_of(undecided, "clause") + " without a case");
  return check && (undecided > 0 || !deciding.empty()) ? something_not_right : all_right;
}

void list_variants(Console& console) {
  Rows rows;
  for (const variants::BuiltIn& each : variants::built_in()) {
    const assay_implementation& implementation = *each.implementation();
    rows.push_back({std::string(each.name), implementation.version, implementation.summary,
                    implementation.targets != nullptr
                        ? "targets: " + std::string(implementation.targets)
                        : ""});
  }
  for (const variants::Peer& each : variants::peers())
    rows.push_back({each.name, "-", "a plug-in: " + each.plugin.string(), ""});
  show(rows, console);
}

void list_workloads(Console& console) {
  Rows rows;
  for (const Workload& each : workloads())
    rows.push_back({each.name, number_of(each.shapes.size(), "shape"), each.meaning});
  show(rows, console);
}

void list_mistakes(Console& console) {
  Rows rows;
  for (const variants::Mistake& each : variants::mistakes())
    rows.push_back({std::string(each.name), std::string(each.clause), std::string(each.does)});
  show(rows, console);
}

void list_ways(Console& console) {
  Rows rows;
  for (const variants::ways::Way& each : variants::ways::all())
    rows.push_back({"way/" + std::string(each.name), std::string(each.summary)});
  show(rows, console);
}

void list_suites(const std::vector<fixtures::Case>& cases, Console& console) {
  Rows rows;
  for (const SuiteInfo& suite : suite_list) {
    const Selection selection{.suite = std::string(suite.name)};
    const auto count = std::count_if(cases.begin(), cases.end(), [&](const auto& each) {
      return selection.picks(names_of(each));
    });
    rows.push_back({std::string(suite.name), number_of(static_cast<std::size_t>(count), "case"),
                    std::string(suite.purpose)});
  }
  show(rows, console);
}

void list_classes(const std::vector<fixtures::Case>& cases, Console& console) {
  Rows rows;
  for (const NumberClass& each : number_classes) {
    const auto count = std::count_if(cases.begin(), cases.end(), [&](const auto& one) {
      return std::find(one.classes.begin(), one.classes.end(), each.name) != one.classes.end();
    });
    rows.push_back(
        {std::string(each.name), number_of(static_cast<std::size_t>(count), "case"),
         "stored as " + std::string(name_of(each.storage)) + ", computed in " +
             std::string(name_of(each.arithmetic)) + " or better" +
             (each.operands == each.arithmetic
                  ? ""
                  : ", factors of inner products in " + std::string(name_of(each.operands)))});
  }
  show(rows, console);
}

}  // namespace

int list_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> known = {"ops",  "cases",  "clauses", "variants", "mistakes",
                                          "ways", "suites", "classes", "workloads"};
  const std::vector<std::string> given = all_values(*values, "what");
  if (given.empty()) throw UsageError("list what? one of: " + joined(known));
  const std::string& what = given[0];
  if (std::find(known.begin(), known.end(), what) == known.end())
    throw UsageError(unknown_name("list", what, known, "assay list --help"));
  constexpr std::pair<std::string_view, void (*)(Console&)> without_cases[] = {
      {"variants", list_variants},
      {"mistakes", list_mistakes},
      {"ways", list_ways},
      {"workloads", list_workloads}};
  for (const auto& [name, list] : without_cases) {
    if (what != name) continue;
    list(console);
    return all_right;
  }

  const std::vector<std::string> files = all_values(*values, "fixture");
  const CaseFiles read =
      files.empty() ? read_committed(fixture_folder((*values)["fixtures"].as<std::string>()))
                    : read_given(files);
  for (const std::string& error : read.errors) console.note("assay: " + error);
  int code = all_right;
  if (what == "ops") list_ops(read.cases, console);
  if (what == "suites") list_suites(read.cases, console);
  if (what == "classes") list_classes(read.cases, console);
  if (what == "clauses") code = list_clauses(read.cases, values->count("check") > 0, console);
  if (what == "cases") {
    const Selection selection{.suite = (*values)["suite"].as<std::string>(),
                              .filters = all_values(*values, "filter")};
    check_suite(selection.suite);
    std::vector<CaseNames> names;
    for (const fixtures::Case& each : read.cases) names.push_back(names_of(each));
    check_filters(selection, names);
    list_cases(read.cases, selection, console);
  }
  return read.errors.empty() ? code : static_cast<int>(bench_failed);
}

}  // namespace assay::suites
