// SPDX-License-Identifier: Apache-2.0
// oneDNN as a plug-in, in f32: its matmul with the weights in its own blocked layout, softmax,
// layer norm, activations, and attention made of two products and a softmax. supports() names the
// implementation that oneDNN picked for the shape.
#include <omp.h>

#include <cmath>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>

#include "variants/entry.h"
#include "variants/kernels/problems.h"
#include "variants/peers/attention_by_products.h"
#include "variants/peers/onednn_rows.h"
#include "variants/peers/slow.h"

namespace assay::variants::peers {
namespace {

// Linear maps. A weight d_out d_in is, for matmul, a transposed d_in d_out.

memory::desc weight_as_stored(const Linear<float>& p) {
  return {{whole(p.d_in), whole(p.d_out)}, memory::data_type::f32, memory::format_tag::ba};
}

dnnl::matmul::primitive_desc product(const Linear<float>& p, const memory::desc& weight,
                                     bool has_bias) {
  const memory::desc x = rows_of(p.tokens, p.d_in), y = rows_of(p.tokens, p.d_out);
  const auto what = has_bias ? dnnl::matmul::desc(x, weight, rows_of(1, p.d_out), y)
                             : dnnl::matmul::desc(x, weight, y);
  return {what, engine()};
}

memory::desc any_layout(const Linear<float>& p) {
  return {{whole(p.d_in), whole(p.d_out)}, memory::data_type::f32, memory::format_tag::any};
}

memory packed_for(const dnnl::matmul::primitive_desc& chosen, const Linear<float>& p) {
  memory stored = at(weight_as_stored(p), p.w);
  if (chosen.weights_desc() == stored.get_desc()) return stored;
  memory packed(chosen.weights_desc(), engine());
  execute(dnnl::reorder(stored, packed), {{DNNL_ARG_FROM, stored}, {DNNL_ARG_TO, packed}});
  return packed;
}

/// A weight in the layout that oneDNN chose, and the primitives for the numbers of tokens that
/// came.
struct PackedWeight final : Prepared {
  memory weight;
  mutable std::map<std::size_t, dnnl::matmul> by_tokens;
};

void linear(const Linear<float>& p, const PackedWeight* prepared) {
  if (p.tokens == 0 || p.d_out == 0) return;
  const bool has_bias = p.b != nullptr;
  std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, at(rows_of(p.tokens, p.d_in), p.x)},
                                               {DNNL_ARG_DST, at(rows_of(p.tokens, p.d_out), p.y)}};
  if (has_bias) arguments.emplace(DNNL_ARG_BIAS, at(rows_of(1, p.d_out), p.b));
  if (prepared == nullptr) {
    const auto chosen = product(p, any_layout(p), has_bias);
    arguments.emplace(DNNL_ARG_WEIGHTS, packed_for(chosen, p));
    execute(dnnl::matmul(chosen), arguments);
    return;
  }
  auto found = prepared->by_tokens.find(p.tokens);
  if (found == prepared->by_tokens.end()) {
    const auto chosen = product(p, prepared->weight.get_desc(), has_bias);
    found = prepared->by_tokens.emplace(p.tokens, dnnl::matmul(chosen)).first;
  }
  arguments.emplace(DNNL_ARG_WEIGHTS, prepared->weight);
  execute(found->second, arguments);
}

/// The products of attention are its own sgemm, which takes strides as they are.
struct Products {
  static void times_transposed(std::size_t m, std::size_t n, std::size_t k, float alpha,
                               const float* a, std::size_t lda, const float* b, std::size_t ldb,
                               float* c, std::size_t ldc) {
    check(dnnl_sgemm('N', 'T', whole(m), whole(n), whole(k), alpha, a, whole(lda), b, whole(ldb), 0,
                     c, whole(ldc)));
  }
  static void times(std::size_t m, std::size_t n, std::size_t k, const float* a, std::size_t lda,
                    const float* b, std::size_t ldb, float* c, std::size_t ldc) {
    check(dnnl_sgemm('N', 'N', whole(m), whole(n), whole(k), 1, a, whole(lda), b, whole(ldb), 0, c,
                     whole(ldc)));
  }
  static void softmax(std::size_t rows, std::size_t row_len, float* x) {
    peers::softmax(rows, row_len, x, x);
  }
  static void check(dnnl_status_t status) {
    dnnl::error::wrap_c_api(status, "oneDNN could not multiply two matrices");
  }
};

void unembedding(const Invocation& call, const Linear<float>& p, const PackedWeight* prepared) {
  linear(p, prepared);
  const auto scale = static_cast<float>(call.f64("scale"));
  const auto softcap = static_cast<float>(call.f64("softcap"));
  if (scale == 1 && softcap == 0) return;
  for (std::size_t i = 0; i < p.tokens * p.d_out; ++i) {
    p.y[i] *= scale;
    if (softcap > 0) p.y[i] = softcap * std::tanh(p.y[i] / softcap);
  }
}

