// SPDX-License-Identifier: Apache-2.0
// Counting.
#include "reports/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/generations.h"
#include "reports/grades.h"

namespace assay::reports {

bool is_portable(const CaseResult& result) { return result.kernel.starts_with("portable"); }

void Counts::add(const CaseResult& result) {
  ++of[static_cast<std::size_t>(result.verdict)];
  if (is_portable(result)) ++portable;
}

std::size_t Counts::total() const { return std::accumulate(of.begin(), of.end(), std::size_t{0}); }
std::size_t Counts::failures() const {
  return (*this)[Verdict::imprecise] + (*this)[Verdict::wrong] + (*this)[Verdict::broken];
}
std::size_t Counts::judged() const { return total() - (*this)[Verdict::unsupported]; }

Counts count(const RunResult& result) {
  Counts counts;
  for (const CaseResult& each : result.cases) counts.add(each);
  return counts;
}

std::vector<std::string> variant_names(const RunResult& result) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  const auto note = [&](const std::string& name) {
    if (seen.insert(name).second) names.push_back(name);
  };
  for (const VariantInfo& each : result.variants) note(each.name);
  for (const CaseResult& each : result.cases) note(each.variant);
  for (const SpeedResult& each : result.speed) note(each.variant);
  return names;
}

namespace {

void note(Table& table, const std::string& row, const CaseResult& result) {
  auto [place, is_new] = table.cells.try_emplace(row);
  if (is_new) table.rows.push_back(row);
  place->second[result.variant].add(result);
}

}  // namespace

Table by_op_and_class(const RunResult& result) {
  Table table;
  // Rows of one op stay together, whatever the order of the run.
  std::vector<std::string> ops;
  for (const CaseResult& each : result.cases) {
    if (std::find(ops.begin(), ops.end(), each.op) == ops.end()) ops.push_back(each.op);
    note(table, each.op + " " + each.number_class, each);
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [&](const auto& a, const auto& b) {
    const auto place = [&](const std::string& row) {
      return std::find(ops.begin(), ops.end(), row.substr(0, row.rfind(' ')));
    };
    return place(a) < place(b);
  });
  return table;
}

Table by_suite(const RunResult& result) {
  Table table;
  for (const CaseResult& each : result.cases) {
    std::set<std::string> suites(each.suites.begin(), each.suites.end());
    suites.insert("all");
    for (const std::string& suite : suites) note(table, suite, each);
  }
  std::sort(table.rows.begin(), table.rows.end(), [](const std::string& a, const std::string& b) {
    return (a == "all") != (b == "all") ? b == "all" : a < b;
  });
  return table;
}

std::vector<ClauseCoverage> by_clause(const RunResult& result) {
  std::map<std::string, ClauseCoverage> clauses;
  for (const auto& [id, text] : result.clause_texts) clauses[id] = {id, text, {}, {}};
  std::set<std::pair<std::string, std::string>> seen;
  for (const CaseResult& each : result.cases) {
    for (const std::string& id : each.clauses) {
      ClauseCoverage& clause = clauses[id];
      clause.id = id;
      clause.by_variant[each.variant].add(each);
      const std::string name = full_id(each);
      if (seen.emplace(id, name).second) clause.cases.push_back(name);
    }
  }
  std::vector<ClauseCoverage> list;
  for (auto& [id, clause] : clauses) list.push_back(std::move(clause));
  return list;
}

std::string counts_text(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < verdict_count; ++i) {
    if (counts.of[i] == 0) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {}", counts.of[i], verdict_names[i]);
  }
  return text.empty() ? "nothing judged" : text;
}

std::string verdict_sentence(const RunResult& result) {
  const Counts all = count(result);
  std::string text;
  if (!result.complete) text = "Stopped before its end. ";
  if (result.shard.of > 1)
    text += fmt::format("Part {} of {}. ", result.shard.number, result.shard.of);
  const std::size_t variants = variant_names(result).size();
  if (all.total() == 0 && !result.grades.empty()) return text + grades_sentence(result);
  if (all.total() == 0 && !result.generations.empty()) return text + generations_sentence(result);
  if (all.judged() == 0) {
    text += "Nothing was judged";
  } else if (all.failures() == 0) {
    text += fmt::format("All {} of {} are right", counted(all.judged(), "call"),
                        counted(variants, "variant"));
  } else {
    text += fmt::format("{} of {} are not right", all.failures(), counted(all.judged(), "call"));
    std::string names;
    for (const std::string& name : variant_names(result)) {
      Counts counts;
      for (const CaseResult& each : result.cases)
        if (each.variant == name) counts.add(each);
      if (counts.failures() == 0) continue;
      counts.of[static_cast<std::size_t>(Verdict::right)] = 0;
      counts.of[static_cast<std::size_t>(Verdict::unsupported)] = 0;
      names += fmt::format("{}{} ({})", names.empty() ? ": " : "; ", one_line(name),
                           counts_text(counts));
    }
    text += names;
  }
  if (all[Verdict::unsupported] != 0)
    text += fmt::format("; {} unsupported", counted(all[Verdict::unsupported], "call"));
  return text + ".";
}

std::vector<std::string> likeness_lines(const RunResult& result) {
  std::vector<std::string> lines;
  for (const VariantInfo& variant : result.variants) {
    std::map<std::string, int> cases;  // by mistake
    int compared = 0;
    std::vector<std::string> order;  // as they were first named
    for (const CaseResult& each : result.cases) {
      if (each.variant != variant.name || !each.alike) continue;
      ++compared;
      for (const std::string& mistake : *each.alike) {
        if (++cases[mistake] == 1) order.push_back(mistake);
      }
    }
    if (order.empty()) continue;
    std::ranges::stable_sort(order, std::greater{},
                             [&](const std::string& mistake) { return cases[mistake]; });
    lines.push_back(
        fmt::format("{}: does what the known mistake {} does, in {} of {} failing cases "
                    "compared (assay explain {})",
                    variant.name, order.front(), cases[order.front()], compared, order.front()));
  }
  return lines;
}

std::string full_id(const CaseResult& result) { return result.op + "/" + result.case_id; }

const OutputJudgement* worst_output(const CaseResult& result) {
  const auto worse = [](const OutputJudgement& a, const OutputJudgement& b) {
    return a.verdict != b.verdict ? a.verdict < b.verdict : a.worst_share < b.worst_share;
  };
  const auto worst = std::max_element(result.outputs.begin(), result.outputs.end(), worse);
  return worst == result.outputs.end() ? nullptr : &*worst;
}

}  // namespace assay::reports
