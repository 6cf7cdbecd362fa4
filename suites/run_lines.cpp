// SPDX-License-Identifier: Apache-2.0
#include "suites/run_lines.h"

#include <fmt/core.h>

#include <map>
#include <sstream>
#include <tuple>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/summary.h"
#include "suites/columns.h"
#include "suites/command_words.h"

namespace assay::suites {
namespace {

using reports::CaseResult;
using reports::Verdict;

std::string share_text(const reports::OutputJudgement& output) {
  const bool wrong = output.verdict == Verdict::wrong;
  const double share = wrong ? output.worst_share_of_bound : output.worst_share;
  const std::string unit = wrong ? "bound" : "budget";
  if (!(share < 1e300)) return "differs in kind";
  return reports::three_digits(share) + " times its " + unit;
}

std::string what_is_seen(const CaseResult& result) {
  const reports::OutputJudgement* output = reports::worst_output(result);
  if (result.verdict == Verdict::broken || output == nullptr)
    return reports::one_line(result.reason);
  return fmt::format(
      "{} at {}: got {}, want {}, {}; {} of {} elements beyond the budget", output->name,
      output->worst_index_text.empty() ? "its only element" : output->worst_index_text,
      output->got_text, output->want_text, share_text(*output), output->beyond_budget,
      output->elements);
}

/// "; decides attention.kv-head, attention.layout": what the case is about, the most specific
/// first.
std::string what_is_decided(const CaseResult& result) {
  std::string text;
  for (const std::string& clause : result.clauses)
    text += (text.empty() ? "; decides " : ", ") + reports::one_line(clause);
  return text;
}

}  // namespace

std::vector<std::string> failure_lines(const CaseResult& result,
                                       const std::map<std::string, std::string>& clause_texts,
                                       const Console& console) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{}  {} {} {}: {}{}; rerun: {}", console.painted(result.verdict),
                              reports::one_line(result.variant), reports::full_id(result),
                              result.number_class, reports::one_line(what_is_seen(result)),
                              what_is_decided(result), reports::one_line(result.rerun)));
  const auto add_indented = [&](const std::string& text) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
      lines.push_back("    " + reports::one_line(line));
  };
  if (!result.clauses.empty() && clause_texts.contains(result.clauses.front())) {
    add_indented("[" + result.clauses.front() + "] " + clause_texts.at(result.clauses.front()));
  }
  add_indented(result.diagnosis);
  add_indented(result.captured);
  return lines;
}

std::vector<std::string> unsupported_lines(const reports::RunResult& result,
                                           const std::vector<std::string>& typed,
                                           const std::string& rerun_prefix,
                                           const Console& console) {
  using Group = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Group, std::size_t> groups;
  for (const CaseResult& each : result.cases)
    if (each.verdict == Verdict::unsupported)
      ++groups[{each.variant, each.op, each.number_class, each.reason}];
  std::map<std::string, std::string> called;
  for (std::size_t i = 0; i < result.variants.size(); ++i)
    called[result.variants[i].name] = typed.at(i);
  std::vector<std::string> lines;
  for (const auto& [group, count] : groups) {
    const auto& [variant, op, number_class, reason] = group;
    lines.push_back(fmt::format(
        "{}  {} {} {}: {}{}; rerun: {} --variant {} --filter {} --class {}",
        console.painted(Verdict::unsupported), variant, op, number_class,
        reports::counted(count, "case"), reason.empty() ? "" : ": " + reports::one_line(reason),
        rerun_prefix, shell_quoted(called[variant]), shell_quoted(op + "/*"), number_class));
  }
  return lines;
}

std::vector<std::string> variant_lines(const reports::RunResult& result) {
  std::map<std::string, reports::Counts> by_variant;
  for (const CaseResult& each : result.cases) by_variant[each.variant].add(each);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : reports::variant_names(result)) {
    const reports::Counts& counts = by_variant[name];
    rows.push_back({reports::one_line(name), reports::counts_text(counts)});
  }
  return in_columns(rows);
}

std::string last_line(const reports::RunResult& result) {
  const reports::Counts counts = reports::count(result);
  std::string text = fmt::format("{} judged:", counts.total());
  for (std::size_t i = 0; i < reports::verdict_count; ++i)
    text += fmt::format("{} {} {}", i == 0 ? "" : ",", counts.of[i], reports::verdict_names[i]);
  return text;
}

ExitCode exit_code_of(const reports::RunResult& result, bool strict) {
  const reports::Counts counts = reports::count(result);
  if (counts.failures() > 0) return something_not_right;
  if (strict && counts[Verdict::unsupported] > 0) return something_not_right;
  return counts.judged() == 0 ? nothing_judged : all_right;
}

}  // namespace assay::suites
