// SPDX-License-Identifier: Apache-2.0
#include "suites/foreign_rules.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "suites/additive_ulps.h"
#include "suites/elements.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

enum Rule : unsigned {
  nmse_1e7,
  nmse_5e4,
  assert_close,
  onnx,
  kernel_bench_1e4,
  kernel_bench_1e2,
  flash_attention,
  onednn,
  webnn
};

constexpr ForeignRule rules[] = {
    {"ggml NMSE 1e-7", "ggml, tests/test-backend-ops.cpp, max_nmse_err() of test_case, 2025",
     "sum (got - want)^2 / sum want^2 <= 1e-7 over an output"},
    {"ggml NMSE 5e-4",
     "ggml, tests/test-backend-ops.cpp, max_nmse_err() of test_mul_mat and test_flash_attn_ext, "
     "2025",
     "the same with 5e-4, which ggml takes for products and attention; here for every op"},
    {"torch.assert_close",
     "PyTorch 2.x, torch.testing.assert_close, defaults by dtype (f64 1e-7, 1e-7; f32 1.3e-6, "
     "1e-5; bf16 1.6e-2, 1e-5; f16 1e-3, 1e-5)",
     "|got - want| <= atol + rtol |want| for every element"},
    {"ONNX 1e-3",
     "ONNX 1.x, onnx/backend/test/runner: rtol 1e-3, atol 1e-7 unless a test says more",
     "|got - want| <= 1e-7 + 1e-3 |want| for every element"},
    {"KernelBench 1e-4",
     "KernelBench, src/kernelbench/eval.py, get_tolerance_for_precision, 2025: fp32",
     "allclose with atol = rtol = 1e-4; here in every class"},
    {"KernelBench 1e-2",
     "KernelBench, src/eval.py, 2025, and for fp16 and bf16 get_tolerance_for_precision",
     "allclose with atol = rtol = 1e-2; here in every class"},
    {"FlashAttention 2x",
     "FlashAttention 2, tests/test_flash_attn.py: at most twice the numerical error of a PyTorch "
     "implementation, some tests + 1e-5",
     "max |got - want| <= 2 max |plain - want| + 1e-5, plain being the plain loops in the same "
     "class; here for every op"},
    {"oneDNN attention",
     "oneDNN 3.x, tests/benchdnn: graph/ref_primitive.cpp (elements beyond, norm check), "
     "softmax/softmax.cpp (threshold)",
     "attention only: relative difference (absolute below 1e-5) within 10 eps in f32 and f64, eps "
     "in 16 bits; if no more than 1 element of 1024 is beyond, |got - want|_2 <= 1e-4 |want|_2 "
     "will "
     "do"},
    {"WebNN additive ULP", "Web Platform Tests, webnn/resources/utils.js (webnn issue 265), 2024",
     "f32 and f16 of the ops that WebNN has or that are put together from them: a number of ULPs "
     "or an absolute error per op, added up where ops are put together; see additive_ulps.h"},
};
static_assert(std::size(rules) == webnn + 1);

constexpr double epsilon_of(DType type) {
  return std::ldexp(1.0, 1 - format_of(type).significand_bits);
}

struct Close {
  double rtol, atol;
};

Close assert_close_of(DType storage) {
  if (storage == DType::f64) return {1e-7, 1e-7};
  if (storage == DType::f32) return {1.3e-6, 1e-5};
  return storage == DType::f16 ? Close{1e-3, 1e-5} : Close{1.6e-2, 1e-5};
}

/// One element: what was wanted, as the class stores it, and what came.
struct Pair {
  double want, got, plain;
  [[nodiscard]] double error() const { return std::fabs(got - want); }
};

/// What the rules look at, and whether an element differs in kind, which no rule forgives.
struct Compared {
  std::vector<Pair> finite;
  bool another_kind = false;
};

