// SPDX-License-Identifier: Apache-2.0
// Implementations that are wrong on purpose, each by one small deviation, to put the fixtures on
// trial: every one of them must be rejected by some case. README.md says how to add one.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "variants/assay.h"

namespace assay::variants {

/// Before the name of a mistake where it is loaded like a variant: "mistake/kv-head-modulo".
inline constexpr std::string_view mistake_prefix = "mistake/";

/// What is known about a mistake.
struct Mistake {
  std::string_view name;    // "kv-head-modulo"
  std::string_view clause;  // that it breaks, "attention.kv-head"
  std::string_view does;    // one sentence
  std::string_view sees;    // what one would notice, and what hides it
  std::string_view source;  // ids of the catalogue first, then where it was seen; or "own"
  std::string_view proof;   // not empty: no output can differ beyond rounding, and why
};

/// All of them, in the order of the headers that they are woven into.
std::span<const Mistake> mistakes();

/// The implementation that makes this mistake; nullptr if there is none of that name.
const assay_implementation* mistaken_implementation(std::string_view name);

/// The texts of the kernels in kernels/: "tiled_attention.h". The first is empty: the loops of the
/// reference.
std::span<const std::string_view> mistaken_kernels();

/// A kernel's woven text when no mistake is made: right, or the mistakes in it prove nothing.
const assay_implementation* unmistaken_implementation(std::string_view kernel);

/// The mistakes whose places the call meets when none is made, in the order of mistakes(). Computes
/// the outputs of the call, once per kernel that it can use. Throws std::runtime_error where the
/// call is refused.
std::vector<std::string_view> reached_mistakes(const assay_call& call);

}  // namespace assay::variants
