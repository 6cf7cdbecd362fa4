// SPDX-License-Identifier: Apache-2.0
// Whatever an implementation does, it costs its own case only: the verdict and the reason are the
// right ones, and the cases before and after are judged as if nothing had happened.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include <fmt/format.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "suites/run_lines.h"
#include "suites/runner.h"
#include "suites/self/linear_case.h"
#include "suites/self/sanitized.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

using namespace std::chrono_literals;
using reports::CaseResult;
using reports::Verdict;
using enum reports::Verdict;
using self::linear_case;

struct Expectation {
  std::string_view target;
  Verdict verdict;
  const char* reason;  // part of the reason, or of the diagnosis where there is no reason
};

const Expectation all_expectations[] = {
    {"honest", right, ""},
    {"null", broken, "SIGSEGV in run(): wrote through a null pointer"},
    {"abort", broken, "SIGABRT in run()"},
    {"trap", broken, "SIGILL in run()"},
    {"stack", broken, "SIGSEGV in run(): stack overflow"},
    {"hang", broken, "no answer within 300 ms in run()"},
    {"stop", broken, "no answer within 300 ms in run()"},
    {"write-past-end", broken, "wrote past the end of output y"},
    {"write-before-start", broken, "wrote before the start of output y"},
    {"write-far-away", broken, "bytes past the end of output y"},
    {"write-input", broken, "SIGSEGV in run(): wrote to input x"},
    {"unprotect-input", broken, "changed input x"},
    {"read-past-end", broken, "SIGSEGV in run(): read past the end of input x"},
    {"read-past-weights", broken, "SIGSEGV in run(): read past the end of input w"},
    {"unwritten", broken, "output y: the element at token 1, channel 2 was never written"},
    {"accumulate", broken, "output y: the element at token 0, channel 2 was never written"},
    {"nan", wrong, "NaN everywhere"},
    {"zeros", wrong, "all zero"},
    {"flipped", wrong, "the sign is flipped"},
    {"last-column", wrong, "only channel 2 (of 3)"},
#if defined(__x86_64__)
    {"flush-to-zero", broken, "changed: flush-to-zero is on, denormals-are-zero is on"},
#endif
    {"rounding", broken, "changed: rounding is upward"},
    {"exit", broken, "ended its process with exit status 0 in run()"},
    {"quick-exit", broken, "ended its process with exit status 7 in run()"},
    {"print", right, ""},
    {"throw", broken, "run() threw a C++ exception: out of patience"},
    {"throw-number", broken, "run() threw a C++ exception: of a type"},
    {"throw-in-thread", broken, "SIGABRT in run()"},
    {"refuse", broken, "supports() said yes, then run() refused: no more tokens today"},
    {"fail-in-silence", broken, "then run() failed: last_error() gave NULL"},
    {"odd-status", broken, "run() gave 77, which is no assay_status"},
    {"kill", broken, "SIGKILL in run()"},
    {"fork", broken, "run() left a process running"},
    {"orphan", broken, "run() left a process running"},
    {"close-descriptors", broken, "closed the descriptors of its process"},
    {"write-descriptors", broken, "something was written into the worker's channel"},
    {"truncate-descriptors", right, ""},
    {"catch-signals", broken, "SIGSEGV in run()"},
    {"ignore-alarm", broken, "left changed in its process: the handler of SIGALRM"},
    {"scribble", broken, "no answer within 300 ms while it wrote over the bench's notes"},
    {"daemon-and-hang", broken, "no answer within 300 ms in run()"},
    {"allocate", broken, "std::bad_alloc (the process may allocate 2 GiB"},
    {"large-file", broken, "SIGXFSZ in run()"},
    {"aligned-only", wrong, "only where tensors end with their page"},
    {"last-result", wrong, ""},
    {"keyed-by-pointer", wrong, ""},
    {"keyed-by-content", right, ""},  // a right answer; the timer finds what it saves
    {"late", broken, ""},      // seen to change, or not written in time: as the machine is busy
    {"very-late", right, ""},  // a later case is run again, and the report warns
    {"thread", right, ""},     // the same
    {"busy-thread", right, ""},
    {"handler", broken, "left changed in its process: the handler of SIGINT"},
    {"mask", broken, "left changed in its process: the signal mask (SIGTERM is blocked)"},
    {"affinity", broken, "left changed in its process: the processors on which its thread may run"},
    {"folder", broken, "left changed in its process: the working folder"},
    {"umask", broken, "left changed in its process: the umask"},
    {"locale", broken, "left changed in its process: the locale (C.UTF-8"},
    {"variables", broken, "left changed in its process: the environment variables"},
    {"supports-null", broken, "SIGSEGV in supports(): wrote through a null pointer"},
    {"supports-hang", broken, "no answer within 300 ms in supports()"},
    {"supports-throw", broken, "supports() threw a C++ exception: supports has no opinion"},
    {"supports-overlong", right, ""},
    {"prepare-null", broken, "SIGSEGV in prepare(): wrote through a null pointer"},
    {"prepare-refuse", broken, "then prepare() failed: no more tokens today"},
    {"release-abort", broken, "SIGABRT in release()"},
};

