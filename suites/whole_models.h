// SPDX-License-Identifier: Apache-2.0
// Blocks and whole models at the size in which they are used, as shapes to be timed.
#pragma once

#include "fixtures/recipe.h"

namespace assay::suites {

/// GPT-2 small (A. Radford et al., 2019): 12 layers, 768 wide, 12 heads of 64, 50257 tokens, one
/// table at both ends; 124 million parameters.
fixtures::CaseRecipe gpt2_block(std::int64_t tokens);
fixtures::CaseRecipe gpt2_prefill_of(std::int64_t tokens);     // all logits
fixtures::CaseRecipe gpt2_step_after(std::int64_t cache_len);  // one token, with a cache

/// As wide as Llama 3.2 1B (2048, 32 heads of 64 on 8 of keys and values, 8192 gated, one table at
/// both ends), with 2 of its 16 layers and a vocabulary of 32000: 187 million parameters.
fixtures::CaseRecipe llama_block(std::int64_t tokens);
fixtures::CaseRecipe llama_prefill_of(std::int64_t tokens);
fixtures::CaseRecipe llama_step_after(std::int64_t cache_len);

}  // namespace assay::suites
