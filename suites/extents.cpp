// SPDX-License-Identifier: Apache-2.0
#include "suites/extents.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "reference/schema.h"
#include "suites/sampled_check.h"

namespace assay::suites {
namespace {

Words words_of_call(const OpSchema& op, const fixtures::Case& test_case,
                    const NumberClass& number_class) {
  return bind_words(op, number_class, test_case.attributes,
                    fixtures::input_types(test_case, number_class));
}

/// The words that count the terms of the sums of an op.
struct Sums {
  std::string_view op;
  std::array<std::string_view, 2> words;
};
constexpr Sums sums[] = {
    {"linear", {"d_in"}},
    {"lora", {"d_in", "rank"}},
    {"lora_merge", {"rank"}},
    {"softmax", {"row_len"}},
    {"log_softmax", {"row_len"}},
    {"log_sum_exp", {"row_len"}},
    {"merge", {"parts"}},
    {"layer_norm", {"d_model"}},
    {"rms_norm", {"d_model"}},
    {"qkv_projection", {"d_model"}},
    {"attention", {"kv_len", "head_dim"}},
    {"cached_attention", {"capacity", "head_dim"}},
    {"feed_forward", {"d_model", "d_ff"}},
    {"mixture_of_experts", {"d_model", "d_ff"}},
    {"unembedding", {"d_model"}},
    {"pooling", {"seq_len", "d_model"}},
    {"classification_head", {"d_model", "d_hidden"}},
    {"span_head", {"d_model"}},
    {"cross_entropy", {"vocab_size"}},
    {"language_model_loss", {"vocab_size"}},
    {"sampling", {"vocab_size"}},
    {"draw", {"vocab_size"}},
};

}  // namespace

std::int64_t longest_sum(const fixtures::Case& test_case, const NumberClass& number_class) {
  const auto found = std::ranges::find(sums, test_case.op, &Sums::op);
  const OpSchema* op = find_op(test_case.op);
  if (found == std::end(sums) || op == nullptr) return 0;
  const Words words = words_of_call(*op, test_case, number_class);
  std::int64_t longest = 0;
  for (const std::string_view word : found->words)
    if (const auto extent = words.find(word); extent != words.end())
      longest = std::max(longest, extent->second);
  return longest;
}

void note_extents(const fixtures::CaseRecipe& recipe, std::vector<reports::SpeedResult>& speed) {
  const auto is_its = [&](const reports::SpeedResult& each) {
    return each.op == recipe.op && each.shape_id == recipe.id;
  };
  if (std::ranges::none_of(speed, is_its)) return;
  const fixtures::Case shape = without_answers(recipe);
  const OpSchema* op = find_op(recipe.op);
  const NumberClass* number_class = find_class(recipe.classes.front());
  if (op == nullptr || number_class == nullptr) return;
  std::map<std::string, std::int64_t> extents;
  for (const auto& [word, extent] : words_of_call(*op, shape, *number_class))
    extents.emplace(word, extent);
  for (reports::SpeedResult& each : speed)
    if (is_its(each)) each.extents = extents;
}

}  // namespace assay::suites
