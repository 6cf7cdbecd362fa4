// SPDX-License-Identifier: Apache-2.0
// What a worker has of the bench: its own channel, its own arena, and nothing else. Looked at from
// outside, while a call is open in it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "suites/case_layout.h"
#include "suites/runner.h"
#include "suites/self/linear_case.h"
#include "suites/self/sanitized.h"
#include "suites/worker_process.h"

namespace assay::suites {
namespace {

using self::linear_case;
using namespace std::chrono_literals;

/// A worker with a case open in it, started while this process holds a fixture file, open and
/// mapped, that an heir would have, too.
struct OpenWorker {
  OpenWorker() {
    const CallDescription call = describe_call(test_case, *find_class("f32"), 1);
    const Contents contents = stored_contents(test_case, call);
    const PassLayout layout = lay_out(worker.arena(), call, contents, Placement::aligned);
    worker.ask(layout.request(call, action_supports | action_open | action_run));
  }
  ~OpenWorker() {
    munmap(mapped, 4096);
    close(file);
  }

  int file = open(ASSAY_SOURCE_FOLDER "/fixtures/softmax.h5", O_RDONLY);  // no O_CLOEXEC
  void* mapped = mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0);
  fixtures::Case test_case = linear_case("secret", 64);
  WorkerProcess worker{[] {
    WorkerOptions options;
    options.variant = ADVERSARY_LIBRARY;
    options.memory_limit = std::uint64_t{3} << 30;
    return options;
  }()};
  std::filesystem::path process = "/proc/" + std::to_string(worker.process());
};

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// How often `pattern` stands in the readable memory of a process.
std::size_t occurrences(const std::filesystem::path& process, std::string_view pattern) {
  std::istringstream maps(text_of(process / "maps"));
  const int memory = open((process / "mem").c_str(), O_RDONLY | O_CLOEXEC);
  BOOST_REQUIRE(memory >= 0);
  std::size_t found = 0;
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t begin = 0, end = 0;
    char dash = 0, readable = 0;
    std::istringstream(line) >> std::hex >> begin >> dash >> end >> readable;
    constexpr std::uint64_t most = 1 << 28;
    if (readable != 'r' || end - begin > most) continue;
    std::string bytes(end - begin, '\0');
    const ssize_t count = pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(begin));
    if (count <= 0) continue;
    bytes.resize(static_cast<std::size_t>(count));
    for (std::size_t at = 0; (at = bytes.find(pattern, at)) != std::string::npos; ++at) ++found;
  }
  close(memory);
  return found;
}

template <class Element>
std::string_view bytes_of(const Element* elements, std::size_t count) {
  return {reinterpret_cast<const char*>(elements), count * sizeof(Element)};
}

BOOST_AUTO_TEST_CASE(a_worker_has_no_descriptors_but_its_own) {
  const OpenWorker open_one;
  std::map<int, std::string> descriptors;
  for (const auto& each : std::filesystem::directory_iterator(open_one.process / "fd"))
    descriptors[std::stoi(each.path().filename())] = std::filesystem::read_symlink(each.path());
  for (const auto& [number, target] : descriptors) BOOST_TEST_MESSAGE(number << " " << target);
  BOOST_TEST(descriptors.size() == 5u);
  BOOST_TEST(descriptors[0] == "/dev/null");
  BOOST_TEST(descriptors[1].starts_with("pipe:"));
  BOOST_TEST(descriptors[2].starts_with("pipe:"));
  BOOST_TEST(descriptors[worker_channel_descriptor].starts_with("socket:"));
  BOOST_TEST(descriptors[worker_arena_descriptor].starts_with("/memfd:assay arena"));
}

