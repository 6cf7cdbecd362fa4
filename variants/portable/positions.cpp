// SPDX-License-Identifier: Apache-2.0
// Positions that are added to the token vectors: a learned table, or sines and cosines.
#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

struct TokenShape {
  explicit TokenShape(const assay_tensor& x)
      : tokens(static_cast<std::size_t>(x.dl.shape[0])),
        d_model(static_cast<std::size_t>(x.dl.shape[1])) {}
  std::size_t tokens, d_model;
};

const std::int64_t* integers(const assay_tensor* tensor) {
  return static_cast<const std::int64_t*>(tensor->dl.data);
}

}  // namespace

template <class Number>
void learned_positions(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const positions = call.input("positions");
  const TokenShape shape(*call.input("x"));
  const Number* x = operands.read(call.input("x"));
  const Number* table = operands.read(call.input("table"));
  Number* y = operands.write(call.output("y"));
  const std::int64_t offset = call.i64("offset"), rows = call.input("table")->dl.shape[0];
  for (std::size_t t = 0; t < shape.tokens; ++t) {
    const std::int64_t row = integers(positions)[t] + offset;
    if (row < 0 || row >= rows) {
      throw CallError("learned_positions: position " + std::to_string(integers(positions)[t]) +
                      " plus offset " + std::to_string(offset) + " is outside the table of " +
                      std::to_string(rows) + " rows");
    }
    const Number* learned = table + static_cast<std::size_t>(row) * shape.d_model;
    for (std::size_t c = 0; c < shape.d_model; ++c, ++x, ++y) *y = *x + learned[c];
  }
}

/// Angles are formed in double: in float, position 30,000 would be off by 1e-3.
template <class Number>
void sinusoidal_positions(const Invocation& call, Operands<Number>& operands) {
  const TokenShape shape(*call.input("x"));
  const std::size_t n = shape.d_model, sines = (n + 1) / 2;
  const bool concatenated = call.string("arrangement") == "concatenated";
  const Number* x = operands.read(call.input("x"));
  Number* y = operands.write(call.output("y"));
  const std::int64_t* positions = integers(call.input("positions"));
  std::vector<double> frequency(sines);
  for (std::size_t c = 0; c < sines; ++c) {
    frequency[c] = std::pow(call.f64("base"), -2 * static_cast<double>(c) / static_cast<double>(n));
  }
  for (std::size_t t = 0; t < shape.tokens; ++t, x += n, y += n) {
    for (std::size_t c = 0; c < sines; ++c) {
      const double angle = static_cast<double>(positions[t]) * frequency[c];
      const std::size_t sine = concatenated ? c : 2 * c;
      const std::size_t cosine = concatenated ? sines + c : 2 * c + 1;
      y[sine] = x[sine] + static_cast<Number>(std::sin(angle));
      if (cosine < n) y[cosine] = x[cosine] + static_cast<Number>(std::cos(angle));
    }
  }
}

template void learned_positions(const Invocation&, Operands<float>&);
template void learned_positions(const Invocation&, Operands<double>&);
template void sinusoidal_positions(const Invocation&, Operands<float>&);
template void sinusoidal_positions(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
