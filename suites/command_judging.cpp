// SPDX-License-Identifier: Apache-2.0
#include "suites/command_judging.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "suites/case_files.h"
#include "suites/columns.h"
#include "suites/environment.h"
#include "suites/fresh_cases.h"
#include "suites/interruption.h"
#include "suites/model_case.h"
#include "suites/own_answers.h"
#include "suites/own_case_list.h"
#include "suites/shared_work.h"
#include "suites/spelling.h"
#include "suites/timed_shapes.h"
#include "variants/list.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using Texts = std::vector<std::string>;

std::string text_of(const po::variables_map& values, const std::string& option) {
  return values[option].as<std::string>();
}

/// The options that a command needs to meet the same cases again.
std::string rerun_prefix(const po::variables_map& values, const std::string& suite,
                         const Invocation& invocation) {
  std::string text = shell_quoted(invocation.program) + " run";
  if (is_of_ways(suite)) text += " " + suite;
  const auto add = [&](const std::string& option, const std::string& value) {
    text += " --" + option + " " + shell_quoted(value);
  };
  for (const std::string& file : all_values(values, "fixture")) add("fixture", file);
  for (const std::string& own : all_values(values, "case")) add("case", own);
  for (const char* option : {"fixtures", "fresh", "model", "tokens", "layers"})
    if (values.count(option) > 0 && !text_of(values, option).empty())
      add(option, text_of(values, option));
  for (const char* option : {"threads", "time-limit", "memory-limit"})
    if (!values[option].defaulted()) add(option, text_of(values, option));
  return text;
}

