// SPDX-License-Identifier: Apache-2.0
// A Comparison in words: one list of table rows, set for a terminal or as Markdown.
#include <fmt/format.h>

#include <algorithm>

#include "reports/comparison.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

struct Section {
  std::string title;
  std::string remark;  // before the rows; may be empty
  std::vector<std::string> heads;
  std::vector<std::vector<std::string>> rows;
};

std::string verdict_or_none(const std::optional<Verdict>& verdict) {
  return verdict ? name_of(*verdict) : "-";
}

/// The variant's name, or nothing where two variants are compared.
void lead(const Comparison& comparison, const std::string& variant, std::vector<std::string>& row) {
  if (!comparison.variants_apart) row.push_back(variant);
}

std::vector<std::string> heads(const Comparison& comparison, std::vector<std::string> rest) {
  if (!comparison.variants_apart) rest.insert(rest.begin(), "variant");
  return rest;
}

Section verdict_section(const Comparison& comparison) {
  Section section = {"Verdicts", "", {}, {}};
  section.remark = fmt::format("{} of {} in both have the same verdict.", comparison.verdict_same,
                               counted(comparison.in_both, "call"));
  const auto say_missing = [&](std::size_t calls, const std::string& here,
                               const std::string& there) {
    if (calls > 0)
      section.remark += fmt::format(" {} only in {}, not in {}.", counted(calls, "call"),
                                    one_line(here), one_line(there));
  };
  say_missing(comparison.only_before, comparison.before_name, comparison.after_name);
  say_missing(comparison.only_after, comparison.after_name, comparison.before_name);
  if (comparison.fixtures) section.remark += " The two judged other fixtures.";
  section.heads = heads(comparison, {"case", "class", "before", "after", "rerun"});
  for (const VerdictChange& each : comparison.verdicts) {
    std::vector<std::string> row;
    lead(comparison, each.variant, row);
    row.insert(row.end(), {each.case_id, each.number_class, verdict_or_none(each.before),
                           verdict_or_none(each.after), each.rerun});
    section.rows.push_back(std::move(row));
  }
  return section;
}

Section overview_section(const Comparison& comparison) {
  Section section = {"Accuracy",
                     "Share of the budget used, the worst call and the median call of each op and "
                     "class.",
                     {},
                     {}};
  section.heads = heads(
      comparison, {"op", "class", "calls", "worst before", "after", "median before", "after"});
  for (const AccuracyOverview& each : comparison.overview) {
    std::vector<std::string> row;
    lead(comparison, each.variant, row);
    row.insert(row.end(), {each.op, each.number_class, std::to_string(each.calls),
                           three_digits(each.worst_before), three_digits(each.worst_after),
                           three_digits(each.median_before), three_digits(each.median_after)});
    section.rows.push_back(std::move(row));
  }
  return section;
}

Section accuracy_section(const Comparison& comparison) {
  Section section = {"Accuracy, case by case",
                     "What moved by half or more and uses more than half of its budget.",
                     {},
                     {}};
  section.heads = heads(comparison, {"case", "class", "output", "before", "after"});
  for (const AccuracyChange& each : comparison.accuracy) {
    std::vector<std::string> row;
    lead(comparison, each.variant, row);
    row.insert(row.end(), {each.case_id, each.number_class, each.output, three_digits(each.before),
                           three_digits(each.after)});
    section.rows.push_back(std::move(row));
  }
  return section;
}

/// "fused by 2.31x", where the one before has a name of its own.
std::string winner(const Comparison& comparison, const SpeedOverview& each) {
  if (each.verdict == SpeedVerdict::faster)
    return fmt::format("{} by {}x", comparison.after_name, three_digits(1 / each.ratio.middle));
  if (each.verdict == SpeedVerdict::slower)
    return fmt::format("{} by {}x", comparison.before_name, three_digits(each.ratio.middle));
  return words_of(each.verdict);
}

Section winners_section(const Comparison& comparison) {
  Section section = {
      "Who is faster", "Geometric mean of the ratios of all shapes of an op.", {}, {}};
  if (!comparison.speed.empty())
    section.remark += fmt::format(" All {}: {}.", counted(comparison.speed.size(), "timing"),
                                  with_interval(comparison.all_shapes));
  if (comparison.untimed > 0)
    section.remark += fmt::format(
        " {} left out that only one side has: the other refused it, was not right, or makes no use "
        "of more threads.",
        counted(comparison.untimed, "timing"));
  section.heads =
      heads(comparison, {"op", "class", "threads", "shapes", "ratio", "noise", "faster"});
  for (const SpeedOverview& each : comparison.by_op) {
    std::vector<std::string> row;
    lead(comparison, each.variant, row);
    row.insert(row.end(), {each.op, each.number_class, std::to_string(each.threads),
                           std::to_string(each.shapes), with_interval(each.ratio),
                           each.noise > 0 ? percent(each.noise) : "-", winner(comparison, each)});
    section.rows.push_back(std::move(row));
  }
  return section;
}

