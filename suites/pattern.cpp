// SPDX-License-Identifier: Apache-2.0
#include "suites/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "reference/schema.h"
#include "suites/comparator.h"
#include "suites/elements.h"
#include "suites/index_words.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

// What is left after a factor or an offset is taken out must be this small a part of the error.
// Chosen so that errors of mixed origin, which leave a third or more, never look like one cause.
constexpr double explained = 0.05;
constexpr std::size_t most_lines = 3;

struct Output {
  std::vector<double> got, want, budget;
  std::vector<std::size_t> failing;
  Shape shape;
  std::vector<std::string> words;
};

Output read(const fixtures::Case& test_case, const fixtures::Golden& golden,
            const NumberClass& number_class, std::span<const std::byte> bytes) {
  Output output;
  const std::string name(number_class.name);
  const fixtures::Array& want = golden.want_for(name);
  const DType stored = stored_type(golden, number_class);
  const auto tolerance = golden.tolerance.find(name);
  output.shape = want.shape;
  if (const OpSchema* op = find_op(test_case.op)) {
    output.words = axis_words(*op, test_case.attributes, golden.name);
  }
  for (std::size_t i = 0; i < want.count(); ++i) {
    output.got.push_back(element(stored, bytes.data(), i));
    output.want.push_back(round_to(stored, element(want.dtype, want.bytes.data(), i)));
    output.budget.push_back(
        tolerance == golden.tolerance.end() ? 0.0 : double{tolerance->second.budget[i]});
    const double budget = output.budget.back();
    // The golden itself stays unrounded; only its kind of value matters here.
    const double exact = element(want.dtype, want.bytes.data(), i);
    const double kind = std::isfinite(output.want.back()) ? exact : output.want.back();
    if (judge(output.got.back(), kind, budget, budget).verdict != reports::Verdict::right) {
      output.failing.push_back(i);
    }
  }
  return output;
}

std::optional<std::string> kind_of_value(const Output& output) {
  const auto count = [&](auto&& holds) {
    return std::ranges::count_if(output.failing,
                                 [&](std::size_t i) { return holds(output.got[i]); });
  };
  if (std::ranges::all_of(output.got, [](double got) { return got == 0; })) return "all zero";
  const auto nans = count([](double got) { return std::isnan(got); });
  if (nans == static_cast<std::ptrdiff_t>(output.got.size())) return "NaN everywhere";
  if (nans > 0) return fmt::format("NaN in {} of {} elements", nans, output.got.size());
  const auto infinities = count([](double got) { return std::isinf(got); });
  if (infinities > 0) {
    return fmt::format("infinite in {} of {} elements", infinities, output.got.size());
  }
  const auto missing = std::ranges::count_if(
      output.failing, [&](std::size_t i) { return !std::isfinite(output.want[i]); });
  if (missing > 0) {
    return fmt::format("finite in {} elements where NaN or an infinity is wanted", missing);
  }
  return std::nullopt;
}

/// One factor or one offset that explains nearly all of the error.
std::optional<std::string> one_cause(const Output& output) {
  double error = 0, cross = 0, square = 0, difference = 0;
  for (const std::size_t i : output.failing) {
    error += std::fabs(output.got[i] - output.want[i]);
    cross += output.got[i] * output.want[i];
    square += output.want[i] * output.want[i];
    difference += output.got[i] - output.want[i];
  }
  if (output.failing.size() < 3 || !std::isfinite(error) || !std::isfinite(cross)) {
    return std::nullopt;
  }
  const double factor = square > 0 ? cross / square : 1;
  const double offset = difference / static_cast<double>(output.failing.size());
  double after_factor = 0, after_offset = 0;
  for (const std::size_t i : output.failing) {
    after_factor += std::fabs(output.got[i] - factor * output.want[i]);
    after_offset += std::fabs(output.got[i] - output.want[i] - offset);
  }
  if (after_factor < explained * error) {
    if (std::fabs(factor + 1) < 1e-3) return "the sign is flipped";
    return fmt::format("too {} by a constant factor: got = {:.6g} * want",
                       std::fabs(factor) > 1 ? "large" : "small", factor);
  }
  if (after_offset < explained * error) {
    return fmt::format("off by a constant: got = want {} {:.6g}", offset < 0 ? '-' : '+',
                       std::fabs(offset));
  }
  return std::nullopt;
}

