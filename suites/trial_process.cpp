// SPDX-License-Identifier: Apache-2.0
#include "suites/trial_process.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "suites/foreign_rules.h"
#include "suites/judge.h"
#include "suites/placed_case.h"
#include "variants/mistakes/mistakes.h"
#include "variants/plain/plain.h"

namespace assay::suites {
namespace {

using reports::Verdict;
using Bytes = std::vector<std::byte>;

class Trial {
 public:
  Trial(const CaseTrial& trial, const std::vector<Defendant>& defendants, const Runs& over,
        int seconds_per_run, int pipe)
      : trial_(trial),
        defendants_(defendants),
        over_(over),
        seconds_per_run_(seconds_per_run),
        pipe_(pipe) {}

  void hold() {
    for (const std::string& name : trial_.test_case->classes) try_in(*find_class(name));
    tell({Message::finished});
  }

 private:
  void try_in(const NumberClass& number_class) {
    const auto place = static_cast<std::uint8_t>(&number_class - number_classes);
    PlacedCase placed(*trial_.test_case, number_class);
    if (placed.run(*variants::plain_implementation()) != ASSAY_OK)
      throw std::runtime_error(trial_.test_case->full_id() + ": plain failed");
    const Bytes plain = placed.output_bytes();
    known_.clear();
    without_mistake_ = {plain};
    const std::set<std::string_view> met = met_mistakes(placed);
    if (!met.empty()) run_without_mistake(placed);
    for (std::uint32_t d = 0; d < defendants_.size(); ++d) {
      const Defendant& defendant = defendants_[d];
      if (over_.contains({place, d}) || !trial_.concerns(defendant)) continue;
      if (defendant.is_mistake && !met.contains(defendant.name)) continue;
      Outcome outcome{.defendant = d, .number_class = place};
      tell({Message::about_to_run, outcome});
      alarm(static_cast<unsigned>(seconds_per_run_));
      const int status = placed.run(*defendant.implementation);
      alarm(0);
      outcome.verdict = status == ASSAY_UNSUPPORTED ? Verdict::unsupported : Verdict::broken;
      if (status == ASSAY_OK) judge(placed, number_class, plain, outcome);
      tell({Message::ran, outcome});
    }
  }

  [[nodiscard]] std::set<std::string_view> met_mistakes(PlacedCase& placed) const {
    const bool any = std::ranges::any_of(defendants_, [&](const Defendant& each) {
      return each.is_mistake && trial_.concerns(each);
    });
    if (!any) return {};
    const std::vector<std::string_view> met = variants::reached_mistakes(placed.call());
    return {met.begin(), met.end()};
  }

  /// The texts that mistakes are woven into round in their own ways, which is no mistake.
  void run_without_mistake(PlacedCase& placed) {
    for (const std::string_view kernel : variants::mistaken_kernels()) {
      if (placed.run(*variants::unmistaken_implementation(kernel)) != ASSAY_OK) continue;
      without_mistake_.push_back(placed.output_bytes());
    }
  }

  /// Many defendants give the same bits; each output is judged once.
  void judge(PlacedCase& placed, const NumberClass& number_class, const Bytes& plain,
             Outcome& outcome) {
    const Bytes got = placed.output_bytes();
    const auto [known, is_new] =
        known_.try_emplace(std::string(reinterpret_cast<const char*>(got.data()), got.size()));
    if (is_new) known->second = judgement(number_class, got, plain);
    const Outcome& judged = known->second;
    outcome.verdict = judged.verdict;
    outcome.share = judged.share;
    outcome.judged = judged.judged;
    outcome.rejected = judged.rejected;
    const bool is_mistake = defendants_[outcome.defendant].is_mistake;
    outcome.differs = is_mistake
                          ? std::ranges::find(without_mistake_, got) == without_mistake_.end()
                          : got != plain;
  }

  [[nodiscard]] Outcome judgement(const NumberClass& number_class, const Bytes& got,
                                  const Bytes& plain) const {
    Outcome outcome{.verdict = Verdict::right};
    std::size_t at = 0;
    for (const fixtures::Golden& golden : trial_.test_case->outputs) {
      const std::size_t size = golden.want.count() * size_of(stored_type(golden, number_class));
      const auto mine = std::span(got).subspan(at, size);
      const auto of_plain = std::span(plain).subspan(at, size);
      at += size;
      const auto judged = judge_output(*trial_.test_case, golden, number_class, mine);
      outcome.verdict = worse(outcome.verdict, judged.verdict);
      outcome.share = std::max(outcome.share, static_cast<float>(judged.worst_share));
      const ForeignVerdicts others =
          judge_by_foreign_rules(*trial_.test_case, golden, number_class, mine, of_plain);
      outcome.judged |= others.judged;
      outcome.rejected |= others.rejected;
    }
    return outcome;
  }

  void tell(const Message& message) const {
    // Smaller than a pipe's buffer, so it goes in one piece.
    const auto written = write(pipe_, &message, sizeof message);
    if (written != static_cast<ssize_t>(sizeof message))
      throw std::runtime_error("nobody listens to a trial");
  }

  const CaseTrial& trial_;
  const std::vector<Defendant>& defendants_;
  const Runs& over_;
  int seconds_per_run_, pipe_;
  std::vector<Bytes> without_mistake_;
  std::unordered_map<std::string, Outcome> known_;  // by the bytes of all outputs
};

}  // namespace

void hold_trial(const CaseTrial& trial, const std::vector<Defendant>& defendants, const Runs& over,
                int seconds_per_run, int pipe) {
  Trial(trial, defendants, over, seconds_per_run, pipe).hold();
}

}  // namespace assay::suites
