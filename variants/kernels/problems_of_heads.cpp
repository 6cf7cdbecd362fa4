// SPDX-License-Identifier: Apache-2.0
// The problems whose tensors have heads: rope and attention.
#include "variants/kernels/heads.h"

namespace assay::variants {
namespace {

template <class Element>
Mask<Element> mask_of(const assay_tensor* tensor, const Element* data) {
  if (tensor == nullptr) return {};
  Mask<Element> mask{.data = data};
  std::size_t* const strides[] = {&mask.batch_stride, &mask.head_stride, &mask.query_stride,
                                  &mask.key_stride};
  std::size_t stride = 1;
  for (int axis = 3; axis >= 0; --axis) {
    *strides[axis] = extent(tensor, axis) == 1 ? 0 : stride;
    stride *= extent(tensor, axis);
  }
  return mask;
}

const std::int64_t* integers(const assay_tensor* tensor) {
  return tensor == nullptr ? nullptr : static_cast<const std::int64_t*>(tensor->dl.data);
}

/// Whether offsets rise from 0 to the end of what they divide.
bool covers(const assay_tensor* offsets, std::size_t length) {
  const std::int64_t *first = integers(offsets), *last = first + extent(offsets, 0);
  return first != last && *first == 0 && last[-1] == static_cast<std::int64_t>(length) &&
         std::is_sorted(first, last);
}

template <class Number>
void check_options(const Invocation& call, const Attention<Number>& p) {
  const assay_tensor *queries = call.input("query_offsets"), *keys = call.input("key_offsets");
  const auto together = [&](const char* one, const char* other) {
    if ((call.input(one) == nullptr) == (call.input(other) == nullptr)) return;
    refuse(call, std::string(one) + " and " + other + " come together or not at all");
  };
  together("query_offsets", "key_offsets");
  together("q_norm_weight", "k_norm_weight");
  if (queries != nullptr) {
    if (p.past_len > 0 || call.input("past_k") != nullptr || p.key_lengths != nullptr) {
      refuse(call, "documents have no past and no key_lengths");
    }
    if (!covers(queries, p.seq_len) || !covers(keys, p.total_len)) {
      refuse(call, "the offsets of documents must rise from 0 to the end");
    }
  }
  for (std::size_t b = 0; p.prefix_lengths != nullptr && b < p.batch; ++b) {
    if (p.prefix_lengths[b] < 0 || p.prefix_lengths[b] > static_cast<std::int64_t>(p.total_len)) {
      refuse(call, "prefix_lengths: " + std::to_string(p.prefix_lengths[b]) + " is outside 0 ... " +
                       std::to_string(p.total_len));
    }
  }
}

/// Heads over their root mean square, which lie one behind the other in either layout.
template <class Number>
const Number* normed(const Invocation& call, const assay_tensor* x, const char* weight_name,
                     Operands<Number>& operands) {
  const Number* from = operands.read(x);
  const Number* weight = operands.read(call.input(weight_name));
  const std::size_t width = extent(x, 3), count = count_of(*x);
  const auto eps = static_cast<Number>(call.f64("qk_norm_eps"));
  Number* normed = operands.scratch(count);
  for (std::size_t first = 0; first < count; first += width) {
    Number squares = 0;
    for (std::size_t d = 0; d < width; ++d) squares += from[first + d] * from[first + d];
    const Number inverse = 1 / std::sqrt(squares / static_cast<Number>(width) + eps);
    for (std::size_t d = 0; d < width; ++d) {
      normed[first + d] = from[first + d] * inverse * weight[d];
    }
  }
  return normed;
}

template <class Number>
void check(const Invocation& call, const Attention<Number>& p) {
  check_heads(call, p);
  check_options(call, p);
  if ((call.input("past_k") == nullptr) != (call.input("past_v") == nullptr)) {
    refuse(call, "past_k and past_v come together or not at all");
  }
  for (std::size_t b = 0; p.key_lengths != nullptr && b < p.batch; ++b) {
    if (p.key_lengths[b] < 0 || p.key_lengths[b] > static_cast<std::int64_t>(p.total_len)) {
      refuse(call, "key_lengths: " + std::to_string(p.key_lengths[b]) + " is outside 0 ... " +
                       std::to_string(p.total_len));
    }
  }
}

}  // namespace

template <class Number>
std::size_t Attention<Number>::kv_head(std::size_t h) const {
  return h / (n_heads / n_kv_heads);
}

template <class Number>
std::int64_t Attention<Number>::valid_keys(std::size_t b) const {
  return key_lengths != nullptr ? key_lengths[b] : static_cast<std::int64_t>(total_len);
}

template <class Number>
std::size_t Attention<Number>::document_of(std::size_t i) const {
  const std::int64_t* offset = query_offsets;
  while (offset[1] <= static_cast<std::int64_t>(i)) ++offset;
  return static_cast<std::size_t>(offset - query_offsets);
}

template <class Number>
std::int64_t Attention<Number>::position(std::size_t b, std::size_t i) const {
  const auto query = static_cast<std::int64_t>(i);
  if (query_offsets != nullptr) {
    const std::size_t n = document_of(i);
    return causal == Causal::top_left ? key_offsets[n] + query - query_offsets[n]
                                      : key_offsets[n + 1] - query_offsets[n + 1] + query;
  }
  return query + (causal == Causal::top_left ? static_cast<std::int64_t>(past_len)
                                             : valid_keys(b) - static_cast<std::int64_t>(seq_len));
}

template <class Number>
KeyRange Attention<Number>::visible(std::size_t b, std::size_t i) const {
  const std::int64_t stands_at = position(b, i);
  std::int64_t begin = 0, end = valid_keys(b);
  if (query_offsets != nullptr) {
    begin = key_offsets[document_of(i)];
    end = key_offsets[document_of(i) + 1];
  }
  const std::int64_t prefix = prefix_lengths != nullptr ? std::min(prefix_lengths[b], end) : 0;
  std::int64_t first = begin, last = end;
  if (causal != Causal::none) last = std::min(last, stands_at + 1);
  if (window > 0) {
    // No window reaches farther than all keys and queries, and huge ones must not overflow.
    const auto all = static_cast<std::int64_t>(total_len + seq_len);
    const std::int64_t reach = std::min(window, all);
    first = std::max(first, stands_at - reach + 1);
    if (causal == Causal::none) last = std::min(last, stands_at + reach);
  }
  if (last <= first) first = last = begin;
  if (prefix > begin && first <= prefix) {  // one range with the prefix
    first = begin;
    last = std::max(last, prefix);
  }
  if (last <= first) return {0, 0};
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

template <class Number>
Rope<Number> rope_problem(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* x = call.input("x");
  const HeadExtents extents(x, call.string("layout") == "bshd");
  const assay_tensor* positions = call.input("positions");
  Rope<Number> p{.batch = extent(x, 0),
                 .n_heads = extents.heads,
                 .seq_len = extents.tokens,
                 .head_dim = extents.channels,
                 .rotary_dim = static_cast<std::size_t>(call.i64("rotary_dim")),
                 .interleaved = call.string("pairing") == "interleaved",
                 .turning = {},
                 .x = extents.at(operands.read(x)),
                 .y = extents.at(operands.write(call.output("y"))),
                 .positions = static_cast<const std::int64_t*>(positions->dl.data),
                 .positions_stride = extent(positions, 0) == 1 ? 0 : extents.tokens,
                 .cos_table = operands.read(call.input("cos_table")),
                 .sin_table = operands.read(call.input("sin_table"))};
  const std::int64_t asked = call.i64("rotary_dim");
  if (asked < 0 || asked > static_cast<std::int64_t>(p.head_dim) ||
      (asked == 0 ? p.head_dim : static_cast<std::size_t>(asked)) % 2 != 0) {
    refuse(call, "rotary_dim is " + std::to_string(asked) +
                     "; it must be even and at most head_dim = " + std::to_string(p.head_dim));
  }
  if (asked == 0) p.rotary_dim = p.head_dim;
  p.turning = rope_turning(call, p.rotary_dim);
  const assay_tensor* cos_table = call.input("cos_table");
  if ((cos_table == nullptr) != (call.input("sin_table") == nullptr)) {
    refuse(call, "cos_table and sin_table come together or not at all");
  }
  if (cos_table == nullptr) return p;
  if (extent(cos_table, 1) != p.rotary_dim / 2) {
    refuse(call, "the tables have " + std::to_string(extent(cos_table, 1)) +
                     " columns; rotary_dim / 2 is " + std::to_string(p.rotary_dim / 2));
  }
  for (std::size_t i = 0; p.positions != nullptr && i < count_of(*positions); ++i) {
    if (p.positions[i] < 0 || p.positions[i] >= cos_table->dl.shape[0]) {
      refuse(call, "position " + std::to_string(p.positions[i]) + " is outside the tables of " +
                       std::to_string(cos_table->dl.shape[0]) + " rows");
    }
  }
  return p;
}

template <class Number>
Attention<Number> attention_problem(const Invocation& call, Operands<Number>& operands) {
  const bool bshd = call.string("layout") == "bshd";
  const assay_tensor *q = call.input("q"), *k = call.input("k"), *v = call.input("v");
  const assay_tensor *past_k = call.input("past_k"), *past_v = call.input("past_v");
  const HeadExtents q_extents(q, bshd), k_extents(k, bshd), v_extents(v, bshd);
  Attention<Number> p{};
  p.batch = extent(q, 0);
  p.n_heads = q_extents.heads;
  p.n_kv_heads = k_extents.heads;
  p.seq_len = q_extents.tokens;
  p.head_dim = q_extents.channels;
  p.v_head_dim = v_extents.channels;
  p.past_len = past_k != nullptr ? extent(past_k, 2) : 0;
  p.total_len = p.past_len + k_extents.tokens;
  p.scale = scale_of<Number>(call, p.head_dim);
  p.softcap = static_cast<Number>(call.f64("softcap"));
  const std::string& causal = call.string("causal");
  if (causal == "bottom_right") p.causal = Causal::bottom_right;
  if (causal == "top_left") p.causal = Causal::top_left;
  p.window = call.i64("window");
  const bool norms =
      call.input("q_norm_weight") != nullptr && call.input("k_norm_weight") != nullptr;
  p.q = q_extents.at(norms ? normed(call, q, "q_norm_weight", operands) : operands.read(q));
  p.k = k_extents.at(norms ? normed(call, k, "k_norm_weight", operands) : operands.read(k));
  p.v = v_extents.at(operands.read(v));
  if (past_k != nullptr && past_v != nullptr) {
    // Caches never lie exchanged: the layout attribute is about the new tokens.
    p.past_k = HeadExtents(past_k, false).at(operands.read(past_k));
    p.past_v = HeadExtents(past_v, false).at(operands.read(past_v));
  }
  p.mask = mask_of<Number>(call.input("mask"), operands.read(call.input("mask")));
  if (const assay_tensor* keep = call.input("keep")) {
    p.keep = mask_of<std::uint8_t>(keep, static_cast<const std::uint8_t*>(keep->dl.data));
  }
  p.key_lengths = integers(call.input("key_lengths"));
  p.prefix_lengths = integers(call.input("prefix_lengths"));
  p.query_offsets = integers(call.input("query_offsets"));
  p.key_offsets = integers(call.input("key_offsets"));
  p.alibi_slopes = operands.read(call.input("alibi_slopes"));
  p.sinks = operands.read(call.input("sinks"));
  p.scores_stage = call.string("scores_stage");
  check(call, p);
  p.out = HeadExtents(call.output("out"), bshd).at(operands.write(call.output("out")));
  p.present_k = operands.write(call.output("present_k"));
  p.present_v = operands.write(call.output("present_v"));
  p.scores = operands.write(call.output("scores"));
  p.lse = operands.write(call.output("lse"));
  return p;
}

template struct Attention<float>;
template struct Attention<double>;
template Rope<float> rope_problem(const Invocation&, Operands<float>&);
template Rope<double> rope_problem(const Invocation&, Operands<double>&);
template Attention<float> attention_problem(const Invocation&, Operands<float>&);
template Attention<double> attention_problem(const Invocation&, Operands<double>&);

}  // namespace assay::variants
