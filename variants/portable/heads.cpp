// SPDX-License-Identifier: Apache-2.0
// What stands on top of an encoder: a vector per text, or scores for the ends of an answer.
#include <cmath>
#include <limits>

#include "variants/portable/portable.h"

namespace assay::variants::portable {
namespace {

/// batch texts of seq_len places of d_model channels, and which places count.
template <class Number>
struct Texts {
  Texts(const Invocation& call, Operands<Number>& operands)
      : x(operands.read(call.input("x"))),
        keep(call.input("keep") == nullptr
                 ? nullptr
                 : static_cast<const std::uint8_t*>(call.input("keep")->dl.data)) {
    const std::int64_t* shape = call.input("x")->dl.shape;
    batch = static_cast<std::size_t>(shape[0]);
    seq_len = static_cast<std::size_t>(shape[1]);
    d_model = static_cast<std::size_t>(shape[2]);
  }
  [[nodiscard]] bool is_kept(std::size_t b, std::size_t i) const {
    return keep == nullptr || keep[b * seq_len + i] != 0;
  }
  [[nodiscard]] const Number* at(std::size_t b, std::size_t i) const {
    return x + (b * seq_len + i) * d_model;
  }

  std::size_t batch, seq_len, d_model;
  const Number* x;
  const std::uint8_t* keep;
};

template <class Number>
Number dot(const Number* a, const Number* b, std::size_t count) {
  Number sum = 0;
  for (std::size_t c = 0; c < count; ++c) sum += a[c] * b[c];
  return sum;
}

/// The larger one; a NaN wins and stays.
template <class Number>
Number larger(Number a, Number b) {
  return std::isnan(a) || a >= b ? a : b;
}

/// One text into `pooled`, place by place.
template <class Number>
void pool(const Texts<Number>& texts, std::size_t b, std::string_view form, Number* pooled) {
  std::fill_n(pooled, texts.d_model, Number(0));
  std::size_t count = 0;
  for (std::size_t i = 0; i < texts.seq_len; ++i) {
    if (!texts.is_kept(b, i)) continue;
    const Number* x = texts.at(b, i);
    ++count;
    if (count == 1 || form == "last") {
      std::copy_n(x, texts.d_model, pooled);
    } else if (form == "mean") {
      for (std::size_t c = 0; c < texts.d_model; ++c) pooled[c] += x[c];
    } else if (form == "max") {
      for (std::size_t c = 0; c < texts.d_model; ++c) pooled[c] = larger(pooled[c], x[c]);
    }
  }
  if (form != "mean" || count == 0) return;
  for (std::size_t c = 0; c < texts.d_model; ++c) pooled[c] /= static_cast<Number>(count);
}

}  // namespace

template <class Number>
void pooling(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const weight = call.input("w");
  if (weight == nullptr && (call.output("y") != nullptr || call.input("b") != nullptr)) {
    throw CallError("pooling: y and b need the weight w");
  }
  const Texts<Number> texts(call, operands);
  Number* pooled = operands.write(call.output("pooled"));
  for (std::size_t b = 0; b < texts.batch; ++b) {
    pool(texts, b, call.string("form"), pooled + b * texts.d_model);
  }
  if (call.output("y") == nullptr) return;
  const auto d_out = static_cast<std::size_t>(weight->dl.shape[0]);
  const bool through_tanh = call.string("activation") == "tanh";
  const Number* w = operands.read(weight);
  const Number* bias = operands.read(call.input("b"));
  Number* y = operands.write(call.output("y"));
  for (std::size_t b = 0; b < texts.batch; ++b) {
    for (std::size_t o = 0; o < d_out; ++o, ++y) {
      *y = dot(pooled + b * texts.d_model, w + o * texts.d_model, texts.d_model);
      if (bias != nullptr) *y += bias[o];
      if (through_tanh) *y = std::tanh(*y);
    }
  }
}

template <class Number>
void span_head(const Invocation& call, Operands<Number>& operands) {
  const Texts<Number> texts(call, operands);
  const Number* w = operands.read(call.input("w"));
  const Number* bias = operands.read(call.input("b"));
  const char* const names[] = {"start", "end"};
  for (std::size_t side = 0; side < 2; ++side, w += texts.d_model) {
    Number* score = operands.write(call.output(names[side]));
    for (std::size_t b = 0; b < texts.batch; ++b) {
      for (std::size_t i = 0; i < texts.seq_len; ++i, ++score) {
        *score = -std::numeric_limits<Number>::infinity();
        if (!texts.is_kept(b, i)) continue;
        *score = dot(texts.at(b, i), w, texts.d_model);
        if (bias != nullptr) *score += bias[side];
      }
    }
  }
}

template void pooling(const Invocation&, Operands<float>&);
template void pooling(const Invocation&, Operands<double>&);
template void span_head(const Invocation&, Operands<float>&);
template void span_head(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
