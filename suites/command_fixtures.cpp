// SPDX-License-Identifier: Apache-2.0
// assay fixtures: makes the files of cases from the case lists, holds them against them again,
// shows a case to people, and imports cases of others.
#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <thread>

#include "fixtures/export.h"
#include "fixtures/generate.h"
#include "fixtures/recipe.h"
#include "suites/case_files.h"
#include "suites/columns.h"
#include "suites/command_import.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/selection.h"
#include "suites/spelling.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

Syntax syntax() {
  Syntax syntax;
  syntax.usage =
      "assay fixtures generate|verify|show [CASE]... [OPTION]...\n"
      "       assay fixtures export FILE.h5 [--filter ...]\n"
      "       assay fixtures import onnx DIR -o FILE.h5|DIR\n"
      "       assay fixtures import hf DIR -o FILE.h5";
  syntax.purpose =
      "generate: draws every case, computes its answers and writes the files and their manifest.\n"
      "verify:   does the same again and compares all bits with the files.\n"
      "show:     a case for people to read.\n"
      "export:   the calls of cases without their answers, to be computed elsewhere (assay "
      "score).\n"
      "import:   node tests of the ONNX project, or a Hugging Face model directory, as cases with "
      "witnesses.";
  const std::string cores = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  syntax.options.add_options()("help,h", "this text")(
      "fixtures", po::value<std::string>()->default_value("")->value_name("DIR"),
      "the folder of the files")(
      "filter", po::value<std::vector<std::string>>()->composing()->value_name("..."),
      "cases: op/id, op, id or @clause, with * and ?; the others stay as they are")(
      "shard", po::value<std::string>()->default_value("1/1")->value_name("i/n"), "part i of n")(
      "threads", po::value<std::string>()->default_value(cores)->value_name("N"),
      "that compute answers")("output,o", po::value<std::string>()->value_name("FILE"),
                              "of import: a file, or a folder for a file per op");
  add_import_options(syntax.options);
  syntax.positional = {"what", "case"};
  syntax.last_repeats = true;
  return syntax;
}

/// The selection as a filter by name: cases of the lists that it picks, and imported ones that its
/// filters fit, which the lists do not know. Empty if everything is meant.
fixtures::CaseFilter filter_from(const po::variables_map& values,
                                 const std::filesystem::path& folder) {
  Selection selection{.filters = all_values(values, "filter")};
  for (const std::string& name : all_values(values, "case")) selection.filters.push_back(name);
  std::tie(selection.shard, selection.shards) = parse_shard(values["shard"].as<std::string>());
  if (selection.filters.empty() && selection.shards == 1) return {};

  const std::vector<fixtures::CaseRecipe> recipes = fixtures::all_recipes();
  const CaseFiles stored = read_committed(folder);
  std::vector<CaseNames> known;
  for (const fixtures::CaseRecipe& each : recipes) known.push_back(names_of(each));
  for (const fixtures::Case& each : stored.cases)
    if (!each.source.starts_with("drawn")) known.push_back(names_of(each));
  check_filters(selection, known);
  auto picked = std::make_shared<std::set<std::string>>();
  for (const CaseNames& names : selection.pick(known))
    picked->insert(fmt::format("{}/{}", names.op, names.id));
  return [picked](const std::string& op, const std::string& id) {
    return picked->contains(op + "/" + id);
  };
}

fixtures::OnProgress progress_on(Console& console, const std::string& what) {
  return [&console, what](const std::string& full_id, std::size_t done, std::size_t total) {
    console.progress(fmt::format("{} {}/{}  {}", what, done, total, full_id));
  };
}

int generate_files(const std::filesystem::path& folder, const fixtures::CaseFilter& filter,
                   int threads, Console& console) {
  const fixtures::GenerateReport report =
      fixtures::generate(folder, filter, threads, progress_on(console, "answered"));
  console.clear_progress();
  for (const std::string& failure : report.failures) console.note("assay: " + failure);
  for (const auto& file : report.files) console.line(file.string());
  console.line(fmt::format("{} cases answered, {} files written, {} failures", report.cases,
                           report.files.size(), report.failures.size()));
  return report.failures.empty() ? all_right : bench_failed;
}

