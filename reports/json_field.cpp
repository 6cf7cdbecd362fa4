// SPDX-License-Identifier: Apache-2.0
// Reading one value of a result file, and saying what is wrong with it.
#include "reports/json_field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/escape.h"
#include "reports/json.h"

namespace assay::reports {

JsonField::Json JsonField::parse(std::string_view text, const std::string& name,
                                 std::string_view expected) {
  try {
    return Json::parse(text);
  } catch (const BadFields& error) {
    throw ResultFileError(one_line(name + ": " + error.what()));
  } catch (const Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: ..."
    std::string what = error.what();
    if (const auto end = what.find("] "); end != std::string::npos) what.erase(0, end + 2);
    if (what.size() > 200) what = what.substr(0, 197) + "...";
    throw ResultFileError(one_line(name + ": not " + std::string(expected) + ": " + what));
  }
}

std::string JsonField::path() const {
  if (parent_ == nullptr) return std::string(name_) + ": ";
  const std::string before = parent_->path();
  if (index_) return before + "[" + std::to_string(*index_) + "]";
  const bool at_root = parent_->parent_ == nullptr;
  return before + (at_root ? "" : ".") + std::string(name_);
}

void JsonField::fail(std::string_view what) const {
  std::string where = path();
  if (parent_ != nullptr) where += ": ";
  throw ResultFileError(one_line(where + std::string(what)));
}

void JsonField::require(bool holds, std::string_view expected) const {
  if (holds) return;
  std::string found = value_.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (found.size() > 60) found = found.substr(0, 57) + "...";
  fail(std::string(expected) + " is expected here, not " + found);
}

std::optional<JsonField> JsonField::find(std::string_view name) const {
  require(value_.is_object(), "an object");
  const auto place = value_.find(name);
  if (place == value_.end()) return std::nullopt;
  return JsonField(*place, this, name);
}

JsonField JsonField::at(std::string_view name) const {
  if (auto field = find(name)) return *field;
  fail("field \"" + std::string(name) + "\" is missing");
}

std::string JsonField::text() const {
  require(value_.is_string(), "a text");
  return value_.get<std::string>();
}

std::string JsonField::identity() const {
  std::string value = text();
  const bool fits = !value.empty() && value.size() <= 4096 && one_line(value) == value;
  require(fits, "a text of one line without control characters");
  return value;
}

double JsonField::number() const {
  if (value_.is_string()) {
    const auto& word = value_.get_ref<const std::string&>();
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (word == "inf") return std::numeric_limits<double>::infinity();
    if (word == "-inf") return -std::numeric_limits<double>::infinity();
  }
  require(value_.is_number(), "a number, \"nan\", \"inf\" or \"-inf\"");
  return value_.get<double>();
}

double JsonField::number_not_below_zero() const {
  const double value = number();
  require(value >= 0, "a number that is not below zero");
  return value;
}

std::int64_t JsonField::integer(std::int64_t low, std::int64_t high) const {
  const bool fits = value_.is_number_integer() &&
                    (!value_.is_number_unsigned() ||
                     value_.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()) &&
                    value_.get<std::int64_t>() >= low && value_.get<std::int64_t>() <= high;
  require(fits, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return value_.get<std::int64_t>();
}

bool JsonField::boolean() const {
  require(value_.is_boolean(), "true or false");
  return value_.get<bool>();
}

}  // namespace assay::reports
