// SPDX-License-Identifier: Apache-2.0
#include "suites/given_call.h"

#include "fixtures/safetensors.h"
#include "fixtures/store.h"
#include "reference/shape.h"
#include "suites/own_answers.h"
#include "suites/sampled_check.h"
#include "suites/spelling.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;

constexpr std::string_view attribute_key = "attribute.";

template <class Specs>
std::vector<std::string> names_in(const Specs& specs) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.emplace_back(spec.name);
  return names;
}

const TensorSpec& spec_of(const OpSchema& op, std::span<const TensorSpec> specs,
                          const std::string& name) {
  for (const TensorSpec& spec : specs)
    if (is_named(spec.name, name)) return spec;
  throw UsageError(unknown_name("tensor of " + std::string(op.name), name, names_in(specs),
                                "assay explain " + std::string(op.name)));
}

class CallFile {
 public:
  explicit CallFile(const std::filesystem::path& file)
      : file_(file), op_(op_of(text("op"))), class_(class_of(text("class"))) {}

  [[nodiscard]] Case test_case() const {
    Case result;
    result.op = op_.name;
    result.id = "given";
    result.why = "A call of one's own.";
    result.source = "given";
    result.classes = {std::string(class_.name)};
    result.attributes = attributes();
    for (const auto& [name, tensor] : file_.tensors())
      if (name.starts_with("in/")) result.inputs.emplace(name.substr(3), input(name, tensor));
    return result;
  }

  [[nodiscard]] fixtures::GivenOutputs outputs(const Case& of) const {
    fixtures::GivenOutputs given;
    const auto found = file_.metadata().find("implementation");
    if (found != file_.metadata().end()) given.implementation = found->second;
    for (const auto& [name, tensor] : file_.tensors()) {
      if (!name.starts_with("out/")) continue;
      Array array = values_of(tensor, name);
      if (array.dtype == DType::boolean) array = integers(array);
      given.arrays.emplace(of.full_id() + "/" + of.classes.front() + "/" + name.substr(4),
                           std::move(array));
    }
    return given;
  }

  /// The optional outputs that the file has.
  [[nodiscard]] std::vector<std::string> optional_outputs() const {
    std::vector<std::string> names;
    for (const auto& [name, tensor] : file_.tensors()) {
      if (!name.starts_with("out/")) continue;
      if (spec_of(op_, op_.outputs, name.substr(4)).optional) names.push_back(name.substr(4));
    }
    return names;
  }

 private:
  [[nodiscard]] std::string text(const std::string& key) const {
    const auto found = file_.metadata().find(key);
    if (found != file_.metadata().end()) return found->second;
    throw UsageError("its metadata do not say which " + key + " is meant");
  }

  static const OpSchema& op_of(const std::string& name) {
    const OpSchema* op = find_op(name);
    if (op != nullptr) return *op;
    throw UsageError(unknown_name("op", name, names_in(schema::ops), "assay list ops"));
  }

  static const NumberClass& class_of(const std::string& name) {
    const NumberClass* number_class = find_class(name);
    if (number_class != nullptr) return *number_class;
    throw UsageError(unknown_name("class", name, names_in(number_classes), "assay list classes"));
  }

  [[nodiscard]] Attributes attributes() const {
    Attributes given;
    for (const auto& [key, value] : file_.metadata()) {
      if (!key.starts_with(attribute_key)) continue;
      const std::string name = key.substr(attribute_key.size());
      const std::vector<std::string> known = names_in(op_.attributes);
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        throw UsageError(unknown_name("attribute of " + std::string(op_.name), name, known,
                                      "assay explain " + std::string(op_.name)));
      }
      given.insert_or_assign(name, parse_attribute(op_, name, value));
    }
    return complete(op_, std::move(given));
  }

  [[nodiscard]] Array input(const std::string& path, const fixtures::StoredTensor& tensor) const {
    const std::string name = path.substr(3);
    const TensorSpec& spec = spec_of(op_, op_.inputs, name);
    Array array = values_of(tensor, name);
    const auto refuse = [&](const std::string& what) {
      throw UsageError(name + " holds " + tensor.type + ", and " + what);
    };
    if (spec.kind == ElementKind::boolean && array.dtype != DType::boolean)
      refuse("it is of booleans");
    if (spec.kind == ElementKind::i64 && array.dtype != DType::i64) refuse("it is of integers");
    if (spec.kind != ElementKind::floating) return array;
    if (!is_floating(array.dtype)) refuse("it is of real numbers");
    try {
      converted(array, class_.storage, true);
    } catch (const std::runtime_error&) {
      refuse("class " + std::string(class_.name) +
             " does not hold all its values: round them first, or choose a wider class");
    }
    return array;
  }

  static Array integers(const Array& booleans) {
    Array result = Array::zeros(DType::i64, booleans.shape);
    for (std::size_t i = 0; i < booleans.count(); ++i)
      result.as<std::int64_t>()[i] = booleans.as<std::uint8_t>()[i];
    return result;
  }

  fixtures::Safetensors file_;
  const OpSchema& op_;
  const NumberClass& class_;
};

}  // namespace

bool is_given_call(const std::filesystem::path& file) { return file.extension() == ".safetensors"; }

GivenCall read_given_call(const std::filesystem::path& file, Console& console) {
  try {
    const CallFile given(file);
    GivenCall call;
    call.test_case = given.test_case();
    call.outputs = given.outputs(call.test_case);
    declare_outputs(call.test_case);
    answer_own(call.test_case, given.optional_outputs(), console);
    return call;
  } catch (const CallError& error) {
    throw UsageError(file.string() + ": " + error.what());
  } catch (const UsageError& error) {
    throw UsageError(file.string() + ": " + error.what());
  }
}

}  // namespace assay::suites
