// SPDX-License-Identifier: Apache-2.0
#include "suites/audit_plan.h"

#include <map>

#include "fixtures/recipe.h"

namespace assay::suites {
namespace {

constexpr std::int64_t of_cases_for_mistakes = 3, of_cases_for_ways = 4;

/// A number below `limit` that depends on the seed and the text alone.
std::int64_t drawn(std::uint64_t seed, const std::string& text, std::int64_t limit) {
  std::uint64_t key = 0xcbf29ce484222325u;  // FNV-1a (Fowler, Noll, Vo)
  for (const char letter : text) {
    key = (key ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
  }
  return fixtures::Draw(key ^ seed).below(limit);
}

/// By case: the mistakes for which it stands, one case for each that the matrix has.
std::map<std::string, std::set<std::string>> standing_for(const KillMatrix& matrix,
                                                          const std::set<std::string>& known,
                                                          std::uint64_t seed) {
  std::map<std::string, std::vector<std::string>> catchers;
  for (const auto& [id, caught] : matrix.cases) {
    if (!known.contains(id)) continue;
    for (const std::string& mistake : caught) catchers[mistake].push_back(id);
  }
  std::map<std::string, std::set<std::string>> chosen;
  for (const auto& [mistake, ids] : catchers) {
    const auto place = drawn(seed, mistake, static_cast<std::int64_t>(ids.size()));
    chosen[ids[static_cast<std::size_t>(place)]].insert(mistake);
  }
  return chosen;
}

}  // namespace

std::vector<CaseTrial> planned_trials(const std::vector<fixtures::Case>& cases,
                                      const std::vector<Defendant>& defendants,
                                      const AuditPlan& plan) {
  const bool everything = plan.full || !plan.matrix;
  std::set<std::string> known, listed;
  for (const fixtures::Case& each : cases) known.insert(each.full_id());
  std::map<std::string, std::set<std::string>> chosen;
  if (!everything) {
    chosen = standing_for(*plan.matrix, known, plan.seed);
    listed.insert(plan.matrix->mistakes.begin(), plan.matrix->mistakes.end());
  }
  std::vector<CaseTrial> trials;
  for (const fixtures::Case& each : cases) {
    const std::string id = each.full_id();
    const bool all_mistakes = everything || drawn(plan.seed, id, of_cases_for_mistakes) == 0;
    const bool all_ways = everything || drawn(plan.seed, id + " ways", of_cases_for_ways) == 0;
    trials.push_back({&each, [=, some = chosen[id]](const Defendant& defendant) {
                        if (!defendant.is_mistake) return all_ways;
                        // The matrix says nothing about a new mistake: any case may catch it.
                        return all_mistakes || some.contains(defendant.name) ||
                               !listed.contains(defendant.name);
                      }});
  }
  if (everything) return trials;
  std::erase_if(trials, [&](const CaseTrial& trial) {
    return std::none_of(defendants.begin(), defendants.end(), trial.concerns);
  });
  return trials;
}

std::vector<CaseTrial> fresh_trials(const std::vector<fixtures::Case>& cases) {
  std::vector<CaseTrial> trials;
  for (const fixtures::Case& each : cases) {
    trials.push_back({&each, [](const Defendant& defendant) { return !defendant.is_mistake; }});
  }
  return trials;
}

}  // namespace assay::suites
