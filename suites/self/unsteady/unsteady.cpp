// SPDX-License-Identifier: Apache-2.0
// A plug-in that computes `linear` and `cached_attention` in f32, claims every reproducibility
// grade, and breaks the one that the environment variable UNSTEADY names. Its answers are right
// within rounding, so that nothing but a comparison of bits finds the mistake.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "suites/self/unsteady/sums.h"
#include "variants/assay.h"

namespace unsteady {
namespace {

std::string_view chosen() {
  const char* name = std::getenv("UNSTEADY");
  return name == nullptr ? "" : name;
}

bool is_fast_target = false;

float backwards(const float* a, const float* b, std::int64_t count, const Surroundings&) {
  float sum = 0;
  for (std::int64_t i = count; i-- > 0;) sum += a[i] * b[i];
  return sum;
}

Sum chosen_sum() {
  if (is_fast_target) return backwards;
  for (const Unsteady& each : all())
    if (each.name == chosen()) return each.sum;
  return honest;
}

const assay_tensor& named(const assay_tensor* tensors, std::int64_t count, const char* name) {
  std::int64_t i = 0;
  while (i + 1 < count && std::strcmp(tensors[i].name, name) != 0) ++i;
  return tensors[i];
}

void linear(const assay_call& call) {
  const DLTensor& x = named(call.inputs, call.input_count, "x").dl;
  const DLTensor& w = named(call.inputs, call.input_count, "w").dl;
  const auto* rows = static_cast<const float*>(x.data);
  const auto* weights = static_cast<const float*>(w.data);
  auto* y = static_cast<float*>(call.outputs[0].dl.data);
  const std::int64_t tokens = x.shape[0], d_in = x.shape[1], d_out = w.shape[0];
  const Surroundings around{call.threads, tokens, rows};
  const Sum sum = chosen_sum();
  for (std::int64_t t = 0; t < tokens; ++t)
    for (std::int64_t o = 0; o < d_out; ++o)
      y[t * d_out + o] = sum(rows + t * d_in, weights + o * d_in, d_in, around);
}

/// A query of one entry and head over the keys up to its own.
struct Query {
  const float *q, *keys, *values;
  std::int64_t seen, head_dim, v_head_dim;
  bool newest_first;
};

void answer(const Query& query, float* out) {
  std::vector<float> weights(static_cast<std::size_t>(query.seen));
  float largest = -HUGE_VALF, total = 0;
  const float scale = 1 / std::sqrt(static_cast<float>(query.head_dim));
  for (std::int64_t j = 0; j < query.seen; ++j) {
    float& score = weights[static_cast<std::size_t>(j)];
    score = scale * honest(query.q, query.keys + j * query.head_dim, query.head_dim, {});
    largest = std::fmax(largest, score);
  }
  for (float& each : weights) total += each = std::exp(each - largest);
  for (std::int64_t d = 0; d < query.v_head_dim; ++d) {
    float sum = 0;
    for (std::int64_t n = 0; n < query.seen; ++n) {
      const std::int64_t j = query.newest_first ? query.seen - 1 - n : n;
      sum += weights[static_cast<std::size_t>(j)] * query.values[j * query.v_head_dim + d];
    }
    out[d] = sum / total;
  }
}

void cached_attention(const assay_call& call) {
  const auto input = [&](const char* name) -> const DLTensor& {
    return named(call.inputs, call.input_count, name).dl;
  };
  const auto output = [&](const char* name) {
    return static_cast<float*>(named(call.outputs, call.output_count, name).dl.data);
  };
  const DLTensor &q = input("q"), &k = input("k"), &v = input("v");
  const std::int64_t batch = q.shape[0], n_heads = q.shape[1], seq_len = q.shape[2];
  const std::int64_t head_dim = q.shape[3], v_head_dim = v.shape[3];
  const std::int64_t capacity = named(call.outputs, call.output_count, "cache_k").dl.shape[2];
  const auto* cache_len = static_cast<const std::int64_t*>(input("cache_len").data);
  const auto* new_k = static_cast<const float*>(k.data);
  const auto* new_v = static_cast<const float*>(v.data);
  float *keys = output("cache_k"), *values = output("cache_v"), *out = output("out");
  for (std::int64_t row = 0; row < batch * n_heads; ++row) {
    const std::int64_t past = cache_len[row / n_heads];
    float* my_keys = keys + row * capacity * head_dim;
    float* my_values = values + row * capacity * v_head_dim;
    std::memcpy(my_keys + past * head_dim, new_k + row * seq_len * head_dim,
                static_cast<std::size_t>(seq_len * head_dim) * sizeof(float));
    std::memcpy(my_values + past * v_head_dim, new_v + row * seq_len * v_head_dim,
                static_cast<std::size_t>(seq_len * v_head_dim) * sizeof(float));
    for (std::int64_t i = 0; i < seq_len; ++i) {
      const bool newest_first = chosen() == "prefill-adds-newest-first" && seq_len > 1;
      answer({static_cast<const float*>(q.data) + (row * seq_len + i) * head_dim, my_keys,
              my_values, past + i + 1, head_dim, v_head_dim, newest_first},
             out + (row * seq_len + i) * v_head_dim);
    }
  }
}

std::int32_t supports(const assay_call* call, char* text, size_t text_size) {
  const std::string_view op = call->op;
  const bool is_known = std::string_view(call->number_class) == "f32" &&
                        ((op == "linear" && call->input_count == 2) || op == "cached_attention");
  std::snprintf(text, text_size, "plain loops, or worse");
  return is_known ? ASSAY_OK : ASSAY_UNSUPPORTED;
}

std::int32_t run(const assay_call* call, void*) {
  std::string_view(call->op) == "linear" ? linear(*call) : cached_attention(*call);
  return ASSAY_OK;
}

std::int32_t select_target(const char* target) {
  is_fast_target = std::strcmp(target, "fast") == 0 && chosen() == "target-adds-backwards";
  return ASSAY_OK;
}

const char* last_error() { return ""; }

}  // namespace
}  // namespace unsteady

extern "C" const assay_implementation* assay_implementation_v1(void) {
  static const assay_implementation implementation = {ASSAY_ABI_VERSION,
                                                      sizeof(assay_implementation),
                                                      "unsteady",
                                                      "1",
                                                      "gives other bits for one reason at a time",
                                                      "run threads batch chunk align isa",
                                                      "exact fast",
                                                      unsteady::select_target,
                                                      unsteady::supports,
                                                      nullptr,
                                                      unsteady::run,
                                                      nullptr,
                                                      unsteady::last_error};
  return &implementation;
}
