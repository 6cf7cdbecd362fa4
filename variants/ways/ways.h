// SPDX-License-Identifier: Apache-2.0
// Implementations that are right and compute in another way: witnesses for the defence. The suite
// must accept every one of them on every case (assay audit). They cover all ops and models and are
// never fast. Asked for by name, "way/pairwise"; no run takes them by itself.
#pragma once

#include <span>
#include <string_view>

#include "variants/assay.h"

namespace assay::variants::ways {

struct Way {
  std::string_view name;     // "pairwise"
  std::string_view summary;  // one line: how it computes
};

std::span<const Way> all();

/// nullptr where there is no way of that name.
const assay_implementation* implementation(std::string_view name);

}  // namespace assay::variants::ways
