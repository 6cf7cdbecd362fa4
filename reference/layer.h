// SPDX-License-Identifier: Apache-2.0
// One layer of a transformer: attention, by which tokens read from each other, then a feed-forward
// network, which works on every token alone. Both add to the residual stream. Clauses: block.md.
#pragma once

#include "reference/heads.h"
#include "reference/sequence.h"

namespace assay::reference {

/// The keys or values of one layer in a cache: batch n_kv_heads capacity head_dim, or absent.
template <class Number>
using CacheView = View<Number, 4>;

template <class Number, class Ops>
class Layer {
 public:
  /// `c` finds the weights of this layer; `positions`: batch seq_len.
  Layer(const Composition<Number, Ops>& c, const Sequence& sequence,
        const Operand<Number>& positions, const Operand<Number>* relative_bias)
      : c_(c), sequence_(sequence), positions_(positions), relative_bias_(relative_bias) {}

  /// What the decoder reads from: batch memory_len d_model, and how much of it is real.
  void attend_to(const Operand<Number>* memory, const Operand<Number>* memory_lengths) {
    memory_ = memory;
    memory_lengths_ = memory_lengths;
  }
  void keep_in(CacheView<Number> cache_k, CacheView<Number> cache_v) {
    cache_k_ = cache_k;
    cache_v_ = cache_v;
  }

  /// x: tokens d_model, where tokens counts batch and seq_len.
  Tensor<Number> operator()(const Tensor<Number>& x) const {
    if (string("norm_placement") == "parallel") return parallel(x);
    Tensor<Number> stream =
        residual("attention", x, [&](const Tensor<Number>& h) { return self_attention(h); });
    c_.tap("after_attention", stream);
    if (memory_ != nullptr) {  //                                                     [block.cross]
      stream = residual("cross", stream, [&](const Tensor<Number>& h) { return cross(h); });
    }
    if (!c_.has("feed_forward.w_up") && !c_.has("feed_forward.router")) return stream;
    return residual("feed_forward", stream, [&](const Tensor<Number>& h) {
      return feed_forward(h);  //                                               [block.feed-forward]
    });
  }

 private:
  [[nodiscard]] const std::string& string(std::string_view name) const {
    return c_.call().string(name);
  }
  [[nodiscard]] const Attribute& attribute(std::string_view name) const {
    return c_.call().attributes.find(name)->second;
  }

  /// What a part of the layer computes is added to the stream; the norm stands before the part,
  /// behind the sum, or on both sides of the part.
  template <class Part>
  Tensor<Number> residual(const std::string& name, const Tensor<Number>& x,
                          const Part& part) const {
    const std::string& placement = string("norm_placement");
    if (placement == "post") {
      const Tensor<Number> sum = c_.sum(x, tapped(name, part(x)));
      return norm(name + "_norm", sum);  //                                       [block.post-norm]
    }
    const Tensor<Number> addition =
        tapped(name, part(norm(name + "_norm", x)));  // [block.pre-norm]
    if (placement == "pre") return c_.sum(x, addition);
    return c_.sum(x, norm(name + "_post_norm", addition));  //                [block.sandwich-norm]
  }

  /// Attention and feed-forward side by side, both reading the same stream.
  Tensor<Number> parallel(const Tensor<Number>& x) const {
    if (memory_ != nullptr) throw CallError("a parallel layer has no cross-attention");
    const Tensor<Number> h = norm("attention_norm", x);
    const Tensor<Number> attended = tapped("attention", self_attention(h));
    const bool own_norm = c_.has("feed_forward_norm.weight");  //               [block.shared-norm]
    const Tensor<Number> fed =
        tapped("feed_forward", feed_forward(own_norm ? norm("feed_forward_norm", x) : h));
    return c_.sum(c_.sum(x, attended), fed);  //                                   [block.parallel]
  }

  Tensor<Number> tapped(const std::string& name, Tensor<Number> stage) const {
    c_.tap(name, stage);
    return stage;
  }

  Tensor<Number> norm(const std::string& name, const Tensor<Number>& x) const {
    return tapped(name, c_.norm(name, x));
  }

  Tensor<Number> project(const Tensor<Number>& x, const std::string& w,
                         const std::string& b) const {
    return c_.run("linear", {{"x", x}, {"w", c_.weight(w)}, {"b", c_.weight(b)}});
  }

