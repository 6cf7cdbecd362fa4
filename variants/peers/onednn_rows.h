// SPDX-License-Identifier: Apache-2.0
// What works on rows in oneDNN: softmax, layer norm and activations. Where it rules otherwise than
// the clauses, the results are set right here.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <oneapi/dnnl/dnnl.hpp>

#include "variants/kernels/problems.h"

namespace assay::variants::peers {

using dnnl::memory;

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

inline memory::dim whole(std::size_t extent) { return static_cast<memory::dim>(extent); }

inline memory::desc rows_of(std::size_t rows, std::size_t row_len) {
  return {{whole(rows), whole(row_len)}, memory::data_type::f32, memory::format_tag::ab};
}

/// A view of a tensor of the call; oneDNN does not write to what is an argument to read.
inline memory at(const memory::desc& description, const float* data) {
  return {description, engine(), const_cast<float*>(data)};
}

inline void execute(const dnnl::primitive& primitive,
                    const std::unordered_map<int, memory>& arguments) {
  static dnnl::stream stream(engine());
  primitive.execute(stream, arguments);
  stream.wait();
}

inline dnnl::softmax_forward::primitive_desc softmax_of(std::size_t rows, std::size_t row_len) {
  return {{dnnl::prop_kind::forward_inference, rows_of(rows, row_len), 1}, engine()};
}

inline void softmax(std::size_t rows, std::size_t row_len, const float* x, float* probs) {
  const memory::desc shape = rows_of(rows, row_len);
  execute(dnnl::softmax_forward(softmax_of(rows, row_len)),
          {{DNNL_ARG_SRC, at(shape, x)}, {DNNL_ARG_DST, at(shape, probs)}});
}

inline dnnl::layer_normalization_forward::primitive_desc layer_norm_of(const LayerNorm<float>& p) {
  auto flags = dnnl::normalization_flags::use_scale;
  if (p.bias != nullptr) flags = flags | dnnl::normalization_flags::use_shift;
  return {{dnnl::prop_kind::forward_inference, rows_of(p.tokens, p.d_model), p.eps, flags},
          engine()};
}

inline void layer_norm(const LayerNorm<float>& p) {
  const memory::desc shape = rows_of(p.tokens, p.d_model);
  const memory::desc channels({whole(p.d_model)}, memory::data_type::f32, memory::format_tag::a);
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, at(shape, p.x)},
                                               {DNNL_ARG_DST, at(shape, p.y)},
                                               {DNNL_ARG_SCALE, at(channels, p.weight)}};
  if (p.bias != nullptr) arguments.emplace(DNNL_ARG_SHIFT, at(channels, p.bias));
  execute(dnnl::layer_normalization_forward(layer_norm_of(p)), arguments);
}

/// A function as oneDNN calls it.
struct Eltwise {
  dnnl::algorithm algorithm;
  float alpha;
};
inline Eltwise eltwise_of(Bend form) {
  switch (form) {
    case Bend::relu:
      return {dnnl::algorithm::eltwise_relu, 0};
    case Bend::gelu:
      return {dnnl::algorithm::eltwise_gelu_erf, 0};
    case Bend::gelu_tanh:
      return {dnnl::algorithm::eltwise_gelu_tanh, 0};
    case Bend::gelu_quick:
      return {dnnl::algorithm::eltwise_swish, 1.702F};  // [activation.gelu-quick]
    case Bend::silu:
      return {dnnl::algorithm::eltwise_swish, 1};
    case Bend::sigmoid:
      return {dnnl::algorithm::eltwise_logistic, 0};
    case Bend::none:
      break;
  }
  return {dnnl::algorithm::eltwise_linear, 1};
}

inline dnnl::eltwise_forward::primitive_desc activation_of(std::size_t count, Bend form) {
  const Eltwise function = eltwise_of(form);
  return {
      {dnnl::prop_kind::forward_inference, function.algorithm, rows_of(1, count), function.alpha},
      engine()};
}

inline void activation(const Activation<float>& p) {
  const memory::desc shape = rows_of(1, p.count);
  execute(dnnl::eltwise_forward(activation_of(p.count, p.form)),
          {{DNNL_ARG_SRC, at(shape, p.x)}, {DNNL_ARG_DST, at(shape, p.y)}});
  if (p.form != Bend::relu) return;
  for (std::size_t i = 0; i < p.count; ++i) {  // its relu makes NaN 0
    if (std::isnan(p.x[i])) p.y[i] = p.x[i];
  }
}

/// What oneDNN does not rule as the clauses do: a row of -infinity alone is 0, and a NaN or
/// +infinity makes its whole row NaN. [softmax.fully-masked-row, softmax.nan,
/// softmax.plus-infinity]
inline void settle_rows(const Softmax<float>& p) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (std::size_t row = 0; row < p.rows; ++row) {
    const float* x = p.x + row * p.row_len;
    float* probs = p.probs + row * p.row_len;
    const bool is_tame =
        std::all_of(x, x + p.row_len, [](float value) { return value < infinity; });
    const bool is_empty =
        std::all_of(x, x + p.row_len, [](float value) { return value == -infinity; });
    if (!is_tame) std::fill_n(probs, p.row_len, std::numeric_limits<float>::quiet_NaN());
    if (is_empty) std::fill_n(probs, p.row_len, 0.0F);
  }
}

}  // namespace assay::variants::peers
