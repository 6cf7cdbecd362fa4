// SPDX-License-Identifier: Apache-2.0
// Binds the shape words of an op to the numbers of one call, and says in one line what does not
// fit.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reference/axis.h"
#include "reference/schema.h"
#include "reference/storage.h"

namespace assay {

/// A call that the schema does not allow; what() is one line: "attention: k: head_dim is 9 here and
/// 8 before".
struct CallError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The type and shape of a tensor, without its data.
struct TensorType {
  DType dtype;
  Shape shape;
};
using TensorTypes = std::map<std::string, TensorType, std::less<>>;

/// The names that a spec stands for in a call: its own, or one per layer. Throws CallError for an
/// impossible number of layers.
std::vector<std::string> tensor_names(const TensorSpec& spec, const Attributes& attributes);

std::vector<std::string> tensor_names(std::span<const TensorSpec> specs,
                                      const Attributes& attributes);

/// The outputs that a call has, in the order of the table: the required ones, those of the optional
/// ones that are asked for, and those that rewrite an input.
std::vector<std::string> outputs_of_call(const OpSchema& op, const Attributes& attributes,
                                         const TensorTypes& inputs,
                                         const std::vector<std::string>& optional);

/// The numbers behind the shape words of a call, from its inputs.
/// Throws CallError: unknown, missing or superfluous input or attribute; wrong kind, type, rank or
/// extent.
Words bind_words(const OpSchema& op, const NumberClass& number_class, const Attributes& attributes,
                 const TensorTypes& inputs);

/// The type of one output of a call whose words are bound.
TensorType output_type(const OpSchema& op, const NumberClass& number_class,
                       const Attributes& attributes, const Words& words, std::string_view output);

/// `given` completed with the ordinary value of every attribute that it does not name.
/// Throws CallError for an unknown name, a wrong kind or a value outside the choices.
Attributes complete(const OpSchema& op, Attributes given);

/// An attribute from its text, by the kind of its spec: "0.5", "-1", "true", "half", "1,2,3".
Attribute parse_attribute(const OpSchema& op, std::string_view name, std::string_view text);

}  // namespace assay