int verify_files(const std::filesystem::path& folder, const fixtures::CaseFilter& filter,
                 int threads, Console& console) {
  const fixtures::VerifyReport report =
      fixtures::verify(folder, filter, threads, progress_on(console, "verified"));
  console.clear_progress();
  for (const std::string& difference : report.differences) console.line(difference);
  console.line(fmt::format("{} cases computed anew, {} differences", report.cases,
                           report.differences.size()));
  if (!report.differences.empty()) return something_not_right;
  return report.cases == 0 ? nothing_judged : all_right;
}

int show_cases(const std::filesystem::path& folder, const std::vector<std::string>& filters,
               Console& console) {
  if (filters.empty()) throw UsageError("show which case? assay list cases names them");
  const CaseFiles read = read_committed(folder);
  for (const std::string& error : read.errors) console.note("assay: " + error);
  const Selection selection{.filters = filters};
  std::vector<CaseNames> known;
  for (const fixtures::Case& each : read.cases) known.push_back(names_of(each));
  if (read.errors.empty()) check_filters(selection, known);
  bool any = false;
  for (const fixtures::Case& each : read.cases) {
    if (!selection.picks(names_of(each))) continue;
    std::ostringstream text;
    fixtures::show(text, each);
    console.line(text.str());
    any = true;
  }
  if (!read.errors.empty()) return bench_failed;
  return any ? all_right : nothing_judged;
}

int export_calls(const std::filesystem::path& folder, const po::variables_map& values,
                 Console& console) {
  const std::vector<std::string> words = all_values(values, "case");
  if (words.size() != 1) throw UsageError("usage: assay fixtures export FILE.h5 [--filter ...]");
  CaseFiles read = read_committed(folder);
  for (const std::string& error : read.errors) console.note("assay: " + error);
  if (!read.errors.empty()) return bench_failed;
  Selection selection{.filters = all_values(values, "filter")};
  std::tie(selection.shard, selection.shards) = parse_shard(values["shard"].as<std::string>());
  std::vector<CaseNames> known;
  for (const fixtures::Case& each : read.cases) known.push_back(names_of(each));
  check_filters(selection, known);
  const std::vector<fixtures::Case> picked = selection.pick(std::move(read.cases));
  if (picked.empty()) return nothing_judged;
  fixtures::export_cases(words[0], picked);
  console.line(words[0]);
  console.line(fmt::format(
      "{} cases without answers; assay score judges what is computed from them", picked.size()));
  return all_right;
}

}  // namespace

int fixtures_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> known = {"generate", "verify", "show", "export", "import"};
  const std::vector<std::string> given = all_values(*values, "what");
  if (given.empty()) throw UsageError("fixtures: which of " + joined(known, ", ") + "?");
  if (std::find(known.begin(), known.end(), given[0]) == known.end())
    throw UsageError(unknown_name("part of fixtures", given[0], known, "assay fixtures --help"));
  const std::filesystem::path folder = fixture_folder((*values)["fixtures"].as<std::string>());
  if (given[0] == "show") {
    std::vector<std::string> filters = all_values(*values, "case");
    for (const std::string& filter : all_values(*values, "filter")) filters.push_back(filter);
    return show_cases(folder, filters, console);
  }
  const int threads = static_cast<int>(integer(*values, "threads", 1, 1024));
  if (given[0] == "export") return export_calls(folder, *values, console);
  if (given[0] == "import") return import_cases(*values, threads, console);
  const fixtures::CaseFilter filter = filter_from(*values, folder);
  return given[0] == "generate" ? generate_files(folder, filter, threads, console)
                                : verify_files(folder, filter, threads, console);
}

}  // namespace assay::suites
