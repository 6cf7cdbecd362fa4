// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/layer.h"

namespace assay::variants {
namespace {

/// The axes 1 and 2 of a tensor of rank 4 change places. Where one of them has extent 1, as in
/// decoding, no element moves.
template <class Number>
Tensor<Number> exchanged(Tensor<Number> x) {
  const Shape shape = {x.shape[0], x.shape[2], x.shape[1], x.shape[3]};
  if (x.shape[1] == 1 || x.shape[2] == 1) return std::move(x).as(shape);
  Tensor<Number> y(shape);
  const auto outer = static_cast<std::size_t>(x.shape[1]),
             inner = static_cast<std::size_t>(x.shape[2]),
             width = static_cast<std::size_t>(x.shape[3]);
  for (std::size_t row = 0; row * width < x.count(); ++row) {
    const std::size_t b = row / (outer * inner), m = row / inner % outer, n = row % inner;
    std::copy_n(x.values.get() + row * width, width,
                y.values.get() + ((b * inner + n) * outer + m) * width);
  }
  return y;
}

template <class Number>
class Layer {
 public:
  Layer(Composition<Number>& composition, std::string prefix, const Surroundings<Number>& around,
        const Sight& sight, LayerCache<Number> cache)
      : c_(composition),
        prefix_(std::move(prefix)),
        around_(around),
        sight_(sight),
        cache_(cache),
        batch_(static_cast<std::int64_t>(around.sequence.batch)),
        n_heads_(c_.call().i64("n_heads")),
        n_kv_heads_(c_.call().i64("n_kv_heads")),
        head_dim_(c_.call().i64("head_dim")) {}

  Tensor<Number> operator()(Tensor<Number> x) {
    if (c_.call().string("norm_placement") == "parallel") return side_by_side(std::move(x));
    x = residual("attention", std::move(x),
                 [&](const auto& h, Sum* onto) { return self_attention(h, onto); });
    c_.tap(prefix_ + "after_attention", x);
    if (around_.memory.present()) {
      x = residual("cross", std::move(x),
                   [&](const auto& h, Sum* onto) { return cross_attention(h, onto); });
    }
    if (!c_.has(prefix_ + "feed_forward.w_up") && !has_experts()) return x;
    return residual("feed_forward", std::move(x),
                    [&](const auto& h, Sum* onto) { return feed_forward(h, onto); });
  }

 private:
  using Sum = Tensor<Number>;

  Tensor<Number> shown(const char* name, Tensor<Number> stage) {
    c_.tap(prefix_ + name, stage);
    return stage;
  }
  Tensor<Number> norm(const std::string& name, const Tensor<Number>& x) {
    return shown(name.c_str(), c_.norm(prefix_ + name, x));
  }

  /// x + part(x), with norms where the model places them. part(h, onto) gives what it makes of h,
  /// or adds it to `onto`, unless that is null, and gives nothing.
  template <class Part>
  Tensor<Number> residual(const std::string& name, Tensor<Number> x, const Part& part) {
    const std::string& placement = c_.call().string("norm_placement");
    const bool norm_behind_sum = placement == "post", norm_behind_part = placement == "sandwich";
    // Nobody else looks at what the part makes: its last product may go straight into the sum.
    Sum* const onto = norm_behind_part || c_.is_tapped(prefix_ + name) ? nullptr : &x;
    Tensor<Number> addition = norm_behind_sum ? part(x, onto) : part(norm(name + "_norm", x), onto);
    if (addition.present()) {
      c_.tap(prefix_ + name, addition);
      if (norm_behind_part) addition = norm(name + "_post_norm", addition);
      c_.add(x, addition);
    }
    return norm_behind_sum ? norm(name + "_norm", x) : std::move(x);
  }

  Tensor<Number> side_by_side(Tensor<Number> x) {
    if (around_.memory.present()) throw CallError("a parallel layer has no cross-attention");
    const Tensor<Number> h = norm("attention_norm", x);
    const bool own_norm = c_.has(prefix_ + "feed_forward_norm.weight");
    const Tensor<Number> fed =
        shown("feed_forward", own_norm ? feed_forward(norm("feed_forward_norm", x), nullptr)
                                       : feed_forward(h, nullptr));
    c_.add(x, shown("attention", self_attention(h, nullptr)));
    c_.add(x, fed);
    return x;
  }

