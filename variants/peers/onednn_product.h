// SPDX-License-Identifier: Apache-2.0
// Linear maps by oneDNN's matmul: weights in the layout that it chooses, what follows a product as
// its post-ops, and the primitives of the shapes that came.
#pragma once

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>

#include "variants/kernels/buffer.h"
#include "variants/peers/onednn_rows.h"

namespace assay::variants::peers {

// A weight d_out d_in is, for matmul, a transposed d_in d_out.
inline memory::desc weight_as_stored(const Linear<float>& p) {
  return {{whole(p.d_in), whole(p.d_out)}, memory::data_type::f32, memory::format_tag::ba};
}
inline memory::desc any_layout(const Linear<float>& p) {
  return {{whole(p.d_in), whole(p.d_out)}, memory::data_type::f32, memory::format_tag::any};
}

/// y += product instead of y = product.
inline bool adds_to_y(const Linear<float>& p) { return p.added != nullptr && p.added == p.y; }

/// What follows the product; `operands`, unless null, gets what the post-ops read.
inline dnnl::primitive_attr post_ops_of(const Linear<float>& p,
                                        std::unordered_map<int, memory>* operands) {
  dnnl::post_ops steps;
  const memory::desc y = rows_of(p.tokens, p.d_out);
  const auto binary = [&](dnnl::algorithm algorithm, const float* by) {
    steps.append_binary(algorithm, y);
    if (operands == nullptr) return;
    operands->emplace(DNNL_ARG_ATTR_MULTIPLE_POST_OP(steps.len() - 1) | DNNL_ARG_SRC_1, at(y, by));
  };
  if (p.bend != Bend::none) {
    const Eltwise function = eltwise_of(p.bend);
    steps.append_eltwise(1, function.algorithm, function.alpha, 0);
  }
  if (p.factor != nullptr) binary(dnnl::algorithm::binary_mul, p.factor);
  if (adds_to_y(p)) {
    steps.append_sum(1);
  } else if (p.added != nullptr) {
    binary(dnnl::algorithm::binary_add, p.added);
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(steps);
  return attributes;
}

inline dnnl::matmul::primitive_desc product(const Linear<float>& p, const memory::desc& weight,
                                            bool has_bias) {
  const memory::desc x = rows_of(p.tokens, p.d_in), y = rows_of(p.tokens, p.d_out);
  const auto what = has_bias ? dnnl::matmul::desc(x, weight, rows_of(1, p.d_out), y)
                             : dnnl::matmul::desc(x, weight, y);
  return {what, post_ops_of(p, nullptr), engine()};
}

/// "matmul brg:avx512_core"
inline std::string product_name(const Linear<float>& p, bool has_bias) {
  return std::string("matmul ") + product(p, any_layout(p), has_bias).impl_info_str();
}

/// Packed weights begin with the description of their layout.
inline constexpr std::size_t description_floats = 256;
static_assert(sizeof(dnnl_memory_desc_t) <= description_floats * sizeof(float));

/// The weights in the layout that oneDNN chooses for as many tokens as p has.
inline Buffer<float> pack_weights(const Linear<float>& p) {
  const memory::desc layout = p.d_in == 0 || p.d_out == 0 || p.tokens == 0
                                  ? weight_as_stored(p)
                                  : product(p, any_layout(p), p.b != nullptr).weights_desc();
  Buffer<float> packed(description_floats + layout.get_size() / sizeof(float));
  std::memcpy(packed.data(), &layout.data, sizeof(layout.data));
  if (layout.get_size() == 0) return packed;
  memory from = at(weight_as_stored(p), p.w), to = at(layout, packed.data() + description_floats);
  execute(dnnl::reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
  return packed;
}

/// The primitive for a shape and a layout. Choosing one anew takes oneDNN 10 to 30 us, as long as a
/// small product; each thread remembers the last few hundred.
inline const dnnl::matmul& primitive_for(const Linear<float>& p, const memory::desc& weight) {
  struct Made {
    memory::desc weight;
    dnnl::matmul primitive;
  };
  using Key = std::array<std::size_t, 7>;
  thread_local std::map<Key, Made> made;
  const Key key = {p.tokens,
                   p.d_in,
                   p.d_out,
                   static_cast<std::size_t>(p.bend),
                   p.b != nullptr,
                   p.factor != nullptr,
                   p.added == nullptr ? 0U : (adds_to_y(p) ? 1U : 2U)};
  const auto found = made.find(key);
  if (found != made.end() && found->second.weight == weight) return found->second.primitive;
  if (made.size() >= 256) made.clear();
  Made fresh = {weight, dnnl::matmul(product(p, weight, p.b != nullptr))};
  return made.insert_or_assign(key, std::move(fresh)).first->second.primitive;
}

/// `packed` is what pack_weights() made.
inline void multiply(const Linear<float>& p, const float* packed) {
  dnnl_memory_desc_t layout;
  std::memcpy(&layout, packed, sizeof(layout));
  const memory::desc weight(layout);
  std::unordered_map<int, memory> arguments = {
      {DNNL_ARG_SRC, at(rows_of(p.tokens, p.d_in), p.x)},
      {DNNL_ARG_WEIGHTS, at(weight, packed + description_floats)},
      {DNNL_ARG_DST, at(rows_of(p.tokens, p.d_out), p.y)}};
  if (p.b != nullptr) arguments.emplace(DNNL_ARG_BIAS, at(rows_of(1, p.d_out), p.b));
  post_ops_of(p, &arguments);
  execute(primitive_for(p, weight), arguments);
}

}  // namespace assay::variants::peers