/// Where memory is not limited, who takes all of it is not let loose.
std::vector<Expectation> possible_expectations() {
  std::vector<Expectation> possible(std::begin(all_expectations), std::end(all_expectations));
  const auto takes_all = [](const Expectation& each) { return each.target == "allocate"; };
  if (self::sanitized) std::erase_if(possible, takes_all);
  return possible;
}

const std::vector<Expectation> expectations = possible_expectations();

reports::RunResult run_all_adversaries() {
  const std::vector<fixtures::Case> cases = {linear_case("before", 2), linear_case("mischief", 13),
                                             linear_case("after", 3)};
  RunOptions options;
  for (const Expectation& each : expectations) {
    options.variants.push_back(fmt::format("{}@{}", ADVERSARY_LIBRARY, each.target));
  }
  options.time_limit = 300ms;
  options.memory_limit = std::uint64_t{2} << 30;
  options.rerun_prefix = "assay run";
  reports::RunResult result;
  run_cases(cases, options, {}, result);
  return result;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(every_adversary_costs_its_own_case_only_and_is_named) {
  const reports::RunResult run = run_all_adversaries();
  const std::vector<CaseResult>& results = run.cases;
  BOOST_REQUIRE(results.size() == 3 * expectations.size());
  fmt::print("{:<22} {:<8} {:>4}  {}\n", "adversary", "verdict", "exit", "what the bench said");
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    const Expectation& expected = expectations[i];
    const CaseResult& mischief = results[3 * i + 1];
    const std::string told = mischief.reason.empty() ? mischief.diagnosis : mischief.reason;
    const char* verdict = reports::verdict_names[static_cast<int>(mischief.verdict)];
    reports::RunResult own;
    own.cases.assign(results.begin() + static_cast<std::ptrdiff_t>(3 * i),
                     results.begin() + static_cast<std::ptrdiff_t>(3 * i + 3));
    const ExitCode code = exit_code_of(own, false);
    fmt::print("{:<22} {:<8} {:>4}  {}\n", expected.target, verdict, static_cast<int>(code),
               told.substr(0, told.find('\n')));
    BOOST_TEST((code == (expected.verdict == right ? all_right : something_not_right)));
    BOOST_TEST((mischief.verdict == expected.verdict), expected.target << " is " << verdict);
    BOOST_TEST(contains(told, expected.reason), expected.target << " is told as: " << told);
    BOOST_TEST(mischief.variant == fmt::format("adversaries@{}", expected.target));
    BOOST_TEST((results[3 * i].verdict == right), expected.target << ": the case before");
    BOOST_TEST((results[3 * i + 2].verdict == right),
               expected.target << ": the case after: " << results[3 * i + 2].reason);
  }
  for (const std::string& warning : run.warnings) fmt::print("warning: {}\n", warning);
  const auto warned = [&](const char* who, const char* what) {
    return std::ranges::any_of(run.warnings, [&](const std::string& warning) {
      return warning.starts_with(std::string("adversaries@") + who + ": ") &&
             contains(warning, what);
    });
  };
  const auto threads_kept_by = [&](std::string_view who) {
    return std::ranges::find(run.variants, fmt::format("adversaries@{}", who),
                             &reports::VariantInfo::name)
        ->threads_kept;
  };
  BOOST_TEST(threads_kept_by("thread") > 0);
  BOOST_TEST(!warned("thread", "left threads behind"));
  BOOST_TEST(threads_kept_by("busy-thread") > 0);
  BOOST_TEST(warned("busy-thread", "left threads behind that go on working"));
}

