// SPDX-License-Identifier: Apache-2.0
// The worker as the timer and the runner use it: several samples, several sets of inputs, restarts,
// and what a case costs beside its computation.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "suites/worker.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string_view>

#include "suites/case_layout.h"
#include "suites/runner.h"
#include "suites/self/linear_case.h"
#include "suites/worker_process.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

using namespace std::chrono_literals;
using reports::Verdict;
using self::linear_case;

WorkerOptions honest() {
  WorkerOptions options;
  options.variant = ADVERSARY_LIBRARY;
  return options;
}

float first_output(WorkerProcess& worker, const PassLayout& layout) {
  float value = 0;
  std::memcpy(&value, worker.arena().elements(layout.outputs.regions[0]).data(), sizeof value);
  return value;
}

BOOST_AUTO_TEST_CASE(a_request_gives_as_many_durations_as_samples) {
  WorkerProcess worker(honest());
  const fixtures::Case test_case = linear_case("timed", 4);
  const CallDescription call = describe_call(test_case, *find_class("f32"), 1);
  const auto inputs = stored_contents(test_case, call);
  const PassLayout layout = lay_out(worker.arena(), call, inputs, Placement::aligned);
  const Reply opened = worker.ask(layout.request(call, action_supports | action_open));
  BOOST_TEST(opened.supports.status == ASSAY_OK);
  BOOST_TEST(opened.supports.text == "mischief");
  BOOST_TEST(opened.prepare.nanoseconds.size() == 1u);
  BOOST_TEST(!opened.run.done);
  Request run;
  run.actions = action_run;
  run.samples = 7;
  run.calls = 3;
  for (int i = 0; i < 2; ++i) {
    const Reply timed = worker.ask(run);
    BOOST_TEST(timed.run.nanoseconds.size() == 7u);
    BOOST_TEST((std::ranges::min(timed.run.nanoseconds) > 0));
  }
  Request close;
  close.actions = action_close;
  BOOST_TEST(worker.ask(close).release.done);
  BOOST_TEST(!worker.ask(run).run.done, "nothing is open any more");
}

BOOST_AUTO_TEST_CASE(a_worker_knows_its_own_files_however_many_are_open) {
  // Enough that ours have the numbers by which a worker knows its own.
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  for (int i = 0; i < 75; ++i) {
    workers.push_back(std::make_unique<WorkerProcess>(honest()));
    BOOST_TEST(workers.back()->description().name == "adversaries");
  }
}

BOOST_AUTO_TEST_CASE(sets_of_inputs_take_turns_and_share_the_weights) {
  WorkerProcess worker(honest());
  const fixtures::Case test_case = linear_case("rotated", 4);
  const CallDescription call = describe_call(test_case, *find_class("f32"), 1);
  const auto inputs = stored_contents(test_case, call);
  const PassLayout layout = lay_out(worker.arena(), call, inputs, Placement::aligned, 3);
  BOOST_TEST(layout.input_sets.size() == 3u);
  // x[0, 0] of the sets becomes 10, 20, 30; w[0, 0] is -1.
  for (std::size_t set = 0; set < 3; ++set) {
    const float x = 10.0f * static_cast<float>(set + 1);
    std::memcpy(worker.arena().elements(layout.input_sets[set].regions[0]).data(), &x, sizeof x);
  }
  worker.ask(layout.request(call, action_supports | action_open));
  float of_set[4];
  for (std::uint32_t first = 0; first < 4; ++first) {
    Request run;
    run.actions = action_run;
    run.first_set = first;
    worker.ask(run);
    of_set[first] = first_output(worker, layout);
  }
  BOOST_TEST(of_set[1] == of_set[0] - 10);
  BOOST_TEST(of_set[2] == of_set[0] - 20);
  BOOST_TEST(of_set[3] == of_set[0]);
}

BOOST_AUTO_TEST_CASE(a_worker_can_be_started_again_and_again) {
  WorkerProcess worker(honest());
  for (int i = 0; i < 5; ++i) worker.restart();
  BOOST_TEST(worker.description().name == "adversaries");
}

