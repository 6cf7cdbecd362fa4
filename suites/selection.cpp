// SPDX-License-Identifier: Apache-2.0
#include "suites/selection.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "reference/schema.h"
#include "reference/storage.h"
#include "suites/spelling.h"
#include "suites/usage_error.h"

namespace assay::suites {
namespace {

bool fits(const std::string& pattern, std::string_view name) {
  return fnmatch(pattern.c_str(), std::string(name).c_str(), 0) == 0;
}

std::vector<std::string> terms_of(const std::string& expression) {
  std::vector<std::string> terms;
  std::size_t begin = 0;
  while (begin <= expression.size()) {
    const std::size_t end = std::min(expression.find(',', begin), expression.size());
    if (end > begin) terms.push_back(expression.substr(begin, end - begin));
    begin = end + 1;
  }
  return terms;
}

/// `term` without its leading '!'.
bool term_fits(const std::string& term, const CaseNames& names) {
  if (term.starts_with('@')) {
    return std::any_of(names.clauses.begin(), names.clauses.end(),
                       [&](const std::string& clause) { return fits(term.substr(1), clause); });
  }
  if (term.find('/') != std::string::npos)
    return fits(term, std::string(names.op) + "/" + std::string(names.id));
  return fits(term, names.op) || fits(term, names.id);
}

bool expression_fits(const std::string& expression, const CaseNames& names) {
  bool wanted = false;
  bool has_wanted = false;
  for (const std::string& term : terms_of(expression)) {
    if (term.starts_with('!')) {
      if (term_fits(term.substr(1), names)) return false;
    } else {
      has_wanted = true;
      wanted = wanted || term_fits(term, names);
    }
  }
  return wanted || !has_wanted;
}

std::vector<std::string> unique(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

[[noreturn]] void reject_term(const std::string& term, std::span<const CaseNames> known) {
  std::vector<std::string> candidates;
  if (term.starts_with('@')) {
    for (const CaseNames& names : known)
      for (const std::string& clause : names.clauses) candidates.push_back("@" + clause);
    throw UsageError(
        unknown_name("decided clause", term, unique(candidates), "assay list clauses"));
  }
  for (const CaseNames& names : known) {
    candidates.push_back(std::string(names.op) + "/" + std::string(names.id));
    if (term.find('/') == std::string::npos) {
      candidates.emplace_back(names.op);
      candidates.emplace_back(names.id);
    }
  }
  throw UsageError(unknown_name("case", term, unique(candidates), "assay list cases"));
}

}  // namespace

bool Selection::picks(const CaseNames& names) const {
  const bool in_suite =
      suite == "all" || suite == "grades" || (suite == "generation" && names.op == suite) ||
      std::find(names.suites.begin(), names.suites.end(), suite) != names.suites.end();
  return in_suite && (filters.empty() ||
                      std::any_of(filters.begin(), filters.end(), [&](const std::string& each) {
                        return expression_fits(each, names);
                      }));
}

void check_suite(const std::string& suite) {
  std::vector<std::string> known;
  for (const SuiteInfo& info : suite_list) known.emplace_back(info.name);
  if (std::find(known.begin(), known.end(), suite) == known.end())
    throw UsageError(unknown_name("suite", suite, known, "assay list suites"));
}

void check_classes(std::span<const std::string> classes) {
  for (const std::string& name : classes) {
    if (find_class(name) != nullptr) continue;
    std::vector<std::string> known;
    for (const NumberClass& each : number_classes) known.emplace_back(each.name);
    throw UsageError(unknown_name("class", name, known, "assay list classes"));
  }
}

void check_filters(const Selection& selection, std::span<const CaseNames> known) {
  for (const std::string& expression : selection.filters) {
    for (const std::string& term : terms_of(expression)) {
      const std::string name = term.starts_with('!') ? term.substr(1) : term;
      if (name.find_first_of("*?[") != std::string::npos || find_op(name) != nullptr) continue;
      const bool fits_some = std::any_of(known.begin(), known.end(), [&](const CaseNames& names) {
        return term_fits(name, names);
      });
      if (!fits_some) reject_term(name, known);
    }
  }
}

std::pair<int, int> parse_shard(const std::string& text) {
  int shard = 0;
  int shards = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == '/') {
    const auto second = std::from_chars(first.ptr + 1, end, shards);
    if (second.ec == std::errc() && second.ptr == end && 1 <= shard && shard <= shards)
      return {shard, shards};
  }
  throw UsageError("--shard: i/n with 1 <= i <= n, such as 2/5, not " + text);
}

}  // namespace assay::suites
