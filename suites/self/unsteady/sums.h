// SPDX-License-Identifier: Apache-2.0
// Inner products that give other bits for a reason of their own each, and an honest one.
#pragma once

#include <cstdint>
#include <span>

namespace unsteady {

/// What a sum may look at beside its terms, and should not.
struct Surroundings {
  std::int32_t threads = 1;
  std::int64_t tokens = 1;
  const float* first_element = nullptr;  // of the tensor that the left factors are from
};

using Sum = float (*)(const float* a, const float* b, std::int64_t count, const Surroundings&);

float honest(const float* a, const float* b, std::int64_t count, const Surroundings&);

/// A mistake with numbers and the grade that it breaks.
struct Unsteady {
  const char* name;
  const char* grade;
  Sum sum;
};

std::span<const Unsteady> all();

}  // namespace unsteady
