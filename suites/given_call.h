// SPDX-License-Identifier: Apache-2.0
// A call of one's own, with inputs and outputs in one file: its answers are computed here and its
// outputs judged as every other. How assay.judge() in Python asks.
#pragma once

#include <filesystem>
#include <string>

#include "fixtures/export.h"
#include "suites/console.h"

namespace assay::suites {

struct GivenCall {
  fixtures::Case test_case;        // one class, with its answers
  fixtures::GivenOutputs outputs;  // of that case in that class
};

/// Whether a file of outputs is a call of this kind: *.safetensors.
bool is_given_call(const std::filesystem::path& file);

/// Reads tensors "in/<input>" and "out/<output>", and of the metadata op, class, implementation and
/// attribute.<name>; an attribute that is not there has its ordinary value. Throws
/// fixtures::FixtureError for a file that is no such call, UsageError for a call that the schema of
/// the op forbids: both name the file and what is wrong in it.
GivenCall read_given_call(const std::filesystem::path& file, Console& console);

}  // namespace assay::suites
