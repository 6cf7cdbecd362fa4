// SPDX-License-Identifier: Apache-2.0
// Runs an example of the spec through the loops, in any number type, and says what disagrees.
#pragma once

#include <iomanip>
#include <list>
#include <sstream>
#include <string>
#include <vector>

#include "reference/ops.h"
#include "suites/self/written_value.h"
#include "suites/spec_page.h"

namespace assay::self {

/// The call that an example writes down. Owns what the call points to.
template <class Number>
class WrittenCall {
 public:
  /// Throws CallError for what the schema forbids, WrittenValueError for what cannot be read.
  explicit WrittenCall(const suites::SpecExample& example) {
    call_.op = find_op(example.op);
    if (call_.op == nullptr) throw CallError("no op '" + example.op + "'");
    call_.storage = DType::f64;
    call_.operands = DType::f64;
    TensorTypes types;
    for (const auto& [name, text] : example.given) {
      if (find_named(call_.op->attributes, name) != nullptr) {
        call_.attributes.insert_or_assign(name, parse_attribute(*call_.op, name, text));
      } else if (const TensorSpec* spec = find_named(call_.op->inputs, name)) {
        const WrittenTensor written = parse_written_tensor(text);
        types[name] = {type_of(*spec), written.shape};
        call_.inputs[name] = filled(*spec, written);
      } else {
        throw CallError(example.op + ": no attribute and no input '" + name + "'");
      }
    }
    call_.attributes = complete(*call_.op, call_.attributes);
    const NumberClass& number_class = *find_class("f64");
    const Words words = bind_words(*call_.op, number_class, call_.attributes, types);
    std::vector<std::string> given;
    for (const auto& [name, text] : example.gives) given.push_back(name);
    for (const std::string& name : outputs_of_call(*call_.op, call_.attributes, types, given)) {
      const Shape shape = output_type(*call_.op, number_class, call_.attributes, words, name).shape;
      call_.outputs[name] = filled(*find_named(call_.op->outputs, name), {shape, {}});
    }
  }

  void evaluate() { reference::evaluate(call_); }

  /// A line for everything that the example says and the loops do not; `rounding` as for
  /// WrittenNumber.
  [[nodiscard]] std::vector<std::string> disagreements(const suites::SpecExample& example,
                                                       double rounding) const {
    std::vector<std::string> lines;
    for (const auto& [name, text] : example.gives) {
      const auto found = call_.outputs.find(name);
      if (found == call_.outputs.end()) {
        lines.push_back("no output '" + name + "'");
        continue;
      }
      const WrittenTensor want = parse_written_tensor(text);
      if (want.shape != found->second.shape) {
        lines.push_back(name + " has another shape");
        continue;
      }
      for (std::size_t i = 0; i < want.numbers.size(); ++i) {
        const Number got = element(found->second, i);
        if (want.numbers[i].agrees(got, rounding)) continue;
        std::ostringstream line;
        line << std::setprecision(17) << name << ", element " << i << ": got "
             << reference::Numeric<Number>::to_double(got) << ", want " << want.numbers[i].value;
        lines.push_back(line.str());
      }
    }
    return lines;
  }

 private:
  static DType type_of(const TensorSpec& spec) {
    if (spec.kind == ElementKind::floating) return DType::f64;
    return spec.kind == ElementKind::i64 ? DType::i64 : DType::boolean;
  }

  /// A tensor of that kind with these numbers; without numbers all NaN, or -1 for integers, so that
  /// nothing unwritten looks right.
  reference::Operand<Number> filled(const TensorSpec& spec, const WrittenTensor& written) {
    std::size_t count = 1;
    for (const std::int64_t extent : written.shape) count *= static_cast<std::size_t>(extent);
    if (spec.kind == ElementKind::floating) {
      auto& numbers = numbers_.emplace_back(count, reference::Numeric<Number>::not_a_number());
      for (std::size_t i = 0; i < written.numbers.size(); ++i) {
        numbers[i] = written.numbers[i].template as<Number>();
      }
      return {written.shape, numbers.data()};
    }
    if (spec.kind == ElementKind::i64) {
      auto& integers = integers_.emplace_back(count, -1);
      for (std::size_t i = 0; i < written.numbers.size(); ++i) {
        integers[i] = written.numbers[i].numerator;
      }
      return {written.shape, integers.data()};
    }
    auto& booleans = booleans_.emplace_back(count, std::uint8_t{255});
    for (std::size_t i = 0; i < written.numbers.size(); ++i) {
      booleans[i] = static_cast<std::uint8_t>(written.numbers[i].numerator);
    }
    return {written.shape, booleans.data()};
  }

  static Number element(const reference::Operand<Number>& operand, std::size_t i) {
    if (const auto* numbers = std::get_if<Number*>(&operand.data)) return (*numbers)[i];
    if (const auto* integers = std::get_if<std::int64_t*>(&operand.data)) {
      return reference::whole<Number>((*integers)[i]);
    }
    return reference::whole<Number>(std::get<std::uint8_t*>(operand.data)[i]);
  }

  reference::Call<Number> call_;
  std::list<std::vector<Number>> numbers_;
  std::list<std::vector<std::int64_t>> integers_;
  std::list<std::vector<std::uint8_t>> booleans_;
};

/// What is wrong with an example: nothing, or a line for each thing.
template <class Number>
std::vector<std::string> check_example(const suites::SpecExample& example, double rounding) {
  try {
    WrittenCall<Number> call(example);
    call.evaluate();
    if (example.error) return {"no error, though the page says: " + *example.error};
    return call.disagreements(example, rounding);
  } catch (const CallError& error) {
    const std::string text = error.what();
    if (example.error && text.find(*example.error) != std::string::npos) return {};
    return {"error: " + text};
  } catch (const WrittenValueError& error) {
    return {error.what()};
  }
}

/// What is wrong with the examples of all pages, a line for each thing.
template <class Number>
std::vector<std::string> disagreements_of_all_pages(double rounding) {
  std::vector<std::string> lines;
  for (const suites::SpecPage& page : suites::spec_pages()) {
    for (const suites::SpecExample& example : page.examples) {
      for (const std::string& line : check_example<Number>(example, rounding)) {
        lines.push_back(page.op + ".md:" + std::to_string(example.line) + ": " + line);
      }
    }
  }
  return lines;
}

}  // namespace assay::self
