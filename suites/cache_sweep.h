// SPDX-License-Identifier: Apache-2.0
// Fills the caches with other data than a call's, so that the call finds them empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::suites {

class CacheSweep {
 public:
  /// Writes a byte of every line of so much memory, which stays allocated.
  void operator()(std::uint32_t mebibytes) {
    swept_.resize(static_cast<std::size_t>(mebibytes) << 20);
    constexpr std::size_t line = 64;
    for (std::size_t at = 0; at < swept_.size(); at += line) ++swept_[at];
  }

 private:
  std::vector<std::uint8_t> swept_;
};

}  // namespace assay::suites
