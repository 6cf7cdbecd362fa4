// SPDX-License-Identifier: Apache-2.0
// Whether this build has a sanitizer that reserves terabytes of its own: then there is no limit of
// memory to run into, and what is tested of one is left out.
#pragma once

namespace assay::self {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace assay::self
