// SPDX-License-Identifier: Apache-2.0
// assay draws: statistics over a million tokens of a variant's op sampling.
#include <fmt/core.h>

#include "suites/columns.h"
#include "suites/command_line.h"
#include "suites/commands.h"
#include "suites/draw_power.h"
#include "suites/draw_worker.h"
#include "suites/exit_code.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

using Texts = std::vector<std::string>;
using Rows = std::vector<Texts>;

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay draws VARIANT... [OPTION]...";
  syntax.purpose =
      "Judges the op sampling by statistics over a million tokens: whether they are as frequent "
      "as\n"
      "their probabilities say, and independent of those of other streams, steps and seeds.";
  syntax.options.add_options()("help,h", "this text")(
      "seed", po::value<std::string>()->default_value("1")->value_name("N"),
      "the first of the seeds drawn with")(
      "threads", po::value<std::string>()->default_value("1")->value_name("N"),
      "that a call may use");
  syntax.positional = {"variant"};
  syntax.last_repeats = true;
  syntax.afterword =
      "A sampler without fault is rejected by one run in a million. Random numbers of its own are\n"
      "no fault here; assay run judges the tokens themselves.";
  return syntax;
}

void show_powers(const DrawPlan& plan, Console& console) {
  Rows rows = {{"  chance to find", "bias", "by"}};
  for (const BiasPower& each : bias_powers(plan)) {
    rows.push_back({fmt::format("  {:.4f}", each.power), each.bias, each.test});
  }
  for (const std::string& line : in_columns(rows)) console.line(line);
  console.line(fmt::format(
      "  0.9900          one of {} equal tokens drawn {:.2f} times too often  frequencies: even",
      plan.even.setting.logits.size(), 1 + smallest_bias_found(plan)));
}

std::string sentence_of(const NumbersCompared& numbers) {
  if (!numbers.of_the_spec()) return "numbers: its own, not those of the spec";
  return fmt::format(
      "numbers: those of the spec; of {} draws from equal logits {} differ, {} of the {} with a "
      "number on an edge",
      numbers.draws, numbers.differ, numbers.on_edge_differ, numbers.on_edge);
}

void show(const DrawFindings& findings, Console& console) {
  Rows rows = {{"  test", "draws", "chi2", "freedom", "limit", "p", ""}};
  for (const DrawTest& each : findings.tests) {
    rows.push_back({"  " + each.name, fmt::format("{}", each.draws),
                    fmt::format("{:.1f}", each.statistic), fmt::format("{}", each.freedom),
                    fmt::format("{:.1f}", each.limit), fmt::format("{:.2g}", each.p),
                    each.passed() ? "ok" : "REJECTED"});
  }
  for (const std::string& line : in_columns(rows)) console.line(line);
  console.line("  " + sentence_of(findings.numbers) +
               (findings.numbers.passed() ? "" : "  REJECTED"));
}

/// Returns the variant's verdict and shows what it rests on.
reports::Verdict judge(const std::string& variant, const DrawPlan& plan, int threads,
                       Console& console) {
  WorkerProcess worker({.variant = variant, .wrapper = {}});
  try {
    const Sampler asked = sampler_of(worker, threads);
    std::int64_t done = 0;
    const DrawFindings findings =
        judge_draws(plan, [&](const DrawSetting& setting, std::int64_t seed, std::int64_t step,
                              const Streams& streams) {
          done += static_cast<std::int64_t>(streams.size());
          console.progress(fmt::format("{}: {} of {} draws", variant, done, plan.draws()));
          return asked(setting, seed, step, streams);
        });
    console.clear_progress();
    show(findings, console);
    return findings.passed() ? reports::Verdict::right : reports::Verdict::wrong;
  } catch (const DrawsUnsupported& unsupported) {
    console.clear_progress();
    console.line("  " + std::string(unsupported.what()));
    return reports::Verdict::unsupported;
  } catch (const DrawsBroken& broken) {
    console.clear_progress();
    console.line("  " + std::string(broken.what()));
  } catch (const WorkerDied& died) {
    console.clear_progress();
    console.line("  " + std::string(died.what()));
  }
  return reports::Verdict::broken;
}

}  // namespace

int draws_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const Texts variants = all_values(*values, "variant");
  if (variants.empty()) throw UsageError("name a variant, such as: assay draws plain");
  const int threads = static_cast<int>(integer(*values, "threads", 1, 1024));
  const DrawPlan plan = draw_plan(integer(*values, "seed", 0, 1'000'000'000'000));
  console.line(
      fmt::format("{} draws and {} tests per variant; without fault, one run in {:.0f} is rejected",
                  plan.draws(), test_count(plan), 1 / false_alarm_rate));
  show_powers(plan, console);
  int code = nothing_judged;
  for (const std::string& variant : variants) {
    console.line(variant);
    const reports::Verdict verdict = judge(variant, plan, threads, console);
    console.line(fmt::format("draws: {} is {}", variant, console.painted(verdict)));
    if (verdict == reports::Verdict::unsupported) continue;
    if (verdict != reports::Verdict::right) code = something_not_right;
    if (code == nothing_judged) code = all_right;
  }
  return code;
}

}  // namespace assay::suites
