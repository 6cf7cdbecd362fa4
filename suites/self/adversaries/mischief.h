// SPDX-License-Identifier: Apache-2.0
// What the adversaries do inside run(), by the name of the target that chooses it.
#pragma once

#include <cstdint>
#include <span>

#include "variants/assay.h"

namespace adversaries {

/// `linear` without bias as raw pointers. x: tokens d_in; w: d_out d_in; y: tokens d_out.
struct Tensors {
  const float* x;
  const float* w;
  float* y;
  std::int64_t tokens, d_in, d_out;

  explicit Tensors(const assay_call& call);
  [[nodiscard]] std::int64_t count() const { return tokens * d_out; }
};

/// The honest loops.
void compute(const Tensors& tensors);

void touch_null();

struct Adversary {
  const char* target;
  std::int32_t (*in_run)(const Tensors&);  // nullptr: it misbehaves elsewhere
};

/// Those of carry_over.cpp.
std::span<const Adversary> carry_over();

std::span<const Adversary> all();

}  // namespace adversaries
