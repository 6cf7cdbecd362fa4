// SPDX-License-Identifier: Apache-2.0
// oneDNN as a plug-in, in f32: its matmul with the weights in its own blocked layout, softmax,
// layer norm, activations, attention made of two products and a softmax, and what the bench
// composes of these, down to whole models. supports() names the implementations that oneDNN picked.
#include <omp.h>

#include <exception>
#include <set>

#include "variants/blocked/kernels.h"
#include "variants/peers/attention_by_products.h"
#include "variants/peers/compositions.h"
#include "variants/peers/onednn_product.h"
#include "variants/peers/slow.h"

namespace assay::variants::peers {
namespace {

const Kernels<float>& plain_kernels() { return blocked::kernels<float>(); }

/// The threads of oneDNN itself, for what lies between its primitives.
class OmpThreads final : public Executor {
 public:
  [[nodiscard]] std::size_t width() const override {
    return static_cast<std::size_t>(omp_get_max_threads());
  }
  void run(std::size_t parts, const std::function<void(std::size_t)>& part) const override {
    std::exception_ptr thrown;
#pragma omp parallel for schedule(static, 1)
    for (std::size_t i = 0; i < parts; ++i) {
      try {
        part(i);
      } catch (...) {
#pragma omp critical
        thrown = std::current_exception();
      }
    }
    if (thrown) std::rethrow_exception(thrown);
  }
};

/// Whether oneDNN rules a function otherwise than the clauses: its relu makes 0 of NaN, and its
/// error function (Abramowitz and Stegun 7.1.26) errs by up to 1.5e-7, where [numerics.elementary]
/// has 4 ulps.
bool bends_otherwise(Bend form) { return form == Bend::relu || form == Bend::gelu; }

void linear(const Linear<float>& p, const float* packed, const Executor& executor) {
  if (p.tokens == 0 || p.d_out == 0) return;
  if (p.d_in == 0) return plain_kernels().linear(p, nullptr, executor);
  if (packed == nullptr) return multiply(p, pack_weights(p).data());
  // A post-op must not read what the product may already have written.
  if (!bends_otherwise(p.bend) && p.factor != p.y) return multiply(p, packed);
  Buffer<float> sums(p.tokens * p.d_out);
  Linear<float> alone = p;
  alone.y = sums.data();
  alone.bend = Bend::none;
  alone.factor = alone.added = nullptr;
  multiply(alone, packed);
  for_ranges(executor, p.tokens, 10.0 * static_cast<double>(p.d_out),
             [&](std::size_t first, std::size_t last) {
               plain_kernels().finish(p, sums.data() + first * p.d_out, p.d_out, first,
                                      last - first, 0, p.d_out);
             });
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

/// Its primitives, and the text of `blocked` for the ops that it lacks: supports() says which.
const Kernels<float>& onednn_kernels() {
  static const Kernels<float> table = [] {
    Kernels<float> kernels = plain_kernels();
    kernels.fuses = true;  // as post-ops
    kernels.pack_weights = pack_weights;
    kernels.linear = linear;
    kernels.softmax = [](const Softmax<float>& p, const Executor&) {
      softmax(p.rows, p.row_len, p.x, p.probs);
      settle_rows(p);
    };
    kernels.layer_norm = [](const LayerNorm<float>& p, const Executor&) { layer_norm(p); };
    kernels.activation = [](const Activation<float>& p, const Executor& executor) {
      bends_otherwise(p.form) ? plain_kernels().activation(p, executor) : activation(p);
    };
    kernels.attention = [](const Attention<float>& p, const Executor&) { attention<Products>(p); };
    return kernels;
  }();
  return table;
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
    omp_set_num_threads(call.threads());
    return variants::prepare(call, onednn_kernels());
  }

  static void run(const Invocation& call, const Prepared* prepared) {
    omp_set_num_threads(call.threads());
    static const OmpThreads threads;
    compute(call, prepared, onednn_kernels(), threads);
  }

 private:
  /// Throws Unsupported.
  static std::string kernel_of(const Invocation& call) {
    const std::string_view op = call.op().name;
    if (is_model(op)) return kernel_of_model(call);
    if (is_made_of_products(op)) return kernels_of_products(call) + glue_of(call, own_work);
    Operands<float> none;
    const auto refuse_if = [](bool condition, const char* what) {
      if (condition) throw Unsupported(what);
    };
    if (op == "softmax") {
      refuse_if(call.f64("temperature") != 1, "no temperature");
      refuse_if(call.boolean("plus_one") || call.input("sinks") != nullptr, "no sinks");
      const Softmax<float> p = softmax_problem<float>(call, none);
      return softmax_name(p.rows, p.row_len);
    }
    if (op == "layer_norm") {
      refuse_if(call.string("eps_placement") != "inside_root", "eps only inside the root");
      refuse_if(call.output("mean") != nullptr || call.output("inverse_deviation") != nullptr,
                "gives the variance, not the inverse deviation");
      return layer_norm_name(layer_norm_problem<float>(call, none));
    }
    if (op == "activation") {
      const Activation<float> p = activation_problem<float>(call, none);
      refuse_if(p.form == Bend::gelu, "its error function errs by up to 1.5e-7");
      return std::string("eltwise ") + activation_of(p.count, p.form).impl_info_str();
    }
    refuse_if(op == "rms_norm", "oneDNN 2.6 has no root-mean-square norm");
    refuse_if(op != "attention", "no primitive for it");
    if (const std::string reason = attention_objection(call); !reason.empty())
      throw Unsupported(reason);
    const Attention<float> p = attention_problem<float>(call, none);
    return "sgemm, " + softmax_name(p.seq_len, p.total_len);
  }

  /// What it does itself among the words of glue_of().
  static constexpr std::string_view own_work[] = {"layer norm", "gelu_tanh", "gelu_quick", "silu"};

  static std::string softmax_name(std::size_t rows, std::size_t row_len) {
    return std::string("softmax ") + softmax_of(rows, row_len).impl_info_str();
  }
  static std::string layer_norm_name(const LayerNorm<float>& p) {
    return std::string("layer norm ") + layer_norm_of(p).impl_info_str();
  }

  /// Every implementation that it chose for the linear maps.
  static std::string kernels_of_products(const Invocation& call) {
    std::set<std::string> names;
    for_products(call, [&](std::int64_t tokens, const Shape& weight) {
      Linear<float> p = {};
      p.tokens = static_cast<std::size_t>(tokens);
      p.d_out = static_cast<std::size_t>(weight[0]);
      p.d_in = static_cast<std::size_t>(weight[1]);
      names.insert(product_name(p, false));
    });
    std::string listed;
    for (const std::string& name : names) listed += (listed.empty() ? "" : ", ") + name;
    return listed;
  }

  static std::string kernel_of_model(const Invocation& call) {
    if (const std::string reason = model_objection(call); !reason.empty())
      throw Unsupported(reason);
    const assay_tensor* const x = call.input("x") != nullptr ? call.input("x") : call.input("ids");
    const assay_tensor* const cache = call.input("cache_k");
    const auto extent = [](const assay_tensor* tensor, int axis) {
      return static_cast<std::size_t>(tensor->dl.shape[axis]);
    };
    const std::size_t seq_len = extent(x, 1);
    std::string kernels = kernels_of_products(call) + ", sgemm, " +
                          softmax_name(seq_len, cache != nullptr ? extent(cache, 3) : seq_len);
    if (call.string("norm") == "layer_norm") {
      LayerNorm<float> p = {};
      p.tokens = extent(x, 0) * seq_len;
      p.d_model = extent(call.input("x") != nullptr ? x : call.input("embedding.tokens"),
                         call.input("x") != nullptr ? 2 : 1);
      kernels += ", " + layer_norm_name(p);
    }
    return "composed: " + kernels + glue_of(call, own_work);
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
