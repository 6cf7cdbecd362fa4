// SPDX-License-Identifier: Apache-2.0
// The kernels of one technique for one number type, as a table, and the implementation that a table
// makes together with an executor and the portable text.
#pragma once

#include "variants/kernels/buffer.h"
#include "variants/kernels/executor.h"
#include "variants/kernels/problems.h"

namespace assay::variants {

template <class Number>
struct Kernels;

/// The product of classes whose factors are rounded to bf16, on a processor that has it.
struct Bf16Dot {
  const char* name;  // the processor's flag: "amx_bf16", "avx512_bf16"
  /// w: d_out d_in, rounded here.
  Buffer<std::uint16_t> (*pack)(const float* w, std::size_t d_out, std::size_t d_in);
  /// x is rounded here, too; w of the problem is not read.
  void (*linear)(const Bf16Linear&, const std::uint16_t* packed, const Kernels<float>&,
                 const Executor&);
};

template <class Number>
struct Kernels {
  std::string name;  // "tiles 6x8", "avx3": what `supports` answers
  // Whether activations, gates and residual sums are done on the tiles of the product before them,
  // instead of in passes of their own.
  bool fuses = false;
  const Bf16Dot* bf16_dot = nullptr;  // null: not for this technique, type or processor
  Buffer<Number> (*pack_weights)(const Linear<Number>&);
  void (*linear)(const Linear<Number>&, const Number* packed, const Executor&);
  /// What follows the product in a Linear, from `sums`, rows of `stride`, to `columns` columns of
  /// `rows` rows of y.
  void (*finish)(const Linear<Number>&, const Number* sums, std::size_t stride, std::size_t row,
                 std::size_t rows, std::size_t column, std::size_t columns);
  void (*softmax)(const Softmax<Number>&, const Executor&);
  void (*layer_norm)(const LayerNorm<Number>&, const Executor&);
  void (*rms_norm)(const RmsNorm<Number>&, const Executor&);
  void (*activation)(const Activation<Number>&, const Executor&);
  void (*gated_activation)(const GatedActivation<Number>&, const Executor&);
  void (*rope)(const Rope<Number>&, const Executor&);
  void (*attention)(const Attention<Number>&, const Executor&);
};

/// "portable" where the shared text of portable/ does this call, else the kernels' name, with that
/// of bf16_dot where the call's products go through it.
template <class Number>
std::string kernel_for(const Invocation& call, const Kernels<Number>& kernels);

/// The weights of an op that begins with a linear map, of a feed-forward layer or of a model,
/// packed for these kernels; null for other ops.
template <class Number>
std::unique_ptr<Prepared> prepare(const Invocation& call, const Kernels<Number>& kernels);

/// Whether products in this class go through the kernels' bf16_dot.
template <class Number>
bool rounds_factors(const NumberClass& number_class, const Kernels<Number>& kernels);

/// The weights of p, in pairs of bf16 where the class rounds factors and the kernels can.
template <class Number>
std::unique_ptr<Prepared> pack(const Linear<Number>& p, const NumberClass& number_class,
                               const Kernels<Number>& kernels);

/// Whether pack() made this for these kernels, so that nobody need read the weights.
template <class Number>
bool is_packed(const Prepared* prepared, const Kernels<Number>& kernels);

/// The product with what pack() made, or with p.w where it packed nothing for these kernels.
template <class Number>
void multiply(const Linear<Number>& p, const Prepared* prepared, const Kernels<Number>& kernels,
              const Executor& executor);

/// The same for a call that maps x by w; its tensors of bf16 are not widened where weights in
/// pairs multiply them.
template <class Number>
void multiply(const Invocation& call, Operands<Number>& operands, const Prepared* prepared,
              const Kernels<Number>& kernels, const Executor& executor);

/// Computes every output of the call.
template <class Number>
void compute(const Invocation& call, const Prepared* prepared, const Kernels<Number>& kernels,
             const Executor& executor);

/// The op sampling. Its probabilities are computed in double whatever the class, which keeps
/// decisions farther from rounding.
void choose_tokens(const Invocation& call, const Kernels<double>& kernels,
                   const Executor& executor);

/// What Entry<> asks for, from a Technique with the static members
///   template <class Number> const Kernels<Number>& kernels()
///   const Executor& executor(int threads)
template <class Technique>
struct Optimized {
  static std::string supports(const Invocation& call) {
    return in_double(call) ? kernel_for(call, Technique::template kernels<double>())
                           : kernel_for(call, Technique::template kernels<float>());
  }
  static std::unique_ptr<Prepared> prepare(const Invocation& call) {
    return in_double(call) ? variants::prepare(call, Technique::template kernels<double>())
                           : variants::prepare(call, Technique::template kernels<float>());
  }
  static void run(const Invocation& call, const Prepared* prepared) {
    const Executor& executor = Technique::executor(call.threads());
    if (call.op().name == "sampling") {
      choose_tokens(call, Technique::template kernels<double>(), executor);
    } else if (in_double(call)) {
      compute(call, prepared, Technique::template kernels<double>(), executor);
    } else {
      compute(call, prepared, Technique::template kernels<float>(), executor);
    }
  }

 private:
  static bool in_double(const Invocation& call) {
    return call.number_class().arithmetic == DType::f64;
  }
};

}  // namespace assay::variants
