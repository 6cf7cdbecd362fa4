// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/models.h"

#include "variants/kernels/layer.h"

namespace assay::variants {
namespace {

/// The names of the inputs that say where tokens stand; encoder_decoder has two sets of them.
struct TokenInputs {
  std::string_view tokens = "ids", lengths = "lengths";
};

template <class Number>
Sequence sequence_of(const Composition<Number>& c, const TokenInputs& names, bool causal) {
  const assay_tensor* tokens = c.call().input(names.tokens);
  Sequence s;
  s.batch = static_cast<std::size_t>(tokens->dl.shape[0]);
  s.seq_len = tokens->dl.shape[1];
  s.cache_len = c.integers("cache_len");
  s.lengths = c.integers(names.lengths);
  s.left_padding = c.integers("left_padding");
  s.prefix_lengths = c.integers("prefix_lengths");
  s.causal = causal;
  s.window = c.call().i64("window");
  return s;
}

/// An input batch memory_len d_model as tokens; absent where the call lacks it.
template <class Number>
Tensor<Number> tokens_of(Composition<Number>& c, std::string_view input) {
  const assay_tensor* tensor = c.call().input(input);
  if (tensor == nullptr) return {};
  Tensor<Number> tokens({tensor->dl.shape[0] * tensor->dl.shape[1], tensor->dl.shape[2]});
  if (tokens.count() > 0) std::copy_n(c.floats(input), tokens.count(), tokens.values.get());
  return tokens;
}

/// Writes the stream to an output that somebody asked for; the rows of padding are 0.
template <class Number>
void show(const Tensor<Number>& stream, const Sequence& sequence, Number* to) {
  if (to == nullptr) return;
  std::copy_n(stream.values.get(), stream.count(), to);
  clear_padding(sequence, static_cast<std::size_t>(stream.shape[1]), to);
}

/// The vectors of the tokens, with those of their segments and positions.
template <class Number>
Tensor<Number> embedded(Composition<Number>& c, std::string_view ids, std::string_view positions) {
  const Shape shape = shape_of(*c.call().input(ids));
  const Shape tokens = {shape[0] * shape[1]};
  const Given places("positions", c.integers(positions), tokens);
  const assay_tensor* table = c.call().input("embedding.tokens");
  const Shape stream = {tokens[0], table->dl.shape[1]};
  Tensor<Number> x = c.run("embedding",
                           {{"ids", c.integers(ids), tokens},
                            c.weight("table", "embedding.tokens"),
                            {"segment_ids", c.integers("segment_ids"), tokens},
                            c.weight("segment_table", "embedding.segments")},
                           {{"scale", c.attribute("embedding_scale")}}, stream);
  const std::string& kind = c.call().string("position_encoding");
  if (kind == "learned") {
    x = c.run("learned_positions", {{"x", x}, c.weight("table", "embedding.positions"), places},
              {{"offset", c.attribute("position_offset")}}, stream);
  } else if (kind == "sinusoidal") {
    x = c.run("sinusoidal_positions", {{"x", x}, places}, {}, stream);
  }
  if (c.has("embedding.norm.weight")) x = c.norm("embedding.norm", x);
  c.tap("embedding", x);
  return x;
}

/// Keys and values of all layers, n_layers batch n_kv_heads capacity head_dim; or null.
template <class Number>
struct Cache {
  Number *k = nullptr, *v = nullptr;
  std::size_t size_of_layer = 0;

