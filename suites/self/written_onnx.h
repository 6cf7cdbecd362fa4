// SPDX-License-Identifier: Apache-2.0
// Node tests in ONNX's format, written byte by byte: the tests of the importer need damaged ones,
// which no library would write. (Field numbers: onnx.proto3 of the ONNX project; wire format:
// protobuf.dev, "Encoding".)
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace assay::suites {

/// A protobuf message in the making.
class Message {
 public:
  Message& number(int field, std::uint64_t value) {
    varint(static_cast<std::uint64_t>(field) << 3);
    varint(value);
    return *this;
  }
  Message& text(int field, const std::string& value) {
    varint((static_cast<std::uint64_t>(field) << 3) | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& four_bytes(int field, float value) {
    varint((static_cast<std::uint64_t>(field) << 3) | 5);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

enum OnnxType { onnx_float = 1, onnx_int64 = 7, onnx_string = 8 };

/// TensorProto.
template <class Element>
Message tensor(OnnxType type, const std::vector<std::int64_t>& shape,
               const std::vector<Element>& values) {
  Message result;
  for (const std::int64_t extent : shape) result.number(1, static_cast<std::uint64_t>(extent));
  result.number(2, type);
  result.text(9, std::string(reinterpret_cast<const char*>(values.data()),
                             values.size() * sizeof(Element)));
  return result;
}

/// AttributeProto with an integer.
inline Message integer_attribute(const std::string& name, std::int64_t value) {
  return Message().text(1, name).number(3, static_cast<std::uint64_t>(value)).number(20, 2);
}

/// AttributeProto with a float, whose four bytes are wire type 5.
inline Message float_attribute(const std::string& name, float value) {
  return Message().text(1, name).four_bytes(2, value).number(20, 1);
}

/// ModelProto with one node from inputs a, b, ... to the output y, all of one type.
inline Message model(const std::string& op, const std::vector<std::string>& inputs,
                     const std::vector<Message>& attributes = {}, OnnxType type = onnx_float) {
  Message node, graph;
  const auto value = [type](const std::string& name) {
    return Message().text(1, name).message(
        2, Message().message(1, Message().number(1, static_cast<std::uint64_t>(type))));
  };
  for (const std::string& input : inputs) node.text(1, input);
  node.text(2, "y").text(4, op);
  for (const Message& attribute : attributes) node.message(5, attribute);
  graph.message(1, node);
  for (const std::string& input : inputs) graph.message(11, value(input));
  graph.message(12, value("y"));
  return Message().message(7, graph).message(8, Message().text(1, "").number(2, 13));
}

inline void write(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace assay::suites
