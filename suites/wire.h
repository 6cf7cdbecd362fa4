// SPDX-License-Identifier: Apache-2.0
// Numbers, strings and lists as bytes, and back with every length checked: what comes back passed
// through a process that runs foreign code. Little-endian, no padding, so that a worker in another
// language can speak it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace assay::suites {

static_assert(std::endian::native == std::endian::little);

/// Bytes that are no message.
struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WireWriter {
 public:
  template <class Number>
  requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void put(Number value) {
    const auto* bytes = reinterpret_cast<const char*>(&value);
    bytes_.append(bytes, sizeof value);
  }
  void put(bool value) { put(static_cast<std::uint8_t>(value)); }
  void put(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  template <class Item>
  void put(const std::vector<Item>& items) {
    put(static_cast<std::uint32_t>(items.size()));
    for (const Item& item : items) put(item);
  }
  /// A struct says by itself how it is written: void write(WireWriter&) const.
  template <class Struct>
  requires requires(const Struct& value, WireWriter& writer) { value.write(writer); }
  void put(const Struct& value) { value.write(*this); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void get(Number& value) { std::memcpy(&value, take(sizeof value).data(), sizeof value); }
  void get(bool& value) {
    std::uint8_t byte = 0;
    get(byte);
    value = byte != 0;
  }
  void get(std::string& text) { text = take(length(1)); }
  template <class Item>
  void get(std::vector<Item>& items) {
    items.resize(length(1));  // at least a byte each, so a lie about the number cannot cost memory
    for (Item& item : items) get(item);
  }
  template <class Struct>
  requires requires(Struct& value, WireReader& reader) { value.read(reader); }
  void get(Struct& value) { value.read(*this); }
  /// Throws WireError unless everything has been read.
  void finish() const {
    if (!rest_.empty()) throw WireError("a message is longer than its content");
  }

 private:
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw WireError("a message is shorter than its content");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::size_t length(std::size_t item_size) {
    std::uint32_t count = 0;
    get(count);
    if (count > rest_.size() / item_size) throw WireError("a list is longer than its message");
    return count;
  }

  std::string_view rest_;
};

}  // namespace assay::suites
