// SPDX-License-Identifier: Apache-2.0
// Every implementation on every problem over many seeds, and what the rules said.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "suites/self/accuracy/rules.h"

namespace assay::accuracy {

/// Counts only outputs that differ in a bit from those counted before on the same problem and seed;
/// and of mistakes only those that differ from every right output.
struct Tally {
  bool right = true;
  std::int64_t runs = 0, distinct = 0;
  std::array<std::int64_t, rule_count> rejected{};
  double worst_share = 0;  // of the budget
  double worst_share_of_bound = 0;
  std::string worst_problem;
};

struct ExperimentOptions {
  std::string number_class = "f32";
  std::vector<std::string> classes = {"f64", "f32"};  // of the problems: their input grid
  std::uint64_t first_seed = 1;
  int seeds = 14;
  std::string op;  // empty: all
  int noisy_runs = 32;
  double spread_factor = 7;
};

using Tallies = std::map<std::pair<std::string, std::string>, Tally>;  // by op and implementation

Tallies run_experiment(const ExperimentOptions& options);
Tally total_of(const Tallies& tallies, bool right, const std::string& op = "");

}  // namespace assay::accuracy
