// SPDX-License-Identifier: Apache-2.0
// A case in one class, laid into memory of this process, so that implementations of our own can be
// called on it one after the other without a worker.
#pragma once

#include <vector>

#include "fixtures/case.h"
#include "reports/results.h"
#include "suites/case_layout.h"
#include "suites/guarded_memory.h"
#include "suites/open_call.h"
#include "variants/assay.h"

namespace assay::suites {

class PlacedCase {
 public:
  PlacedCase(const fixtures::Case& test_case, const NumberClass& number_class);

  [[nodiscard]] const assay_call& call() const { return open_.with_data(0); }
  /// Calls run() with outputs as before a first call; an assay_status.
  int run(const assay_implementation& implementation);
  /// The worst verdict on the outputs of the last call.
  [[nodiscard]] reports::Verdict verdict();
  /// The outputs of the last call as they were stored, one after the other.
  [[nodiscard]] std::vector<std::byte> output_bytes();
  /// The bits of every element of every output, one after the other; every NaN has the same.
  [[nodiscard]] std::vector<std::uint64_t> output_bits();

 private:
  const fixtures::Case& case_;
  const NumberClass& class_;
  CallDescription description_;
  Contents contents_;
  Arena arena_;
  GuardedMemory memory_;
  PassLayout layout_;
  OpenCall open_;
};

}  // namespace assay::suites
