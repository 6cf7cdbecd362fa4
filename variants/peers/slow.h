// SPDX-License-Identifier: Apache-2.0
// Whether a library chose a kernel that this processor could outdo. Libraries fall back in silence
// on processors that are newer than they are, and when somebody's environment tells them to.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace assay::variants::peers {

#if defined(__x86_64__)
inline bool has_avx512() { return __builtin_cpu_supports("avx512f") != 0; }
inline bool has_avx2() { return __builtin_cpu_supports("avx2") != 0; }
#else
inline bool has_avx512() { return false; }
inline bool has_avx2() { return false; }
#endif

/// "while this processor has AVX-512"
inline std::string better_instructions() {
  return std::string("while this processor has ") + (has_avx512() ? "AVX-512" : "AVX2");
}

/// The names of OpenBLAS 0.3.21 for its sets of kernels (cpuid_x86.c, dynamic.c).
inline bool slow_core(std::string_view core) {
  constexpr std::string_view with_avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
  constexpr std::string_view with_avx2[] = {"Haswell", "Zen", "Excavator"};
  const auto is_one_of = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), core) != std::end(names);
  };
  if (is_one_of(with_avx512)) return false;
  return has_avx512() || (has_avx2() && !is_one_of(with_avx2));
}

/// What impl_info_str of oneDNN 2.6 says: "brg:avx512_core", "jit:avx2", "gemm:jit", "ref:any".
inline bool slow_kernel(std::string_view kernel) {
  const auto holds = [&](std::string_view part) { return kernel.find(part) != kernel.npos; };
  if (holds("ref") || holds("simple:any")) return true;
  const bool older = holds("sse41") || (holds("avx") && !holds("avx2") && !holds("avx512"));
  return (has_avx512() && (older || holds("avx2"))) || (has_avx2() && older);
}

}  // namespace assay::variants::peers
