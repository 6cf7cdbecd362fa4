// SPDX-License-Identifier: Apache-2.0
// Calls of the C ABI made by hand: tensors that end flush with a page nobody may touch, and the
// reference in double for what should come back.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reference/shape.h"
#include "variants/assay.h"

namespace assay::suites {

/// A tensor's values, whatever its type.
struct Values {
  Shape shape;
  std::vector<double> numbers;
};
using NamedValues = std::map<std::string, Values, std::less<>>;

/// What to compute; attributes that are not named have their ordinary value.
struct CallRecipe {
  std::string op;
  Attributes attributes;
  NamedValues inputs;
  std::vector<std::string> outputs;  // every one that is asked for
};

/// The inputs as the class stores them.
CallRecipe stored(const CallRecipe& recipe, const std::string& number_class);

/// The outputs of one call. Throws std::runtime_error with the library's last_error() unless it
/// answers ASSAY_OK; a read or write beyond a tensor ends the process.
NamedValues call(const assay_implementation& implementation, const CallRecipe& recipe,
                 const std::string& number_class, int threads = 1, bool prepared = false);

/// What supports() answers.
std::string kernel_of(const assay_implementation& implementation, const CallRecipe& recipe,
                      const std::string& number_class);

/// The op, its inputs with their shapes and its attributes, in one line.
std::string described(const CallRecipe& recipe);

}  // namespace assay::suites
