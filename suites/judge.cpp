// SPDX-License-Identifier: Apache-2.0
#include "suites/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "reference/schema.h"
#include "suites/comparator.h"
#include "suites/elements.h"
#include "suites/index_words.h"

namespace assay::suites {
namespace {

using reports::OutputJudgement;
using reports::Verdict;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The error as a part of what is allowed: 0 / 0 is 0, and anything over nothing is infinite.
double share(double error, double allowed) {
  if (error == 0) return 0;
  return allowed > 0 && error < infinity ? error / allowed : infinity;
}

/// What one output is judged against. Without a tolerance (integers, booleans) both are 0.
struct Yardstick {
  const std::byte* want;
  const float* budget = nullptr;
  const float* bound = nullptr;
  double overflow = infinity;  // a want of this magnitude is an infinity in the storage type

  [[nodiscard]] double budget_at(std::size_t i) const { return budget ? double{budget[i]} : 0.0; }
  [[nodiscard]] double bound_at(std::size_t i) const { return bound ? double{bound[i]} : 0.0; }
  [[nodiscard]] double rounded_to_infinity(double value) const {
    return std::fabs(value) >= overflow ? std::copysign(infinity, value) : value;
  }
};

/// Half an ulp above the largest finite number, where rounding to nearest goes to infinity.
double overflow_of(DType storage) {
  if (storage == DType::f64) return infinity;
  const Format format = format_of(storage);
  return std::ldexp(1.0, format.max_exponent + 1) -
         std::ldexp(1.0, format.max_exponent - format.significand_bits);
}

struct Tally {
  Verdict verdict = Verdict::right;
  double worst_share = -1, worst_share_of_bound = 0;
  std::size_t worst = 0;
  std::int64_t beyond_budget = 0;
};

template <DType stored, DType wanted>
void judge_one(const std::byte* got, const Yardstick& yardstick, std::size_t i, Tally& tally) {
  const double budget = yardstick.budget_at(i);
  const double bound = yardstick.bound_at(i);
  const double want = yardstick.rounded_to_infinity(element<wanted>(yardstick.want, i));
  const ElementJudgement judged = judge(element<stored>(got, i), want, budget, bound);
  tally.verdict = worse(tally.verdict, judged.verdict);
  if (judged.verdict != Verdict::right) ++tally.beyond_budget;
  const double of_budget = share(judged.error, budget);
  tally.worst_share_of_bound = std::max(tally.worst_share_of_bound, share(judged.error, bound));
  if (of_budget > tally.worst_share) {
    tally.worst_share = of_budget;
    tally.worst = i;
  }
}

/// Whether a run of elements holds nothing that judge() must see: all finite, within budget, and
/// no closer to it than what was seen before. Without branches, so that it runs at memory speed.
template <DType stored, DType wanted>
bool dull(const std::byte* got, const Yardstick& yardstick, std::size_t begin, std::size_t end,
          const Tally& tally) {
  const double of_budget = std::min(tally.worst_share, 1.0);
  const double of_bound = tally.worst_share_of_bound;
  const double overflow = yardstick.overflow;
  std::int64_t dull_ones = 0;  // as wide as a double, for vectors of comparisons
  for (std::size_t i = begin; i < end; ++i) {
    const double want = element<wanted>(yardstick.want, i);
    const double error = std::fabs(element<stored>(got, i) - want);
    // NaN, from an infinite budget or bound times 0, compares false: then judge() must look, too.
    const std::int64_t below_budget = error <= yardstick.budget[i] * of_budget;
    const std::int64_t below_bound = error <= yardstick.bound[i] * of_bound;
    const std::int64_t finite = error < infinity;
    const std::int64_t same_kind = std::fabs(want) < overflow;
    dull_ones += below_budget & below_bound & finite & same_kind;
  }
  return dull_ones == static_cast<std::int64_t>(end - begin);
}

template <DType stored, DType wanted>
Tally judge_all(const std::byte* got, const Yardstick& yardstick, std::size_t count) {
  constexpr std::size_t run = 256;
  Tally tally;
  for (std::size_t begin = 0; begin < count; begin += run) {
    const std::size_t end = std::min(count, begin + run);
    if (yardstick.budget && tally.worst_share >= 0 &&
        dull<stored, wanted>(got, yardstick, begin, end, tally)) {
      continue;
    }
    for (std::size_t i = begin; i < end; ++i) judge_one<stored, wanted>(got, yardstick, i, tally);
  }
  return tally;
}

Tally judge_types(DType stored, DType wanted, const std::byte* got, const Yardstick& yardstick,
                  std::size_t count) {
  if (wanted != DType::f64) {
    return with_type(wanted,
                     [&]<DType type>() { return judge_all<type, type>(got, yardstick, count); });
  }
  return with_type(
      stored, [&]<DType type>() { return judge_all<type, DType::f64>(got, yardstick, count); });
}

}  // namespace

OutputJudgement judge_output(const fixtures::Case& test_case, const fixtures::Golden& golden,
                             const NumberClass& number_class, std::span<const std::byte> got) {
  const fixtures::Array& want = golden.want_for(std::string(number_class.name));
  const DType stored = stored_type(golden, number_class);
  const std::size_t count = want.count();
  const auto fail = [&](const std::string& what) {
    throw std::runtime_error(
        fmt::format("{}: output {}: {}", test_case.full_id(), golden.name, what));
  };
  if (got.size() != count * size_of(stored)) fail("another size than the golden's");
  if (is_floating(want.dtype) && want.dtype != DType::f64) fail("the golden is not stored as f64");

  OutputJudgement result;
  result.name = golden.name;
  result.elements = static_cast<std::int64_t>(count);
  Yardstick yardstick{want.bytes.data()};
  if (is_floating(want.dtype)) {
    const auto tolerance = golden.tolerance.find(std::string(number_class.name));
    if (tolerance == golden.tolerance.end() || tolerance->second.budget.size() != count ||
        tolerance->second.bound.size() != count) {
      fail(fmt::format("no budget for class {}: generate the fixture again", number_class.name));
    }
    yardstick.budget = tolerance->second.budget.data();
    yardstick.bound = tolerance->second.bound.data();
    yardstick.overflow = overflow_of(number_class.storage);
    result.bound_is_proved = tolerance->second.bound_is_proved;
  } else {
    result.bound_is_proved = true;
  }
  if (count == 0) return result;

  const Tally tally = judge_types(stored, want.dtype, got.data(), yardstick, count);
  result.verdict = tally.verdict;
  result.worst_share = tally.worst_share;
  result.worst_share_of_bound = tally.worst_share_of_bound;
  result.beyond_budget = tally.beyond_budget;
  result.worst_index = index_of(tally.worst, want.shape);
  const OpSchema* op = find_op(test_case.op);
  result.worst_index_text = index_text(
      op ? axis_words(*op, test_case.attributes, golden.name) : std::vector<std::string>{},
      result.worst_index);
  result.got = element(stored, got.data(), tally.worst);
  result.want = yardstick.rounded_to_infinity(element(want.dtype, want.bytes.data(), tally.worst));
  result.budget = yardstick.budget_at(tally.worst);
  result.bound = yardstick.bound_at(tally.worst);
  result.got_text = number_text(stored, result.got);
  result.want_text = number_text(want.dtype, result.want);
  return result;
}

DType stored_type(const fixtures::Golden& golden, const NumberClass& number_class) {
  return is_floating(golden.want.dtype) ? number_class.storage : golden.want.dtype;
}

std::string number_text(DType type, double value) {
  if (!is_floating(type)) {
    const auto whole = static_cast<std::int64_t>(value);
    return fmt::format("{} ({:#x})", whole, whole);
  }
  if (!std::isfinite(value)) return fmt::format("{}", value);
  // The number of decimal digits that tells neighbours of the type apart.
  const int digits = type == DType::f64 ? 17 : type == DType::f32 ? 9 : type == DType::f16 ? 5 : 4;
  return fmt::format("{:.{}g} ({:a})", value, digits, value);
}

Verdict worse(Verdict a, Verdict b) {
  constexpr int badness[] = {0, 2, 3, 1, 4};  // in the order of Verdict
  return badness[static_cast<int>(a)] < badness[static_cast<int>(b)] ? b : a;
}

}  // namespace assay::suites