  [[nodiscard]] LayerCache<Number> of_layer(std::size_t n) const {
    if (k == nullptr) return {};
    return {k + n * size_of_layer, v + n * size_of_layer};
  }
};

/// All layers, then the final norm. `prefix` is that of the stack: "", "encoder.", "decoder.".
template <class Number>
Tensor<Number> through_layers(Composition<Number>& c, const std::string& prefix,
                              std::int64_t n_layers, Surroundings<Number>& around,
                              const Cache<Number>& cache, Tensor<Number> x) {
  around.bias = position_bias(c, around.sequence, prefix + "relative_bias");
  const auto windows = c.call().attributes().find("windows");
  std::vector<std::int64_t> window_of_layer;
  if (windows != c.call().attributes().end()) {
    window_of_layer = std::get<std::vector<std::int64_t>>(windows->second);
  }
  Sequence sequence = around.sequence;
  Sight sight = sight_of(sequence);
  for (std::size_t n = 0; n < static_cast<std::size_t>(n_layers); ++n) {
    if (!window_of_layer.empty() && window_of_layer[n] != sequence.window) {
      sequence.window = window_of_layer[n];
      sight = sight_of(sequence);
    }
    const std::string inside = prefix + "layers." + std::to_string(n) + ".";
    x = through_layer(c, inside, around, sight, cache.of_layer(n), std::move(x));
    c.tap(inside + "out", x);
  }
  const std::string norm = prefix + "final_norm";
  return c.has(norm + ".weight") ? c.norm(norm, x) : std::move(x);
}

void check_windows(const Invocation& call, bool needs_one) {
  const auto& windows =
      std::get<std::vector<std::int64_t>>(call.attributes().find("windows")->second);
  const std::string op(call.op().name);
  if (!windows.empty() && static_cast<std::int64_t>(windows.size()) != call.i64("n_layers")) {
    throw CallError(op + ": windows lists " + std::to_string(windows.size()) +
                    " layers; n_layers is " + std::to_string(call.i64("n_layers")));
  }
  for (const std::int64_t window : windows) {
    if (window > 0 || (window == -1 && !needs_one)) continue;
    throw CallError(op + ": a window of " + std::to_string(window) + " in windows");
  }
}

/// The logits of every token, from the token table where the model has no other.
template <class Number>
void unembed(Composition<Number>& c, const Tensor<Number>& x, const Sequence& sequence) {
  const std::string table = c.has("unembedding.w") ? "unembedding.w" : "embedding.tokens";
  const auto vocab_size = static_cast<std::size_t>(c.call().input(table)->dl.shape[0]);
  Number* logits = c.output("logits");
  c.unembed(x, table, "unembedding.b", logits);
  clear_padding(sequence, vocab_size, logits);
}

template <class Number>
void block(Composition<Number>& c) {
  const bool causal = std::get<bool>(c.attribute("causal"));
  Surroundings<Number> around{.sequence = sequence_of(c, {.tokens = "x"}, causal),
                              .positions = c.integers("positions"),
                              .memory = tokens_of(c, "memory"),
                              .memory_lengths = c.integers("memory_lengths")};
  check("block", around.sequence);
  around.bias = position_bias(c, around.sequence, "relative_bias");
  const Sight sight = sight_of(around.sequence);
  show(through_layer(c, "", around, sight, LayerCache<Number>{}, tokens_of(c, "x")),
       around.sequence, c.output("y"));
}

template <class Number>
void encoder(Composition<Number>& c) {
  check_windows(c.call(), false);
  Surroundings<Number> around{.sequence = sequence_of(c, {}, false),
                              .positions = c.integers("positions")};
  check("encoder", around.sequence);
  const Tensor<Number> x =
      through_layers(c, "", c.call().i64("n_layers"), around, {}, embedded(c, "ids", "positions"));
  show(x, around.sequence, c.output("hidden"));
}

/// Where the keys or values of a cache are to be written, with what they were before.
template <class Number>
Number* rewritten(Composition<Number>& c, const std::string& name) {
  const assay_tensor* tensor = c.call().output(name);
  const Number* before = c.floats(name);
  Number* after = c.output(name);
  if (before != after) std::copy_n(before, count_of(*tensor), after);
  return after;
}

/// The cache of a call, if it has one; tells the sequence.
template <class Number>
Cache<Number> cache_of(Composition<Number>& c, Sequence& sequence) {
  const Invocation& call = c.call();
  const bool k = c.has("cache_k"), v = c.has("cache_v"), len = c.has("cache_len");
  if (k != v || k != len) {
    throw CallError("decoder: cache_k, cache_v and cache_len come together or not at all");
  }
  sequence.ring = call.string("cache") == "ring";
  if (!k && sequence.ring) throw CallError("decoder: a ring cache without a cache");
  if (!k) return {};
  if (call.output("cache_k") == nullptr || call.output("cache_v") == nullptr) {
    throw CallError("decoder: a cache is both an input and an output");
  }
  const assay_tensor* tensor = call.input("cache_k");
  sequence.cached = true;
  sequence.capacity = tensor->dl.shape[3];
  const std::size_t layers =
      static_cast<std::size_t>(std::max<std::int64_t>(call.i64("n_layers"), 1));
  return {rewritten(c, "cache_k"), rewritten(c, "cache_v"), count_of(*tensor) / layers};
}

template <class Number>
void decoder(Composition<Number>& c) {
  Surroundings<Number> around{.sequence = sequence_of(c, {}, true),
                              .positions = c.integers("positions"),
                              .memory = tokens_of(c, "memory"),
                              .memory_lengths = c.integers("memory_lengths")};
  const Cache<Number> cache = cache_of(c, around.sequence);
  check("decoder", around.sequence);
  check_windows(c.call(), around.sequence.ring);
  const Tensor<Number> x = through_layers(c, "", c.call().i64("n_layers"), around, cache,
                                          embedded(c, "ids", "positions"));
  show(x, around.sequence, c.output("hidden"));
  unembed(c, x, around.sequence);
}

template <class Number>
void encoder_decoder(Composition<Number>& c) {
  Surroundings<Number> read{
      .sequence = sequence_of(c, {.tokens = "encoder_ids", .lengths = "encoder_lengths"}, false),
      .positions = c.integers("encoder_positions")};
  Surroundings<Number> written{.sequence = sequence_of(c, {}, true),
                               .positions = c.integers("positions")};
  check("encoder_decoder", read.sequence);
  check("encoder_decoder", written.sequence);
  written.memory = through_layers(c, "encoder.", c.call().i64("n_encoder_layers"), read, {},
                                  embedded(c, "encoder_ids", "encoder_positions"));
  clear_padding(read.sequence, static_cast<std::size_t>(written.memory.shape[1]),
                written.memory.values.get());
  show(written.memory, read.sequence, c.output("memory"));
  written.memory_lengths = read.sequence.lengths;
  const Tensor<Number> x = through_layers(c, "decoder.", c.call().i64("n_layers"), written, {},
                                          embedded(c, "ids", "positions"));
  unembed(c, x, written.sequence);
}

template <class Number>
struct Model {
  std::string_view op;
  void (*compute)(Composition<Number>&);
};

template <class Number>
constexpr Model<Number> models[] = {{"block", block<Number>},
                                    {"encoder", encoder<Number>},
                                    {"decoder", decoder<Number>},
                                    {"encoder_decoder", encoder_decoder<Number>}};

}  // namespace

bool is_model(std::string_view op) {
  return std::ranges::any_of(models<float>, [&](const auto& each) { return each.op == op; });
}

template <class Number>
void compute_model(const Invocation& call, const Prepared* prepared, Operands<Number>& operands,
                   const Kernels<Number>& kernels, const Executor& executor) {
  Composition<Number> composition(call, prepared, operands, kernels, executor);
  for (const Model<Number>& model : models<Number>) {
    if (model.op == call.op().name) model.compute(composition);
  }
}

template void compute_model(const Invocation&, const Prepared*, Operands<float>&,
                            const Kernels<float>&, const Executor&);
template void compute_model(const Invocation&, const Prepared*, Operands<double>&,
                            const Kernels<double>&, const Executor&);

}  // namespace assay::variants