/// A failing row (along the last axis) that is another row's golden.
std::optional<std::string> moved_row(const Output& output) {
  if (output.shape.size() < 2 || output.shape.back() < 2) return std::nullopt;
  const auto length = static_cast<std::size_t>(output.shape.back());
  const std::size_t rows = output.got.size() / length;
  const std::size_t bad = output.failing[0] / length;
  for (std::size_t row = 0; row < rows && rows <= 4096; ++row) {
    bool same = row != bad;
    for (std::size_t c = 0; same && c < length; ++c) {
      const std::size_t i = row * length + c;
      const double budget = output.budget[i];
      same = judge(output.got[bad * length + c], output.want[i], budget, budget).verdict ==
             reports::Verdict::right;
    }
    if (!same) continue;
    const auto text = [&](std::size_t which) {
      Shape index = index_of(which * length, output.shape);
      index.pop_back();
      return index_text(output.words, index);
    };
    return fmt::format("{} holds what belongs to {}", text(bad), text(row));
  }
  return std::nullopt;
}

/// Where along one axis the errors are, if they are not all over it.
std::optional<std::string> place_on(const Output& output, std::size_t axis) {
  const auto extent = static_cast<std::size_t>(output.shape[axis]);
  if (extent < 2) return std::nullopt;
  std::vector<bool> hit(extent);
  for (const std::size_t i : output.failing) {
    hit[static_cast<std::size_t>(index_of(i, output.shape)[axis])] = true;
  }
  const std::string word = axis < output.words.size() ? output.words[axis] : "index";
  const auto count = static_cast<std::size_t>(std::ranges::count(hit, true));
  if (count == extent) return std::nullopt;
  const auto first = static_cast<std::size_t>(std::ranges::find(hit, true) - hit.begin());
  if (count == 1) return fmt::format("only {} {} (of {})", word, first, extent);
  const bool run = std::ranges::all_of(hit.begin() + static_cast<std::ptrdiff_t>(first),
                                       hit.begin() + static_cast<std::ptrdiff_t>(first + count),
                                       [](bool each) { return each; });
  if (run && first + count == extent) {
    return fmt::format("only the last {} of {} along the axis of {}", count, extent, word);
  }
  if (run && first == 0) {
    return fmt::format("only the first {} of {} along the axis of {}", count, extent, word);
  }
  bool one_parity = extent >= 4;
  for (std::size_t i = 0; i < extent; ++i)
    one_parity = one_parity && (!hit[i] || i % 2 == first % 2);
  if (one_parity) {
    return fmt::format("only {} indices along the axis of {}", first % 2 ? "odd" : "even", word);
  }
  if (2 * count > extent) return std::nullopt;
  return fmt::format("only {} of {} along the axis of {}, from {} on", count, extent, word, first);
}

}  // namespace

std::vector<std::string> patterns(const fixtures::Case& test_case, const fixtures::Golden& golden,
                                  const NumberClass& number_class, std::span<const std::byte> got) {
  std::vector<std::string> lines;
  const Output output = read(test_case, golden, number_class, got);
  if (output.failing.empty()) return lines;
  const auto add = [&](std::optional<std::string> line) {
    if (line && lines.size() < most_lines) lines.push_back(std::move(*line));
    return line.has_value();
  };
  if (!add(kind_of_value(output)) && !add(one_cause(output))) add(moved_row(output));
  if (output.failing.size() == 1 && output.got.size() > 1) {
    add("a single element");
    return lines;
  }
  for (std::size_t axis = 0; axis < output.shape.size(); ++axis) add(place_on(output, axis));
  return lines;
}

}  // namespace assay::suites
