// SPDX-License-Identifier: Apache-2.0
// Prints the tables of docs/accuracy.md. Takes minutes; `accuracy_figures [SEEDS [OP]]`, 20 seeds
// by default.
#include <cstdio>
#include <cstdlib>

#include "fixtures/answers.h"
#include "fixtures/detection_floor.h"
#include "suites/self/accuracy/experiment.h"
#include "suites/self/accuracy/problems.h"

namespace {

using namespace assay;
using namespace assay::accuracy;

const char* const ops[] = {"linear", "softmax", "layer_norm", "rms_norm", "rope", "attention"};

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void print_right(const char* title, const Tallies& tallies) {
  std::printf("\n### Right implementations, %s\n\n", title);
  std::printf("| op | ways | runs | distinct | largest share of budget | of bound | where |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const char* op : ops) {
    int ways = 0;
    for (const auto& [name, tally] : tallies) ways += name.first == op && tally.right;
    const Tally total = total_of(tallies, true, op);
    std::printf("| %s | %d | %lld | %lld | %.2f | %.2f | %s |\n", op, ways,
                static_cast<long long>(total.runs), static_cast<long long>(total.distinct),
                total.worst_share, total.worst_share_of_bound, total.worst_problem.c_str());
  }
}

void print_rejected(const char* title, const Tallies& tallies) {
  std::printf("\n### Rejected by each rule, %% of distinct outputs, %s\n\n", title);
  std::printf("| implementation | distinct | budget | bound | assert_close | NMSE | ONNX |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  const auto line = [](const std::string& name, const Tally& tally) {
    std::printf("| %s | %lld |", name.c_str(), static_cast<long long>(tally.distinct));
    for (const std::int64_t rejected : tally.rejected) {
      std::printf(" %.1f |", percent(rejected, tally.distinct));
    }
    std::printf("\n");
  };
  for (const char* op : ops) {
    for (const auto& [name, tally] : tallies) {
      if (name.first == op && !tally.right) line(name.first + ": " + name.second, tally);
    }
  }
  line("**all mistakes**", total_of(tallies, false));
  for (const char* op : ops) line(std::string("right ") + op, total_of(tallies, true, op));
  line("**all right implementations**", total_of(tallies, true));
}

void print_shares(const Tallies& tallies) {
  std::printf("\n### Largest share of the budget, right implementations, one by one\n\n");
  for (const auto& [name, tally] : tallies) {
    if (tally.right) {
      std::printf("%-12s %-32s %.3f  %s\n", name.first.c_str(), name.second.c_str(),
                  tally.worst_share, tally.worst_problem.c_str());
    }
  }
}

void print_floors() {
  std::printf("\n### Detection floors\n\n");
  std::printf("| case | f64 uniform | single | f32 uniform | single | bf16 uniform | single |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const fixtures::CaseRecipe& recipe : problems({"f64", "f32", "bf16"})) {
    fixtures::Case test_case = fixtures::draw_case(recipe, 1);
    fixtures::compute_answers(test_case, {}, false);
    std::printf("| %s |", test_case.full_id().c_str());
    for (const std::string& name : test_case.classes) {
      const auto floor = fixtures::detection_floor(test_case, name);
      if (floor) std::printf(" %.1e | %.1e |", floor->uniform, floor->single_element);
    }
    std::printf("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int seeds = argc > 1 ? std::atoi(argv[1]) : 20;
  ExperimentOptions options;
  options.seeds = seeds;
  options.op = argc > 2 ? argv[2] : "";
  if (argc > 3) options.noisy_runs = std::atoi(argv[3]);
  if (argc > 4) options.spread_factor = std::atof(argv[4]);
  const Tallies f32 = run_experiment(options);
  print_right("class f32", f32);
  print_rejected("class f32", f32);
  print_shares(f32);
  options.seeds = (seeds + 1) / 2;
  options.number_class = "f64";
  options.classes = {"f64"};
  const Tallies f64 = run_experiment(options);
  print_right("class f64", f64);
  options.number_class = "bf16";
  options.classes = {"f32", "bf16"};
  const Tallies bf16 = run_experiment(options);
  print_right("class bf16", bf16);
  print_rejected("class bf16", bf16);
  if (options.op.empty()) print_floors();
  return total_of(f32, true).rejected[0] == 0 ? 0 : 1;
}
