// SPDX-License-Identifier: Apache-2.0
// Runs and counts; decides nothing.
#include "suites/self/accuracy/experiment.h"

#include <algorithm>
#include <set>

#include "fixtures/answers.h"
#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/problems.h"

namespace assay::accuracy {
namespace {

void count(Tally& tally, const std::array<double, rule_count>& share, const std::string& problem) {
  ++tally.distinct;
  for (int rule = 0; rule < rule_count; ++rule) {
    const auto r = static_cast<std::size_t>(rule);
    if (!(share[r] <= 1)) ++tally.rejected[r];
  }
  if (share[0] > tally.worst_share) {
    tally.worst_share = share[0];
    tally.worst_problem = problem;
  }
  tally.worst_share_of_bound = std::max(tally.worst_share_of_bound, share[1]);
}

}  // namespace

Tallies run_experiment(const ExperimentOptions& options) {
  const NumberClass& number_class = *find_class(options.number_class);
  Implementations implementations = all_implementations();
  std::ranges::stable_partition(implementations, [](const Implementation& i) { return i.right; });
  Tallies tallies;
  for (const fixtures::CaseRecipe& recipe : problems(options.classes)) {
    if (!options.op.empty() && recipe.op != options.op) continue;
    for (int n = 0; n < options.seeds; ++n) {
      const std::uint64_t seed = options.first_seed + static_cast<std::uint64_t>(n);
      fixtures::Case test_case = fixtures::draw_case(recipe, seed);
      test_case.classes = {options.number_class};
      fixtures::compute_answers(
          test_case, {}, false,
          {.noisy_runs = options.noisy_runs, .spread_factor = options.spread_factor});
      const Problem problem(test_case);
      std::set<std::vector<double>> seen;
      for (const Implementation& each : implementations) {
        if (each.op != recipe.op) continue;
        std::vector<double> got =
            number_class.arithmetic == DType::f64 ? each.in_f64(problem) : each.in_f32(problem);
        for (double& element : got) element = round_to(number_class.storage, element);
        Tally& tally = tallies[{each.op, each.name}];
        tally.right = each.right;
        ++tally.runs;
        if (!seen.insert(got).second) continue;
        count(tally, shares(test_case.outputs[0], number_class, got), test_case.id);
      }
    }
  }
  return tallies;
}

Tally total_of(const Tallies& tallies, bool right, const std::string& op) {
  Tally total;
  total.right = right;
  for (const auto& [name, tally] : tallies) {
    if (tally.right != right || (!op.empty() && name.first != op)) continue;
    total.runs += tally.runs;
    total.distinct += tally.distinct;
    for (std::size_t r = 0; r < rule_count; ++r) total.rejected[r] += tally.rejected[r];
    total.worst_share_of_bound = std::max(total.worst_share_of_bound, tally.worst_share_of_bound);
    if (tally.worst_share <= total.worst_share) continue;
    total.worst_share = tally.worst_share;
    total.worst_problem = name.first + "/" + tally.worst_problem + ", " + name.second;
  }
  return total;
}

}  // namespace assay::accuracy
