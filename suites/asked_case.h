// SPDX-License-Identifier: Apache-2.0
// A case put to an implementation in a worker for its outputs alone: nothing is compared with a
// golden value here, and the case needs none.
#pragma once

#include <string>
#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/case_layout.h"
#include "suites/worker_process.h"

namespace assay::suites {

/// How a call is made, which must change nothing of its outputs.
struct Manner {
  int threads = 1;
  Placement placement = Placement::aligned;
  std::size_t displacement = 0;  // as lay_out() takes it
};

/// What came back. `verdict` is right where outputs were given, whatever they hold; unsupported or
/// broken with a reason where not.
struct Answer {
  reports::Verdict verdict = reports::Verdict::right;
  std::string reason;
  std::vector<fixtures::Array> outputs;  // in the order of the case's outputs, as stored

  [[nodiscard]] bool given() const { return verdict == reports::Verdict::right; }
};

/// A case that is asked as often as wanted with the same tensors in the same places, prepared once.
/// The worker is restarted where it dies; no other call may be made into it in between.
class AskedCase {
 public:
  AskedCase(const fixtures::Case& test_case, const NumberClass& number_class, const Manner& manner,
            WorkerProcess& worker);

  /// With `disturbance`, threads are held up at random by this seed.
  Answer again(std::uint32_t disturbance = 0);
  /// Once and for all: prepared, run and released.
  Answer once();

 private:
  Answer answer_to(const Request& request);

  WorkerProcess& worker_;
  CallDescription call_;
  Contents contents_;
  PassLayout layout_;
  bool is_open_ = false;
  Answer refusal_;  // what ended it
};

/// Asked once.
Answer ask(const fixtures::Case& test_case, const NumberClass& number_class, const Manner& manner,
           WorkerProcess& worker);

}  // namespace assay::suites
