// SPDX-License-Identifier: Apache-2.0
// A value inside a result file that knows where it stands, so that every complaint names file and
// field: "old.json: cases[3].verdict: ...". Only json_read.cpp needs it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::reports {

/// An object with a field twice, or with more fields than anybody means.
struct BadFields : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The fields of an object in the order of the file. nlohmann's own maps keep one of two equal keys
/// without a word; this one refuses them. It is also a plain list, which for objects of a dozen
/// fields is the fastest map there is.
template <class Key, class Value, class... Ignored>
class FieldList : public std::vector<std::pair<Key, Value>> {
 public:
  using key_type = Key;
  using mapped_type = Value;
  using key_compare = std::equal_to<>;
  using List = std::vector<std::pair<Key, Value>>;
  using value_type = typename List::value_type;
  using iterator = typename List::iterator;
  using const_iterator = typename List::const_iterator;
  using List::List;

  /// Adds a field, as the parser does.
  Value& operator[](const Key& key) {
    if (find(key) != this->end()) throw BadFields("field \"" + key + "\" stands twice");
    if (this->size() == most) throw BadFields("an object has more than 20,000 fields");
    return this->emplace_back(key, Value()).second;
  }
  template <class Wanted>
  iterator find(const Wanted& key) {
    return std::find_if(this->begin(), this->end(),
                        [&](const value_type& field) { return field.first == key; });
  }
  template <class Wanted>
  const_iterator find(const Wanted& key) const {
    return std::find_if(this->begin(), this->end(),
                        [&](const value_type& field) { return field.first == key; });
  }

 private:
  static constexpr std::size_t most = 20'000;  // so that the search stays short
};

class JsonField {
 public:
  using Json = nlohmann::basic_json<FieldList>;

  /// Parses a whole file. Throws ResultFileError: "<file>: not <what it should be>: ...", or the
  /// name of a field that stands twice.
  static Json parse(std::string_view text, const std::string& name, std::string_view expected);

  /// The root of a file called `name`.
  JsonField(const Json& value, std::string_view name) : value_(value), name_(name) {}

  /// Throws ResultFileError: "<file>: <path>: <what>".
  [[noreturn]] void fail(std::string_view what) const;

  /// A field of this object; `at` insists that it is there. The parent must outlive it.
  [[nodiscard]] JsonField at(std::string_view name) const;
  [[nodiscard]] std::optional<JsonField> find(std::string_view name) const;

  [[nodiscard]] std::string text() const;
  /// Text of one line that is not empty: what rows are known by.
  [[nodiscard]] std::string identity() const;
  [[nodiscard]] double number() const;                 // "nan", "inf" and "-inf" too
  [[nodiscard]] double number_not_below_zero() const;  // NaN is refused
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) const;
  [[nodiscard]] bool boolean() const;

  /// Calls `action` with every element of this array.
  template <class Action>
  void each(Action action) const {
    require(value_.is_array(), "a list");
    for (std::size_t i = 0; i < value_.size(); ++i) action(JsonField(value_[i], this, i));
  }
  /// Calls `action` with the name and value of every member of this object.
  template <class Action>
  void each_member(Action action) const {
    require(value_.is_object(), "an object");
    for (const auto& [name, member] : value_.items()) action(name, JsonField(member, this, name));
  }

 private:
  JsonField(const Json& value, const JsonField* parent, std::string_view name)
      : value_(value), parent_(parent), name_(name) {}
  JsonField(const Json& value, const JsonField* parent, std::size_t index)
      : value_(value), parent_(parent), index_(index) {}

  void require(bool holds, std::string_view expected) const;
  [[nodiscard]] std::string path() const;

  const Json& value_;
  const JsonField* parent_ = nullptr;
  std::string_view name_;  // of the file at the root
  std::optional<std::size_t> index_;
};

}  // namespace assay::reports