RunOptions run_options(const po::variables_map& values, const std::string& suite,
                       const Invocation& invocation) {
  RunOptions options;
  options.variants = all_values(values, "variant");
  for (const std::string& plugin : all_values(values, "plugin")) options.variants.push_back(plugin);
  if (options.variants.empty()) options.variants = built_in_names();
  check_variants(options.variants);
  options.classes = all_values(values, "class");
  check_classes(options.classes);
  options.threads = static_cast<int>(integer(values, "threads", 1, 1024));
  options.time_limit = std::chrono::seconds(integer(values, "time-limit", 1, 86'400));
  options.memory_limit = static_cast<std::uint64_t>(integer(values, "memory-limit", 0, 1 << 20))
                         << 30;
  options.worker_wrapper = words_of(text_of(values, "worker-wrapper"));
  if (values.count("dump") > 0) options.dump = text_of(values, "dump");
  options.rerun_prefix = rerun_prefix(values, suite, invocation);
  return options;
}

/// The committed cases, or those of the files given, as far as the selection picks them.
void read_cases(const po::variables_map& values, const Selection& selection, Judging& judging) {
  const Texts files = all_values(values, "fixture");
  CaseFiles read = files.empty() ? read_committed(fixture_folder(text_of(values, "fixtures")))
                                 : read_given(files);
  judging.errors = std::move(read.errors);
  judging.warnings = std::move(read.warnings);
  if (selection.suite == "grades" && files.empty()) {
    for (fixtures::Case& each : shared_work_cases()) read.cases.push_back(std::move(each));
  }
  judging.fixtures = std::move(read.digest);
  std::vector<CaseNames> names;
  for (const fixtures::Case& each : read.cases) names.push_back(names_of(each));
  if (judging.errors.empty()) check_filters(selection, names);  // else the name may be in that file
  judging.cases = selection.pick(std::move(read.cases));
}

/// The cases written on the command line, as far as the selection picks them: judged and timed, in
/// whichever suite.
void make_own_cases(const Texts& texts, Selection selection, Judging& judging, Console& console) {
  selection.suite = "all";
  std::vector<fixtures::CaseRecipe> recipes = own_recipes(texts, judging.options.classes);
  judging.suite = recipes.size() == 1 ? "a case of one's own"
                                      : fmt::format("{} cases of one's own", recipes.size());
  std::vector<CaseNames> names;
  for (const fixtures::CaseRecipe& each : recipes) names.push_back(names_of(each));
  check_filters(selection, names);
  judging.timed_shapes.clear();
  for (fixtures::CaseRecipe& each : selection.pick(std::move(recipes))) {
    judging.cases.push_back(own_case(each, console));
    judging.timed_shapes.push_back({std::move(each), "cases of one's own"});
  }
}

bool has_class(const fixtures::Case& test_case, const Texts& classes) {
  return classes.empty() ||
         std::any_of(classes.begin(), classes.end(), [&](const std::string& name) {
           return std::find(test_case.classes.begin(), test_case.classes.end(), name) !=
                  test_case.classes.end();
         });
}

}  // namespace

void add_judging_options(po::options_description& options) {
  const auto several = [] { return po::value<Texts>()->composing()->value_name("..."); };
  const auto one = [](const char* ordinary, const char* name) {
    return po::value<std::string>()->default_value(ordinary)->value_name(name);
  };
  const std::string cores = std::to_string(std::max(1u, std::thread::hardware_concurrency()));
  options.add_options()("filter", several(),
                        "cases: op/id, op, id or @clause, with * and ?; separated by commas; !term "
                        "leaves out; may be repeated")(
      "class", several(), "a number class, such as f32; may be repeated")(
      "shard", one("1/1", "i/n"), "part i of n")("fixtures", one("", "DIR"),
                                                 "folder of the committed fixtures")(
      "fixture", several(), "a file of cases instead of the committed ones; may be repeated")(
      "fresh", po::value<std::string>()->value_name("SEED"),
      "draw new inputs for a sample of the cases and compute their answers now")(
      "case", several(),
      "a shape of one's own: 'attention seq_len=4097 n_heads=12 causal=bottom_right'; or @FILE "
      "with "
      "one on each line; may be repeated")(
      "model", po::value<std::string>()->value_name("DIR"),
      "a Hugging Face model directory: config.json and model.safetensors")(
      "tokens", po::value<std::string>()->value_name("1,2,3"),
      "what the model is given; of one that reads and writes: 1,2,3/4,5")(
      "layers", po::value<std::string>()->value_name("N"), "the first layers of the model only")(
      "threads", one(cores.c_str(), "N"), "that a call may use")("time-limit", one("10", "SECONDS"),
                                                                 "of one call")(
      "memory-limit", one("0", "GIB"),
      "that an implementation may allocate; 0: three quarters of the machine's")(
      "worker-wrapper", one("", "COMMAND"), "put before the worker's command: 'gdb --args'")(
      "dump", po::value<std::string>()->value_name("DIR"),
      "write every output that is not right into this folder");
}

std::vector<std::string> built_in_names() {
  std::vector<std::string> names;
  for (const variants::BuiltIn& each : variants::built_in()) names.emplace_back(each.name);
  return names;
}

void check_variants(const std::vector<std::string>& given) {
  for (const std::string& text : given) {
    const std::string name = text.substr(0, text.rfind('@'));
    if (const variants::Catalogue* catalogue = variants::catalogue_of(text)) {
      const std::vector<std::string> known = catalogue->names();
      if (std::find(known.begin(), known.end(), text) != known.end()) continue;
      throw UsageError(
          unknown_name("variant", text, known, "assay list ways, assay list mistakes"));
    }
    if (variants::is_path(text)) {
      if (!std::filesystem::exists(name)) throw UsageError(name + ": no such file");
      continue;
    }
    std::vector<std::string> known = built_in_names();
    const std::size_t built_in_count = known.size();
    for (const variants::Peer& each : variants::peers()) known.push_back(each.name);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      throw UsageError(unknown_name("variant", name, known, "assay list variants") +
                       " A library is named by its path: ./" + name + ".so");
    }
    if (name.size() == text.size()) continue;
    const auto place = static_cast<std::size_t>(found - known.begin());
    const char* targets =
        place < built_in_count ? variants::built_in()[place].implementation()->targets : nullptr;
    const std::vector<std::string> offered = words_of(targets != nullptr ? targets : "");
    const std::string target = text.substr(name.size() + 1);
    if (std::find(offered.begin(), offered.end(), target) == offered.end()) {
      throw UsageError(name + " has no target " + target + "; it has " +
                       (offered.empty() ? "none" : joined(offered, ", ")));
    }
  }
}

