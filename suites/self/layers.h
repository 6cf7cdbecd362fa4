// SPDX-License-Identifier: Apache-2.0
// Who may include whom, and the house rules that can be read off a file: the picture of the layers
// as a table. Looks at the text of one file at a time and says in one line what breaks a rule.
#pragma once

#include <string>
#include <vector>

namespace assay::self {

struct SourceFile {
  std::string path;  // from the root of the project: "suites/main.cpp"
  std::string text;
};

/// The includes of a file that go against the picture, a line each: "fixtures/store.cpp:12:
/// includes "suites/runner.h": fixtures/ may include reference/ and fixtures/".
std::vector<std::string> layer_violations(const SourceFile& file);

/// What breaks the house rules: the SPDX line, the sentence of purpose, the length, the name.
std::vector<std::string> house_violations(const SourceFile& file);

}  // namespace assay::self
