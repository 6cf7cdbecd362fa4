// SPDX-License-Identifier: Apache-2.0
#include "suites/trap_recipes.h"

namespace assay::suites {
namespace {

using namespace fixtures;

class List {
 public:
  explicit List(const std::vector<std::string>& classes) : classes_(classes) {}

  void add(const std::string& op, const std::string& id, const std::string& clause,
           std::vector<InputRecipe> inputs,
           std::vector<std::pair<std::string, std::string>> attributes = {}) {
    CaseRecipe recipe;
    recipe.op = op;
    recipe.id = id;
    recipe.why = "Right implementations scatter here as nowhere else.";
    recipe.clauses = {clause};
    recipe.classes = classes_;
    recipe.inputs = std::move(inputs);
    recipe.attributes = std::move(attributes);
    recipes_.push_back(std::move(recipe));
  }
  std::vector<CaseRecipe> take() { return std::move(recipes_); }

 private:
  std::vector<std::string> classes_;
  std::vector<CaseRecipe> recipes_;
};

/// `run` times +a, then `run` times -a, and again, along the last axis.
Fill alternating(double a, std::int64_t run) {
  return [=](Draw&, std::span<const std::int64_t> index) {
    return index.back() / run % 2 == 0 ? a : -a;
  };
}

void add_linear_traps(List& list) {
  const auto linear = [&](const std::string& id, std::int64_t d_in, const Fill& x, const Fill& w) {
    list.add("linear", id, "linear.weight-rows", {{"x", {3, d_in}, x}, {"w", {11, d_in}, w}});
  };
  linear("7", 7, normal(), normal());
  linear("67", 67, normal(), normal(0.1));
  linear("1000", 1000, normal(), normal(0.03));
  linear("1000-positive", 1000, uniform(0, 1), uniform(0, 1));
  linear("1000-offset", 1000, normal(1, 100), normal(1, 0.5));
  linear("200-outlier", 200, outlier(normal(), 17, 1000), normal());
  linear("1000-constant", 1000, constant(0.1), constant(0.7));
  linear("500-alternating", 500, alternating(0.3, 1), uniform(0.9, 1.1));
  linear("500-by-fours", 500, alternating(0.3, 4), uniform(0.9, 1.1));
  linear("500-halves", 500, alternating(0.3, 250), uniform(0.9, 1.1));
}

void add_softmax_traps(List& list) {
  const auto softmax = [&](const std::string& id, std::int64_t row_len, const Fill& x,
                           const std::string& temperature = "1") {
    list.add("softmax", id, "softmax.sums-to-one", {{"x", {4, row_len}, x}},
             {{"temperature", temperature}});
  };
  softmax("5", 5, normal());
  softmax("67", 67, normal(2), "0.75");
  softmax("1000", 1000, normal(3));
  softmax("67-sharp", 67, normal(30));
  softmax("67-large", 67, normal(1, 5000));
  softmax("1000-constant", 1000, constant(1.7));
}

void add_norm_traps(List& list) {
  const auto norms = [&](const std::string& id, std::int64_t d_model, const Fill& x) {
    const InputRecipe weight = {"weight", {d_model}, uniform(0.7, 1.3)};
    list.add("layer_norm", id, "layer_norm.two-pass",
             {{"x", {4, d_model}, x}, weight, {"bias", {d_model}, normal(0.3)}});
    list.add("rms_norm", id, "rms_norm.mean-square", {{"x", {4, d_model}, x}, weight});
  };
  norms("7", 7, normal());
  norms("67", 67, normal());
  norms("1000", 1000, normal());
  norms("67-small", 67, normal(0.003));
  norms("67-mean-30", 67, normal(1, 30));
  norms("1000-mean-300", 1000, normal(1, 300));
  norms("200-outlier", 200, outlier(normal(), 17, 1000));
}

void add_rope_traps(List& list) {
  const auto rope = [&](const std::string& id, std::int64_t head_dim, double first, double step,
                        const std::string& base = "10000") {
    list.add("rope", id, "rope.rotation",
             {{"x", {2, 3, 7, head_dim}, normal()}, {"positions", {1, 7}, counting(first, step)}},
             {{"base", base}});
  };
  rope("from-0", 10, 0, 1);
  rope("from-250", 64, 250, 3);
  rope("from-4000", 64, 4000, 17);
  rope("from-30000", 128, 30000, 41);
  rope("from-100000-base-500000", 128, 100000, 41, "500000");
}

struct AttentionShape {
  std::int64_t heads, kv_heads, queries, keys, head_dim, v_head_dim;
};

void add_attention_traps(List& list) {
  const auto attention = [&](const std::string& id, const AttentionShape& s, const Fill& qk,
                             const Fill& v,
                             std::vector<std::pair<std::string, std::string>> attributes,
                             std::vector<InputRecipe> more = {}) {
    std::vector<InputRecipe> inputs = {{"q", {2, s.heads, s.queries, s.head_dim}, qk},
                                       {"k", {2, s.kv_heads, s.keys, s.head_dim}, qk},
                                       {"v", {2, s.kv_heads, s.keys, s.v_head_dim}, v}};
    for (InputRecipe& input : more) inputs.push_back(std::move(input));
    list.add("attention", id, "attention.weighted-sum", std::move(inputs), std::move(attributes));
  };
  const std::pair<std::string, std::string> causal = {"causal", "bottom_right"};
  attention("5-keys", {2, 2, 3, 5, 10, 7}, normal(), normal(), {causal});
  attention("67-gqa", {6, 3, 7, 67, 16, 10}, normal(), normal(), {causal});
  attention("300-gqa", {4, 2, 3, 300, 32, 10}, normal(), normal(), {causal});
  attention("67-sharp", {2, 1, 5, 67, 16, 10}, normal(6), normal(), {causal});
  attention("67-softcap", {2, 1, 5, 67, 16, 10}, normal(3), normal(), {causal, {"softcap", "20"}});
  attention("67-offset", {2, 1, 5, 67, 16, 10}, normal(), normal(1, 30), {});
  const Fill poisoned = except(
      normal(), [](std::span<const std::int64_t> index) { return index[2] >= 50; }, 60000);
  attention("67-poison", {2, 1, 5, 67, 16, 10}, normal(), poisoned, {},
            {{"key_lengths", {2}, values({50, 41})}});
}

}  // namespace

std::vector<CaseRecipe> trap_recipes(const std::vector<std::string>& classes) {
  List list(classes);
  add_linear_traps(list);
  add_softmax_traps(list);
  add_norm_traps(list);
  add_rope_traps(list);
  add_attention_traps(list);
  return list.take();
}

}  // namespace assay::suites
