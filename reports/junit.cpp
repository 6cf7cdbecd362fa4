// SPDX-License-Identifier: Apache-2.0
// RunResult -> JUnit XML. Texts are escaped, never put into CDATA, so that "]]>" ends nothing.
#include "reports/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "reports/escape.h"
#include "reports/grades.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string details(const CaseResult& result) {
  std::string text = result.reason;
  const auto add = [&](const std::string& more) {
    if (more.empty()) return;
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += more;
  };
  add(result.diagnosis);
  if (!result.clauses.empty()) add("clause: " + result.clauses.front());
  if (!result.captured.empty()) add("it printed:\n" + result.captured);
  if (!result.rerun.empty()) add("rerun: " + result.rerun);
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void append_test(std::string& out, const CaseResult& result) {
  auto to = std::back_inserter(out);
  fmt::format_to(to, R"(    <testcase classname="{}.{}" name="{} [{}]" time="{:.6f}")",
                 markup_escaped(one_line(result.variant)), markup_escaped(one_line(result.op)),
                 markup_escaped(one_line(result.case_id)),
                 markup_escaped(one_line(result.number_class)),
                 std::isfinite(result.seconds) ? result.seconds : 0);
  if (result.verdict == Verdict::right) {
    out += "/>\n";
    return;
  }
  const std::string& cause = result.reason.empty() ? result.diagnosis : result.reason;
  const std::string message = markup_escaped(one_line(first_line(cause)));
  if (result.verdict == Verdict::unsupported) {
    fmt::format_to(to, "><skipped message=\"{}\"/></testcase>\n", message);
    return;
  }
  const char* element = result.verdict == Verdict::broken ? "error" : "failure";
  fmt::format_to(to, "><{0} type=\"{1}\" message=\"{2}\">{3}</{0}></testcase>\n", element,
                 name_of(result.verdict), message, markup_escaped(details(result)));
}

/// What the counts of a suite are made of.
struct Tally {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  void add(Verdict verdict) {
    ++tests;
    failures += verdict == Verdict::imprecise || verdict == Verdict::wrong;
    errors += verdict == Verdict::broken;
    skipped += verdict == Verdict::unsupported;
  }
  void add(const Tally& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
  }
  [[nodiscard]] std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}")", tests, failures,
                       errors, skipped);
  }
};

struct Suite {
  std::string variant, of;  // an op, or "grades"
  Tally tally;
  double seconds = 0;
  std::string tests;
};

std::vector<Suite> suites_of_cases(const RunResult& result) {
  std::vector<Suite> suites;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (const CaseResult& each : result.cases) {
    const auto [place, is_new] = places.try_emplace({each.variant, each.op}, suites.size());
    if (is_new) suites.push_back({each.variant, each.op, {}, 0, {}});
    Suite& suite = suites[place->second];
    suite.tally.add(each.verdict);
    if (std::isfinite(each.seconds)) suite.seconds += each.seconds;
    append_test(suite.tests, each);
  }
  return suites;
}

void append_grade(Suite& suite, const GradeResult& result) {
  auto to = std::back_inserter(suite.tests);
  fmt::format_to(to, R"(    <testcase classname="{}.grades" name="{} {}" time="0")",
                 markup_escaped(one_line(result.variant)), markup_escaped(one_line(result.op)),
                 markup_escaped(one_line(result.grade)));
  ++suite.tally.tests;
  if (result.calls > 0 && result.broken == 0) {
    suite.tests += "/>\n";
    return;
  }
  const std::string message = result.calls == 0
                                  ? "not measured"
                                  : fmt::format("{}broken in {} of {} calls",
                                                result.claimed ? "claimed, " : "not claimed, ",
                                                result.broken, result.calls);
  if (result.claimed && result.broken > 0) {
    ++suite.tally.failures;
    fmt::format_to(to,
                   "><failure type=\"grade\" message=\"{}\">{}\nrerun: {}</failure></testcase>\n",
                   message, markup_escaped(break_text(result)), markup_escaped(result.rerun));
  } else {
    ++suite.tally.skipped;
    fmt::format_to(to, "><skipped message=\"{}\"/></testcase>\n", message);
  }
}

std::vector<Suite> suites_of_grades(const RunResult& result) {
  std::vector<Suite> suites;
  for (const GradeResult& each : result.grades) {
    auto place = std::ranges::find(suites, each.variant, &Suite::variant);
    if (place == suites.end()) place = suites.insert(place, {each.variant, "grades", {}, 0, {}});
    append_grade(*place, each);
  }
  return suites;
}

}  // namespace

std::string to_junit(const RunResult& result) {
  std::vector<Suite> suites = suites_of_cases(result);
  std::ranges::move(suites_of_grades(result), std::back_inserter(suites));
  Tally all;
  for (const Suite& suite : suites) all.add(suite.tally);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"assay: {}\" {} time=\"{:.6f}\">\n",
                     markup_escaped(one_line(result.title)), all.attributes(),
                     std::isfinite(result.seconds) ? result.seconds : 0);
  for (const Suite& suite : suites) {
    out +=
        fmt::format("  <testsuite name=\"{}.{}\" {} time=\"{:.6f}\"", markup_escaped(suite.variant),
                    markup_escaped(suite.of), suite.tally.attributes(), suite.seconds);
    if (!result.started.empty())
      out += fmt::format(" timestamp=\"{}\"", markup_escaped(one_line(result.started)));
    out += ">\n" + suite.tests + "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace assay::reports
