// SPDX-License-Identifier: Apache-2.0
#include "suites/audit.h"

#include <algorithm>
#include <array>
#include <map>

#include "fixtures/detection_floor.h"
#include "reference/schema.h"
#include "suites/foreign_rules.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"

namespace assay::suites {
namespace {

using reports::Audit;
using reports::MistakeFinding;
using reports::RuleFinding;
using reports::Verdict;
using reports::WayFinding;

bool caught(const Outcome& outcome) {
  return outcome.verdict != Verdict::right && outcome.verdict != Verdict::unsupported;
}

std::string class_name(const Outcome& outcome) {
  return std::string(number_classes[outcome.number_class].name);
}

std::map<std::string_view, const variants::Mistake*> mistakes_by_name() {
  std::map<std::string_view, const variants::Mistake*> all;
  for (const variants::Mistake& each : variants::mistakes()) all[each.name] = &each;
  return all;
}

bool counts(const std::string& mistake) {
  static const auto all = mistakes_by_name();
  return all.at(mistake)->proof.empty();
}

/// What one rule said about the runs of one class.
struct RuleTally {
  RuleFinding finding;
  std::map<std::uint32_t, bool> mistakes;  // whether caught in some run
};

/// Assay's own rule and those of others, by class.
class RuleTable {
 public:
  void take(const Outcome& outcome, bool is_mistake) {
    for (std::size_t rule = 0; rule <= foreign_rules().size(); ++rule) {
      const bool own = rule == 0;
      const std::uint32_t bit = own ? 0 : 1u << (rule - 1);
      if (!own && (outcome.judged & bit) == 0) continue;
      const bool rejects = own ? caught(outcome) : (outcome.rejected & bit) != 0;
      add(tallies_[outcome.number_class][rule], outcome, is_mistake, rejects);
      add(tallies_[all_classes][rule], outcome, is_mistake, rejects);
    }
  }

  [[nodiscard]] std::vector<RuleFinding> findings() const {
    std::vector<RuleFinding> all;
    for (std::size_t rule = 0; rule <= foreign_rules().size(); ++rule) {
      for (std::size_t n = 0; n <= all_classes; ++n) {
        const std::size_t c = n == 0 ? all_classes : n - 1;
        const auto in_class = tallies_.find(c);
        if (in_class == tallies_.end()) continue;
        const auto found = in_class->second.find(rule);
        if (found != in_class->second.end()) all.push_back(named(found->second, rule, c));
      }
    }
    return all;
  }

 private:
  static void add(RuleTally& tally, const Outcome& outcome, bool is_mistake, bool rejects) {
    RuleFinding& finding = tally.finding;
    if (!is_mistake) {
      ++finding.right_runs;
      finding.right_runs_rejected += rejects;
      finding.right_runs_rejected_by_assay += caught(outcome);
      return;
    }
    bool& found = tally.mistakes[outcome.defendant];
    if (!outcome.differs) return;  // to reject what the plain loops give catches nothing
    found = found || rejects;
    ++finding.mistaken_runs;
    finding.mistaken_runs_caught += rejects;
    finding.mistaken_runs_caught_by_assay += caught(outcome);
  }

  static RuleFinding named(const RuleTally& tally, std::size_t rule, std::size_t number_class) {
    RuleFinding finding = tally.finding;
    finding.number_class = number_class == all_classes ? "all" : number_classes[number_class].name;
    finding.rule = rule == 0 ? "Assay" : foreign_rules()[rule - 1].name;
    if (rule > 0) {
      finding.source = foreign_rules()[rule - 1].source;
      finding.reading = foreign_rules()[rule - 1].reading;
    }
    finding.mistakes = static_cast<std::int64_t>(tally.mistakes.size());
    finding.mistakes_caught =
        std::ranges::count_if(tally.mistakes, [](const auto& each) { return each.second; });
    return finding;
  }