  Tensor<Number> split(const Tensor<Number>& x, std::int64_t n_heads) const {
    return heads_first(x, static_cast<std::int64_t>(sequence_.batch), n_heads);
  }

  /// All heads of a token side by side again, and their projection.
  Tensor<Number> joined(const Tensor<Number>& heads, const std::string& name) const {
    return project(tokens_first(heads), name + ".w_o", name + ".b_o");
  }

  /// RMSNorm over the channels of each head, where the layer has a weight for it.
  Tensor<Number> normed(Tensor<Number> heads, const std::string& weight) const {
    if (!c_.has(weight)) return heads;
    const Shape shape = heads.shape;
    const std::int64_t head_dim = shape.back();
    const auto rows =
        static_cast<std::int64_t>(heads.values.size()) / std::max<std::int64_t>(head_dim, 1);
    return c_  //                                                                   [block.qk-norm]
        .run("rms_norm",
             {{"x", std::move(heads).as({rows, head_dim})}, {"weight", c_.weight(weight)}},
             {{"eps", attribute("norm_eps")}, {"weight_form", attribute("norm_weight_form")}})
        .as(shape);
  }

  /// Turned by position, behind the norm of the head.
  Tensor<Number> turned(Tensor<Number> heads) const {
    if (string("position_encoding") != "rope") return heads;
    return c_.run("rope", {{"x", heads}, {"positions", &positions_}},  //              [block.rope]
                  {{"pairing", attribute("rope_pairing")},
                   {"rotary_dim", attribute("rope_dim")},
                   {"base", attribute("rope_base")},
                   {"scaling", attribute("rope_scaling")},
                   {"factor", attribute("rope_factor")},
                   {"original_len", attribute("rope_original_len")}});
  }

  Tensor<Number> self_attention(const Tensor<Number>& x) const {
    const std::int64_t n_heads = c_.call().i64("n_heads"), n_kv_heads = c_.call().i64("n_kv_heads");
    const Tensor<Number> q = turned(
        normed(split(project(x, "attention.w_q", "attention.b_q"), n_heads), "attention.q_norm"));
    const Tensor<Number> k =
        cached(turned(normed(split(project(x, "attention.w_k", "attention.b_k"), n_kv_heads),
                             "attention.k_norm")),
               cache_k_);
    const Tensor<Number> v =
        cached(split(project(x, "attention.w_v", "attention.b_v"), n_kv_heads), cache_v_);
    return joined(c_.run("attention",
                         {{"q", q},
                          {"k", k},
                          {"v", v},
                          {"keep", sequence_.keep()},
                          {"mask", position_bias()},
                          {"sinks", c_.weight("attention.sinks")}},
                         score_attributes()),
                  "attention");
  }

  [[nodiscard]] Attributes score_attributes() const {
    return {{"scale_rule", attribute("scale_rule")},
            {"scale", attribute("scale")},
            {"softcap", attribute("softcap")}};
  }

  /// Puts the new keys or values behind those of the cache and gives all of them.
  Tensor<Number> cached(Tensor<Number> fresh, const CacheView<Number>& cache) const {
    if (!cache.present()) return fresh;
    const auto news = fresh.template view<4>();
    for (std::size_t b = 0; b < news.size(0); ++b) {
      for (std::size_t i = 0; i < news.size(2); ++i) {
        if (sequence_.is_padding(b, i)) continue;  // its slot keeps what it holds
        const std::size_t slot =
            sequence_.slot_of(b, sequence_.place(b, i));  // [decoder.cache-append]
        for (std::size_t kv = 0; kv < news.size(1); ++kv) {
          for (std::size_t d = 0; d < news.size(3); ++d) cache(b, kv, slot, d) = news(b, kv, i, d);
        }
      }
    }
    Tensor<Number> all({fresh.shape[0], fresh.shape[1], sequence_.capacity, fresh.shape[3]});
    auto to = all.template view<4>();
    for (std::size_t b = 0; b < to.size(0); ++b) {
      for (std::size_t kv = 0; kv < to.size(1); ++kv) {
        for (std::size_t slot = 0; slot < to.size(2); ++slot) {
          for (std::size_t d = 0; d < to.size(3); ++d) to(b, kv, slot, d) = cache(b, kv, slot, d);
        }
      }
    }
    return all;
  }

