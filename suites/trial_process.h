// SPDX-License-Identifier: Apache-2.0
// What the process of a trial does, and what it tells the one that started it.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "suites/trial.h"

namespace assay::suites {

/// One thing told, written to the pipe in one piece.
struct Message {
  enum Kind : std::uint32_t { nothing, about_to_run, ran, finished };
  Kind kind = nothing;
  Outcome outcome = {};  // of about_to_run only who and in which class
};

/// Runs by class and defendant.
using Runs = std::set<std::pair<std::uint8_t, std::uint32_t>>;

/// Tries everybody concerned who is not in `over`, and tells of it. Throws std::runtime_error where
/// plain fails or nobody listens any more; a run may end the process.
void hold_trial(const CaseTrial& trial, const std::vector<Defendant>& defendants, const Runs& over,
                int seconds_per_run, int pipe);

}  // namespace assay::suites