Section speed_section(const Comparison& comparison) {
  Section section = {
      "Speed",
      "Time after / before with a 95 % interval; below 1 is faster. Noise: what the first shows "
      "against itself.",
      {},
      {}};
  if (!comparison.same_machine)
    section.remark += " The two ran on different processors, which the ratios contain.";
  section.heads =
      heads(comparison, {"shape", "class", "threads", "before", "after", "ratio", "noise", "so"});
  for (const SpeedChange& each : comparison.speed) {
    std::vector<std::string> row;
    lead(comparison, each.variant, row);
    row.insert(row.end(), {each.shape_id, each.number_class, std::to_string(each.threads),
                           duration(each.before), duration(each.after), with_interval(each.ratio),
                           each.noise > 0 ? percent(each.noise) : "-", words_of(each.verdict)});
    section.rows.push_back(std::move(row));
  }
  return section;
}

Section environment_section(const Comparison& comparison) {
  Section section = {"Environment", "", {"", "before", "after"}, {}};
  for (const Difference& each : comparison.environment)
    section.rows.push_back({each.name, each.before, each.after});
  return section;
}

std::vector<Section> sections(const Comparison& comparison) {
  std::vector<Section> list = {verdict_section(comparison),  overview_section(comparison),
                               accuracy_section(comparison), winners_section(comparison),
                               speed_section(comparison),    environment_section(comparison)};
  std::erase_if(list,
                [](const Section& each) { return each.rows.empty() && each.title != "Verdicts"; });
  return list;
}

/// Columns count bytes, which is right for all but names beyond ASCII.
std::string aligned(const Section& section) {
  std::vector<std::vector<std::string>> lines = {section.heads};
  lines.insert(lines.end(), section.rows.begin(), section.rows.end());
  std::vector<std::size_t> widths(section.heads.size());
  for (auto& line : lines) {
    for (std::size_t column = 0; column < line.size(); ++column) {
      line[column] = one_line(line[column]);
      widths[column] = std::max(widths[column], line[column].size());
    }
  }
  std::string out;
  for (const auto& line : lines) {
    std::string row = " ";
    for (std::size_t column = 0; column < line.size(); ++column)
      row += fmt::format(" {:{}} ", line[column], widths[column]);
    row.erase(row.find_last_not_of(' ') + 1);
    out += row + "\n";
  }
  return out;
}

}  // namespace

std::string warning_of(const Comparison& comparison) {
  if (!comparison.fixtures) return "";
  const auto named = [](const std::string& fixtures) {
    return fixtures.empty() ? "does not say which" : one_line(fixtures);
  };
  return fmt::format(
      "{} judged other fixtures ({}) than {} ({}): a case of the same name may have other inputs "
      "and another answer; judge both on the same ones",
      one_line(comparison.before_name), named(comparison.fixtures->before),
      one_line(comparison.after_name), named(comparison.fixtures->after));
}

std::string to_text(const Comparison& comparison) {
  std::string out =
      fmt::format("{} -> {}\n", one_line(comparison.before_name), one_line(comparison.after_name));
  for (const Section& section : sections(comparison)) {
    out += "\n" + section.title + (section.remark.empty() ? "" : ": " + section.remark) + "\n";
    if (!section.rows.empty()) out += aligned(section);
  }
  return out;
}

std::string to_markdown(const Comparison& comparison) {
  std::string out = fmt::format("# {} -> {}\n", markdown_code(comparison.before_name),
                                markdown_code(comparison.after_name));
  for (const Section& section : sections(comparison)) {
    out += "\n## " + section.title + "\n\n";
    if (!section.remark.empty()) out += section.remark + "\n\n";
    if (section.rows.empty()) continue;
    std::string rule = "|";
    out += "|";
    for (const std::string& head : section.heads) {
      out += " " + head + " |";
      rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (const auto& row : section.rows) {
      out += "|";
      for (const std::string& cell : row) out += fmt::format(" {} |", markdown_code(cell));
      out += "\n";
    }
  }
  return out;
}

}  // namespace assay::reports
