// SPDX-License-Identifier: Apache-2.0
// Merging partial results of attention, one part after the other: the running result is rescaled
// whenever a part with a larger log-sum-exp comes, as a reader of streamed parts would do it.
#include <cmath>
#include <limits>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

constexpr double ln_2 = 0.693147180559945309417;

/// What the parts so far amount to, for one row.
template <class Number>
class Running {
 public:
  Running(Number* out, std::size_t d_model, bool base_2)
      : out_(out), d_model_(d_model), to_natural_(base_2 ? static_cast<Number>(ln_2) : Number(1)) {
    std::fill_n(out_, d_model_, Number(0));
  }

  void add(const Number* part, Number lse) {
    if (lse == -std::numeric_limits<Number>::infinity()) return;
    Number share = 1;
    if (total_ == 0) {
      largest_ = lse;
    } else if (lse > largest_) {
      rescale(std::exp((largest_ - lse) * to_natural_));
      largest_ = lse;
    } else {
      share = std::exp((lse - largest_) * to_natural_);
    }
    if (!std::isfinite(lse)) share = std::numeric_limits<Number>::quiet_NaN();
    total_ += share;
    for (std::size_t d = 0; d < d_model_; ++d) out_[d] += share * part[d];
  }

  /// Returns the log-sum-exp of all parts.
  Number finish() {
    if (total_ == 0) return -std::numeric_limits<Number>::infinity();
    for (std::size_t d = 0; d < d_model_; ++d) out_[d] /= total_;
    return largest_ + std::log(total_) / to_natural_;
  }

 private:
  void rescale(Number factor) {
    total_ *= factor;
    for (std::size_t d = 0; d < d_model_; ++d) out_[d] *= factor;
  }

  Number* out_;
  std::size_t d_model_;
  Number to_natural_;
  Number largest_ = 0, total_ = 0;
};

}  // namespace

template <class Number>
void merge(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const tensor = call.input("partial_out");
  const auto parts = static_cast<std::size_t>(tensor->dl.shape[0]);
  const auto rows = static_cast<std::size_t>(tensor->dl.shape[1]);
  const auto d_model = static_cast<std::size_t>(tensor->dl.shape[2]);
  const Number* partial_out = operands.read(tensor);
  const Number* partial_lse = operands.read(call.input("partial_lse"));
  Number* out = operands.write(call.output("out"));
  Number* lse = operands.write(call.output("lse"));
  for (std::size_t r = 0; r < rows; ++r) {
    Running<Number> running(out + r * d_model, d_model, call.string("base") == "2");
    for (std::size_t p = 0; p < parts; ++p) {
      running.add(partial_out + (p * rows + r) * d_model, partial_lse[p * rows + r]);
    }
    lse[r] = running.finish();
  }
}

template void merge(const Invocation&, Operands<float>&);
template void merge(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
