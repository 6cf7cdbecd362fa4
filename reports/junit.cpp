// SPDX-License-Identifier: Apache-2.0
// RunResult -> JUnit XML. Texts are escaped, never put into CDATA, so that "]]>" ends nothing.
#include "reports/junit.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "reports/escape.h"
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

struct Group {
  std::string variant, op;
  Counts counts;
  double seconds = 0;
  std::string tests;
};

}  // namespace

std::string to_junit(const RunResult& result) {
  std::vector<Group> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (const CaseResult& each : result.cases) {
    const auto [place, is_new] = places.try_emplace({each.variant, each.op}, groups.size());
    if (is_new) groups.push_back({each.variant, each.op, {}, 0, {}});
    Group& group = groups[place->second];
    group.counts.add(each);
    if (std::isfinite(each.seconds)) group.seconds += each.seconds;
    append_test(group.tests, each);
  }
  const auto numbers = [](const Counts& counts) {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}")", counts.total(),
                       counts[Verdict::imprecise] + counts[Verdict::wrong], counts[Verdict::broken],
                       counts[Verdict::unsupported]);
  };
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"assay: {}\" {} time=\"{:.6f}\">\n",
                     markup_escaped(one_line(result.title)), numbers(count(result)),
                     std::isfinite(result.seconds) ? result.seconds : 0);
  for (const Group& group : groups) {
    out +=
        fmt::format("  <testsuite name=\"{}.{}\" {} time=\"{:.6f}\"", markup_escaped(group.variant),
                    markup_escaped(group.op), numbers(group.counts), group.seconds);
    if (!result.started.empty())
      out += fmt::format(" timestamp=\"{}\"", markup_escaped(one_line(result.started)));
    out += ">\n" + group.tests + "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace assay::reports
