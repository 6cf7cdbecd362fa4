// SPDX-License-Identifier: Apache-2.0
#include "suites/trial.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <list>
#include <set>
#include <stdexcept>
#include <utility>

#include "suites/expendable_process.h"
#include "suites/trial_process.h"
#include "variants/list.h"
#include "variants/mistakes/mistakes.h"
#include "variants/ways/ways.h"

namespace assay::suites {
namespace {

/// A child at work on a trial.
struct Child {
  pid_t process;
  int pipe;
  std::uint32_t trial;
  std::string unread = {};
  Runs over = {};         // runs with an outcome
  Message last = {};      // what it was about to do when it was last heard
  bool finished = false;  // it said so
};

class Court {
 public:
  Court(const std::vector<CaseTrial>& trials, const std::vector<Defendant>& defendants,
        const TrialOptions& options)
      : trials_(trials), defendants_(defendants), options_(options) {}

  std::vector<Outcome> hold() {
    try {
      while (!children_.empty() || more()) {
        while (more() && children_.size() < static_cast<std::size_t>(options_.processes)) {
          start(next_++, {});
        }
        listen();
      }
    } catch (...) {
      for (Child& child : children_) {
        kill(child.process, SIGKILL);
        waitpid(child.process, nullptr, 0);
        close(child.pipe);
      }
      throw;
    }
    std::ranges::stable_sort(outcomes_, {}, &Outcome::trial);
    return std::move(outcomes_);
  }

 private:
  [[nodiscard]] bool more() const { return next_ < trials_.size() && !options_.stop(); }

  void start(std::size_t trial, const Runs& over) {
    const ExpendableProcess started = start_expendable([&](int pipe) {
      for (const Child& sibling : children_) close(sibling.pipe);
      hold_trial(trials_[trial], defendants_, over, options_.seconds_per_run, pipe);
    });
    children_.push_back({started.process, started.pipe, static_cast<std::uint32_t>(trial)});
    children_.back().over = over;
  }

  void listen() {
    std::vector<pollfd> descriptors;
    for (const Child& child : children_) descriptors.push_back({child.pipe, POLLIN, 0});
    if (poll(descriptors.data(), descriptors.size(), 1000) < 0) return;  // interrupted: look again
    auto child = children_.begin();
    for (const pollfd& each : descriptors) {
      const auto current = child++;
      if (each.revents == 0) continue;
      char buffer[1 << 16];
      const ssize_t count = read(current->pipe, buffer, sizeof buffer);
      if (count > 0) {
        current->unread.append(buffer, static_cast<std::size_t>(count));
        take_messages(*current);
      } else if (count == 0 || errno != EINTR) {
        bury(current);
      }
    }
  }

  void take_messages(Child& child) {
    std::size_t at = 0;
    for (; child.unread.size() - at >= sizeof(Message); at += sizeof(Message)) {
      std::memcpy(&child.last, child.unread.data() + at, sizeof(Message));
      if (child.last.kind == Message::about_to_run) continue;
      if (child.last.kind == Message::finished) child.finished = true;
      if (child.last.kind == Message::ran) record(child, child.last.outcome);
    }
    child.unread.erase(0, at);
  }

  void record(Child& child, Outcome outcome) {
    outcome.trial = child.trial;
    child.over.insert({outcome.number_class, outcome.defendant});
    outcomes_.push_back(outcome);
  }

  /// The end of a process: of its work, or of a run that killed it, after which the rest goes on.
  void bury(std::list<Child>::iterator child) {
    waitpid(child->process, nullptr, 0);
    close(child->pipe);
    const std::uint32_t trial = child->trial;
    if (!child->finished) {
      if (child->last.kind != Message::about_to_run) {
        throw std::runtime_error(trials_[trial].test_case->full_id() +
                                 ": plain did not survive it, so nobody can be tried on it");
      }
      Outcome broken = child->last.outcome;
      broken.verdict = reports::Verdict::broken;
      record(*child, broken);
      const Runs over = child->over;
      children_.erase(child);
      return start(trial, over);
    }
    children_.erase(child);
    if (options_.on_case) options_.on_case(++done_, trials_.size());
  }

  const std::vector<CaseTrial>& trials_;
  const std::vector<Defendant>& defendants_;
  const TrialOptions& options_;
  std::list<Child> children_;
  std::vector<Outcome> outcomes_;
  std::size_t next_ = 0, done_ = 0;
};

}  // namespace

std::vector<Defendant> defendants() {
  std::vector<Defendant> all;
  for (const variants::Mistake& each : variants::mistakes()) {
    all.push_back({std::string(each.name), variants::mistaken_implementation(each.name), true});
  }
  for (const variants::ways::Way& each : variants::ways::all()) {
    all.push_back(
        {"way/" + std::string(each.name), variants::ways::implementation(each.name), false});
  }
  for (const variants::BuiltIn& each : variants::built_in()) {
    if (each.name != "plain") all.push_back({std::string(each.name), each.implementation(), false});
  }
  return all;
}

std::vector<Outcome> try_cases(const std::vector<CaseTrial>& trials,
                               const std::vector<Defendant>& defendants,
                               const TrialOptions& options) {
  return Court(trials, defendants, options).hold();
}

}  // namespace assay::suites