/// Stops the bench, which is this process, and its worker for a second; the bench goes on first.
pid_t stop_both(pid_t bench, pid_t worker) {
  const pid_t child = fork();
  if (child != 0) return child;
  kill(worker, SIGSTOP);
  usleep(50'000);  // now the bench waits
  kill(bench, SIGSTOP);
  usleep(1'000'000);
  kill(bench, SIGCONT);
  usleep(50'000);
  kill(worker, SIGCONT);
  _exit(0);
}

BOOST_AUTO_TEST_CASE(the_time_while_the_bench_itself_is_stopped_is_not_held_against_the_worker) {
  WorkerOptions options = honest();
  options.time_limit = 500ms;
  WorkerProcess worker(options);
  const fixtures::Case test_case = linear_case("stopped", 4);
  const CallDescription call = describe_call(test_case, *find_class("f32"), 1);
  const auto contents = stored_contents(test_case, call);
  const PassLayout layout = lay_out(worker.arena(), call, contents, Placement::aligned);
  const Request request = layout.request(call, action_supports | action_open | action_run);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = stop_both(getpid(), worker.process());
  while (std::chrono::steady_clock::now() - begin < 1s) {  // until both have been stopped
    worker.ask(request);
  }
  BOOST_TEST(waitpid(child, nullptr, 0) == child);
  BOOST_TEST(worker.ask(request).run.done);
}

BOOST_AUTO_TEST_CASE(a_wrapper_stands_before_the_worker) {
  WorkerOptions options = honest();
  options.wrapper = {"env", "ASSAY_WRAPPED=1"};
  WorkerProcess worker(options);
  BOOST_TEST(worker.description().name == "adversaries");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_no_worker_is_an_error_with_its_name) {
  WorkerOptions options = honest();
  options.executable = "/bin/true";
  BOOST_CHECK_THROW(WorkerProcess{options}, WorkerError);
  options.executable = "/no/such/program";
  BOOST_CHECK_THROW(WorkerProcess{options}, WorkerError);
}

BOOST_AUTO_TEST_CASE(the_worker_does_not_see_which_kernels_the_shell_asks_of_openblas) {
  setenv("OPENBLAS_CORETYPE", "Haswell", 1);
  WorkerOptions options = honest();
  options.wrapper = {"sh", "-c", "test -z \"$OPENBLAS_CORETYPE\" && exec \"$0\" \"$@\""};
  BOOST_CHECK_NO_THROW(WorkerProcess{options});
  unsetenv("OPENBLAS_CORETYPE");
}

BOOST_AUTO_TEST_CASE(messages_survive_the_wire_and_rubbish_does_not) {
  Request request;
  request.actions = action_open | action_run;
  request.call = describe_call(linear_case("wire", 2), *find_class("f32"), 2);
  request.call.attributes = {{"a", std::int64_t{-1}},
                             {"b", 0.5},
                             {"c", true},
                             {"d", std::string("text")},
                             {"e", std::vector<std::int64_t>{1, 2}}};
  request.input_sets.resize(2);
  request.input_sets[1].regions.push_back({4096, 8192, 64, 100});
  const std::string bytes = packed(request, 42);
  const auto length = complete_body(bytes, 42);
  BOOST_REQUIRE(length.has_value());
  const std::string body = bytes.substr(sizeof(MessageHeader));
  const Request again = unpacked<Request>(body);
  BOOST_TEST((again.call.attributes == request.call.attributes));
  BOOST_TEST(packed(again, 42) == bytes);
  BOOST_CHECK_THROW(complete_body(bytes, 43), WireError);
  BOOST_CHECK_THROW(unpacked<Request>(body + "x"), WireError);
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    BOOST_CHECK_THROW(unpacked<Request>(std::string_view(body).substr(0, cut)), WireError);
  }
}

BOOST_AUTO_TEST_CASE(a_small_case_costs_little_beside_its_computation) {
  std::vector<fixtures::Case> cases;
  for (int i = 0; i < 500; ++i) cases.push_back(linear_case(fmt::format("c{}", i), 4));
  RunOptions options;
  options.variants = {ADVERSARY_LIBRARY};
  reports::RunResult result;
  run_cases(cases, options, {}, result);
  std::vector<double> seconds;
  for (const auto& each : result.cases) {
    BOOST_TEST((each.verdict == Verdict::right));
    seconds.push_back(each.seconds);
  }
  std::ranges::sort(seconds);
  const double median = seconds[seconds.size() / 2];
  fmt::print("a case beside its computation: median {:.0f} us, 95 % {:.0f} us\n", 1e6 * median,
             1e6 * seconds[seconds.size() * 95 / 100]);
  BOOST_TEST(median < 5e-3, "loose, for machines that do other things besides");
}

}  // namespace
}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker") {
    return assay::suites::worker_main(argc, argv);
  }
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
