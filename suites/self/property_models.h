// SPDX-License-Identifier: Apache-2.0
// Model recipes as calls of properties.
#pragma once

#include "fixtures/recipe.h"
#include "suites/self/property.h"

namespace assay::suites::self {

/// The call that a recipe draws; its floating inputs in f64.
inline PropertyCall drawn(const fixtures::CaseRecipe& recipe) {
  const fixtures::Case made = fixtures::draw_case(recipe);
  PropertyCall call{recipe.op, recipe.attributes, {}, {}};
  for (const auto& [name, array] : made.inputs) {
    call.inputs[name] =
        is_floating(array.dtype) ? fixtures::converted(array, DType::f64, true) : array;
  }
  return call;
}

}  // namespace assay::suites::self
