// SPDX-License-Identifier: Apache-2.0
// A call of an op with what somebody else gives for it, in a safetensors file: metadata "op" and
// "attributes", tensors "in/<input>" and "out/<output>".
#pragma once

#include <filesystem>

#include "fixtures/case.h"

namespace assay::self {

/// A case of class f64 whose outputs carry witnesses and no golden.
fixtures::Case read_witness_call(const std::filesystem::path& file);

}  // namespace assay::self