Judging judging_from(const po::variables_map& values, const std::string& suite,
                     const Invocation& invocation, Console& console) {
  Judging judging;
  check_suite(suite);
  judging.options = run_options(values, suite, invocation);
  judging.suite = "suite " + suite;
  judging.timed_shapes =
      timed_shapes(values.count("workload") > 0 ? all_values(values, "workload")
                                                : std::vector<std::string>{"brief"});
  Selection selection{.suite = suite, .filters = all_values(values, "filter")};
  std::tie(selection.shard, selection.shards) = parse_shard(text_of(values, "shard"));
  judging.shard = {selection.shard, selection.shards};

  const bool of_model = values.count("tokens") + values.count("layers") > 0;
  if (of_model && values.count("model") == 0) {
    throw UsageError("--tokens and --layers are about a model; name its folder with --model DIR");
  }
  if (values.count("case") > 0) {
    make_own_cases(all_values(values, "case"), selection, judging, console);
  } else if (values.count("model") > 0) {
    const std::string folder = text_of(values, "model");
    judging.timed_shapes.clear();  // a model is judged; its shape is timed by --case
    judging.cases = {model_case(folder, request_from(values), judging.options.classes, console)};
    judging.suite = "the model " + folder;
  } else if (values.count("fresh") > 0) {
    const auto seed = static_cast<std::uint64_t>(integer(values, "fresh", 1, 1'000'000'000));
    judging.cases = fresh_cases(selection, seed, console);
    judging.fixtures = fmt::format("fresh inputs of seed {}", seed);
    judging.suite += ", " + judging.fixtures;
  } else if (suite != "generation") {  // which makes up its own
    read_cases(values, selection, judging);
  }
  std::erase_if(judging.timed_shapes, [&](const TimedShape& each) {
    const Texts& classes = judging.options.classes;
    return !classes.empty() &&
           std::ranges::find(classes, each.recipe.classes.front()) == classes.end();
  });
  judging.selection = std::move(selection);
  std::erase_if(judging.cases, [&](const fixtures::Case& each) {
    return !has_class(each, judging.options.classes);
  });
  return judging;
}

RunBegin begin_result(const Judging& judging, const Invocation& invocation,
                      reports::RunResult& result) {
  result.title = fmt::format("{}, {} variant{}", judging.suite, judging.options.variants.size(),
                             judging.options.variants.size() == 1 ? "" : "s");
  result.command = invocation.words();
  result.fixtures = judging.fixtures;
  result.shard = judging.shard;
  result.environment = environment();
  result.environment["threads"] = std::to_string(judging.options.threads);
  result.started = utc_now();
  result.warnings = judging.warnings;
  result.warnings.insert(result.warnings.end(), judging.errors.begin(), judging.errors.end());
  std::vector<std::string> clauses;
  for (const fixtures::Case& each : judging.cases)
    clauses.insert(clauses.end(), each.clauses.begin(), each.clauses.end());
  result.clause_texts = clause_texts(clauses);
  return std::chrono::steady_clock::now();
}

void end_result(RunBegin begin, bool complete, reports::RunResult& result) {
  result.complete = complete;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

bool run_with_progress(
    const Judging& judging, const Invocation& invocation, Console& console,
    const std::function<void(const reports::CaseResult&, const reports::RunResult&)>& on_case,
    reports::RunResult& result) {
  const auto begin = begin_result(judging, invocation, result);
  const Interruption interruption;
  const RunObserver observer{
      .on_case =
          [&](const reports::CaseResult& each, std::size_t done, std::size_t total) {
            on_case(each, result);
            console.progress(fmt::format("{}/{}  {}  {}/{} {}", done, total, each.variant, each.op,
                                         each.case_id, each.number_class));
          },
      .stop = [&] { return interruption.wanted(); }};
  run_cases(judging.cases, judging.options, observer, result);
  console.clear_progress();
  end_result(begin, !interruption.wanted() && judging.errors.empty(), result);
  return !interruption.wanted();
}

}  // namespace assay::suites
