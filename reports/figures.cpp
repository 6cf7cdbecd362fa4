// SPDX-License-Identifier: Apache-2.0
// Rounding for readers.
#include "reports/figures.h"

#include <fmt/format.h>

#include <cmath>

namespace assay::reports {

std::string three_digits(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const double magnitude = std::fabs(value);
  if (value == 0) return "0";
  if (magnitude < 1e-3 || magnitude >= 999'999.5) return fmt::format("{:.2e}", value);
  if (magnitude < 0.9995) return fmt::format("{:.3g}", value);
  if (magnitude < 9.995) return fmt::format("{:.2f}", value);
  if (magnitude < 99.95) return fmt::format("{:.1f}", value);
  std::string digits = fmt::format("{:.0f}", value);
  if (magnitude >= 999.5) digits.insert(digits.size() - 3, 1, ',');
  return digits;
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return three_digits(seconds);
  if (seconds < 0.9995e-6) return three_digits(seconds * 1e9) + " ns";
  if (seconds < 0.9995e-3) return three_digits(seconds * 1e6) + " us";
  if (seconds < 0.9995) return three_digits(seconds * 1e3) + " ms";
  return three_digits(seconds) + " s";
}

std::string percent(double share) {
  if (!std::isfinite(share)) return three_digits(share);
  const double value = share * 100;
  if (std::fabs(value) >= 9.95 || value == 0) return fmt::format("{:.0f} %", value);
  if (std::fabs(value) < 0.095) return fmt::format("{:.1g} %", value);
  return fmt::format("{:.1f} %", value);
}

std::string with_interval(const Interval& interval) {
  return fmt::format("{} ({} to {})", three_digits(interval.middle), three_digits(interval.low),
                     three_digits(interval.high));
}

std::string counted(std::size_t count, const std::string& singular) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits + " " + singular + (count == 1 ? "" : "s");
}

}  // namespace assay::reports
