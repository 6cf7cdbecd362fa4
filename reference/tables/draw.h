// SPDX-License-Identifier: Apache-2.0
// What draw takes and gives; draw.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec draw_inputs[] = {
    {.name = "probs", .kind = floating, .shape = "rows vocab_size"},
    {.name = "uniforms", .kind = floating, .shape = "rows"},
};

inline constexpr TensorSpec draw_outputs[] = {{.name = "token", .kind = i64, .shape = "rows"}};

inline constexpr OpSchema draw = {.name = "draw",
                                  .inputs = draw_inputs,
                                  .outputs = draw_outputs,
                                  .attributes = {},
                                  .batch_word = "rows",
                                  .discontinuous = true};

}  // namespace assay::schema
