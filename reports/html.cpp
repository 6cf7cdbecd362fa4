// SPDX-License-Identifier: Apache-2.0
// Puts the page together: the template, its style and scripts from the build, the sections from the
// result.
#include "reports/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>
#include <string_view>

#include "reports/audit_summary.h"
#include "reports/embedded_file.h"
#include "reports/figures.h"
#include "reports/generations.h"
#include "reports/grades.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/ranking.h"
#include "reports/summary.h"

namespace assay::reports {

std::span<const EmbeddedFile> page_files();

namespace {

std::string_view page_file(std::string_view name) {
  for (const EmbeddedFile& file : page_files())
    if (file.name == name) return file.text;
  throw std::logic_error(fmt::format("{} was not built into this program", name));
}

/// Each an element of its own: the page's policy holds the sum of each.
std::string scripts() {
  std::string out;
  for (const char* name : {"page_theme.js", "page_tables.js", "page_cases.js", "page_drawing.js",
                           "page_accuracy.js", "page_speed.js", "page_curves.js", "page_kills.js"})
    out += fmt::format("<script>{}</script>\n", page_file(name));
  return out;
}

std::string navigation(const std::string& sections) {
  constexpr std::pair<const char*, const char*> links[] = {{"scoreboard", "Scoreboard"},
                                                           {"failures", "Not right"},
                                                           {"support", "Support"},
                                                           {"suites", "Suites"},
                                                           {"accuracy", "Accuracy"},
                                                           {"sums", "Long sums"},
                                                           {"tradeoff", "Trade-off"},
                                                           {"comparison", "A/B"},
                                                           {"ablation", "Steps"},
                                                           {"speed", "Speed"},
                                                           {"growth", "Size"},
                                                           {"threads", "Threads"},
                                                           {"grades", "Determinism"},
                                                           {"generations", "Texts"},
                                                           {"clauses", "Clauses"},
                                                           {"cases", "Cases"},
                                                           {"unsupported", "Unsupported"},
                                                           {"audit", "The suite"},
                                                           {"machine", "Machine"},
                                                           {"method", "Method"}};
  std::string out;
  for (const auto& [id, name] : links)
    if (sections.find(fmt::format("<section id=\"{}\"", id)) != std::string::npos)
      out += fmt::format("<a href=\"#{}\">{}</a>\n", id, name);
  return out;
}

std::string about_the_run(const RunResult& result) {
  std::string out;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) out += (out.empty() ? "" : " \u00b7 ") + text;
  };
  add(line(result.title));
  add(line(result.started));
  add(result.seconds > 0 ? duration(result.seconds) : "");
  const auto cpu = result.environment.find("cpu");
  add(cpu == result.environment.end() ? "" : line(cpu->second));
  return out;
}

bool breaks_a_claim(const RunResult& result) {
  const auto standing = standings(result);
  return std::ranges::any_of(standing, &GradeStanding::is_failure) ||
         std::ranges::any_of(result.generations,
                             [](const GenerationResult& each) { return is_failure(each); });
}

/// "{{name}}" in the template stands for the value of that name. Values are not searched again.
std::string filled(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string out;
  for (;;) {
    const std::size_t open = page.find("{{"), close = page.find("}}");
    if (open == std::string_view::npos) break;
    out += page.substr(0, open);
    out += values.at(page.substr(open + 2, close - open - 2));
    page.remove_prefix(close + 2);
  }
  return out += page;
}

}  // namespace

std::string to_html(const RunResult& result, const Audit* audit) {
  const bool only_audit = audit != nullptr && result.cases.empty();
  const Ranking ranking(result);
  std::string sections;
  const bool only_repeats =
      result.cases.empty() && (!result.grades.empty() || !result.generations.empty());
  if (!only_audit && !only_repeats) {
    sections = scoreboard_section(result, ranking) + failures_section(result) +
               support_section(result) + suites_section(result) + accuracy_section(result) +
               sums_section(result) + tradeoff_section(result, ranking) +
               comparison_section(result, ranking) + ablation_section(result, ranking) +
               speed_section(result, ranking) + growth_section(result, ranking) +
               threads_section(result, ranking) + clauses_section(result, audit) +
               cases_section(result) + unsupported_section(result);
  }
  sections += grades_section(result) + generations_section(result);
  if (audit != nullptr) sections += audit_section(*audit);
  sections += machine_section(result) + method_section();
  std::string warnings;
  for (const std::string& warning : result.warnings) warnings += "<li>" + line(warning) + "</li>\n";
  if (!warnings.empty()) warnings = "<ul class=\"warnings\">" + warnings + "</ul>\n";
  const Counts counts = count(result);
  const bool undecided = !result.complete || (counts.judged() == 0 && !only_repeats);
  const char* state = undecided                                          ? "undecided"
                      : counts.failures() != 0 || breaks_a_claim(result) ? "failed"
                                                                         : "passed";
  std::string title = result.title, verdict = verdict_sentence(result);
  if (only_audit) {
    const bool good = audit->mistakes_caught == audit->mistakes && audit->right_runs_rejected == 0;
    state = !audit->complete ? "undecided" : good ? "passed" : "failed";
    title = audit->title;
    verdict = audit_sentence(*audit);
  }
  return filled(page_file("page.html"), {{"title", line(title)},
                                         {"policy", std::string(page_file("page_policy.txt"))},
                                         {"style", std::string(page_file("page.css"))},
                                         {"d3_licence", std::string(page_file("d3-licence.txt"))},
                                         {"d3", std::string(page_file("d3.min.js"))},
                                         {"scripts", scripts()},
                                         {"state", state},
                                         {"verdict", line(verdict)},
                                         {"about", about_the_run(result)},
                                         {"warnings", warnings},
                                         {"navigation", navigation(sections)},
                                         {"sections", sections},
                                         {"data", plot_data(result, ranking, audit)}});
}

std::string to_html(const RunResult& result) { return to_html(result, nullptr); }

}  // namespace assay::reports