Compared compared(const fixtures::Array& want, DType stored, std::span<const std::byte> got,
                  std::span<const std::byte> plain) {
  Compared result;
  for (std::size_t i = 0; i < want.count(); ++i) {
    const double wanted = round_to(stored, element(want.dtype, want.bytes.data(), i));
    const double value = element(stored, got.data(), i);
    if (!std::isfinite(wanted)) {
      const bool same = std::isnan(wanted) ? std::isnan(value) : value == wanted;
      result.another_kind = result.another_kind || !same;
    } else if (!std::isfinite(value)) {
      result.another_kind = true;
    } else {
      result.finite.push_back({wanted, value, element(stored, plain.data(), i)});
    }
  }
  return result;
}

bool is_close(const std::vector<Pair>& pairs, Close close) {
  return std::ranges::all_of(pairs, [&](const Pair& each) {
    return each.error() <= close.atol + close.rtol * std::fabs(each.want);
  });
}

struct Squares {
  double error = 0, want = 0;
};

Squares squares_of(const std::vector<Pair>& pairs) {
  Squares sums;
  for (const Pair& each : pairs) {
    sums.error += each.error() * each.error();
    sums.want += each.want * each.want;
  }
  return sums;
}

bool within_twice_plain(const std::vector<Pair>& pairs) {
  double error = 0, of_plain = 0;
  for (const Pair& each : pairs) {
    error = std::max(error, each.error());
    of_plain = std::max(of_plain, std::fabs(each.plain - each.want));
  }
  return error <= 2 * of_plain + 1e-5;
}

bool accepted_by_onednn(const std::vector<Pair>& pairs, DType storage, const Squares& squares) {
  const double threshold = (size_of(storage) == 2 ? 1 : 10) * epsilon_of(storage);
  const auto beyond = std::ranges::count_if(pairs, [&](const Pair& each) {
    const double size = std::fabs(each.want);
    return !((size > 1e-5 ? each.error() / size : each.error()) <= threshold);
  });
  if (beyond == 0) return true;
  if (static_cast<std::size_t>(beyond) > pairs.size() / 1024) return false;
  return std::sqrt(squares.error) <= 1e-4 * std::sqrt(squares.want);
}

bool accepted_by_webnn(const std::vector<Pair>& pairs, DType storage, const AdditiveUlps& allowed) {
  return std::ranges::all_of(pairs, [&](const Pair& each) {
    return each.error() <= allowed.absolute + allowed.ulps * ulp_of(storage, each.want);
  });
}

bool is_attention(const std::string& op) { return op == "attention" || op == "cached_attention"; }

}  // namespace

std::span<const ForeignRule> foreign_rules() { return rules; }

ForeignVerdicts judge_by_foreign_rules(const fixtures::Case& test_case,
                                       const fixtures::Golden& golden,
                                       const NumberClass& number_class,
                                       std::span<const std::byte> got,
                                       std::span<const std::byte> plain) {
  const fixtures::Array& want = golden.want_for(std::string(number_class.name));
  const DType stored = stored_type(golden, number_class);
  const bool floating = is_floating(want.dtype);
  const bool equal = floating || std::ranges::equal(want.bytes, got);
  const Compared all = floating ? compared(want, stored, got, plain) : Compared{};
  const Squares squares = squares_of(all.finite);
  ForeignVerdicts verdicts;
  const auto ask = [&](Rule rule, bool accepts) {
    verdicts.judged |= 1u << rule;
    if (!equal || all.another_kind || !accepts) verdicts.rejected |= 1u << rule;
  };
  ask(nmse_1e7, squares.error <= 1e-7 * squares.want);
  ask(nmse_5e4, squares.error <= 5e-4 * squares.want);
  ask(assert_close, is_close(all.finite, assert_close_of(stored)));
  ask(onnx, is_close(all.finite, {1e-3, 1e-7}));
  ask(kernel_bench_1e4, is_close(all.finite, {1e-4, 1e-4}));
  ask(kernel_bench_1e2, is_close(all.finite, {1e-2, 1e-2}));
  ask(flash_attention, within_twice_plain(all.finite));
  if (is_attention(test_case.op)) ask(onednn, accepted_by_onednn(all.finite, stored, squares));
  if (const auto allowed = additive_ulps(test_case, golden.name, number_class)) {
    ask(webnn, accepted_by_webnn(all.finite, stored, *allowed));
  }
  return verdicts;
}

}  // namespace assay::suites
