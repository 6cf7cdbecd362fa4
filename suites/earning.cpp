// SPDX-License-Identifier: Apache-2.0
#include "suites/earning.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <map>
#include <optional>

#include "reference/schema.h"
#include "suites/elements.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using reports::CaseFinding;

std::string text_of(const Attribute& value) {
  return std::visit(
      [](const auto& each) {
        if constexpr (requires { each.begin()->size(); }) {
          return std::string();
        } else if constexpr (
            requires { each.front() + 0.0; } && !requires { each.c_str(); }) {
          return fmt::format("{}", fmt::join(each, ","));
        } else {
          return fmt::format("{}", each);
        }
      },
      value);
}

/// 0, 1, or the power of two that an extent has reached.
std::string size_word(std::int64_t extent) {
  if (extent <= 1) return std::to_string(extent);
  return fmt::format(">= {}", std::bit_floor(static_cast<std::uint64_t>(extent)));
}

/// What is special among counts, places or booleans, row by row.
std::set<std::string> kinds_of_whole(const Array& array) {
  std::set<std::string> kinds;
  const auto row = static_cast<std::size_t>(array.shape.empty() ? 1 : array.shape.back());
  for (std::size_t first = 0; row > 0 && first < array.count(); first += row) {
    std::string changes;  // how neighbours differ, each difference named once in a row
    for (std::size_t i = first; i < first + row; ++i) {
      const double value = element(array.dtype, array.bytes.data(), i);
      if (value < 0) kinds.insert("a negative number");
      if (value == 0) kinds.insert("0");
      if (i == first) continue;
      const double step = value - element(array.dtype, array.bytes.data(), i - 1);
      const char change = step == 0 ? '=' : step == 1 ? '+' : step > 0 ? '<' : '>';
      if (changes.empty() || changes.back() != change) changes += change;
    }
    kinds.insert("a row " + changes.substr(0, 4));
  }
  return kinds;
}

/// What is special among the values of a tensor.
std::set<std::string> kinds_of(const Array& array) {
  if (!is_floating(array.dtype)) return kinds_of_whole(array);
  std::set<std::string> kinds;
  double largest = 0;
  bool positive = true;
  for (std::size_t i = 0; i < array.count(); ++i) {
    const double value = element(array.dtype, array.bytes.data(), i);
    const double size = std::fabs(value);
    if (std::isnan(value)) kinds.insert("NaN");
    if (std::isinf(value)) kinds.insert(value > 0 ? "+infinity" : "-infinity");
    if (std::isfinite(value) && size >= 1e30) kinds.insert("near overflow");
    if (size > 0 && size < 0x1p-126) kinds.insert("subnormal in f32");
    if (value == 0 && std::signbit(value)) kinds.insert("-0");
    if (std::isfinite(value)) largest = std::max(largest, size);
    positive = positive && value > 0;
    if (static_cast<double>(static_cast<float>(value)) != value && std::isfinite(value)) {
      kinds.insert("more digits than f32 has");
    }
  }
  if (positive && array.count() > 1) kinds.insert("only positive numbers");
  if (largest > 0) kinds.insert(fmt::format("numbers up to 2^{}", std::ilogb(largest) + 1));
  return kinds;
}

/// How often each mistake is caught.
std::map<std::string, int> times_caught(const KillMatrix& matrix) {
  std::map<std::string, int> times;
  for (const auto& [id, caught] : matrix.cases) {
    for (const std::string& name : caught) ++times[name];
  }
  return times;
}

/// The first element of `mine` that `seen` lacks; all of them are seen afterwards.
std::optional<std::string> first_new(const auto& mine, std::set<std::string>& seen) {
  std::optional<std::string> found;
  for (const std::string& each : mine) {
    if (seen.insert(each).second && !found) found = each;
  }
  return found;
}

/// Every two of them together.
std::vector<std::string> pairs_of(const std::set<std::string>& singles) {
  std::vector<std::string> pairs;
  for (auto a = singles.begin(); a != singles.end(); ++a) {
    for (auto b = std::next(a); b != singles.end(); ++b) pairs.push_back(*a + " with " + *b);
  }
  return pairs;
}

bool has_witness(const Case& test_case) {
  for (const fixtures::Golden& output : test_case.outputs) {
    if (output.witness) return true;
  }
  return false;
}

}  // namespace

std::set<std::string> boundaries_of(const Case& test_case) {
  std::set<std::string> found;
  for (const auto& [name, value] : test_case.attributes) found.insert(name + " " + text_of(value));
  for (const std::string& name : test_case.classes) found.insert("class " + name);
  for (const auto& [name, array] : test_case.inputs) {
    found.insert("input " + name);
    for (std::size_t axis = 0; axis < array.shape.size(); ++axis) {
      found.insert(fmt::format("{} axis {} {}", name, axis, size_word(array.shape[axis])));
      found.insert(
          fmt::format("{} axis {} tail of {} in {}", name, axis, array.shape[axis] % 16, 16));
    }
    for (const std::string& kind : kinds_of(array)) found.insert(kind + " in " + name);
  }
  for (const fixtures::Golden& output : test_case.outputs) {
    found.insert("output " + output.name);
    for (const std::string& kind : kinds_of(output.want))
      found.insert(kind + " out of " + output.name);
  }
  return found;
}

std::vector<CaseFinding> worth_of(std::span<const Case> cases, const KillMatrix& matrix) {
  std::map<std::string_view, const std::set<std::string>*> rows;
  for (const auto& [id, row] : matrix.cases) rows[id] = &row;
  const std::map<std::string, int> times = times_caught(matrix);
  std::set<std::string> caught, decided;
  std::map<std::string, std::set<std::string>> covered;  // by op
  std::vector<CaseFinding> findings;
  for (const Case& each : cases) {
    CaseFinding& finding = findings.emplace_back();
    finding.test_case = each.full_id();
    const auto row = rows.find(finding.test_case);
    static const std::set<std::string> nothing;
    const std::set<std::string>& mistakes = row == rows.end() ? nothing : *row->second;
    finding.caught = static_cast<std::int64_t>(mistakes.size());
    for (const std::string& name : mistakes) {
      if (times.at(name) == 1) finding.caught_only_here.push_back(name);
    }
    const auto mistake = first_new(mistakes, caught);
    const auto clause = first_new(each.clauses, decided);
    const std::set<std::string> boundaries = boundaries_of(each);
    const auto boundary = first_new(boundaries, covered[each.op]);
    const auto together = first_new(pairs_of(boundaries), covered[each.op]);
    if (mistake) finding.earns = "catches " + *mistake + " first";
    if (!mistake && clause) finding.earns = "decides " + *clause + " first";
    if (!mistake && !clause && has_witness(each)) finding.earns = "has a witness outside";
    if (finding.earns.empty() && boundary) finding.earns = "covers first: " + *boundary;
    if (finding.earns.empty() && together) finding.earns = "covers together: " + *together;
  }
  return findings;
}

}  // namespace assay::suites
