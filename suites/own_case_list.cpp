// SPDX-License-Identifier: Apache-2.0
#include "suites/own_case_list.h"

#include <fmt/core.h>

#include <fstream>
#include <set>

#include "suites/own_case.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

using fixtures::CaseRecipe;

class OwnCaseList {
 public:
  explicit OwnCaseList(const std::vector<std::string>& classes) : classes_(classes) {}

  void add(const std::string& text) {
    CaseRecipe recipe = own_recipe(text, classes_);
    if (!ids_.insert(recipe.op + "/" + recipe.id).second)
      throw UsageError("--case: '" + text + "' is there twice");
    recipes_.push_back(std::move(recipe));
  }

  void add_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw UsageError("--case @" + path + ": cannot be read");
    const std::size_t before = recipes_.size();
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      const std::string text = line.substr(0, line.find('#'));
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      try {
        add(text);
      } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}:{}: {}", path, number, error.what()));
      }
    }
    if (recipes_.size() == before) throw UsageError("--case @" + path + ": no case in this file");
  }

  std::vector<CaseRecipe> done() && { return std::move(recipes_); }

 private:
  const std::vector<std::string>& classes_;
  std::vector<CaseRecipe> recipes_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<CaseRecipe> own_recipes(const std::vector<std::string>& texts,
                                    const std::vector<std::string>& classes) {
  OwnCaseList list(classes);
  for (const std::string& text : texts) {
    if (text.starts_with('@')) {
      list.add_file(text.substr(1));
    } else {
      list.add(text);
    }
  }
  return std::move(list).done();
}

}  // namespace assay::suites
