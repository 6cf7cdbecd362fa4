// SPDX-License-Identifier: Apache-2.0
#include "suites/rebatching.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "fixtures/recipe.h"
#include "fixtures/slices.h"
#include "reference/axis.h"
#include "reference/schema.h"

namespace assay::suites {

using fixtures::Array;
using fixtures::Case;

namespace {

const TensorSpec& spec_of(std::span<const TensorSpec> specs, const std::string& name) {
  return *find_named(specs, name);
}

std::optional<std::size_t> batch_axis(const OpSchema& op, std::span<const TensorSpec> specs,
                                      const std::string& name, const Case& test_case,
                                      const Shape& shape) {
  return axis_of(spec_of(specs, name), op.batch_word, test_case.attributes, shape);
}

}  // namespace

std::optional<std::size_t> axis_of(const TensorSpec& spec, std::string_view word,
                                   const Attributes& attributes, const Shape& shape) {
  const auto axes = axes_of(spec.shape);
  const auto layout = attributes.find("layout");
  const bool bshd = spec.laid_out && layout != attributes.end() &&
                    layout->second == Attribute(std::string("bshd"));
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t at = bshd && (i == 1 || i == 2) ? 3 - i : i;
    if (axes[i] == word) return at;
    const bool repeatable = axes[i].ends_with("/1");
    if (repeatable && axes[i].substr(0, axes[i].size() - 2) == word && shape[at] != 1) return at;
  }
  return std::nullopt;
}

std::optional<std::int64_t> batch_of(const Case& test_case) {
  const OpSchema& op = *find_op(test_case.op);
  if (op.batch_word.empty()) return std::nullopt;
  // A sequence packed of several documents is one entry, and its offsets say where they end.
  if (test_case.inputs.contains("query_offsets")) return std::nullopt;
  for (const fixtures::Golden& output : test_case.outputs) {
    const Shape& shape = output.want.shape;
    const auto axis = batch_axis(op, op.outputs, output.name, test_case, shape);
    if (axis && shape[*axis] > 0) return shape[*axis];
  }
  return std::nullopt;
}

std::vector<Company> companies(std::int64_t batch) {
  std::vector<Company> all;
  std::set<std::vector<std::int64_t>> seen;
  const auto add = [&](std::string words, std::vector<std::int64_t> rows) {
    if (seen.insert(rows).second) all.push_back({std::move(words), std::move(rows)});
  };
  std::vector<std::int64_t> order(static_cast<std::size_t>(batch));
  std::iota(order.begin(), order.end(), 0);
  if (batch > 1) {
    seen.insert(order);
    for (const std::int64_t row : {std::int64_t{0}, batch / 2, batch - 1})
      add("entry " + std::to_string(row) + " alone", {row});
    std::vector<std::int64_t> reversed(order.rbegin(), order.rend());
    add("in reverse order", std::move(reversed));
    fixtures::Draw draw(static_cast<std::uint64_t>(batch));
    for (std::size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1],
                order[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(i)))]);
    add("permuted", order);
  }
  // Numbers of entries on both sides of the widths of vectors and tiles.
  for (const std::int64_t count : {2, 3, 5, 8, 13, 17}) {
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < count; ++i) rows.push_back((batch - 1 + i * (batch - 1)) % batch);
    add("in a batch of " + std::to_string(count), std::move(rows));
  }
  return all;
}

Case with_rows(const Case& test_case, const std::vector<std::int64_t>& rows) {
  const OpSchema& op = *find_op(test_case.op);
  Case rebuilt = test_case;
  for (auto& [name, array] : rebuilt.inputs) {
    const auto axis = batch_axis(op, op.inputs, name, test_case, array.shape);
    if (axis) array = fixtures::slices(array, *axis, rows);
  }
  for (fixtures::Golden& output : rebuilt.outputs) {
    Shape& shape = output.want.shape;
    const auto axis = batch_axis(op, op.outputs, output.name, test_case, shape);
    if (axis) shape[*axis] = static_cast<std::int64_t>(rows.size());
    output.want.bytes.clear();
  }
  return rebuilt;
}

std::vector<Array> rows_of(const Case& test_case, const std::vector<Array>& outputs,
                           const std::vector<std::int64_t>& rows) {
  const OpSchema& op = *find_op(test_case.op);
  std::vector<Array> picked;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto axis =
        batch_axis(op, op.outputs, test_case.outputs[i].name, test_case, outputs[i].shape);
    picked.push_back(axis ? fixtures::slices(outputs[i], *axis, rows) : Array());
  }
  return picked;
}

}  // namespace assay::suites
