// SPDX-License-Identifier: Apache-2.0
#include "suites/self/witness_call.h"

#include <sstream>

#include "fixtures/safetensors.h"
#include "reference/schema.h"
#include "reference/shape.h"

namespace assay::self {

fixtures::Case read_witness_call(const std::filesystem::path& file) {
  const fixtures::Safetensors stored(file);
  fixtures::Case result;
  result.op = stored.metadata().at("op");
  result.id = file.stem().string();
  result.classes = {"f64"};
  const OpSchema& op = *find_op(result.op);
  std::istringstream words(stored.metadata().at("attributes"));
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    result.attributes.emplace(name, parse_attribute(op, name, word.substr(equals + 1)));
  }
  result.attributes = complete(op, std::move(result.attributes));
  for (const auto& [name, tensor] : stored.tensors()) {
    fixtures::Array array = values_of(tensor, name);
    if (is_floating(array.dtype)) array = converted(array, DType::f64, true);
    if (name.starts_with("in/")) {
      result.inputs.emplace(name.substr(3), std::move(array));
    } else {
      fixtures::Golden output;
      output.name = name.substr(4);
      if (find_named(op.outputs, output.name) == nullptr) {
        throw CallError(file.string() + ": " + result.op + " has no output " + output.name);
      }
      output.witness = std::move(array);
      result.outputs.push_back(std::move(output));
    }
  }
  return result;
}

}  // namespace assay::self