  /// linear with the weights <part>.w_<which> and <part>.b_<which>.
  Tensor<Number> project(const Tensor<Number>& x, const std::string& part, const char* which,
                         const Finish<Number>& finish = {}) {
    return c_.linear(x, prefix_ + part + ".w_" + which, prefix_ + part + ".b_" + which, finish);
  }
  /// The same, given back or added to `onto`.
  Tensor<Number> close(const Tensor<Number>& x, const std::string& part, const char* which,
                       Sum* onto) {
    if (onto == nullptr) return project(x, part, which);
    c_.add_linear(*onto, x, prefix_ + part + ".w_" + which, prefix_ + part + ".b_" + which);
    return {};
  }
  [[nodiscard]] Shape as_heads(const Tensor<Number>& x, std::int64_t heads) const {
    return {batch_, x.shape[0] / std::max<std::int64_t>(batch_, 1), heads, head_dim_};
  }

  /// Each head's channels normed, where there is a weight for it, then turned by position.
  Tensor<Number> normed_and_turned(Tensor<Number> x, std::int64_t heads, const char* weight) {
    const Shape shape = as_heads(x, heads);
    if (c_.has(prefix_ + weight)) {
      const std::int64_t rows = x.shape[0] * heads;
      x = c_.rms_norm(prefix_ + weight, std::move(x).as({rows, head_dim_}));
    }
    x = std::move(x).as(shape);
    if (c_.call().string("position_encoding") != "rope") return x;
    return c_.run("rope",
                  {{"x", x}, {"positions", around_.positions, {batch_, around_.sequence.seq_len}}},
                  {{"layout", std::string("bshd")},
                   {"pairing", c_.attribute("rope_pairing")},
                   {"rotary_dim", c_.attribute("rope_dim")},
                   {"base", c_.attribute("rope_base")},
                   {"scaling", c_.attribute("rope_scaling")},
                   {"factor", c_.attribute("rope_factor")},
                   {"original_len", c_.attribute("rope_original_len")}},
                  shape);
  }

  [[nodiscard]] Attributes score_attributes() const {
    return {{"scale_rule", c_.attribute("scale_rule")},
            {"scale", c_.attribute("scale")},
            {"softcap", c_.attribute("softcap")}};
  }

  Tensor<Number> self_attention(const Tensor<Number>& x, Sum* onto) {
    Tensor<Number> q =
        normed_and_turned(project(x, "attention", "q"), n_heads_, "attention.q_norm");
    Tensor<Number> k =
        normed_and_turned(project(x, "attention", "k"), n_kv_heads_, "attention.k_norm");
    Tensor<Number> v = project(x, "attention", "v");
    const Shape of_heads = as_heads(v, n_kv_heads_);
    v = std::move(v).as(of_heads);
    Attributes attributes = score_attributes();
    attributes["causal"] = std::string(sight_.causal);
    attributes["window"] = sight_.window;
    attributes["layout"] = std::string("bshd");
    const Shape tokens = {x.shape[0], n_heads_ * head_dim_};
    if (cache_.k == nullptr) {
      const Given keys("k", k), values("v", v);
      return close(attended(q, keys, values, attributes).as(tokens), "attention", "o", onto);
    }
    const auto heads = static_cast<std::size_t>(n_kv_heads_);
    const auto width = static_cast<std::size_t>(head_dim_);
    const DType stored_as = c_.call().number_class().storage;
    append(around_.sequence, k.values.get(), heads, width, stored_as, cache_.k);
    append(around_.sequence, v.values.get(), heads, width, stored_as, cache_.v);
    // The heads of a cache lie outermost, and so must those of the queries.
    attributes["layout"] = std::string("bhsd");
    q = exchanged(std::move(q));
    const Shape shape = {batch_, n_kv_heads_, around_.sequence.capacity, head_dim_};
    const Given keys("k", cache_.k, shape), values("v", cache_.v, shape);
    return close(exchanged(attended(q, keys, values, attributes)).as(tokens), "attention", "o",
                 onto);
  }

  Tensor<Number> attended(const Tensor<Number>& q, const Given& keys, const Given& values,
                          Attributes attributes) {
    return c_.run("attention",
                  {{"q", q},
                   keys,
                   values,
                   {"key_lengths", sight_.key_lengths},
                   {"keep", sight_.keep},
                   {"mask", around_.bias},
                   c_.weight("sinks", prefix_ + "attention.sinks")},
                  std::move(attributes), q.shape);
  }

