// SPDX-License-Identifier: Apache-2.0
// RunResult -> Markdown. Every foreign text is code, so that it can neither form markup nor mention
// anybody.
#include "reports/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/generations.h"
#include "reports/grades.h"
#include "reports/markdown_speed.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string scoreboard(const RunResult& result) {
  std::string out = "| variant | right | imprecise | wrong | unsupported | broken |\n";
  out += "|---|--:|--:|--:|--:|--:|\n";
  for (const std::string& name : variant_names(result)) {
    Counts counts;
    for (const CaseResult& each : result.cases)
      if (each.variant == name) counts.add(each);
    out += "| " + markdown_code(name);
    for (const std::size_t number : counts.of) out += fmt::format(" | {}", number);
    out += " |\n";
  }
  return out + "\n";
}

std::string failure(const CaseResult& result) {
  std::string out = fmt::format("<details><summary>{}: {}, {} [{}]</summary>\n\n",
                                name_of(result.verdict), markup_escaped(one_line(result.variant)),
                                markup_escaped(one_line(full_id(result))),
                                markup_escaped(one_line(result.number_class)));
  if (!result.clauses.empty()) out += "Clause " + markdown_code(result.clauses.front()) + "\n\n";
  if (!result.reason.empty()) out += markdown_block(result.reason) + "\n";
  if (!result.diagnosis.empty()) out += markdown_block(result.diagnosis) + "\n";
  if (const OutputJudgement* worst = worst_output(result)) {
    out += fmt::format(
        "Output {}: {} of {} elements beyond their budget, the worst by {} budgets.\n\n",
        markdown_code(worst->name), worst->beyond_budget, worst->elements,
        three_digits(worst->worst_share));
  }
  if (!result.captured.empty()) out += "It printed:\n\n" + markdown_block(result.captured) + "\n";
  if (!result.rerun.empty()) out += markdown_block(result.rerun) + "\n";
  return out + "</details>\n\n";
}

std::string failures_section(const RunResult& result, std::size_t most) {
  std::string out;
  std::size_t seen = 0;
  for (const CaseResult& each : result.cases) {
    if (!is_failure(each.verdict)) continue;
    if (++seen <= most) out += failure(each);
  }
  if (seen == 0) return "";
  if (seen > most) out += fmt::format("{} more: see index.html or results.json.\n\n", seen - most);
  return "## Not right\n\n" + out;
}

std::string grades_section(const RunResult& result) {
  if (result.grades.empty()) return "";
  std::string out = "## Determinism grades\n\n| variant |";
  for (const char* grade : grade_names) out += fmt::format(" {} |", grade);
  out += "\n|---|";
  for (std::size_t i = 0; i < std::size(grade_names); ++i) out += "---|";
  std::string broken;
  const std::vector<GradeStanding> all = standings(result);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % std::size(grade_names) == 0)
      out += fmt::format("\n| {} |", markdown_code(all[i].variant));
    out += fmt::format(" {} |", words_of(all[i]));
    for (const GradeResult* each : all[i].broken_ops)
      broken += fmt::format("- {} {} {}\n", markdown_code(each->variant), each->grade,
                            markdown_code(break_text(*each)));
  }
  return out + "\n\n" + broken + (broken.empty() ? "" : "\n");
}

std::string generations_section(const RunResult& result) {
  if (result.generations.empty()) return "";
  std::string out =
      "## Generated texts\n\n| variant | model | arrangement | texts | tokens | |\n"
      "|---|---|---|--:|--:|---|\n";
  for (const GenerationResult& each : result.generations)
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_code(each.variant),
                       markdown_code(each.model), markdown_code(each.arrangement), each.texts,
                       each.tokens, markdown_code(words_of(each)));
  return out + "\n";
}

std::string machine_section(const RunResult& result) {
  std::string out = "<details><summary>Machine and environment</summary>\n\n| | |\n|---|---|\n";
  for (const auto& [name, value] : result.environment)
    out += "| " + markdown_code(name) + " | " + markdown_code(value) + " |\n";
  for (const MachineLimit& each : result.limits)
    out += fmt::format("| {}, {} | {} {} |\n", markdown_code(each.name),
                       counted(static_cast<std::size_t>(each.threads), "thread"),
                       three_digits(each.value), markdown_code(each.unit));
  return out + "\n</details>\n";
}

}  // namespace

std::string to_markdown(const RunResult& result, std::size_t failures) {
  std::string out = "# Assay" + (result.title.empty() ? "" : ": " + markdown_code(result.title));
  // The sentence names variants; as text of one line it needs its markup taken away.
  out += "\n\n**" + markup_escaped(verdict_sentence(result)) + "**\n\n";
  for (const std::string& warning : result.warnings) out += "> " + markdown_code(warning) + "\n\n";
  if (!result.cases.empty() || (result.grades.empty() && result.generations.empty()))
    out += scoreboard(result);
  out += failures_section(result, failures);
  out += markdown_speed(result);
  out += grades_section(result) + generations_section(result);
  return out + machine_section(result);
}

}  // namespace assay::reports