struct OneDnn {
  static std::string supports(const Invocation& call) {
    if (call.number_class().name != "f32") throw Unsupported("only f32");
    std::string kernel = kernel_of(call);
    const auto allowed = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    constexpr auto avx512 = static_cast<unsigned>(dnnl::cpu_isa::avx512_core);
    const bool held_back = has_avx512() && (allowed & avx512) != avx512;
    if (!held_back && !slow_kernel(kernel)) return kernel;
    return "slow: " + kernel + ", " + better_instructions();
  }

  static std::unique_ptr<Prepared> prepare(const Invocation& call) {
    if (!is_linear(call)) return nullptr;
    omp_set_num_threads(call.threads());
    Operands<float> operands;
    const Linear<float> p = linear_problem<float>(call, operands);
    auto packed = std::make_unique<PackedWeight>();
    packed->weight = packed_for(product(p, any_layout(p), call.input("b") != nullptr), p);
    return packed;
  }

  static void run(const Invocation& call, const Prepared* prepared) {
    omp_set_num_threads(call.threads());
    Operands<float> operands;
    const auto* packed = dynamic_cast<const PackedWeight*>(prepared);
    const std::string_view op = call.op().name;
    if (op == "linear") {
      linear(linear_problem<float>(call, operands), packed);
    } else if (op == "unembedding") {
      unembedding(call, linear_problem<float>(call, operands), packed);
    } else if (op == "softmax") {
      const Softmax<float> p = softmax_problem<float>(call, operands);
      softmax(p.rows, p.row_len, p.x, p.probs);
      settle_rows(p);
    } else if (op == "layer_norm") {
      layer_norm(layer_norm_problem<float>(call, operands));
    } else if (op == "activation") {
      activation(activation_problem<float>(call, operands));
    } else {
      attention<Products>(attention_problem<float>(call, operands));
    }
  }

 private:
  static bool is_linear(const Invocation& call) {
    return call.op().name == "linear" || call.op().name == "unembedding";
  }

  /// Throws Unsupported.
  static std::string kernel_of(const Invocation& call) {
    const std::string_view op = call.op().name;
    Operands<float> none;
    const auto refuse_if = [](bool condition, const char* what) {
      if (condition) throw Unsupported(what);
    };
    if (is_linear(call)) {
      const Linear<float> p = linear_problem<float>(call, none);
      const bool has_bias = call.input("b") != nullptr;
      return std::string("matmul ") + product(p, any_layout(p), has_bias).impl_info_str();
    }
    if (op == "softmax") {
      refuse_if(call.f64("temperature") != 1, "no temperature");
      refuse_if(call.boolean("plus_one") || call.input("sinks") != nullptr, "no sinks");
      const Softmax<float> p = softmax_problem<float>(call, none);
      return std::string("softmax ") + softmax_of(p.rows, p.row_len).impl_info_str();
    }
    if (op == "layer_norm") {
      refuse_if(call.string("eps_placement") != "inside_root", "eps only inside the root");
      refuse_if(call.output("mean") != nullptr || call.output("inverse_deviation") != nullptr,
                "gives the variance, not the inverse deviation");
      return std::string("layer norm ") +
             layer_norm_of(layer_norm_problem<float>(call, none)).impl_info_str();
    }
    if (op == "activation") {
      // It computes the error function by Abramowitz and Stegun 7.1.26, |error| <= 1.5e-7, where
      // [numerics.elementary] has 4 ulps; activation/67-elements showed it.
      refuse_if(call.string("form") == "gelu", "its error function errs by up to 1.5e-7");
      const Activation<float> p = activation_problem<float>(call, none);
      return std::string("eltwise ") + activation_of(p.count, p.form).impl_info_str();
    }
    refuse_if(op == "rms_norm", "oneDNN 2.6 has no root-mean-square norm");
    refuse_if(op != "attention", "no primitive for it");
    if (const std::string reason = attention_objection(call); !reason.empty())
      throw Unsupported(reason);
    const Attention<float> p = attention_problem<float>(call, none);
    return std::string("sgemm, softmax ") + softmax_of(p.seq_len, p.total_len).impl_info_str();
  }
};

}  // namespace
}  // namespace assay::variants::peers

const assay_implementation* assay_implementation_v1() {
  using namespace assay::variants;
  static const std::string version = [] {
    const dnnl_version_t& of = *dnnl_version();
    return std::to_string(of.major) + "." + std::to_string(of.minor) + "." +
           std::to_string(of.patch);
  }();
  static const assay_implementation implementation = [] {
    assay_implementation filled = Entry<peers::OneDnn>::described(
        "onednn", "oneDNN's primitives, weights packed into its own layouts", "");
    filled.version = version.c_str();
    return filled;
  }();
  return &implementation;
}