  /// Queries from here, keys and values from what the encoder made.
  Tensor<Number> cross_attention(const Tensor<Number>& x, Sum* onto) {
    const Tensor<Number> q = project(x, "cross", "q"), k = project(around_.memory, "cross", "k"),
                         v = project(around_.memory, "cross", "v");
    const Shape q_shape = as_heads(q, n_heads_), kv_shape = as_heads(k, n_kv_heads_);
    Attributes attributes = score_attributes();
    attributes["layout"] = std::string("bshd");
    Tensor<Number> read = c_.run("attention",
                                 {{"q", q.values.get(), q_shape},
                                  {"k", k.values.get(), kv_shape},
                                  {"v", v.values.get(), kv_shape},
                                  {"key_lengths", around_.memory_lengths, {batch_}}},
                                 std::move(attributes), q_shape);
    return close(std::move(read).as(q.shape), "cross", "o", onto);
  }

  [[nodiscard]] bool has_experts() const { return c_.has(prefix_ + "feed_forward.router"); }

  Tensor<Number> feed_forward(const Tensor<Number>& x, Sum* onto) {
    if (has_experts()) return experts(x);
    const bool gated = c_.has(prefix_ + "feed_forward.w_gate");
    if (!gated && c_.has(prefix_ + "feed_forward.b_gate")) {
      throw CallError("feed_forward: b_gate is given without w_gate");
    }
    const std::string& activation = c_.call().string("activation");
    Tensor<Number> hidden =
        project(x, "feed_forward", gated ? "gate" : "up", {.activation = activation});
    if (gated) hidden = project(x, "feed_forward", "up", {.factor = &hidden});
    return close(hidden, "feed_forward", "down", onto);
  }

  Tensor<Number> experts(const Tensor<Number>& x) {
    const auto weight = [&](const char* name, const char* of_model) {
      return c_.weight(name, prefix_ + "feed_forward." + of_model);
    };
    return c_.run("mixture_of_experts",
                  {{"x", x},
                   weight("router", "router"),
                   weight("w_up", "expert_w_up"),
                   weight("w_gate", "expert_w_gate"),
                   weight("w_down", "expert_w_down")},
                  {{"activation", c_.attribute("activation")},
                   {"top_k", c_.attribute("top_k")},
                   {"renormalise", c_.attribute("renormalise")}},
                  x.shape);
  }

  Composition<Number>& c_;
  std::string prefix_;
  const Surroundings<Number>& around_;
  const Sight& sight_;
  LayerCache<Number> cache_;
  std::int64_t batch_, n_heads_, n_kv_heads_, head_dim_;
};

}  // namespace

template <class Number>
Tensor<Number> position_bias(Composition<Number>& c, const Sequence& s,
                             const std::string& relative_bias) {
  const std::string& kind = c.call().string("position_encoding");
  if (kind != "t5" && kind != "alibi") return {};
  const std::int64_t n_heads = c.call().i64("n_heads");
  // Without a cache, every entry counts from 0.
  const std::int64_t entries = s.cached ? static_cast<std::int64_t>(s.batch) : 1;
  Tensor<Number> bias({entries, n_heads, s.seq_len, s.slots()});
  const Shape shape = {n_heads, s.seq_len, s.slots()};
  const std::size_t size =
      bias.count() / std::max<std::size_t>(static_cast<std::size_t>(entries), 1);
  for (std::size_t b = 0; b < static_cast<std::size_t>(entries); ++b) {
    const auto queries = places_of_tokens(s, b), keys = places_of_slots(s, b);
    Number* to = bias.values.get() + b * size;
    if (kind == "alibi") {
      c.run("alibi", {{"query_positions", queries}, {"key_positions", keys}},
            {{"n_heads", n_heads}}, to, shape);
    } else {
      c.run(
          "t5_bias",
          {{"query_positions", queries}, {"key_positions", keys}, c.weight("table", relative_bias)},
          {{"bidirectional", !s.causal}, {"max_distance", c.attribute("relative_max_distance")}},
          to, shape);
    }
  }
  return bias;
}

template <class Number>
Tensor<Number> through_layer(Composition<Number>& composition, const std::string& prefix,
                             const Surroundings<Number>& around, const Sight& sight,
                             LayerCache<Number> cache, Tensor<Number> x) {
  return Layer<Number>(composition, prefix, around, sight, cache)(std::move(x));
}

template Tensor<float> position_bias(Composition<float>&, const Sequence&, const std::string&);
template Tensor<double> position_bias(Composition<double>&, const Sequence&, const std::string&);
template Tensor<float> through_layer(Composition<float>&, const std::string&,
                                     const Surroundings<float>&, const Sight&, LayerCache<float>,
                                     Tensor<float>);
template Tensor<double> through_layer(Composition<double>&, const std::string&,
                                      const Surroundings<double>&, const Sight&, LayerCache<double>,
                                      Tensor<double>);

}  // namespace assay::variants
