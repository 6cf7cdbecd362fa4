// SPDX-License-Identifier: Apache-2.0
// Loops that do nothing but multiply-add, and nothing but read, in the best instructions of this
// processor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::suites {

/// Does `steps` rounds of independent multiply-adds and gives the operations done.
using FmaLoop = double (*)(std::int64_t steps, float* sink);

struct ProbeLoops {
  const char* name;  // "avx512", "avx2 fma", "scalar fma"
  FmaLoop fma, fma_f64;
  FmaLoop dot_bf16;      // products of bf16 summed in f32; null where there is no such instruction
  const char* dot_name;  // "amx", "avx512", ""
  /// Reads `bytes`, a multiple of 4096 and aligned so; the result depends on all of them.
  std::uint64_t (*read)(const std::byte* data, std::size_t bytes);
};

const ProbeLoops& best_probe_loops();

}  // namespace assay::suites
