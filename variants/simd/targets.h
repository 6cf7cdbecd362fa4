// SPDX-License-Identifier: Apache-2.0
// The targets of a variant, instruction sets and what else there is to choose from: their names,
// and the one that it was told to use.
#pragma once

#include <algorithm>
#include <atomic>
#include <string>
#include <vector>

#include "variants/entry.h"

namespace assay::variants::simd {

/// The choice of one variant, which has the static member
///   const std::vector<std::string>& target_names()     best first
template <class Variant>
class Targets {
 public:
  /// All names, separated by spaces.
  static const char* listed() {
    static const std::string names = [] {
      std::string text;
      for (const std::string& name : Variant::target_names())
        text += (text.empty() ? "" : " ") + name;
      return text;
    }();
    return names.c_str();
  }
  static int32_t select(const char* name) {
    const auto& names = Variant::target_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      remember_error(("this CPU cannot run '" + std::string(name) + "'").c_str());
      return ASSAY_FAILED;
    }
    chosen() = static_cast<std::size_t>(found - names.begin());
    return ASSAY_OK;
  }
  /// The place of the latest choice, or of the best.
  static std::size_t current() {
    if (Variant::target_names().empty()) throw Unsupported("this CPU has no vectors of 16 bytes");
    return chosen();
  }

 private:
  static std::atomic<std::size_t>& chosen() {
    static std::atomic<std::size_t> index{0};
    return index;
  }
};

}  // namespace assay::variants::simd
