// SPDX-License-Identifier: Apache-2.0
#include "suites/score.h"

#include <algorithm>
#include <set>

#include "suites/command_words.h"
#include "suites/diagnosis.h"
#include "suites/elements.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::GivenOutputs;
using fixtures::Golden;
using reports::CaseResult;
using reports::Verdict;

// How many wrong calls of a file are compared with known mistakes, which takes seconds each.
constexpr int most_named = 3;

std::string text_of(const Shape& shape) {
  std::string text = "(";
  for (const std::int64_t extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + ")";
}

std::string place_of(const Case& test_case, const std::string& number_class,
                     const std::string& output) {
  return test_case.full_id() + "/" + number_class + "/" + output;
}

/// Why a tensor cannot stand for an output; empty: it can.
std::string objection(const Array& array, const Golden& golden) {
  if (is_floating(golden.want.dtype) != is_floating(array.dtype)) {
    return is_floating(array.dtype) ? "holds real numbers, and it is of integers"
                                    : "holds integers, and it is of real numbers";
  }
  if (array.shape != golden.want.shape) {
    return "has shape " + text_of(array.shape) + ", and should have " + text_of(golden.want.shape);
  }
  if (golden.want.dtype != DType::boolean) return "";
  const auto* values = array.as<std::int64_t>();
  const bool clean = std::all_of(values, values + array.count(),
                                 [](std::int64_t value) { return value == 0 || value == 1; });
  return clean ? "" : "holds a boolean that is neither 0 nor 1";
}

std::vector<std::byte> stored(const Array& array, DType type) {
  std::vector<std::byte> bytes(array.count() * size_of(type));
  if (type == DType::boolean) {
    for (std::size_t i = 0; i < array.count(); ++i) {
      bytes[i] = static_cast<std::byte>(array.as<std::int64_t>()[i]);
    }
  } else {
    store_elements(array, type, bytes);
  }
  return bytes;
}

/// Judges one call of which at least one output was given.
void judge_call(const Case& test_case, const NumberClass& number_class, const GivenOutputs& given,
                CaseResult& result, int& to_be_named) {
  std::vector<std::byte> got;
  result.verdict = Verdict::right;
  const auto object = [&](const std::string& reason) {
    result.verdict = Verdict::broken;
    result.reason += (result.reason.empty() ? "" : "; ") + reason;
  };
  for (const Golden& golden : test_case.outputs) {
    const std::string place = place_of(test_case, std::string(number_class.name), golden.name);
    if (const auto bad = given.unreadable.find(place); bad != given.unreadable.end()) {
      object(golden.name + " " + bad->second);
      continue;
    }
    const auto found = given.arrays.find(place);
    if (found == given.arrays.end()) {
      object(golden.name + " is missing");
      continue;
    }
    if (const std::string reason = objection(found->second, golden); !reason.empty()) {
      object(golden.name + " " + reason);
      continue;
    }
    const auto bytes = stored(found->second, stored_type(golden, number_class));
    result.outputs.push_back(judge_output(test_case, golden, number_class, bytes));
    result.verdict = worse(result.verdict, result.outputs.back().verdict);
    got.insert(got.end(), bytes.begin(), bytes.end());
  }
  const bool departs = result.verdict == Verdict::imprecise || result.verdict == Verdict::wrong;
  if (departs && to_be_named-- > 0) name_likenesses(test_case, number_class, got, result);
}

/// Every place at which an output of a known case could stand.
std::set<std::string> places_of(const std::vector<Case>& known) {
  std::set<std::string> places;
  for (const Case& each : known) {
    for (const std::string& number_class : each.classes) {
      for (const Golden& golden : each.outputs) {
        places.insert(place_of(each, number_class, golden.name));
      }
    }
  }
  return places;
}

/// How far a path that stands for nothing is right.
std::string why_extra(const std::string& path, const std::vector<Case>& known) {
  const std::size_t op_end = path.find('/');
  const std::size_t case_end = op_end == std::string::npos ? op_end : path.find('/', op_end + 1);
  const std::string full_id = path.substr(0, case_end);
  const auto found = std::ranges::find(known, full_id, &Case::full_id);
  if (found == known.end()) return "there is no case " + full_id;
  const std::size_t class_end = path.find('/', case_end + 1);
  const std::string number_class = path.substr(case_end + 1, class_end - case_end - 1);
  if (std::ranges::find(found->classes, number_class) == found->classes.end()) {
    return full_id + " has no class " + number_class;
  }
  return full_id + " has no output " + path.substr(class_end + 1);
}

bool anything_given(const GivenOutputs& given, const Case& test_case,
                    const std::string& number_class) {
  return std::ranges::any_of(test_case.outputs, [&](const Golden& golden) {
    const std::string place = place_of(test_case, number_class, golden.name);
    return given.arrays.contains(place) || given.unreadable.contains(place);
  });
}

CaseResult named(const Case& test_case, const std::string& number_class,
                 const std::string& implementation, const std::string& rerun_prefix) {
  CaseResult result;
  result.variant = implementation;
  result.op = test_case.op;
  result.case_id = test_case.id;
  result.number_class = number_class;
  result.clauses = test_case.clauses;
  result.suites = test_case.suites;
  result.rerun =
      rerun_prefix + " --class " + number_class + " --filter " + shell_quoted(test_case.full_id());
  return result;
}

}  // namespace

Score score(const GivenOutputs& given, const std::vector<Case>& known,
            const std::vector<Case>& asked, const std::vector<std::string>& classes,
            const std::string& implementation, const std::string& rerun_prefix) {
  Score result;
  int to_be_named = most_named;
  for (const Case& test_case : asked) {
    for (const std::string& name : test_case.classes) {
      if (!classes.empty() && std::ranges::find(classes, name) == classes.end()) continue;
      CaseResult& judged =
          result.cases.emplace_back(named(test_case, name, implementation, rerun_prefix));
      if (anything_given(given, test_case, name)) {
        judge_call(test_case, *find_class(name), given, judged, to_be_named);
      } else {
        judged.verdict = Verdict::unsupported;
        judged.reason = "not in the file";
        ++result.not_given;
      }
    }
  }
  const std::set<std::string> places = places_of(known);
  const auto name_extra = [&](const std::string& path, const std::string& otherwise) {
    if (!places.contains(path)) result.extra.push_back(path + ": " + otherwise);
  };
  for (const auto& [path, array] : given.arrays) name_extra(path, why_extra(path, known));
  for (const auto& [path, reason] : given.unreadable) name_extra(path, reason);
  return result;
}

}  // namespace assay::suites
