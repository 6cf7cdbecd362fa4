// SPDX-License-Identifier: Apache-2.0
// The built-in variants, one line each, and the door through which every implementation is found:
// by name, by name@target, or as a shared library.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "variants/assay.h"

namespace assay::variants {

struct BuiltIn {
  std::string_view name;
  const assay_implementation* (*implementation)();
};

/// In the order of the report: plain, blocked, simd, threaded.
std::span<const BuiltIn> built_in();

/// An implementation that cannot be had; what() says why and what there is instead.
struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "plain", "simd@avx2" or the path of a shared library ("./libmine.so", "./libmine.so@avx2"). A
/// library is loaded into this process: only a worker calls this. "mistake/kv-head-modulo" is wrong
/// on purpose (mistakes/mistakes.h) and never among the built-in ones. Throws LoadError: unknown
/// name (with the nearest known one), missing file or symbol, another ABI version, a malformed
/// name, a target that this CPU or the variant lacks.
const assay_implementation& load(const std::string& name);

}  // namespace assay::variants