  static constexpr std::size_t all_classes = std::size(number_classes);
  std::map<std::size_t, std::map<std::size_t, RuleTally>> tallies_;  // by class and rule
};

MistakeFinding described(const variants::Mistake& mistake) {
  MistakeFinding finding;
  finding.name = mistake.name;
  finding.clause = mistake.clause;
  finding.does = mistake.does;
  finding.sees = mistake.sees;
  finding.source = mistake.source;
  finding.proof = mistake.proof;
  return finding;
}

void add_unless_last(std::vector<std::string>& list, const std::string& text) {
  if (list.empty() || list.back() != text) list.push_back(text);
}

void count_mistake(const Outcome& outcome, const std::string& id, MistakeFinding& finding) {
  ++finding.runs;
  if (!caught(outcome)) return;
  ++finding.caught;
  add_unless_last(finding.caught_by, id);
  const std::string name = class_name(outcome);
  if (std::ranges::find(finding.classes, name) == finding.classes.end()) {
    finding.classes.push_back(name);
  }
}

void count_way(const Outcome& outcome, const std::string& id, WayFinding& finding, Audit& audit) {
  if (outcome.verdict == Verdict::unsupported) {
    ++finding.unsupported;
    return;
  }
  ++finding.runs;
  ++audit.right_runs;
  finding.distinct += outcome.differs;
  // In 16 bits the rounding of the output alone takes nearly all of the budget.
  const bool wide = size_of(number_classes[outcome.number_class].storage) > 2;
  if (wide && static_cast<double>(outcome.share) > finding.worst_share) {
    finding.worst_share = static_cast<double>(outcome.share);
    finding.worst_case = id + " " + class_name(outcome);
  }
  if (!caught(outcome)) return;
  ++finding.rejected;
  ++audit.right_runs_rejected;
  audit.rejected.push_back({finding.name, id, class_name(outcome),
                            reports::verdict_names[static_cast<int>(outcome.verdict)],
                            static_cast<double>(outcome.share)});
}

std::string summary_of(const Defendant& defendant) { return defendant.implementation->summary; }

using Numbers = std::vector<double>;

double middle_of(Numbers& sorted) { return sorted[sorted.size() / 2]; }

}  // namespace

void tally(const Evidence& evidence, Audit& audit) {
  RuleTable rules;
  const auto by_name = mistakes_by_name();
  std::vector<MistakeFinding> mistakes(evidence.defendants.size());
  std::vector<WayFinding> ways(evidence.defendants.size());
  for (std::size_t d = 0; d < evidence.defendants.size(); ++d) {
    const Defendant& defendant = evidence.defendants[d];
    if (defendant.is_mistake) {
      mistakes[d] = described(*by_name.at(defendant.name));
    } else {
      ways[d].name = defendant.name;
      ways[d].summary = summary_of(defendant);
    }
  }
  for (const Outcome& outcome : evidence.outcomes) {
    const Defendant& defendant = evidence.defendants[outcome.defendant];
    const std::string id = evidence.cases[outcome.trial]->full_id() +
                           (outcome.trial < evidence.committed ? "" : " (fresh)");
    if (defendant.is_mistake) {
      count_mistake(outcome, id, mistakes[outcome.defendant]);
    } else {
      count_way(outcome, id, ways[outcome.defendant], audit);
    }
    if (outcome.verdict == Verdict::unsupported) continue;
    if (!defendant.is_mistake || counts(defendant.name)) rules.take(outcome, defendant.is_mistake);
  }
  for (std::size_t d = 0; d < evidence.defendants.size(); ++d) {
    if (!evidence.defendants[d].is_mistake) {
      audit.way_findings.push_back(std::move(ways[d]));
      continue;
    }
    if (mistakes[d].proof.empty()) {
      ++audit.mistakes;
      audit.mistakes_caught += mistakes[d].caught > 0;
    }
    audit.mistake_findings.push_back(std::move(mistakes[d]));
  }
  audit.rules = rules.findings();
}

KillMatrix kill_matrix_of(const Evidence& evidence) {
  KillMatrix matrix;
  for (const Defendant& each : evidence.defendants) {
    if (each.is_mistake && counts(each.name)) matrix.mistakes.push_back(each.name);
  }
  for (std::size_t n = 0; n < evidence.committed; ++n) {
    matrix.cases.emplace_back(evidence.cases[n]->full_id(), std::set<std::string>{});
  }
  for (const Outcome& outcome : evidence.outcomes) {
    const Defendant& defendant = evidence.defendants[outcome.defendant];
    if (!defendant.is_mistake || !counts(defendant.name) || !caught(outcome)) continue;
    if (outcome.trial < evidence.committed) {
      matrix.cases[outcome.trial].second.insert(defendant.name);
    }
  }
  return matrix;
}

std::vector<std::string> contradictions(const Evidence& evidence, const KillMatrix& matrix) {
  struct Pair {
    bool caught = false;
    float share = 0;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pair> pairs;
  for (const Outcome& outcome : evidence.outcomes) {
    const Defendant& defendant = evidence.defendants[outcome.defendant];
    if (!defendant.is_mistake || !counts(defendant.name)) continue;
    if (outcome.trial >= evidence.committed) continue;
    Pair& pair = pairs[{outcome.trial, outcome.defendant}];
    pair.caught = pair.caught || caught(outcome);
    pair.share = std::max(pair.share, outcome.share);
  }
  std::map<std::string_view, const std::set<std::string>*> rows;
  for (const auto& [id, row] : matrix.cases) rows[id] = &row;
  const std::set<std::string> listed(matrix.mistakes.begin(), matrix.mistakes.end());
  std::vector<std::string> lines;
  for (const Defendant& each : evidence.defendants) {
    if (each.is_mistake && counts(each.name) && !listed.contains(each.name))
      lines.push_back("does not have the mistake " + each.name);
  }
  for (std::size_t n = 0; n < evidence.committed; ++n) {
    const std::string id = evidence.cases[n]->full_id();
    if (!rows.contains(id)) lines.push_back("does not have the case " + id);
  }
  for (const auto& [key, pair] : pairs) {
    const std::string id = evidence.cases[key.first]->full_id();
    const std::string& mistake = evidence.defendants[key.second].name;
    const auto row = rows.find(id);
    if (row == rows.end() || !listed.contains(mistake)) continue;
    const bool expected = row->second->contains(mistake);
    const bool on_edge = pair.share > 0.75F && pair.share < 1.25F;
    if (pair.caught == expected || on_edge) continue;
    lines.push_back(id + (pair.caught ? " catches " : " no longer catches ") + mistake);
  }
  return lines;
}

std::vector<reports::FloorFinding> floors_of(std::span<const fixtures::Case> cases) {
  std::vector<reports::FloorFinding> findings;
  for (const OpSchema& op : schema::ops) {
    for (const NumberClass& number_class : number_classes) {
      Numbers uniform, single;
      for (const fixtures::Case& each : cases) {
        if (each.op != op.name) continue;
        const auto floor = fixtures::detection_floor(each, std::string(number_class.name));
        if (!floor) continue;
        uniform.push_back(floor->uniform);
        single.push_back(floor->single_element);
      }
      if (uniform.empty()) continue;
      std::ranges::sort(uniform);
      std::ranges::sort(single);
      findings.push_back({std::string(op.name), std::string(number_class.name),
                          static_cast<std::int64_t>(uniform.size()), uniform.front(),
                          middle_of(uniform), uniform.back(), single.front(), middle_of(single),
                          single.back()});
    }
  }
  return findings;
}

}  // namespace assay::suites
