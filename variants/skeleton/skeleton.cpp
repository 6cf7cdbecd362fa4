// SPDX-License-Identifier: Apache-2.0
// An implementation for Assay. It does linear in f32 and says no to everything else. To add an op,
// say yes to it in supports() and compute it in run(); `assay explain OP` tells what it means.
#include <assay.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

namespace {

std::string error;  // of the last call

/// The tensor of that name; nullptr where an optional one is absent.
const assay_tensor* find(const assay_tensor* tensors, std::int64_t count, std::string_view name) {
  for (const assay_tensor* each = tensors; each != tensors + count; ++each)
    if (each->name == name) return each;
  return nullptr;
}

/// y[t, o] = sum over c of x[t, c] * w[o, c] + b[o]
void linear(const assay_call& call) {
  const assay_tensor* x_tensor = find(call.inputs, call.input_count, "x");
  const assay_tensor* w_tensor = find(call.inputs, call.input_count, "w");
  const assay_tensor* b_tensor = find(call.inputs, call.input_count, "b");
  const assay_tensor* y_tensor = find(call.outputs, call.output_count, "y");
  const auto* x = static_cast<const float*>(x_tensor->dl.data);
  const auto* w = static_cast<const float*>(w_tensor->dl.data);
  const auto* b = b_tensor ? static_cast<const float*>(b_tensor->dl.data) : nullptr;
  auto* y = static_cast<float*>(y_tensor->dl.data);
  const std::int64_t tokens = x_tensor->dl.shape[0], d_in = x_tensor->dl.shape[1];
  const std::int64_t d_out = y_tensor->dl.shape[1];
  for (std::int64_t t = 0; t < tokens; ++t) {
    for (std::int64_t o = 0; o < d_out; ++o) {
      float sum = 0;
      for (std::int64_t c = 0; c < d_in; ++c) sum += x[t * d_in + c] * w[o * d_in + c];
      y[t * d_out + o] = b != nullptr ? sum + b[o] : sum;
    }
  }
}

std::int32_t supports(const assay_call* call, char* text, std::size_t text_size) {
  const bool yes =
      std::string_view(call->op) == "linear" && std::string_view(call->number_class) == "f32";
  std::snprintf(text, text_size, yes ? "plain loops" : "only linear in f32");
  return yes ? ASSAY_OK : ASSAY_UNSUPPORTED;
}

/// No exception may leave it.
std::int32_t run(const assay_call* call, void* /*prepared*/) try {
  linear(*call);
  return ASSAY_OK;
} catch (const std::exception& failure) {
  error = failure.what();
  return ASSAY_FAILED;
}

const char* last_error() { return error.c_str(); }

}  // namespace

const assay_implementation* assay_implementation_v1() {
  static constexpr assay_implementation implementation = {ASSAY_ABI_VERSION,
                                                          sizeof(assay_implementation),
                                                          "skeleton",
                                                          "0.1",
                                                          "plain loops in C++",
                                                          "",
                                                          nullptr,
                                                          nullptr,
                                                          supports,
                                                          nullptr,
                                                          run,
                                                          nullptr,
                                                          last_error};
  return &implementation;
}
