// SPDX-License-Identifier: Apache-2.0
#include "suites/self/variant_trials.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "variants/plain/plain.h"

namespace assay::suites {
namespace {

using variants::plain_implementation;

bool is_16_bit(const std::string& number_class) {
  return number_class.find("16") != number_class.npos;
}

/// The largest difference of an output, of its largest finite value.
double distance(const NamedValues& got, const NamedValues& want) {
  double largest = 0;
  for (const auto& [name, values] : want) {
    double size = 0, off = 0;
    for (std::size_t i = 0; i < values.numbers.size(); ++i) {
      if (!std::isfinite(values.numbers[i])) continue;
      size = std::max(size, std::fabs(values.numbers[i]));
      off = std::max(off, std::fabs(got.at(name).numbers[i] - values.numbers[i]));
    }
    if (size > 0) largest = std::max(largest, off / size);
  }
  return largest;
}

/// A model of weights made up at random may have steep scores, which magnify a rounding a thousand
/// times; the loops in the same class tell by how much.
double tolerance_of(const CallRecipe& recipe, const std::string& number_class,
                    const NamedValues& in_double) {
  const bool composite = assay::find_op(recipe.op)->composite;
  const double fixed = tolerance(number_class, composite);
  if (!composite) return fixed;
  return std::max(fixed,
                  4 * distance(call(*plain_implementation(), recipe, number_class), in_double));
}

}  // namespace

double tolerance(const std::string& number_class, bool composite) {
  if (number_class == "f64") return 1e-12;
  if (number_class == "f32") return 2e-5;
  const double one_rounding = number_class == "f16" ? 1e-3 : 6e-3;
  return composite ? 4 * one_rounding : one_rounding;
}

std::string difference(const NamedValues& got, const NamedValues& want, double tolerance) {
  for (const auto& [name, values] : want) {
    const std::vector<double>& mine = got.at(name).numbers;
    double size = 0;
    for (const double each : values.numbers) {
      if (std::isfinite(each)) size = std::max(size, std::fabs(each));
    }
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const double wanted = values.numbers[i];
      const bool same = mine[i] == wanted || (std::isnan(mine[i]) && std::isnan(wanted));
      if (same || std::fabs(mine[i] - wanted) <= tolerance * size) continue;
      std::ostringstream text;
      text << name << '[' << i << "] is " << mine[i] << ", wanted " << wanted;
      return text.str();
    }
  }
  return "";
}

std::vector<Trial> trials_of(const std::vector<CallRecipe>& recipes,
                             const std::string& number_class) {
  std::vector<Trial> trials;
  for (const CallRecipe& recipe : recipes) {
    const CallRecipe rounded = stored(recipe, number_class);
    // round_then_weight rounds inside, which the reference in double does not see.
    const auto cast_order = recipe.attributes.find("cast_order");
    if (is_16_bit(number_class) && cast_order != recipe.attributes.end()) {
      if (std::get<std::string>(cast_order->second) == "round_then_weight") continue;
    }
    // A token may fall the other way when probabilities are rounded; the suite has margins for
    // that.
    if (is_16_bit(number_class) && recipe.op == "sampling") continue;
    const NamedValues in_double = call(*plain_implementation(), rounded, "f64");
    trials.push_back({rounded, in_double, tolerance_of(rounded, number_class, in_double)});
  }
  return trials;
}

}  // namespace assay::suites