  /// What the distance of two tokens adds to their score: batch n_heads seq_len slots, or empty.
  [[nodiscard]] Tensor<Number> position_bias() const {
    const std::string& positions = string("position_encoding");
    const bool t5 = positions == "t5";
    if (!t5 && positions != "alibi") return {};
    const auto seq_len = static_cast<std::int64_t>(sequence_.seq_len);
    const auto slots = static_cast<std::int64_t>(sequence_.slots());
    Tensor<Number> bias(
        {static_cast<std::int64_t>(sequence_.batch), c_.call().i64("n_heads"), seq_len, slots});
    auto next = bias.values.begin();
    for (std::size_t b = 0; b < sequence_.batch; ++b) {
      Tensor<std::int64_t> query({seq_len}), key({slots});
      for (std::size_t i = 0; i < query.values.size(); ++i) query.values[i] = sequence_.place(b, i);
      for (std::size_t j = 0; j < key.values.size(); ++j) {
        key.values[j] = std::max<std::int64_t>(sequence_.place_in(b, j), 0);
      }
      const Tensor<Number> entry =
          t5 ? c_.run(
                   "t5_bias",  //                                                [block.t5-bias]
                   {{"query_positions", query}, {"key_positions", key}, {"table", relative_bias_}},
                   {{"bidirectional", !sequence_.causal},
                    {"max_distance", attribute("relative_max_distance")}})
             : c_.run("alibi",
                      {{"query_positions", query}, {"key_positions", key}},  // [block.alibi]
                      {{"n_heads", attribute("n_heads")}});
      next = std::copy(entry.values.begin(), entry.values.end(), next);
    }
    return bias;
  }

  /// Queries from the decoder, keys and values from the encoder's output.
  Tensor<Number> cross(const Tensor<Number>& x) const {
    const std::int64_t n_heads = c_.call().i64("n_heads"), n_kv_heads = c_.call().i64("n_kv_heads");
    Tensor<Number> memory({memory_->shape[0] * memory_->shape[1], memory_->shape[2]});
    const Number* from = std::get<Number*>(memory_->data);
    for (std::size_t n = 0; n < memory.values.size(); ++n) memory.values[n] = from[n];
    const Tensor<Number> q = split(project(x, "cross.w_q", "cross.b_q"), n_heads);
    const Tensor<Number> k = split(project(memory, "cross.w_k", "cross.b_k"), n_kv_heads);
    const Tensor<Number> v = split(project(memory, "cross.w_v", "cross.b_v"), n_kv_heads);
    return joined(c_.run("attention",  //                                   [block.memory-lengths]
                         {{"q", q}, {"k", k}, {"v", v}, {"key_lengths", memory_lengths_}},
                         score_attributes()),
                  "cross");
  }

  Tensor<Number> feed_forward(const Tensor<Number>& x) const {
    const auto w = [&](const char* name) { return c_.weight(std::string("feed_forward.") + name); };
    if (w("router") != nullptr) {  //                                               [block.experts]
      return c_.run("mixture_of_experts",
                    {{"x", x},
                     {"router", w("router")},
                     {"w_up", w("expert_w_up")},
                     {"w_gate", w("expert_w_gate")},
                     {"w_down", w("expert_w_down")}},
                    {{"activation", attribute("activation")},
                     {"top_k", attribute("top_k")},
                     {"renormalise", attribute("renormalise")}});
    }
    return c_.run("feed_forward",
                  {{"x", x},
                   {"w_up", w("w_up")},
                   {"b_up", w("b_up")},
                   {"w_gate", w("w_gate")},
                   {"b_gate", w("b_gate")},
                   {"w_down", w("w_down")},
                   {"b_down", w("b_down")}},
                  {{"activation", attribute("activation")}});
  }

  const Composition<Number, Ops>& c_;
  const Sequence& sequence_;
  const Operand<Number>& positions_;
  const Operand<Number>* relative_bias_;
  const Operand<Number>* memory_ = nullptr;
  const Operand<Number>* memory_lengths_ = nullptr;
  CacheView<Number> cache_k_ = CacheView<Number>::absent(), cache_v_ = CacheView<Number>::absent();
};

}  // namespace assay::reference
