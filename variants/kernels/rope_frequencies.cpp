// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/rope_frequencies.h"

#include <cmath>
#include <numbers>

namespace assay::variants {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw CallError("rope: " + what); }

/// Exponents of all pairs, with a base that has been seen to.
std::vector<double> powers(double base, std::size_t rotary_dim) {
  std::vector<double> frequency(rotary_dim / 2);
  for (std::size_t c = 0; c < frequency.size(); ++c) {
    frequency[c] = std::pow(base, -2 * static_cast<double>(c) / static_cast<double>(rotary_dim));
  }
  return frequency;
}

/// share = 1: as it is; share = 0: slower by the factor.
double slowed(double frequency, double share, double factor) {
  return frequency * (share + (1 - share) / factor);
}

/// Where a pair turns `turns` times within the original length, counted in pairs.
double correction(const Invocation& call, std::size_t rotary_dim, double turns) {
  const double slowdown =
      static_cast<double>(call.i64("original_len")) / (2 * std::numbers::pi * turns);
  const auto width = static_cast<double>(rotary_dim);
  return std::clamp(width / 2 * std::log(slowdown) / std::log(call.f64("base")), 0.0, width - 1);
}

void scale_by_yarn(const Invocation& call, std::size_t rotary_dim, RopeTurning& turning) {
  const double base = call.f64("base"), factor = call.f64("factor");
  const double fast = call.f64("beta_fast"), slow = call.f64("beta_slow");
  const double given = call.f64("attention_factor");
  if (!(base > 1)) refuse("yarn scaling needs base > 1");
  if (!(slow > 0) || fast < slow) refuse("yarn scaling needs 0 < beta_slow <= beta_fast");
  if (given < 0) refuse("attention_factor must not be < 0");
  double from = correction(call, rotary_dim, fast), to = correction(call, rotary_dim, slow);
  if (call.boolean("truncate")) {
    from = std::floor(from);
    to = std::ceil(to);
  }
  for (std::size_t c = 0; c < turning.frequency.size(); ++c) {
    const auto pair = static_cast<double>(c);
    const double share =
        from == to ? (pair > from ? 0 : 1) : std::clamp((to - pair) / (to - from), 0.0, 1.0);
    turning.frequency[c] = slowed(turning.frequency[c], share, factor);
  }
  turning.amplitude = given != 0 ? given : 0.1 * std::log(factor) + 1;
}

void scale_by_llama3(const Invocation& call, RopeTurning& turning) {
  const double low = call.f64("low_freq_factor"), high = call.f64("high_freq_factor");
  if (!(low < high)) refuse("llama3 scaling needs low_freq_factor < high_freq_factor");
  for (double& frequency : turning.frequency) {
    const double turns =
        static_cast<double>(call.i64("original_len")) * frequency / (2 * std::numbers::pi);
    const double share = std::clamp((turns - low) / (high - low), 0.0, 1.0);
    frequency = slowed(frequency, share, call.f64("factor"));
  }
}

}  // namespace

RopeTurning rope_turning(const Invocation& call, std::size_t rotary_dim) {
  RopeTurning turning{powers(call.f64("base"), rotary_dim), 1};
  const std::string& scaling = call.string("scaling");
  if (scaling == "none") return turning;
  const double factor = call.f64("factor");
  if (!std::isfinite(factor) || factor < 1) refuse("factor must be finite and at least 1");
  if (scaling == "linear") {
    for (double& frequency : turning.frequency) frequency /= factor;
    return turning;
  }
  if (scaling == "ntk") {
    if (rotary_dim < 4) refuse("ntk scaling needs rotary_dim >= 4");
    const auto width = static_cast<double>(rotary_dim);
    const double stretch = std::pow(factor, width / (width - 2));
    turning.frequency = powers(call.f64("base") * stretch, rotary_dim);
    return turning;
  }
  if (call.i64("original_len") < 1) refuse(scaling + " scaling needs original_len >= 1");
  if (scaling == "yarn") scale_by_yarn(call, rotary_dim, turning);
  if (scaling == "llama3") scale_by_llama3(call, turning);
  return turning;
}

}  // namespace assay::variants
