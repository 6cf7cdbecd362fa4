// SPDX-License-Identifier: Apache-2.0
// Calls on which an option must show: what the tests of toggles go through, family by family.
#pragma once

#include <string>
#include <vector>

#include "suites/self/property.h"

namespace assay::suites::self {

/// The same call with different values of one attribute; no two may give the same outputs.
struct AttributeToggle {
  PropertyCall call;
  std::string attribute;
  std::vector<std::string> values;
};

/// The call has the optional input; without it (and what only goes with it) outputs must change.
struct InputToggle {
  PropertyCall call;
  std::vector<std::string> inputs;
  bool optional_outputs_need_them = false;
};

/// An attribute that decides only whether a call is one: with `allowed` it is, with `refused` not.
struct RefusalToggle {
  PropertyCall call;
  std::string attribute, allowed, refused;
};

/// An optional input without which this call is none.
struct NeedToggle {
  PropertyCall call;
  std::string input;
};

struct Toggles {
  std::vector<AttributeToggle> attributes;
  std::vector<InputToggle> inputs;
  std::vector<RefusalToggle> refusals;
  std::vector<NeedToggle> needs;
};

Toggles toggles_of_attention();
Toggles toggles_of_layers();
Toggles toggles_of_models();
Toggles toggles_of_rows();

}  // namespace assay::suites::self