BOOST_AUTO_TEST_CASE(what_an_implementation_prints_is_kept_apart_and_cut) {
  reports::RunResult result;
  RunOptions options;
  options.variants = {std::string(ADVERSARY_LIBRARY) + "@print"};
  run_cases({linear_case("mischief", 13), linear_case("after", 3)}, options, {}, result);
  BOOST_TEST(result.cases[0].captured.starts_with("a line that says nothing, number 0\n"));
  BOOST_TEST(result.cases[0].captured.size() < 17000u);
  BOOST_TEST(contains(result.cases[0].captured, "bytes more)"));
  BOOST_TEST(result.cases[1].captured == "");
}

/// Processes that began as workers of this one, by what stands in their command line.
int workers_and_their_children() {
  int count = 0;
  const std::string command = fmt::format("worker{}{}{}", '\0', getpid(), '\0');
  for (const auto& each : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(each.path() / "cmdline");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.ends_with(command)) ++count;
  }
  return count;
}

BOOST_AUTO_TEST_CASE(no_process_outlives_the_run) {
  reports::RunResult result;
  RunOptions options;
  options.variants = {std::string(ADVERSARY_LIBRARY) + "@fork",
                      std::string(ADVERSARY_LIBRARY) + "@orphan"};
  run_cases({linear_case("mischief", 13), linear_case("mischief", 13)}, options, {}, result);
  BOOST_TEST(workers_and_their_children() == 0);
}

#if defined(__x86_64__)
BOOST_AUTO_TEST_CASE(a_library_that_flushes_subnormals_from_its_start_is_set_right_and_reported) {
  reports::RunResult result;
  RunOptions options;
  options.variants = {std::string(ADVERSARY_LIBRARY) + "@fast-math"};
  run_cases({linear_case("a", 2)}, options, {}, result);
  BOOST_TEST((result.cases[0].verdict == right));
  constexpr std::size_t of_the_sanitizer = self::sanitized ? 1 : 0;
  BOOST_REQUIRE(result.warnings.size() == 1 + of_the_sanitizer);
  BOOST_TEST(contains(result.warnings[0], "flush-to-zero is on, denormals-are-zero is on"));
}
#endif

BOOST_AUTO_TEST_CASE(a_library_that_cannot_be_had_says_why_and_what_there_is) {
  const auto error_of = [](const std::string& variant) {
    reports::RunResult result;
    RunOptions options;
    options.variants = {variant};
    try {
      run_cases({linear_case("a", 1)}, options, {}, result);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  BOOST_TEST(contains(error_of("plein"), "no variant 'plein'; did you mean 'plain'?"));
  BOOST_TEST(contains(error_of("./absent.so"), "./absent.so: no such file"));
  BOOST_TEST(contains(error_of(std::string(ADVERSARY_LIBRARY) + "@aborted"),
                      "no target 'aborted'; did you mean 'abort'?"));
  BOOST_TEST(contains(error_of("plain@avx2"), "has no targets to choose from"));
  BOOST_TEST(contains(error_of("/bin/sh.so/.."), "no such file"));
  BOOST_TEST(contains(error_of(ASSAY_SOURCE_FOLDER "/LICENSE@x/.so"), "no such file"));
}

BOOST_AUTO_TEST_CASE(what_is_not_supported_is_said_with_its_reason) {
  fixtures::Case test_case = linear_case("f64", 2);
  test_case.classes = {"f64"};
  reports::RunResult result;
  RunOptions options;
  options.variants = {ADVERSARY_LIBRARY};
  options.rerun_prefix = "assay run";
  run_cases({test_case}, options, {}, result);
  BOOST_TEST((result.cases[0].verdict == unsupported));
  BOOST_TEST(result.cases[0].reason == "only linear without bias in f32");
  BOOST_TEST(result.cases[0].rerun == std::string("assay run --variant ") + ADVERSARY_LIBRARY +
                                          " --class f64 --filter linear/f64");
}

}  // namespace
}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker") {
    return assay::suites::worker_main(argc, argv);
  }
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
