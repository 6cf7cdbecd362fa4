// SPDX-License-Identifier: Apache-2.0
// What beam_search takes and gives; beam_search.md says what it means.
#pragma once

#include "reference/tensor_spec.h"

namespace assay::schema {

inline constexpr TensorSpec beam_search_inputs[] = {
    {.name = "logits", .kind = floating, .shape = "n_states vocab_size"},
    {.name = "next_state", .kind = i64, .shape = "n_states vocab_size"},
    {.name = "first_state", .kind = i64, .shape = "rows"},
    {.name = "prompt_len", .kind = i64, .shape = "rows", .optional = true},
};

inline constexpr TensorSpec beam_search_outputs[] = {
    {.name = "tokens", .kind = i64, .shape = "rows n_beams max_len"},
    {.name = "lengths", .kind = i64, .shape = "rows n_beams"},
    {.name = "scores", .kind = floating, .shape = "rows n_beams"},
};

inline constexpr AttributeSpec beam_search_attributes[] = {
    {"n_beams", AttributeKind::i64, "4", ""},
    {"max_len", AttributeKind::i64, "8", ""},
    {"end_token", AttributeKind::i64, "-1", ""},  // -1: none
    {"length_penalty", AttributeKind::f64, "1", ""},
    {"length_form", AttributeKind::string, "power", "power|gnmt"},
    {"length_counts", AttributeKind::string, "generated", "generated|with_prompt"},
    {"stop", AttributeKind::string, "last_step", "last_step|enough_finished|best_running"},
};

inline constexpr OpSchema beam_search = {.name = "beam_search",
                                         .inputs = beam_search_inputs,
                                         .outputs = beam_search_outputs,
                                         .attributes = beam_search_attributes,
                                         .batch_word = "rows",
                                         .discontinuous = true};

}  // namespace assay::schema
