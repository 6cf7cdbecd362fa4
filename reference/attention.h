// SPDX-License-Identifier: Apache-2.0
// Attention: what a call says, checked, and its rows one after the other (attention_row.h).
// Clauses: attention.md.
#pragma once

#include "reference/attention_row.h"
#include "reference/rms_norm.h"

namespace assay::reference {

/// Throws CallError for what is wrong with heads, window or softcap, of this op and of those that
/// attend alike.
template <class Number>
void check_heads(const Call<Number>& call, const AttentionOperands<Number>& a) {
  const auto fail = [&](const std::string& what) {
    throw CallError(std::string(call.op->name) + ": " + what);
  };
  const std::size_t n_heads = a.q.size(1), n_kv_heads = a.k.size(1);
  if (n_kv_heads == 0 || n_heads % n_kv_heads != 0) {
    fail("n_heads is " + std::to_string(n_heads) +
         ", no multiple of n_kv_heads = " + std::to_string(n_kv_heads));
  }
  if (call.i64("window") < -1 || call.i64("window") == 0) {
    fail("window is " + std::to_string(call.i64("window")) + "; it is -1 for none or at least 1");
  }
  if (isnan(a.softcap) || a.softcap < whole<Number>(0)) fail("softcap must be 0 for none or more");
}

/// Throws CallError unless the documents cover all queries and keys.
template <class Number>
void check_documents(const AttentionOperands<Number>& a) {
  const auto fail = [](const std::string& what) { throw CallError("attention: " + what); };
  const Visibility<Number>& visible = a.visible;
  if (visible.query_offsets.present() != visible.key_offsets.present()) {
    fail("query_offsets and key_offsets come together or not at all");
  }
  if (!visible.query_offsets.present()) return;
  if (a.past_k.present() || visible.key_lengths.present()) {
    fail("documents have no past and no key_lengths");  //                [attention.documents]
  }
  const auto check = [&](const char* name, const Offsets& offsets, std::int64_t length) {
    const std::size_t count = offsets.size(0);
    bool covers = count > 0 && offsets(0) == 0 && offsets(count - 1) == length;
    for (std::size_t n = 1; covers && n < count; ++n) covers = offsets(n - 1) <= offsets(n);
    if (!covers) {
      fail(std::string(name) + " must rise from 0 to " + std::to_string(length));
    }
  };
  check("query_offsets", visible.query_offsets, visible.seq_len);
  check("key_offsets", visible.key_offsets, visible.total_len);
}

/// Throws CallError for what the shapes alone do not show.
template <class Number>
void check_attention(const Call<Number>& call, const AttentionOperands<Number>& a) {
  const auto fail = [](const std::string& what) { throw CallError("attention: " + what); };
  check_heads(call, a);
  check_documents(a);
  if (call.has("q_norm_weight") != call.has("k_norm_weight")) {
    fail("q_norm_weight and k_norm_weight come together or not at all");
  }
  for (std::size_t b = 0; a.visible.prefix_lengths.present() && b < a.q.size(0); ++b) {
    const std::int64_t length = a.visible.prefix_lengths(b);
    if (length < 0 || length > static_cast<std::int64_t>(a.total_len())) {
      fail("prefix_lengths: " + std::to_string(length) + " is outside 0 ... " +
           std::to_string(a.total_len()));
    }
  }
  if (a.past_k.present() != a.past_v.present()) {
    fail("past_k and past_v come together or not at all");
  }
  for (std::size_t b = 0; a.visible.key_lengths.present() && b < a.q.size(0); ++b) {
    const std::int64_t length = a.visible.key_lengths(b);
    if (length < 0 || length > static_cast<std::int64_t>(a.total_len())) {
      fail("key_lengths: " + std::to_string(length) + " is outside 0 ... " +
           std::to_string(a.total_len()));
    }
  }
}

/// The factor of every score.
template <class Number>
Number attention_scale(const Call<Number>& call, std::size_t head_dim) {
  const std::string& scale_rule = call.string("scale_rule");
  if (scale_rule == "given") return call.f64("scale");  //                [attention.scale-given]
  if (scale_rule == "none") return whole<Number>(1);
  return rsqrt(whole<Number>(static_cast<std::int64_t>(head_dim)));
}

/// x with every head of every token divided by its root mean square, times the weight. The numbers
/// are kept in `numbers`.
template <class Number>
View<const Number, 4> normed(const Call<Number>& call, View<const Number, 4> x, const char* weight,
                             std::vector<Number>& numbers) {
  for (std::size_t b = 0; b < x.size(0); ++b) {
    for (std::size_t h = 0; h < x.size(1); ++h) {
      for (std::size_t i = 0; i < x.size(2); ++i) {
        for (std::size_t d = 0; d < x.size(3); ++d) numbers.push_back(x(b, h, i, d));
      }
    }
  }
  const View<Number, 2> heads(numbers.data(), {x.size(0) * x.size(1) * x.size(2), x.size(3)});
  rms_norm<Number>(heads, call.template in<Number, 1>(weight), call.f64("qk_norm_eps"), false,
                   false, call.storage, heads);  //                           [attention.qk-norm]
  for (Number& each : numbers) each = maybe_rounded<Number>(call.operands, each);
  return View<const Number, 4>(numbers.data(), {x.size(0), x.size(1), x.size(2), x.size(3)});
}

/// The operands of a call, checked. Normed queries and keys are kept in normed_q and normed_k.
template <class Number>
AttentionOperands<Number> attention_operands(const Call<Number>& call,
                                             std::vector<Number>& normed_q,
                                             std::vector<Number>& normed_k) {
  AttentionOperands<Number> a;
  a.q = call.template in<Number, 4>("q");
  a.k = call.template in<Number, 4>("k");
  a.v = call.template in<Number, 4>("v");
  a.past_k = call.template in<Number, 4>("past_k");
  a.past_v = call.template in<Number, 4>("past_v");
  a.scale = attention_scale(call, a.q.size(3));
  a.softcap = call.f64("softcap");
  a.operands = call.operands;
  a.visible.causal = causal_of(call.string("causal"));
  a.visible.window = call.i64("window");
  a.visible.seq_len = static_cast<std::int64_t>(a.q.size(2));
  a.visible.past_len = static_cast<std::int64_t>(a.past_len());
  a.visible.total_len = static_cast<std::int64_t>(a.total_len());
  a.visible.key_lengths = call.template in<std::int64_t, 1>("key_lengths");
  a.visible.keep = call.template in<std::uint8_t, 4>("keep");
  a.visible.mask = call.template in<Number, 4>("mask");
  a.visible.prefix_lengths = call.template in<std::int64_t, 1>("prefix_lengths");
  a.visible.query_offsets = call.template in<std::int64_t, 1>("query_offsets");
  a.visible.key_offsets = call.template in<std::int64_t, 1>("key_offsets");
  a.alibi_slopes = call.template in<Number, 1>("alibi_slopes");
  a.sinks = call.template in<Number, 1>("sinks");
  check_attention(call, a);
  if (call.has("q_norm_weight")) {
    a.q = normed(call, a.q, "q_norm_weight", normed_q);
    a.k = normed(call, a.k, "k_norm_weight", normed_k);
  }
  // A mask of extent 1 along an axis holds for all of that axis.       [attention.mask-broadcast]
  const std::array<std::size_t, 4> every = {a.q.size(0), a.q.size(1), a.q.size(2), a.total_len()};
  if (a.visible.keep.present()) a.visible.keep = a.visible.keep.broadcast_to(every);
  if (a.visible.mask.present()) a.visible.mask = a.visible.mask.broadcast_to(every);
  return a;
}

template <class Number>
void attention(const Call<Number>& call) {
  std::vector<Number> normed_q, normed_k;
  const AttentionOperands<Number> a = attention_operands(call, normed_q, normed_k);
  attend(a, call.string("scores_stage"), call.template out<Number, 4>("out"),
         call.template out<Number, 4>("scores"), call.template out<Number, 3>("lse"));
  auto present_k = call.template out<Number, 4>("present_k");  //         [attention.present]
  auto present_v = call.template out<Number, 4>("present_v");
  for (std::size_t b = 0; b < a.k.size(0); ++b) {
    for (std::size_t kv = 0; kv < a.k.size(1); ++kv) {
      for (std::size_t j = 0; j < a.total_len(); ++j) {
        for (std::size_t d = 0; present_k.present() && d < a.k.size(3); ++d) {
          present_k(b, kv, j, d) = a.key(b, kv, j, d);
        }
        for (std::size_t d = 0; present_v.present() && d < a.v.size(3); ++d) {
          present_v(b, kv, j, d) = a.value(b, kv, j, d);
        }
      }
    }
  }
}

}  // namespace assay::reference
