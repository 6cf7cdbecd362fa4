/* SPDX-License-Identifier: Apache-2.0
 * A plug-in of one file: attention in f32 with grouped heads, any scale and both causal masks, by
 * plain loops. What it lacks it names. It is there to be read, not to be fast:
 *   cc -O2 -fPIC -shared attention.c -o libexample.so $(pkg-config --cflags assay) -lm */
#include <assay.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const assay_tensor* find(const assay_tensor* tensors, int64_t count, const char* name) {
  for (int64_t i = 0; i < count; ++i)
    if (strcmp(tensors[i].name, name) == 0) return &tensors[i];
  return NULL;
}

static const assay_attribute* attribute(const assay_call* call, const char* name) {
  int64_t i = 0;
  while (strcmp(call->attributes[i].name, name) != 0) ++i; /* every attribute is there */
  return &call->attributes[i];
}

static int says(const assay_call* call, const char* name, const char* value) {
  return strcmp(attribute(call, name)->string, value) == 0;
}

static float scale_of(const assay_call* call, int64_t head_dim) {
  if (says(call, "scale_rule", "given")) return (float)attribute(call, "scale")->f64;
  return says(call, "scale_rule", "none") ? 1 : 1 / sqrtf((float)head_dim);
}

/* out[b, h, i] = sum over visible j of softmax(scale * q[b, h, i] . k[b, kv, j]) v[b, kv, j] */
static void attention(const assay_call* call, const DLTensor q, const DLTensor k, const DLTensor v,
                      float* out, float* weights) {
  const int64_t heads = q.shape[1], queries = q.shape[2], d_k = q.shape[3];
  const int64_t kv_heads = k.shape[1], keys = k.shape[2], d_v = v.shape[3];
  const int64_t shift = says(call, "causal", "bottom_right") ? keys - queries : 0;
  const int64_t no_mask = says(call, "causal", "none") ? keys : 0;
  const float scale = scale_of(call, d_k);
  for (int64_t row = 0; row < q.shape[0] * heads * queries; ++row, out += d_v) {
    const int64_t i = row % queries, h = row / queries % heads, b = row / queries / heads;
    const int64_t kv = b * kv_heads + h / (heads / kv_heads);
    const int64_t last = i + shift + no_mask, seen = last < keys ? last + 1 : keys;
    const float* q_row = (const float*)q.data + row * d_k;
    const float* k_head = (const float*)k.data + kv * keys * d_k;
    const float* v_head = (const float*)v.data + kv * keys * d_v;
    float largest = -INFINITY, sum = 0;
    for (int64_t j = 0; j < seen; ++j) {
      weights[j] = 0;
      for (int64_t c = 0; c < d_k; ++c) weights[j] += q_row[c] * k_head[j * d_k + c];
      weights[j] *= scale;
      if (weights[j] > largest) largest = weights[j];
    }
    for (int64_t j = 0; j < seen; ++j) sum += weights[j] = expf(weights[j] - largest);
    for (int64_t c = 0; c < d_v; ++c) {
      out[c] = 0; /* what a query gets that sees no key */
      for (int64_t j = 0; j < seen; ++j) out[c] += weights[j] / sum * v_head[j * d_v + c];
    }
  }
}

/* Why this call is not supported; NULL: it is. */
static const char* objection(const assay_call* call) {
  if (strcmp(call->op, "attention") != 0) return "only attention";
  if (strcmp(call->number_class, "f32") != 0) return "only f32";
  if (call->input_count != 3) return "no input beside q, k and v";
  if (call->output_count != 1) return "no output beside out";
  if (attribute(call, "softcap")->f64 != 0) return "no softcap";
  if (attribute(call, "window")->i64 != -1) return "no window";
  if (!says(call, "layout", "bhsd")) return "only the layout bhsd";
  return NULL;
}

static int32_t supports(const assay_call* call, char* text, size_t text_size) {
  const char* reason = objection(call);
  snprintf(text, text_size, "%s", reason != NULL ? reason : "plain loops");
  return reason != NULL ? ASSAY_UNSUPPORTED : ASSAY_OK;
}

static int32_t run(const assay_call* call, void* prepared) {
  (void)prepared;
  const DLTensor q = find(call->inputs, call->input_count, "q")->dl;
  const DLTensor k = find(call->inputs, call->input_count, "k")->dl;
  const DLTensor v = find(call->inputs, call->input_count, "v")->dl;
  float* weights = malloc((size_t)k.shape[2] * sizeof *weights + 1);
  if (weights == NULL) return ASSAY_FAILED;
  attention(call, q, k, v, find(call->outputs, call->output_count, "out")->dl.data, weights);
  free(weights);
  return ASSAY_OK;
}

static const char* last_error(void) { return "out of memory"; }

const assay_implementation* assay_implementation_v1(void) {
  static const assay_implementation implementation = {
      ASSAY_ABI_VERSION,
      sizeof implementation,
      "example",
      "1",
      "attention in plain C, one row of scores at a time",
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
