// SPDX-License-Identifier: Apache-2.0
// A model of somebody else as a case: read with progress, its answers computed on the spot, in full
// or for a part of the vocabulary, or refused with what they would cost.
#pragma once

#include <string>
#include <vector>

#include "fixtures/hf_model.h"
#include "suites/command_line.h"
#include "suites/console.h"

namespace assay::suites {

/// What --tokens and --layers say: "1,2,3", of an encoder-decoder "1,2,3/4,5" with the text to be
/// read first. Throws UsageError.
fixtures::HfRequest request_from(const boost::program_options::variables_map& values);

/// read_hf_model() with progress.
fixtures::Case read_model(const std::filesystem::path& folder, fixtures::HfRequest request,
                          Console& console);

/// Says what the answers cost if that is much. Throws UsageError where it is too much.
void check_model_cost(const fixtures::Case& model, const std::filesystem::path& folder,
                      Console& console);

/// The case in these classes (f32 if none is named, or f64 where f32 does not hold the weights); in
/// a class that does not hold the weights they are rounded to it first, which a note says. Throws
/// fixtures::FixtureError for a directory that cannot be read, UsageError for one whose answers
/// would take longer than half an hour or more memory than there is.
fixtures::Case model_case(const std::filesystem::path& folder, const fixtures::HfRequest& request,
                          const std::vector<std::string>& classes, Console& console);

}  // namespace assay::suites
