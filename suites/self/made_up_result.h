// SPDX-License-Identifier: Apache-2.0
// A result that nobody measured, with every verdict in it: for the tests of the reports and for
// looking at them.
#pragma once

#include <cstddef>
#include <string>

#include "reports/audit.h"
#include "reports/results.h"

namespace assay::self {

/// `cases` calls for each of `variants` variants, and the timings of a few shapes. The same
/// arguments give the same result.
reports::RunResult made_up_result(std::size_t cases, std::size_t variants);

/// What an attacker would name a variant.
inline const std::string script = "<script>alert(1)</script>";

/// A small result whose every text tries to get out of the place where it is put.
reports::RunResult hostile_result();

/// One finding of each kind, with a text in every field, some of them hostile.
reports::Audit made_up_audit();

}  // namespace assay::self
