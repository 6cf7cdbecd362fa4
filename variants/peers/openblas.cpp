// SPDX-License-Identifier: Apache-2.0
// OpenBLAS as a plug-in: everything that is a matrix product, and what the bench composes of these,
// down to whole models, with the plain text of `blocked` between the products. It packs weights
// anew in every call, since it has no interface to keep them packed.
#include <cblas.h>

#include <cmath>

#include "variants/blocked/kernels.h"
#include "variants/kernels/kernels.h"
#include "variants/peers/attention_by_products.h"
#include "variants/peers/compositions.h"
#include "variants/peers/slow.h"

namespace assay::variants::peers {
namespace {

/// Extents and strides as BLAS takes them.
blasint whole(std::size_t extent) { return static_cast<blasint>(extent); }

void gemm(CBLAS_TRANSPOSE b_transposed, blasint m, blasint n, blasint k, float alpha,
          const float* a, blasint lda, const float* b, blasint ldb, float* c, blasint ldc) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, b_transposed, m, n, k, alpha, a, lda, b, ldb, 0, c, ldc);
}
void gemm(CBLAS_TRANSPOSE b_transposed, blasint m, blasint n, blasint k, double alpha,
          const double* a, blasint lda, const double* b, blasint ldb, double* c, blasint ldc) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, b_transposed, m, n, k, alpha, a, lda, b, ldb, 0, c, ldc);
}

template <class Number>
struct Blas {
  static void times_transposed(std::size_t m, std::size_t n, std::size_t k, Number alpha,
                               const Number* a, std::size_t lda, const Number* b, std::size_t ldb,
                               Number* c, std::size_t ldc) {
    gemm(CblasTrans, whole(m), whole(n), whole(k), alpha, a, whole(lda), b, whole(ldb), c,
         whole(ldc));
  }
  static void times(std::size_t m, std::size_t n, std::size_t k, const Number* a, std::size_t lda,
                    const Number* b, std::size_t ldb, Number* c, std::size_t ldc) {
    gemm(CblasNoTrans, whole(m), whole(n), whole(k), Number(1), a, whole(lda), b, whole(ldb), c,
         whole(ldc));
  }
  static void softmax(std::size_t rows, std::size_t row_len, Number* x) {
    for (Number* row = x; row != x + rows * row_len; row += row_len) {
      Number largest = row[0], sum = 0;
      for (std::size_t j = 1; j < row_len; ++j) largest = std::max(largest, row[j]);
      for (std::size_t j = 0; j < row_len; ++j) sum += row[j] = std::exp(row[j] - largest);
      for (std::size_t j = 0; j < row_len; ++j) row[j] /= sum;
    }
  }
};

template <class Number>
void linear(const Linear<Number>& p, const Number* /*packed*/, const Executor&) {
  if (p.tokens == 0 || p.d_out == 0) return;
  Blas<Number>::times_transposed(p.tokens, p.d_out, p.d_in, Number(1), p.x, p.d_in, p.w, p.d_in,
                                 p.y, p.d_out);
  if (p.b == nullptr) return;
  for (std::size_t t = 0; t < p.tokens; ++t) {
    for (std::size_t o = 0; o < p.d_out; ++o) p.y[t * p.d_out + o] += p.b[o];
  }
}

template <class Number>
const Kernels<Number>& openblas_kernels() {
  static const Kernels<Number> table = [] {
    // What is no product is the text of blocked, and supports() says so.
    Kernels<Number> kernels = blocked::kernels<Number>();
    kernels.pack_weights = [](const Linear<Number>&) { return Buffer<Number>(); };
    kernels.linear = linear<Number>;
    kernels.attention = [](const Attention<Number>& p, const Executor&) {
      attention<Blas<Number>>(p);
    };
    return kernels;
  }();
  return table;
}

struct OpenBlas {
  static std::string supports(const Invocation& call) {
    const std::string_view op = call.op().name;
    const bool in_double = call.number_class().arithmetic == DType::f64;
    const std::string core = openblas_get_corename();
    std::string kernel = std::string(in_double ? "dgemm " : "sgemm ") + core;
    if (op == "attention") {
      if (const std::string reason = attention_objection(call); !reason.empty())
        throw Unsupported(reason);
      kernel += ", softmax by plain loops";
    } else if (is_model(op)) {
      if (const std::string reason = model_objection(call); !reason.empty())
        throw Unsupported(reason);
      kernel = "composed: " + kernel + ", softmax by plain loops" + glue_of(call, {});
    } else if (is_made_of_products(op)) {
      kernel += glue_of(call, {});
    } else {
      throw Unsupported("no matrix product, or more than that");
    }
    return slow_core(core) ? "slow: " + kernel + ", " + better_instructions() : kernel;
  }
  static std::unique_ptr<Prepared> prepare(const Invocation&) { return nullptr; }
  static void run(const Invocation& call, const Prepared*) {
    openblas_set_num_threads(call.threads());
    static const Serial serial;
    if (call.number_class().arithmetic == DType::f64) {
      compute(call, nullptr, openblas_kernels<double>(), serial);
    } else {
      compute(call, nullptr, openblas_kernels<float>(), serial);
    }
  }
};

}  // namespace
}  // namespace assay::variants::peers

const assay_implementation* assay_implementation_v1() {
  using namespace assay::variants;
  static const std::string version = openblas_get_config();
  static const assay_implementation implementation = [] {
    assay_implementation filled = Entry<peers::OpenBlas>::described(
        "openblas", "matrix products by OpenBLAS, weights not packed beforehand", "");
    filled.version = version.c_str();
    return filled;
  }();
  return &implementation;
}
