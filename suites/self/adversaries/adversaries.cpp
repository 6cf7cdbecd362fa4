// SPDX-License-Identifier: Apache-2.0
// A plug-in that computes `linear` in f32 honestly, except for 13 tokens: then it does what its
// target says. The bench must survive every one of them.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "suites/self/adversaries/mischief.h"
#include "variants/assay.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace adversaries {
namespace {

bool is_unlucky(const assay_call& call) { return Tensors(call).tokens == 13; }

const Adversary* chosen = all().data();

bool is(const char* target) { return std::strcmp(chosen->target, target) == 0; }

std::int32_t select_target(const char* target) {
  for (const Adversary& each : all()) {
    if (std::strcmp(each.target, target) != 0) continue;
    chosen = &each;
#if defined(__x86_64__)
    // As the start-up code of a library built with -ffast-math does.
    if (is("fast-math")) _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    return ASSAY_OK;
  }
  return ASSAY_FAILED;
}

std::int32_t supports(const assay_call* call, char* text, size_t text_size) {
  const bool known = std::strcmp(call->op, "linear") == 0 && call->input_count == 2 &&
                     std::strcmp(call->number_class, "f32") == 0;
  std::snprintf(text, text_size, known ? "mischief" : "only linear without bias in f32");
  if (!known || !is_unlucky(*call)) return known ? ASSAY_OK : ASSAY_UNSUPPORTED;
  if (is("supports-null")) touch_null();
  if (is("supports-hang")) pause();
  if (is("supports-throw")) throw std::logic_error("supports has no opinion");
  if (is("supports-overlong")) std::memset(text, 'x', text_size);
  return ASSAY_OK;
}

bool last_was_unlucky = false;

std::int32_t prepare(const assay_call* call, void** prepared) {
  last_was_unlucky = is_unlucky(*call);
  *prepared = &last_was_unlucky;
  if (last_was_unlucky && is("prepare-null")) touch_null();
  return last_was_unlucky && is("prepare-refuse") ? ASSAY_FAILED : ASSAY_OK;
}

std::int32_t run(const assay_call* call, void*) {
  const Tensors tensors(*call);
  if (is_unlucky(*call) && chosen->in_run != nullptr) return chosen->in_run(tensors);
  compute(tensors);
  return ASSAY_OK;
}

void release(void*) {
  if (last_was_unlucky && is("release-abort")) std::abort();
}

const char* last_error() { return is("fail-in-silence") ? nullptr : "no more tokens\ntoday"; }

const char* all_targets() {
  static const std::string list = [] {
    std::string text;
    for (const Adversary& each : all()) text += std::string(each.target) + " ";
    return text;
  }();
  return list.c_str();
}

}  // namespace
}  // namespace adversaries

extern "C" const assay_implementation* assay_implementation_v1(void) {
  static const assay_implementation implementation = {ASSAY_ABI_VERSION,
                                                      sizeof(assay_implementation),
                                                      "adversaries",
                                                      "1",
                                                      "misbehaves on purpose for 13 tokens",
                                                      "",
                                                      adversaries::all_targets(),
                                                      adversaries::select_target,
                                                      adversaries::supports,
                                                      adversaries::prepare,
                                                      adversaries::run,
                                                      adversaries::release,
                                                      adversaries::last_error};
  return &implementation;
}
