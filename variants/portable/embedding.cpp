// SPDX-License-Identifier: Apache-2.0
// Rows of tables: a token's, and that of its segment.
#include <cmath>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

const std::int64_t* integers(const assay_tensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<const std::int64_t*>(tensor->dl.data);
}

/// A table whose rows ids choose; without rows where the call lacks it.
template <class Number>
struct Table {
  Table(const assay_tensor* tensor, std::string row_kind, Operands<Number>& operands)
      : kind(std::move(row_kind)),
        rows(tensor == nullptr ? 0 : tensor->dl.shape[0]),
        elements(operands.read(tensor)) {}

  const Number* row(std::int64_t id, std::size_t d_model) const {
    if (id < 0 || id >= rows) {
      throw CallError("embedding: " + kind + " " + std::to_string(id) +
                      " is outside the table of " + std::to_string(rows) + " rows");
    }
    return elements + static_cast<std::size_t>(id) * d_model;
  }

  std::string kind;
  std::int64_t rows;
  const Number* elements;
};

}  // namespace

template <class Number>
void embedding(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const segment_ids = call.input("segment_ids");
  if ((segment_ids == nullptr) != (call.input("segment_table") == nullptr)) {
    throw CallError("embedding: segment_ids and segment_table come together or not at all");
  }
  const Table<Number> table(call.input("table"), "id", operands);
  const Table<Number> segments(call.input("segment_table"), "segment id", operands);
  const auto tokens = static_cast<std::size_t>(call.input("ids")->dl.shape[0]);
  const auto d_model = static_cast<std::size_t>(call.input("table")->dl.shape[1]);
  const bool scaled = call.string("scale") == "sqrt_d_model";
  const Number factor = scaled ? std::sqrt(static_cast<Number>(d_model)) : Number(1);
  Number* y = operands.write(call.output("y"));
  for (std::size_t t = 0; t < tokens; ++t, y += d_model) {
    const Number* row = table.row(integers(call.input("ids"))[t], d_model);
    for (std::size_t c = 0; c < d_model; ++c) y[c] = factor * row[c];
    if (segment_ids == nullptr) continue;
    const Number* segment = segments.row(integers(segment_ids)[t], d_model);
    for (std::size_t c = 0; c < d_model; ++c) y[c] += segment[c];
  }
}

template void embedding(const Invocation&, Operands<float>&);
template void embedding(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
