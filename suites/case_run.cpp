// SPDX-License-Identifier: Apache-2.0
#include "suites/case_run.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "suites/breach.h"
#include "suites/case_layout.h"
#include "suites/dump.h"
#include "suites/judge.h"
#include "suites/pattern.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

using reports::CaseResult;
using reports::OutputJudgement;
using reports::Verdict;

constexpr const char* while_flush = " (where tensors end with their page)";

class CaseRun {
 public:
  CaseRun(const fixtures::Case& test_case, const NumberClass& number_class,
          const CaseRunOptions& options, WorkerProcess& worker, CaseResult& result)
      : case_(test_case),
        class_(number_class),
        options_(options),
        worker_(worker),
        result_(result),
        call_(describe_call(test_case, number_class, options.threads)),
        contents_(stored_contents(test_case, call_)) {}

  /// The outputs that were not right, if any.
  std::vector<std::byte> run() {
    try {
      try_once();
    } catch (const WorkerDied& died) {
      if (died.from_before) {
        begin_again(died.what());
      } else {
        breaks_at_death(died);
      }
    }
    result_.captured = worker_.take_output();
    if (worker_is_dead_) add_summary_of_sanitizer();
    if (worker_is_dead_ || suspect_) worker_.restart();
    return std::move(departing_);
  }

 private:
  void try_once() {
    result_.verdict = Verdict::right;
    Arena& arena = worker_.arena();
    arena.clear();
    PassLayout aligned = lay_out(arena, call_, contents_, Placement::aligned);
    add_decoy(arena, call_, contents_, aligned);
    const PassLayout flush = lay_out(arena, call_, contents_, Placement::flush);
    constexpr std::uint32_t pass = action_open | action_run | action_close;
    // Both at once: the worker computes the second while the first is judged.
    worker_.send(aligned.request(call_, action_supports | pass));
    worker_.send(flush.request(call_, pass | action_inspect));
    const Reply first = worker_.receive();
    if (!supported(first.supports)) {
      finish_refusal(worker_.receive());
    } else {
      finish_pass(aligned, first);
      flush_is_next_ = true;
      finish_pass(flush, worker_.receive());
    }
  }

  /// What ended the process was not this case's doing, unless it happens again.
  void begin_again(const std::string& death) {
    worker_.restart();
    result_.outputs.clear();
    result_.reason.clear();
    result_.diagnosis.clear();
    departing_.clear();
    judged_.clear();
    flush_is_next_ = suspect_ = false;
    try {
      try_once();
      worker_.remark("a call left something behind that ended the process later, " + death +
                         "; the case then under way was run again in a new process",
                     case_.full_id());
    } catch (const WorkerDied& died) {
      breaks_at_death(died);
    }
  }

  /// "ended its process with exit status 1 in run()" says little where a sanitizer ended it.
  void add_summary_of_sanitizer() {
    const std::size_t at = result_.captured.find("SUMMARY: ");
    if (at == std::string::npos) return;
    const std::string line = result_.captured.substr(at, result_.captured.find('\n', at) - at);
    result_.reason = one_line_of(result_.reason + "; " + line);
  }

  void breaks_at_death(const WorkerDied& died) {
    breaks(std::string(died.what()) + (flush_is_next_ ? while_flush : ""));
    worker_is_dead_ = true;
  }

  bool supported(const StepReport& step) {
    if (std::string text = breach(step, "supports()"); !text.empty()) {
      breaks(text);
      suspect_ = step.process_left;
      return false;
    }
    if (step.status == ASSAY_OK) {
      result_.kernel = one_line_of(step.text);
      return true;
    }
    if (step.status != ASSAY_UNSUPPORTED) {
      breaks(refusal(step, "supports()"));
      return false;
    }
    result_.verdict = Verdict::unsupported;
    result_.reason = step.text.empty() ? "gave no reason" : one_line_of(step.text);
    return false;
  }

  /// supports() alone was called.
  void finish_refusal(const Reply& reply) {
    suspect_ = suspect_ || leaves_traces(reply);
    if (const std::string text = breach_of_pass(reply); !text.empty()) breaks("supports() " + text);
  }

