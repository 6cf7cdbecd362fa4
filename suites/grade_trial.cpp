// SPDX-License-Identifier: Apache-2.0
#include "suites/grade_trial.h"

#include <fmt/format.h>

#include <functional>

#include "fixtures/stages.h"
#include "reference/schema.h"
#include "suites/chunking.h"
#include "suites/first_difference.h"
#include "suites/rebatching.h"

namespace assay::suites {

using fixtures::Array;
using fixtures::Case;
using reports::GradeBreak;
using reports::Verdict;

namespace {

/// A way to make a call otherwise.
struct Way {
  std::string words;
  Asker ask;
  /// What the outputs should be, from those of the plain call.
  std::function<std::vector<Array>(const Case&, const std::vector<Array>&)> expected =
      [](const Case&, const std::vector<Array>& outputs) { return outputs; };
};

/// The case with every stage asked for, the stages before the outputs and in their order; nothing
/// for an op that shows none.
std::optional<Case> staged(const Case& test_case, const NumberClass& number_class) {
  const OpSchema& op = *find_op(test_case.op);
  if (!op.composite) return std::nullopt;
  Case shown = test_case;
  shown.outputs.clear();
  const Words words = bind_words(op, number_class, test_case.attributes,
                                 fixtures::input_types(test_case, number_class));
  for (const std::string& name : fixtures::stages_of(test_case)) {
    const TensorType type = output_type(op, number_class, test_case.attributes, words, name);
    fixtures::Golden& stage = shown.outputs.emplace_back();
    stage.name = name;
    stage.want = {DType::f64, type.shape, {}};
  }
  if (shown.outputs.empty()) return std::nullopt;
  for (const fixtures::Golden& output : test_case.outputs) {
    if (!output.name.starts_with("tap.")) shown.outputs.push_back(output);
  }
  return shown;
}

class Trial {
 public:
  Trial(const Case& test_case, const NumberClass& number_class, const GradeTrialOptions& options,
        WorkerProcess& worker)
      : case_(test_case), class_(number_class), options_(options), worker_(worker) {}

  GradeTrial made() {
    trial_.plain = plainly(case_);
    if (!trial_.plain.given()) return std::move(trial_);
    if (!runs_alike()) return std::move(trial_);
    certify("threads", case_, trial_.plain, thread_ways());
    certify("batch", case_, trial_.plain, batch_ways());
    if (const auto whole = chunkable(case_))
      certify("chunk", *whole, plainly(*whole), chunk_ways(*whole));
    certify("align", case_, trial_.plain, address_ways());
    certify("isa", case_, trial_.plain, target_ways());
    return std::move(trial_);
  }

 private:
  Answer plainly(const Case& test_case) { return ask(test_case, class_, {}, worker_); }

  Asker with(const Manner& manner) {
    return
        [this, manner](const Case& test_case) { return ask(test_case, class_, manner, worker_); };
  }

  /// The same call over and over: at once, after another one, and with threads that meet in another
  /// order every time.
  bool runs_alike() {
    GradeFinding& run = trial_.findings.emplace_back();
    run.grade = "run";
    const auto differs = [&](const std::string& way, const std::vector<Array>& first,
                             const Answer& other) {
      ++run.comparisons;
      run.broken = break_between(case_, std::string(class_.name), way, first, other);
      return run.broken.has_value();
    };
    AskedCase same(case_, class_, {}, worker_);
    for (const char* way : {"prepared again", "again"})
      if (differs(way, trial_.plain.outputs, same.again())) return false;
    if (options_.between != nullptr) {
      const NumberClass& its = *find_class(options_.between->classes.front());
      ask(*options_.between, its, {}, worker_);
    }
    if (differs("after another call", trial_.plain.outputs, plainly(case_))) return false;

    constexpr int threads = 4;
    AskedCase crowded(case_, class_, {.threads = threads}, worker_);
    const Answer first = crowded.again();
    if (first.verdict == Verdict::unsupported) return true;
    for (int n = 1; n <= options_.repetitions; ++n) {
      const std::string way =
          fmt::format("repetition {} with {} threads, held up at random", n, threads);
      const Answer next = crowded.again(static_cast<std::uint32_t>(n));
      if (differs(way, first.outputs, first.given() ? next : first)) return false;
    }
    return true;
  }

