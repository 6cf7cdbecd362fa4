// SPDX-License-Identifier: Apache-2.0
// A sum inside an op of an implementation in a worker, as a function from its terms to its value:
// the other inputs are such that nothing else shows in the output.
#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fixtures/case.h"
#include "suites/case_layout.h"
#include "suites/worker_process.h"

namespace assay::suites {

/// Where a sum stands in an op, and how it is reached.
struct SumPlace {
  std::string_view op;
  std::string_view name;     // "over d_in"
  std::string_view shape;    // the case as own_recipe() reads it; {} is the number of terms
  std::string_view terms;    // the input whose elements are the terms, or a factor of each
  std::string_view factors;  // the input with the other factors; empty: there is none
  std::string_view output;   // holds the sum in its first element
  std::size_t asked_rank;    // of that output where it is optional, each extent 1; 0: it is not
  bool is_mean;              // it is divided by the number of terms
};

/// Every sum that can be probed, by op.
std::span<const SumPlace> sum_places();

/// The implementation does not give the sum: it does not support the call, fails or crashes.
struct NotProbed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ProbedSum {
 public:
  /// Factors are 1. `extents` ("tokens=8 d_out=32") are instead of those of the place, which are 1,
  /// so that the call has more such sums, all of the same terms; only linear can have them. The
  /// worker must outlive it. Throws NotProbed, and UsageError for extents that cannot be.
  ProbedSum(WorkerProcess& worker, const SumPlace& place, std::size_t terms,
            const NumberClass& number_class, int threads, const std::string& extents = "");

  [[nodiscard]] std::size_t terms() const { return terms_; }
  [[nodiscard]] const SumPlace& place() const { return place_; }
  [[nodiscard]] const NumberClass& number_class() const { return class_; }
  /// What the implementation says of its kernel.
  [[nodiscard]] const std::string& kernel() const { return kernel_; }

  /// Other factors, if the place has any: a new call, prepared anew. Throws NotProbed.
  void set_factors(const std::vector<double>& factors);
  /// The sum of terms[i] * factors[i], as the implementation forms it. Throws NotProbed.
  double of(const std::vector<double>& terms);

 private:
  void fill(std::string_view input, const std::vector<double>& values);
  Reply asked(const Request& request);
  void open();

  WorkerProcess& worker_;
  const SumPlace& place_;
  std::size_t terms_;
  const NumberClass& class_;
  fixtures::Case case_;
  CallDescription call_;
  PassLayout layout_;
  std::string kernel_;
  std::size_t terms_input_ = 0, output_ = 0;  // by their places in the call
};

}  // namespace assay::suites
