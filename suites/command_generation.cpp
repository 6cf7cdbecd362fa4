// SPDX-License-Identifier: Apache-2.0
#include "suites/command_generation.h"

#include <fmt/format.h>

#include <stdexcept>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/generations.h"
#include "suites/columns.h"
#include "suites/command_words.h"
#include "suites/exit_code.h"
#include "suites/generation.h"
#include "suites/interruption.h"

namespace assay::suites {
namespace {

using reports::GenerationResult;

constexpr int golden_texts = 2;  // of a model

/// Thrown between two calls when somebody has pressed Ctrl-C.
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The models that the filters pick, by "generation/gpt2" or "gpt2". Throws UsageError.
std::vector<TextModel> picked_models(const Judging& judging) {
  std::vector<TextModel> models = text_models();
  std::vector<CaseNames> names;
  for (const TextModel& each : models) names.push_back({"generation", each.name, {}, {}});
  check_filters(judging.selection, names);
  std::vector<TextModel> picked;
  for (std::size_t i = 0; i < models.size(); ++i)
    if (judging.selection.picks(names[i])) picked.push_back(std::move(models[i]));
  return picked;
}

std::string line_of(const GenerationResult& each, const Console& console) {
  const auto verdict = each.reason.empty() ? reports::Verdict::wrong : reports::Verdict::broken;
  std::string line =
      fmt::format("{}  {} generation/{} {}: {}", console.painted(verdict), each.variant, each.model,
                  each.arrangement, reports::words_of(each));
  if (!each.first_wrong.empty()) line += "; first " + reports::one_line(each.first_wrong);
  return line + "; rerun: " + reports::one_line(each.rerun);
}

/// A line per variant and model.
std::vector<std::string> summary(const reports::RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < result.generations.size();) {
    const GenerationResult& first = result.generations[i];
    std::int64_t arrangements = 0, tokens = 0, undecidable = 0, wrong = 0;
    for (; i < result.generations.size() && result.generations[i].model == first.model &&
           result.generations[i].variant == first.variant;
         ++i) {
      const GenerationResult& each = result.generations[i];
      ++arrangements;
      tokens += each.tokens;
      undecidable += each.undecidable;
      wrong += each.wrong;
    }
    rows.push_back({first.variant, first.model, fmt::format("{} arrangements", arrangements),
                    fmt::format("{} tokens compared", tokens),
                    fmt::format("{} undecidable", undecidable), fmt::format("{} wrong", wrong)});
  }
  return in_columns(rows);
}

class Generation {
 public:
  Generation(const Judging& judging, Console& console, reports::RunResult& result)
      : judging_(judging), console_(console), result_(result) {}

  /// Throws Interrupted.
  void made(std::int64_t texts, Outputs& outputs) {
    const std::vector<TextModel> models = picked_models(judging_);
    std::vector<GenerationPlan> plans;
    for (const TextModel& each : models) {
      console_.progress("golden texts of " + each.name);
      const auto share = (texts + static_cast<std::int64_t>(models.size()) - 1) /
                         static_cast<std::int64_t>(models.size());
      plans.push_back(generation_plan(each, share, golden_texts));
    }
    for (const std::string& typed : judging_.options.variants) {
      WorkerProcess worker(worker_options(judging_.options, typed));
      result_.variants.push_back(variant_info(typed, worker.description(), result_.variants));
      for (const GenerationPlan& plan : plans) {
        write_all(plan, typed, worker);
        outputs.checkpoint(result_);
      }
    }
    console_.clear_progress();
  }

 private:
  void write_all(const GenerationPlan& plan, const std::string& typed, WorkerProcess& worker) {
    const std::string& variant = result_.variants.back().name;
    std::string doing = "golden prefixes";
    std::int64_t calls = 0;
    const TextAsker asker = [&](const fixtures::Case& call, int threads) {
      if (interruption_.wanted()) throw Interrupted("interrupted; what was found so far is kept");
      console_.progress(
          fmt::format("{}  {}: {}, call {}", variant, plan.model.name, doing, ++calls));
      return ask(call, *find_class("f32"), {.threads = threads}, worker);
    };
    const auto enter = [&](GenerationResult made) {
      made.variant = variant;
      made.rerun = judging_.options.rerun_prefix + " --variant " + shell_quoted(typed) +
                   " --filter generation/" + plan.model.name;
      if (reports::is_failure(made)) console_.line(line_of(made, console_));
      result_.generations.push_back(std::move(made));
      return result_.generations.back().reason.empty();
    };
    if (!enter(judge_golden(plan, asker))) return;
    doing = "alone";
    try {
      const auto plain = plain_texts(plan, asker);
      for (const Arrangement& each : arrangements(plan.model)) {
        doing = each.name;
        enter(judge_arrangement(plan, plain, each, asker));
      }
    } catch (const NotWritten& failure) {
      GenerationResult none;
      none.model = plan.model.name;
      none.arrangement = "alone";
      none.reason = failure.what();
      enter(std::move(none));
    }
  }

  const Judging& judging_;
  Console& console_;
  reports::RunResult& result_;
  const Interruption interruption_;
};

ExitCode exit_code_of(const reports::RunResult& result) {
  std::int64_t tokens = 0;
  for (const GenerationResult& each : result.generations) {
    if (reports::is_failure(each)) return something_not_right;
    tokens += each.tokens;
  }
  return tokens > 0 ? all_right : nothing_judged;
}

}  // namespace

int run_generation(const Judging& judging, std::int64_t texts, const Invocation& invocation,
                   Outputs& outputs, Console& console) {
  bool failed = false;
  const auto fail = [&](const std::string& line) {
    console.note("assay: " + line);
    failed = true;
  };
  reports::RunResult result;
  const RunBegin begin = begin_result(judging, invocation, result);
  try {
    Generation(judging, console, result).made(texts, outputs);
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {  // what was found so far is still written
    console.clear_progress();
    fail(error.what());
  }
  end_result(begin, !failed, result);
  for (const std::string& line : outputs.finish(result)) fail(line);
  for (const std::string& line : summary(result)) console.line(line);
  console.line(console.bold("generation: " + reports::generations_sentence(result)));
  if (failed) return bench_failed;
  return exit_code_of(result);
}

}  // namespace assay::suites