  void certify(const char* grade, const Case& test_case, const Answer& plain,
               const std::vector<Way>& ways) {
    GradeFinding finding;
    finding.grade = grade;
    for (const Way& way : ways) {
      if (!plain.given()) break;
      const Answer other = way.ask(test_case);
      if (other.verdict == Verdict::unsupported) continue;
      ++finding.comparisons;
      const auto first = way.expected(test_case, plain.outputs);
      finding.broken = break_between(test_case, std::string(class_.name), way.words, first, other);
      if (!finding.broken) continue;
      if (other.given()) {
        if (is_of_chance(test_case, way, plain, other)) return;
        finding.broken->first_stage = first_stage(test_case, way);
      }
      break;
    }
    if (finding.comparisons > 0) trial_.findings.push_back(std::move(finding));
  }

  /// Whether one of two calls that differ also differs from itself, now and then. Then it is `run`
  /// that is broken, however rarely.
  bool is_of_chance(const Case& test_case, const Way& way, const Answer& plain,
                    const Answer& other) {
    constexpr int times = 10;
    for (int n = 0; n < times; ++n) {
      for (const auto& [first, again] :
           {std::pair{&plain, plainly(test_case)}, {&other, way.ask(test_case)}}) {
        auto chance = break_between(test_case, std::string(class_.name), "again, by chance",
                                    first->outputs, again);
        if (!chance) continue;
        trial_.findings.front().broken = std::move(chance);
        return true;
      }
    }
    return false;
  }

  /// The first stage of a model that differs, of those that the implementation shows.
  std::string first_stage(const Case& test_case, const Way& way) {
    const auto shown = staged(test_case, class_);
    if (!shown) return "";
    const Answer plain = plainly(*shown);
    const Answer other = way.ask(*shown);
    if (!plain.given() || !other.given()) return "";
    const auto found = first_difference(*shown, way.expected(*shown, plain.outputs), other.outputs);
    return found ? found->output.substr(found->output.find('.') + 1) : "";
  }

  std::vector<Way> thread_ways() {
    std::vector<Way> ways;
    for (int threads = 2; threads <= options_.most_threads; ++threads)
      ways.push_back({fmt::format("{} threads", threads), with({.threads = threads})});
    return ways;
  }

  std::vector<Way> batch_ways() {
    std::vector<Way> ways;
    const auto batch = batch_of(case_);
    if (!batch) return ways;
    for (Company& company : companies(*batch)) {
      const std::vector<std::int64_t> rows = company.rows;
      ways.push_back(
          {std::move(company.words),
           [this, rows](const Case& test_case) { return plainly(with_rows(test_case, rows)); },
           [rows](const Case& test_case, const std::vector<Array>& outputs) {
             return rows_of(test_case, outputs, rows);
           }});
    }
    return ways;
  }

  std::vector<Way> chunk_ways(const Case& whole) {
    std::vector<Way> ways;
    for (const std::int64_t length : chunk_lengths(tokens_of(whole))) {
      ways.push_back({length == 1 ? "token by token" : fmt::format("in chunks of {}", length),
                      [this, length](const Case& test_case) {
                        return in_chunks(test_case, length, with({}));
                      }});
    }
    return ways;
  }

  std::vector<Way> address_ways() {
    std::vector<Way> ways;
    for (const std::size_t displacement :
         {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{8}, std::size_t{15}}) {
      ways.push_back({fmt::format("displaced by {} or more elements", displacement),
                      with({.displacement = displacement})});
    }
    ways.push_back({"where tensors end with their page", with({.placement = Placement::flush})});
    return ways;
  }

  std::vector<Way> target_ways() {
    std::vector<Way> ways;
    for (const TargetWorker& each : options_.targets) {
      ways.push_back({"on " + each.target, [this, each](const Case& test_case) {
                        return ask(test_case, class_, {}, *each.worker);
                      }});
    }
    return ways;
  }

  const Case& case_;
  const NumberClass& class_;
  const GradeTrialOptions& options_;
  WorkerProcess& worker_;
  GradeTrial trial_;
};

}  // namespace

std::optional<GradeBreak> break_between(const Case& test_case, const std::string& number_class,
                                        const std::string& way, const std::vector<Array>& first,
                                        const Answer& other) {
  GradeBreak broken;
  broken.case_id = test_case.id;
  broken.number_class = number_class;
  broken.way = way;
  broken.reason = other.reason;
  if (!other.given()) return broken;
  const auto found = first_difference(test_case, first, other.outputs);
  if (!found) return std::nullopt;
  broken.output = found->output;
  broken.index = found->index;
  broken.index_text = found->index_text;
  broken.first_text = found->first_text;
  broken.other_text = found->other_text;
  broken.elements = static_cast<std::int64_t>(found->elements);
  return broken;
}

GradeTrial try_grades(const Case& test_case, const NumberClass& number_class,
                      const GradeTrialOptions& options, WorkerProcess& worker) {
  return Trial(test_case, number_class, options, worker).made();
}

}  // namespace assay::suites
