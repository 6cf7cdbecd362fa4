// SPDX-License-Identifier: Apache-2.0
// Counting what blocks and models consist of: parameters, the arithmetic of their matrix products,
// and how much of a tensor a call has to touch.
#pragma once

#include <string>
#include <string_view>

#include "fixtures/case.h"

namespace assay::suites {

/// block, encoder, decoder, encoder_decoder.
bool is_model(std::string_view op);

/// Elements of the weights of a call.
struct Parameters {
  double all = 0;
  double embeddings = 0;  // tables of tokens, positions and segments, and the unembedding
};

Parameters parameters_of(const fixtures::Case& test_case);

/// "1234 parameters, 1000 without embeddings".
std::string text_of(const Parameters& parameters);

/// Additions and multiplications of the products with weights and of attention; what is between
/// them is not counted. Of experts those that are used; of attention the pairs that causality,
/// windows and the filling of the cache leave.
double model_flops(const fixtures::Case& test_case, const Words& words);

/// The share of an input, or of an output, that a call has to read or write: rows of tables that
/// are looked up, experts that are used, slots of a cache that hold tokens.
double share_read(const fixtures::Case& test_case, const Words& words, const std::string& input);
double share_written(const fixtures::Case& test_case, const Words& words,
                     const std::string& output);

}  // namespace assay::suites