BOOST_AUTO_TEST_CASE(a_worker_maps_no_fixture_file) {
  const OpenWorker open_one;
  BOOST_TEST(text_of("/proc/self/maps").find("softmax.h5") != std::string::npos,
             "the test is blind");
  BOOST_TEST(text_of(open_one.process / "maps").find(".h5") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_worker_holds_the_inputs_and_no_answers) {
  OpenWorker open_one;
  fixtures::Golden& y = open_one.test_case.outputs.front();
  const std::string_view want = bytes_of(y.want.as<double>(), 24);
  const std::string_view budget = bytes_of(y.tolerance.at("f32").budget.data(), 48);
  const std::string_view x = bytes_of(open_one.test_case.inputs.at("x").as<float>(), 48);
  BOOST_TEST(occurrences("/proc/self", want) > 0u, "the test is blind");
  BOOST_TEST(occurrences(open_one.process, x) > 0u, "the test is blind");
  BOOST_TEST(occurrences(open_one.process, want) == 0u);
  BOOST_TEST(occurrences(open_one.process, budget) == 0u);
}

/// "Max file size  1073741824  1073741824  bytes" -> the first number.
std::string limit_of(const std::string& limits, const std::string& name) {
  const std::size_t at = limits.find(name);
  std::istringstream rest(
      limits.substr(at == std::string::npos ? limits.size() : at + name.size()));
  std::string soft;
  rest >> soft;
  return soft;
}

BOOST_AUTO_TEST_CASE(the_kernel_limits_what_a_worker_takes) {
  const OpenWorker open_one;
  const std::string limits = text_of(open_one.process / "limits");
  BOOST_TEST(limit_of(limits, "Max core file size") == "0");
  BOOST_TEST(limit_of(limits, "Max file size") == std::to_string(1 << 30));
  BOOST_TEST(limit_of(limits, "Max cpu time") != "unlimited");
  BOOST_TEST(limit_of(limits, "Max processes") != "unlimited");
  BOOST_TEST(text_of(open_one.process / "oom_score_adj") == "1000\n");
}

BOOST_AUTO_TEST_CASE(the_kernel_limits_the_memory_of_a_worker,
                     *boost::unit_test::enable_if<!self::sanitized>()) {
  const OpenWorker open_one;
  BOOST_TEST(limit_of(text_of(open_one.process / "limits"), "Max data size") ==
             std::to_string(std::uint64_t{3} << 30));
}

#if defined(ADVERSARY_SANITIZED)
BOOST_AUTO_TEST_CASE(a_plug_in_built_with_address_sanitizer_is_judged_and_its_findings_are_shown) {
  RunOptions options;
  options.variants = {std::string(ADVERSARY_SANITIZED) + "@honest",
                      std::string(ADVERSARY_SANITIZED) + "@heap-overrun"};
  reports::RunResult result;
  run_cases({linear_case("mischief", 13), linear_case("after", 3)}, options, {}, result);
  BOOST_REQUIRE(result.cases.size() == 4u);
  BOOST_TEST((result.cases[0].verdict == reports::Verdict::right), result.cases[0].reason);
  BOOST_TEST((result.cases[2].verdict == reports::Verdict::broken));
  BOOST_TEST(
      result.cases[2].reason.find("AddressSanitizer: heap-buffer-overflow") != std::string::npos,
      result.cases[2].reason);
  BOOST_TEST((result.cases[3].verdict == reports::Verdict::right), result.cases[3].reason);
  BOOST_TEST(std::ranges::any_of(result.warnings, [](const std::string& warning) {
    return warning.find("runs with AddressSanitizer") != std::string::npos;
  }));
}
#endif

BOOST_AUTO_TEST_CASE(work_that_comes_much_too_late_costs_no_other_case) {
  std::vector<fixtures::Case> cases = {linear_case("mischief", 13)};
  for (int i = 0; i < 4'000; ++i)
    cases.push_back(linear_case(fmt::format("after-{}", i), 13 + i % 7 + 1));
  RunOptions options;
  options.variants = {std::string(ADVERSARY_LIBRARY) + "@very-late"};
  reports::RunResult result;
  run_cases(cases, options, {}, result);
  // On a machine that is busy, the case itself may still be under way.
  const bool in_time = result.cases.front().verdict == reports::Verdict::broken;
  for (std::size_t i = 1; i < result.cases.size(); ++i)
    BOOST_TEST((result.cases[i].verdict == reports::Verdict::right), result.cases[i].reason);
  const bool said = std::ranges::any_of(result.warnings, [](const std::string& warning) {
    BOOST_TEST_MESSAGE(warning);
    return warning.find("left something behind that ended the process later") != std::string::npos;
  });
  BOOST_TEST((said || in_time));
}

}  // namespace
}  // namespace assay::suites