  void finish_pass(const PassLayout& layout, const Reply& reply) {
    suspect_ = suspect_ || leaves_traces(reply);
    worker_.note_threads_left(reply.threads_left);
    if (reply.threads_work)
      worker_.remark("a call left threads behind that go on working and disturb what is timed",
                     case_.full_id());
    if (const std::string text = breach_of_pass(reply); !text.empty()) return breaks(text);
    if (outputs_fingerprint(worker_.arena(), layout) != reply.outputs) {
      suspect_ = true;
      return breaks("an output changed after run() had returned: something still worked on it");
    }
    const std::string text = trespass(worker_.arena(), call_, layout, contents_);
    if (!text.empty()) {
      breaks(text + (flush_is_next_ ? while_flush : ""));
    }
    for (std::size_t i = 0; i < case_.outputs.size(); ++i) {
      const Region& region = layout.outputs.regions[i];
      if (!is_judged(region, i)) judge_one(region, i);
      if (!flush_is_next_) judged_.push_back(region);
    }
    const bool departs = result_.verdict == Verdict::imprecise || result_.verdict == Verdict::wrong;
    if (!departs || !departing_.empty()) return;
    for (const Region& region : layout.outputs.regions) {
      const auto got = worker_.arena().elements(region);
      departing_.insert(departing_.end(), got.begin(), got.end());
    }
  }

  /// The same bytes as in the pass before, where the worker cannot reach them any more.
  bool is_judged(const Region& region, std::size_t i) {
    if (!flush_is_next_ || i >= judged_.size()) return false;
    const auto now = worker_.arena().elements(region);
    const auto before = worker_.arena().elements(judged_[i]);
    return std::memcmp(now.data(), before.data(), now.size()) == 0;
  }

  void judge_one(const Region& region, std::size_t i) {
    const auto got = worker_.arena().elements(region);
    OutputJudgement judgement = judge_output(case_, case_.outputs[i], class_, got);
    result_.verdict = worse(result_.verdict, judgement.verdict);
    const bool first = result_.outputs.size() <= i;
    const bool replaces = !first && worse(result_.outputs[i].verdict, judgement.verdict) !=
                                        result_.outputs[i].verdict;
    if (judgement.verdict != Verdict::right && (first || replaces)) {
      if (flush_is_next_) {
        diagnose(
            "only where tensors end with their page: something beyond them is read, or "
            "alignment is taken for granted");
      }
      for (const std::string& line : patterns(case_, case_.outputs[i], class_, got)) {
        diagnose(case_.outputs[i].name + ": " + line);
      }
      dump(case_.outputs[i], got);
    }
    if (first) {
      result_.outputs.push_back(std::move(judgement));
    } else if (replaces) {
      result_.outputs[i] = std::move(judgement);
    }
  }

  void dump(const fixtures::Golden& golden, std::span<const std::byte> got) {
    if (!options_.dump) return;
    try {
      const auto file = dump_output(*options_.dump, result_, case_, golden, class_, got);
      diagnose(golden.name + ": written to " + file.string());
    } catch (const std::runtime_error& error) {
      // A full disk must not cost the results.
      diagnose(golden.name + ": not dumped: " + error.what());
    }
  }

  void diagnose(const std::string& line) {
    result_.diagnosis += (result_.diagnosis.empty() ? "" : "\n") + line;
  }

  void breaks(const std::string& reason) {
    result_.verdict = Verdict::broken;
    if (result_.reason.empty()) result_.reason = one_line_of(reason);
  }

  const fixtures::Case& case_;
  const NumberClass& class_;
  const CaseRunOptions& options_;
  WorkerProcess& worker_;
  CaseResult& result_;
  const CallDescription call_;
  const Contents contents_;
  std::vector<std::byte> departing_;
  std::vector<Region> judged_;  // the outputs of the first pass
  bool flush_is_next_ = false;
  bool worker_is_dead_ = false;
  bool suspect_ = false;  // the worker goes on, but not as it was
};

}  // namespace

std::vector<std::byte> run_case(const fixtures::Case& test_case, const NumberClass& number_class,
                                const CaseRunOptions& options, WorkerProcess& worker,
                                CaseResult& result) {
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::byte> departing =
      CaseRun(test_case, number_class, options, worker, result).run();
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return departing;
}

}  // namespace assay::suites
