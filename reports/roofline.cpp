// SPDX-License-Identifier: Apache-2.0
#include "reports/roofline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/figures.h"

namespace assay::reports {
namespace {

/// Of the limit whose name begins so; 0: there is none.
double rate_of(const RunResult& result, const std::string& begin, int threads) {
  for (const MachineLimit& each : result.limits)
    if (each.threads == threads && each.name.starts_with(begin)) return each.value;
  return 0;
}

}  // namespace

double arithmetic_rate(const RunResult& result, const std::string& number_class, int threads) {
  if (number_class == "f64") return rate_of(result, "f64 fma", threads);
  const double products = number_class == "bf16-mma" ? rate_of(result, "bf16 dot", threads) : 0;
  return products > 0 ? products : rate_of(result, "f32 fma", threads);
}

std::string roofline_title(const RunResult& result) {
  const double memory = rate_of(result, "memory read", 1);
  std::map<std::string, bool> by_memory;  // of each shape
  for (const SpeedResult& each : result.speed) {
    const double peak = arithmetic_rate(result, each.number_class, 1);
    if (peak == 0 || memory == 0) return "Arithmetic and memory";
    by_memory[each.op + " " + each.shape_id + " " + each.number_class] =
        each.flops * memory < each.bytes * peak;
  }
  const auto held = std::ranges::count_if(by_memory, [](const auto& each) { return each.second; });
  return fmt::format("Of {}, memory holds back {} and arithmetic {}",
                     counted(by_memory.size(), "shape"), held,
                     by_memory.size() - static_cast<std::size_t>(held));
}

}  // namespace assay::reports
