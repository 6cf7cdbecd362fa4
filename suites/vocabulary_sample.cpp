// SPDX-License-Identifier: Apache-2.0
#include "suites/vocabulary_sample.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "fixtures/recipe.h"
#include "reference/shape.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::Golden;
using fixtures::Tolerance;

/// Logits looked at beside those of the tokens that are read.
constexpr std::size_t drawn_logits = 61;
constexpr const char* id_inputs[] = {"ids", "encoder_ids"};
constexpr const char* tables[] = {"embedding.tokens", "unembedding.w", "unembedding.b"};

std::vector<std::int64_t> kept_ids(const Case& model, std::int64_t vocab_size) {
  std::set<std::int64_t> kept;
  for (const char* name : id_inputs) {
    const auto found = model.inputs.find(name);
    if (found == model.inputs.end()) continue;
    const auto* ids = found->second.as<std::int64_t>();
    for (std::size_t i = 0; i < found->second.count(); ++i) {
      if (ids[i] < 0 || ids[i] >= vocab_size) {
        throw CallError("token " + std::to_string(ids[i]) + " is outside the vocabulary of " +
                        std::to_string(vocab_size));
      }
      kept.insert(ids[i]);
    }
  }
  kept.insert({0, vocab_size - 1});
  fixtures::Draw draw(static_cast<std::uint64_t>(vocab_size));
  for (std::size_t i = 0; i < drawn_logits; ++i) kept.insert(draw.below(vocab_size));
  return {kept.begin(), kept.end()};
}

Array rows(const Array& table, const std::vector<std::int64_t>& ids) {
  Shape shape = table.shape;
  shape.front() = static_cast<std::int64_t>(ids.size());
  Array result = Array::zeros(table.dtype, shape);
  const std::size_t row = table.bytes.size() / static_cast<std::size_t>(table.shape.front());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::memcpy(result.bytes.data() + i * row,
                table.bytes.data() + static_cast<std::size_t>(ids[i]) * row, row);
  }
  return result;
}

/// Calls body(place in the small output, place in the big one) for every logit of the sample.
template <class Body>
void for_each_logit(const std::vector<std::int64_t>& ids, const Shape& big, const Body& body) {
  const auto vocab_size = static_cast<std::size_t>(big.back());
  const auto tokens = static_cast<std::size_t>(big[0] * big[1]);
  for (std::size_t token = 0; token < tokens; ++token) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      body(token * ids.size() + i, token * vocab_size + static_cast<std::size_t>(ids[i]));
    }
  }
}

void spread_out(const std::vector<std::int64_t>& ids, const Golden& small, Golden& big) {
  big.want = Array::zeros(DType::f64, big.want.shape);
  for_each_logit(ids, big.want.shape, [&](std::size_t from, std::size_t to) {
    big.want.as<double>()[to] = small.want.as<double>()[from];
  });
  for (const auto& each : small.tolerance) {
    const Tolerance& tolerance = each.second;
    Tolerance& wide = big.tolerance[each.first];
    wide.budget.assign(big.want.count(), std::numeric_limits<float>::infinity());
    wide.bound = wide.budget;
    wide.bound_is_proved = tolerance.bound_is_proved;
    for_each_logit(ids, big.want.shape, [&](std::size_t from, std::size_t to) {
      wide.budget[to] = tolerance.budget[from];
      wide.bound[to] = tolerance.bound[from];
    });
  }
}

}  // namespace

VocabularySample vocabulary_sample(const Case& model) {
  const std::int64_t vocab_size = model.inputs.at("embedding.tokens").shape.front();
  VocabularySample sample;
  sample.ids = kept_ids(model, vocab_size);
  Case& small = sample.small;
  small.op = model.op;
  small.id = model.id;
  small.classes = model.classes;
  small.attributes = model.attributes;
  for (const auto& [name, array] : model.inputs) {
    const bool is_table = std::find(std::begin(tables), std::end(tables), name) != std::end(tables);
    small.inputs.emplace(name, is_table ? rows(array, sample.ids) : array);
  }
  for (const char* name : id_inputs) {
    const auto found = small.inputs.find(name);
    if (found == small.inputs.end()) continue;
    auto* ids = found->second.as<std::int64_t>();
    for (std::size_t i = 0; i < found->second.count(); ++i) {
      const auto place = std::lower_bound(sample.ids.begin(), sample.ids.end(), ids[i]);
      ids[i] = place - sample.ids.begin();
    }
  }
  return sample;
}

void take_answers(const VocabularySample& sample, Case& model) {
  for (Golden& output : model.outputs) {
    const auto small = std::ranges::find(sample.small.outputs, output.name, &Golden::name);
    if (output.name == "logits") {
      spread_out(sample.ids, *small, output);
    } else {
      output = *small;
    }
  }
}

}  // namespace assay::suites
