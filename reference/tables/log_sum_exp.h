// SPDX-License-Identifier: Apache-2.0
// What log_sum_exp takes and gives; log_sum_exp.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec log_sum_exp_inputs[] = {
    {.name = "x", .kind = floating, .shape = "rows row_len"},
};

inline constexpr TensorSpec log_sum_exp_outputs[] = {
    {.name = "value", .kind = floating, .shape = "rows"},
};

inline constexpr AttributeSpec log_sum_exp_attributes[] = {
    {"base", AttributeKind::string, "e", "e|2"},
};

inline constexpr OpSchema log_sum_exp = {.name = "log_sum_exp",
                                         .inputs = log_sum_exp_inputs,
                                         .outputs = log_sum_exp_outputs,
                                         .attributes = log_sum_exp_attributes,
                                         .batch_word = "rows"};

}  // namespace assay::schema
