// SPDX-License-Identifier: Apache-2.0
#include "suites/sampled_check.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "reference/shape.h"
#include "suites/judge.h"
#include "suites/row_sample.h"

namespace assay::suites {
namespace {

using reports::OutputJudgement;

std::vector<std::byte> gathered(std::span<const std::byte> elements, std::size_t size,
                                const std::vector<std::size_t>& places) {
  std::vector<std::byte> bytes(places.size() * size);
  for (std::size_t i = 0; i < places.size(); ++i)
    std::memcpy(bytes.data() + i * size, elements.data() + places[i] * size, size);
  return bytes;
}

OutputJudgement judge_sample(const RowSample& sample, const NumberClass& number_class,
                             const std::string& output, std::span<const std::byte> elements) {
  const auto golden = std::find_if(sample.small.outputs.begin(), sample.small.outputs.end(),
                                   [&](const auto& each) { return each.name == output; });
  const std::size_t size = size_of(stored_type(*golden, number_class));
  return judge_output(sample.small, *golden, number_class,
                      gathered(elements, size, sample.places.at(output)));
}

}  // namespace

OutputCheck sampled_check(const fixtures::Case& big, const NumberClass& number_class,
                          const fixtures::RunProgress& on_run) {
  auto samples = std::make_shared<std::vector<RowSample>>(row_samples(big));
  for (RowSample& sample : *samples) answer(sample, on_run);
  return [samples, &number_class](const std::string& output, std::span<const std::byte> elements) {
    OutputJudgement worst = judge_sample(samples->front(), number_class, output, elements);
    for (std::size_t i = 1; i < samples->size(); ++i) {
      OutputJudgement next = judge_sample((*samples)[i], number_class, output, elements);
      if (worse(worst.verdict, next.verdict) != worst.verdict) worst = std::move(next);
    }
    return worst;
  };
}

fixtures::Case without_answers(const fixtures::CaseRecipe& recipe) {
  fixtures::Case shape = fixtures::draw_case(recipe);
  declare_outputs(shape);
  return shape;
}

void declare_outputs(fixtures::Case& shape) {
  const OpSchema& op = *find_op(shape.op);
  const NumberClass& number_class = *find_class(shape.classes.front());
  const TensorTypes inputs = fixtures::input_types(shape, number_class);
  const Words words = bind_words(op, number_class, shape.attributes, inputs);
  for (const std::string& name : outputs_of_call(op, shape.attributes, inputs, {})) {
    fixtures::Golden output;
    output.name = name;
    const TensorType type = output_type(op, number_class, shape.attributes, words, name);
    output.want.dtype = is_floating(type.dtype) ? DType::f64 : type.dtype;
    output.want.shape = type.shape;
    shape.outputs.push_back(std::move(output));
  }
}

}  // namespace assay::suites
