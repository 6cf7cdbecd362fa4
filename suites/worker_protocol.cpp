// SPDX-License-Identifier: Apache-2.0
#include "suites/worker_protocol.h"

namespace assay::suites {
namespace {

template <class... Fields>
void put_all(WireWriter& writer, const Fields&... fields) {
  (writer.put(fields), ...);
}

template <class... Fields>
void get_all(WireReader& reader, Fields&... fields) {
  (reader.get(fields), ...);
}

template <std::size_t index = 0>
Attribute get_attribute(WireReader& reader, std::size_t kind) {
  if constexpr (index < std::variant_size_v<Attribute>) {
    if (kind != index) return get_attribute<index + 1>(reader, kind);
    std::variant_alternative_t<index, Attribute> value{};
    reader.get(value);
    return value;
  } else {
    throw WireError("an attribute of an unknown kind");
  }
}

}  // namespace

void Start::write(WireWriter& writer) const { put_all(writer, variant, memory_limit, time_limit); }
void Start::read(WireReader& reader) { get_all(reader, variant, memory_limit, time_limit); }

void Description::write(WireWriter& writer) const {
  put_all(writer, load_error, name, version, summary, grades, targets, warnings);
}
void Description::read(WireReader& reader) {
  get_all(reader, load_error, name, version, summary, grades, targets, warnings);
}

void TensorDescription::write(WireWriter& writer) const {
  put_all(writer, name, dtype, shape, weight, in_out);
}
void TensorDescription::read(WireReader& reader) {
  get_all(reader, name, dtype, shape, weight, in_out);
}

void CallDescription::write(WireWriter& writer) const {
  put_all(writer, op, number_class, threads);
  writer.put(static_cast<std::uint32_t>(attributes.size()));
  for (const auto& [name, value] : attributes) {
    put_all(writer, name, static_cast<std::uint32_t>(value.index()));
    std::visit([&](const auto& held) { writer.put(held); }, value);
  }
  put_all(writer, inputs, outputs);
}
void CallDescription::read(WireReader& reader) {
  get_all(reader, op, number_class, threads);
  std::uint32_t count = 0;
  reader.get(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string name;
    std::uint32_t kind = 0;
    get_all(reader, name, kind);
    attributes[name] = get_attribute(reader, kind);
  }
  get_all(reader, inputs, outputs);
}

void RegionList::write(WireWriter& writer) const {
  writer.put(static_cast<std::uint32_t>(regions.size()));
  for (const Region& each : regions) {
    put_all(writer, each.offset, each.length, each.begin, each.bytes);
  }
}
void RegionList::read(WireReader& reader) {
  std::uint32_t count = 0;
  reader.get(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Region& each = regions.emplace_back();
    get_all(reader, each.offset, each.length, each.begin, each.bytes);
  }
}

void Patch::write(WireWriter& writer) const { put_all(writer, offset, bytes); }
void Patch::read(WireReader& reader) { get_all(reader, offset, bytes); }

void Decoy::write(WireWriter& writer) const { put_all(writer, outputs, patches); }
void Decoy::read(WireReader& reader) { get_all(reader, outputs, patches); }

void Request::write(WireWriter& writer) const {
  put_all(writer, actions, call, input_sets, outputs, decoy, samples, calls, first_set, disturbance,
          sweep);
}
void Request::read(WireReader& reader) {
  get_all(reader, actions, call, input_sets, outputs, decoy, samples, calls, first_set, disturbance,
          sweep);
}

void StepReport::write(WireWriter& writer) const {
  put_all(writer, done, status, text, exception, environment, process_left, nanoseconds);
}
void StepReport::read(WireReader& reader) {
  get_all(reader, done, status, text, exception, environment, process_left, nanoseconds);
}

void Reply::write(WireWriter& writer) const {
  put_all(writer, supports, prepare, run, release, outputs, threads_left, threads_work,
          left_changed, error);
}
void Reply::read(WireReader& reader) {
  get_all(reader, supports, prepare, run, release, outputs, threads_left, threads_work,
          left_changed, error);
}

std::optional<std::uint32_t> complete_body(std::string_view bytes,
                                           std::optional<std::uint64_t> token) {
  MessageHeader header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != message_magic || header.length > longest_message ||
      (token && header.token != *token)) {
    throw WireError("bytes that are no message");
  }
  if (bytes.size() - sizeof header < header.length) return std::nullopt;
  return header.length;
}

}  // namespace assay::suites
