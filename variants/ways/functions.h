// SPDX-License-Identifier: Apache-2.0
// Elementary functions from several sources, each within the ULPs of clause numerics.elementary
// (ways_tests.cpp measures it). The slow and simple forms are taken: nobody times them.
#pragma once

#include <type_traits>

#include "variants/ways/manner.h"

namespace assay::variants::ways {

/// f64 for f32; long double, where it is wider, for f64.
template <class Real>
using WiderThan = std::conditional_t<std::is_same_v<Real, float>, double, long double>;

float exp(Functions from, float x);
double exp(Functions from, double x);
float log(Functions from, float x);
double log(Functions from, double x);
float tanh(Functions from, float x);
double tanh(Functions from, double x);
float erf(Functions from, float x);
double erf(Functions from, double x);
float sin(Functions from, float x);
double sin(Functions from, double x);
float cos(Functions from, float x);
double cos(Functions from, double x);
float pow(Functions from, float base, float exponent);
double pow(Functions from, double base, double exponent);

}  // namespace assay::variants::ways
