// SPDX-License-Identifier: Apache-2.0
#include "suites/suspects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace assay::suites {
namespace {

using reports::CaseResult;
using reports::Verdict;

bool fails(const CaseResult& result) {
  return result.verdict == Verdict::wrong || result.verdict == Verdict::imprecise;
}

// A crash says little about formulas, and what is not supported says nothing.
bool is_judged(const CaseResult& result) {
  return fails(result) || result.verdict == Verdict::right;
}

struct Tally {
  Suspect suspect;
  double failing_weight = 0, judged_weight = 0;
};

}  // namespace

std::vector<Suspect> suspects(const std::vector<CaseResult>& cases, const std::string& variant) {
  std::map<std::string, Tally> tallies;
  int failing = 0;
  for (const CaseResult& result : cases) {
    if (result.variant != variant || !is_judged(result)) continue;
    failing += fails(result) ? 1 : 0;
    for (std::size_t rank = 0; rank < result.clauses.size(); ++rank) {
      Tally& tally = tallies[result.clauses[rank]];
      const double weight = 1.0 / static_cast<double>(rank + 1);
      tally.judged_weight += weight;
      ++tally.suspect.judged;
      if (!fails(result)) continue;
      tally.failing_weight += weight;
      ++tally.suspect.failing;
    }
  }
  std::vector<Suspect> list;
  for (auto& [clause, tally] : tallies) {
    if (tally.suspect.failing == 0) continue;
    tally.suspect.variant = variant;
    tally.suspect.clause = clause;
    tally.suspect.score = tally.failing_weight / std::sqrt(failing * tally.judged_weight);
    list.push_back(tally.suspect);
  }
  std::ranges::stable_sort(list, std::greater{}, &Suspect::score);
  return list;
}

std::vector<std::string> suspect_lines(const reports::RunResult& result) {
  constexpr std::size_t most = 3;
  std::vector<std::string> lines;
  for (const reports::VariantInfo& variant : result.variants) {
    const std::vector<Suspect> list = suspects(result.cases, variant.name);
    if (list.empty()) continue;
    std::string line = variant.name + ": look at ";
    for (std::size_t i = 0; i < std::min(most, list.size()); ++i) {
      if (i > 0) line += i == 1 ? ", then at " : ", ";
      line += fmt::format("{} ({} of {} cases that decide it fail)", list[i].clause,
                          list[i].failing, list[i].judged);
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace assay::suites
