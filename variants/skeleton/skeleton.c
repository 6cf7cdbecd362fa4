/* SPDX-License-Identifier: Apache-2.0
 * An implementation for Assay. It does linear in f32 and says no to everything else. To add an op,
 * say yes to it in supports() and compute it in run(); `assay explain OP` tells what it means. */
#include <assay.h>
#include <stdio.h>
#include <string.h>

/* The tensor of that name; NULL where an optional one is absent. */
static const assay_tensor* find(const assay_tensor* tensors, int64_t count, const char* name) {
  for (int64_t i = 0; i < count; ++i)
    if (strcmp(tensors[i].name, name) == 0) return &tensors[i];
  return NULL;
}

/* y[t, o] = sum over c of x[t, c] * w[o, c] + b[o] */
static void linear(const assay_call* call) {
  const assay_tensor* x_tensor = find(call->inputs, call->input_count, "x");
  const assay_tensor* b_tensor = find(call->inputs, call->input_count, "b");
  const assay_tensor* y_tensor = find(call->outputs, call->output_count, "y");
  const float* x = x_tensor->dl.data;
  const float* w = find(call->inputs, call->input_count, "w")->dl.data;
  const float* b = b_tensor ? b_tensor->dl.data : NULL;
  float* y = y_tensor->dl.data;
  const int64_t tokens = x_tensor->dl.shape[0], d_in = x_tensor->dl.shape[1];
  const int64_t d_out = y_tensor->dl.shape[1];
  for (int64_t t = 0; t < tokens; ++t) {
    for (int64_t o = 0; o < d_out; ++o) {
      float sum = 0;
      for (int64_t c = 0; c < d_in; ++c) sum += x[t * d_in + c] * w[o * d_in + c];
      y[t * d_out + o] = b ? sum + b[o] : sum;
    }
  }
}

static int32_t supports(const assay_call* call, char* text, size_t text_size) {
  if (strcmp(call->op, "linear") == 0 && strcmp(call->number_class, "f32") == 0) {
    snprintf(text, text_size, "plain loops"); /* the kernel, for the report */
    return ASSAY_OK;
  }
  snprintf(text, text_size, "only linear in f32"); /* the reason, for the report */
  return ASSAY_UNSUPPORTED;
}

static int32_t run(const assay_call* call, void* prepared) {
  (void)prepared; /* what prepare() made; there is none here */
  linear(call);
  return ASSAY_OK;
}

static const char* last_error(void) { return ""; }

const assay_implementation* assay_implementation_v1(void) {
  static const assay_implementation implementation = {ASSAY_ABI_VERSION,
                                                      sizeof implementation,
                                                      "skeleton",
                                                      "0.1",
                                                      "plain loops in C",
                                                      "",
                                                      NULL,
                                                      NULL,
                                                      supports,
                                                      NULL,
                                                      run,
                                                      NULL,
                                                      last_error};
  return &implementation;
}
