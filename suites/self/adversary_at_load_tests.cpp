// SPDX-License-Identifier: Apache-2.0
// Plug-ins that cannot be had, or that describe themselves with hostile texts: all others are
// judged all the same, the reason is one line, and no report carries a text that acts.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "reports/escape.h"
#include "reports/files.h"
#include "suites/run_lines.h"
#include "suites/runner.h"
#include "suites/self/linear_case.h"
#include "suites/self/stored_cases.h"
#include "suites/self/well_formed.h"
#include "suites/worker_process.h"

namespace assay::suites {
namespace {

using namespace std::chrono_literals;
using reports::Verdict;
using self::linear_case;

struct Attempt {
  std::string error;
  reports::RunResult result;
};

/// A run of `plugin`, which behaves at load as `how` says, beside one that is honest.
Attempt run_beside_an_honest_one(const std::string& plugin, const std::string& how) {
  setenv("ADVERSARY_AT_LOAD", how.c_str(), 1);
  RunOptions options;
  options.variants = {plugin, ADVERSARY_LIBRARY};
  options.time_limit = 300ms;
  options.rerun_prefix = "assay run";
  Attempt attempt;
  try {
    run_cases({linear_case("a", 2), linear_case("b", 3)}, options, {}, attempt.result);
  } catch (const WorkerError& error) {
    attempt.error = error.what();
  }
  unsetenv("ADVERSARY_AT_LOAD");
  return attempt;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(a_plug_in_that_cannot_be_loaded_costs_no_other_its_results) {
  const Folder folder;
  const std::string truncated = folder / "truncated.so", empty = folder / "empty.so";
  std::filesystem::copy_file(ADVERSARY_AT_LOAD, truncated);
  std::filesystem::resize_file(truncated, std::filesystem::file_size(truncated) / 3);
  std::ofstream(empty).flush();
  struct Expectation {
    std::string plugin;
    const char* how;
    const char* reason;
  };
  const Expectation expectations[] = {
      {ADVERSARY_AT_LOAD, "crash", "SIGSEGV while it was loaded"},
      {ADVERSARY_AT_LOAD, "abort", "SIGABRT while it was loaded"},
      {ADVERSARY_AT_LOAD, "exit", "ended its process with exit status 0 while it was loaded"},
      {ADVERSARY_AT_LOAD, "hang", "no answer within 300 ms while it was loaded"},
      {ADVERSARY_AT_LOAD, "throw", "assay_implementation_v1() threw a C++ exception: not today"},
      {ADVERSARY_AT_LOAD, "null", "assay_implementation_v1() gave NULL"},
      {ADVERSARY_AT_LOAD, "version", "has ABI version 77, this program version 1"},
      {ADVERSARY_AT_LOAD, "size", "its assay_implementation has 16 bytes"},
      {ADVERSARY_AT_LOAD, "html-name", "its name is not made of letters"},
      {ADVERSARY_AT_LOAD, "escape-name", "its name is not made of letters"},
      {ADVERSARY_AT_LOAD, "long-name", "its name is not made of letters"},
      {ADVERSARY_AT_LOAD, "no-run", "its run() is NULL"},
      {ADVERSARY_NO_SYMBOL, "", "does not export assay_implementation_v1"},
      {ASSAY_SOURCE_FOLDER "/LICENSE", "", "cannot be loaded"},
      {truncated, "", "truncated.so: "},
      {empty, "", "cannot be loaded"},
      {folder / "", "", "cannot be loaded"},
      {folder / "absent.so", "", "no such file"},
  };
  fmt::print("{:<24} {}\n", "adversary at load", "what the bench said (exit 3 behind all results)");
  for (const Expectation& expected : expectations) {
    const Attempt attempt = run_beside_an_honest_one(expected.plugin, expected.how);
    const std::string name = std::filesystem::path(expected.plugin).filename().string();
    fmt::print("{:<24} {}\n", *expected.how ? expected.how : name, attempt.error);
    BOOST_TEST_CONTEXT(expected.plugin << " " << expected.how) {
      BOOST_TEST(contains(attempt.error, expected.reason), attempt.error);
      BOOST_TEST(attempt.error.size() < 500u);
      BOOST_TEST(!contains(attempt.error, "\n"));
      BOOST_TEST(attempt.result.cases.size() == 2u);
      for (const auto& each : attempt.result.cases) BOOST_TEST((each.verdict == Verdict::right));
      BOOST_TEST(std::ranges::any_of(attempt.result.warnings, [&](const std::string& warning) {
        return warning.starts_with("not judged: ") && contains(warning, expected.reason);
      }));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_plug_in_that_starts_only_once_costs_no_other_its_results) {
  const Folder folder;
  setenv("ADVERSARY_MARK", (folder / "mark").c_str(), 1);
  const Attempt attempt = run_beside_an_honest_one(ADVERSARY_AT_LOAD, "second-start");
  BOOST_TEST(contains(attempt.error, "at-load: cannot be started again: "), attempt.error);
  BOOST_REQUIRE(attempt.result.cases.size() == 3u);
  BOOST_TEST((attempt.result.cases[0].verdict == Verdict::broken));
  BOOST_TEST(contains(attempt.result.cases[0].reason, "SIGABRT in run()"));
  BOOST_TEST((attempt.result.cases[1].verdict == Verdict::right));
  BOOST_TEST((attempt.result.cases[2].verdict == Verdict::right));
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Nothing that a browser or a terminal would act on.
bool is_tame(const std::string& text) {
  return !contains(text, "<script>alert") && !contains(text, "\x1b") && !contains(text, "\x07");
}

BOOST_AUTO_TEST_CASE(hostile_texts_of_a_plug_in_are_shown_and_do_nothing) {
  for (const char* how : {"hostile-error", "hostile-refusal", "hostile-exception"}) {
    const Attempt attempt = run_beside_an_honest_one(ADVERSARY_AT_LOAD, how);
    BOOST_TEST(attempt.error == "");
    BOOST_REQUIRE(attempt.result.cases.size() == 4u);
    const reports::CaseResult& bad = attempt.result.cases.front();
    const bool refuses = std::string_view(how) == "hostile-refusal";
    BOOST_TEST((bad.verdict == (refuses ? Verdict::unsupported : Verdict::broken)));
    BOOST_TEST(contains(bad.reason, "alert(1)"), bad.reason);
    BOOST_TEST(bad.reason.size() < 600u);
    const Folder folder;
    const std::filesystem::path reports = folder / "reports";
    reports::write_report_folder(attempt.result, reports);
    for (const char* name : {"index.html", "report.md", "results.json", "junit.xml", "speed.csv"}) {
      BOOST_TEST_CONTEXT(how << " in " << name) {
        const std::string text = text_of(reports / name);
        BOOST_TEST(!text.empty());
        // Markdown shows markup between back quotes and fences; it is told apart by its own tests.
        if (std::string_view(name) != "report.md" && std::string_view(name) != "results.json")
          BOOST_TEST(is_tame(text));
        BOOST_TEST(!contains(text, "\x1b"));
      }
    }
    BOOST_TEST(self::is_well_formed(text_of(reports / "junit.xml")));
    const Console console(stdout, stderr);
    std::vector<std::string> lines = unsupported_lines(attempt.result, "assay run", console);
    for (const auto& each : attempt.result.cases)
      for (const std::string& line : failure_lines(each, {}, console)) lines.push_back(line);
    for (const std::string& line : lines) {
      BOOST_TEST(!contains(line, "\x1b"));
      BOOST_TEST(!contains(line, "\n"));
    }
  }
}

}  // namespace
}  // namespace assay::suites
