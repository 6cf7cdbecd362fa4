// SPDX-License-Identifier: Apache-2.0
#include "suites/self/variant_calls.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <list>
#include <sstream>
#include <stdexcept>

namespace assay::suites {
namespace {

DLDataType type_of(DType type) {
  switch (type) {
    case DType::bf16:
      return {kDLBfloat, 16, 1};
    case DType::i64:
      return {kDLInt, 64, 1};
    case DType::boolean:
      return {kDLUInt, 8, 1};
    default:
      return {kDLFloat, static_cast<std::uint8_t>(8 * size_of(type)), 1};
  }
}

std::size_t count_of(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
  return count;
}

void write(DType type, double value, std::byte* to) {
  const auto put = [to](auto stored) { std::memcpy(to, &stored, sizeof(stored)); };
  if (type == DType::f64) put(value);
  if (type == DType::f32) put(static_cast<float>(value));
  if (type == DType::bf16) put(bf16_from_f32(static_cast<float>(value)));
  if (type == DType::f16) put(f16_from_f32(static_cast<float>(value)));
  if (type == DType::i64) put(static_cast<std::int64_t>(value));
  if (type == DType::boolean) put(static_cast<std::uint8_t>(value));
}

double read(DType type, const std::byte* from) {
  const auto get = [from](auto stored) {
    std::memcpy(&stored, from, sizeof(stored));
    return stored;
  };
  switch (type) {
    case DType::f64:
      return get(0.0);
    case DType::f32:
      return get(0.0F);
    case DType::bf16:
      return f32_from_bf16(get(std::uint16_t{}));
    case DType::f16:
      return f32_from_f16(get(std::uint16_t{}));
    case DType::i64:
      return static_cast<double>(get(std::int64_t{}));
    default:
      return get(std::uint8_t{});
  }
}

/// Memory that ends where a page begins that nobody may touch.
class Flush {
 public:
  explicit Flush(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t room = (bytes + page - 1) / page * page;
    mapped_ = room + page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (base_ == MAP_FAILED || mprotect(base_ + room, page, PROT_NONE) != 0) {
      throw std::runtime_error("no memory for a tensor");
    }
    data_ = base_ + (room - bytes);
    std::memset(base_, 0xff, room);  // NaNs, also where outputs are
  }
  ~Flush() { munmap(base_, mapped_); }
  Flush(const Flush&) = delete;
  Flush& operator=(const Flush&) = delete;
  [[nodiscard]] std::byte* data() const { return data_; }

 private:
  std::byte *base_, *data_;
  std::size_t mapped_;
};

/// A recipe as the ABI's structs, with memory.
class AbiCall {
 public:
  AbiCall(const CallRecipe& recipe, const std::string& number_class)
      : op_(*find_op(recipe.op)),
        number_class_(*find_class(number_class)),
        attributes_(complete(op_, recipe.attributes)) {
    for (const auto& [name, value] : attributes_) attributes_of_abi_.push_back(abi_of(name, value));
    TensorTypes types;
    for (const auto& [name, values] : recipe.inputs) {
      const TensorSpec* spec = find_named(op_.inputs, name);
      const DType type = spec->kind == ElementKind::floating ? number_class_.storage
                         : spec->kind == ElementKind::i64    ? DType::i64
                                                             : DType::boolean;
      types[name] = {type, values.shape};
      std::byte* to = spec->in_out
                          ? add(outputs_, name, types[name], ASSAY_IN_OUT)
                          : add(inputs_, name, types[name], spec->weight ? ASSAY_WEIGHT : 0);
      for (std::size_t i = 0; i < values.numbers.size(); ++i) {
        write(type, values.numbers[i], to + i * size_of(type));
      }
    }
    const Words words = bind_words(op_, number_class_, attributes_, types);
    for (const std::string& name : recipe.outputs) {
      if (find_named(op_.outputs, name)->in_out) continue;
      add(outputs_, name, output_type(op_, number_class_, attributes_, words, name), 0);
    }
  }

  [[nodiscard]] assay_call abi(int threads) {
    return {.size = sizeof(assay_call),
            .threads = threads,
            .op = op_.name.data(),
            .number_class = number_class_.name.data(),
            .attributes = attributes_of_abi_.data(),
            .attribute_count = static_cast<std::int64_t>(attributes_of_abi_.size()),
            .inputs = inputs_.data(),
            .input_count = static_cast<std::int64_t>(inputs_.size()),
            .outputs = outputs_.data(),
            .output_count = static_cast<std::int64_t>(outputs_.size())};
  }

  [[nodiscard]] NamedValues results() const {
    NamedValues results;
    for (const assay_tensor& tensor : outputs_) {
      const TensorType& type = types_.at(tensor.name);
      Values values{type.shape, std::vector<double>(count_of(type.shape))};
      for (std::size_t i = 0; i < values.numbers.size(); ++i) {
        values.numbers[i] =
            read(type.dtype, static_cast<std::byte*>(tensor.dl.data) + i * size_of(type.dtype));
      }
      results[tensor.name] = std::move(values);
    }
    return results;
  }

 private:
  static assay_attribute abi_of(const std::string& name, const Attribute& value) {
    assay_attribute abi{};
    abi.name = name.c_str();
    abi.kind = static_cast<std::int32_t>(value.index());
    if (const auto* i64 = std::get_if<std::int64_t>(&value)) abi.i64 = *i64;
    if (const auto* f64 = std::get_if<double>(&value)) abi.f64 = *f64;
    if (const auto* text = std::get_if<std::string>(&value)) abi.string = text->c_str();
    return abi;
  }

  std::byte* add(std::vector<assay_tensor>& list, const std::string& name, const TensorType& type,
                 std::uint32_t flags) {
    TensorType& kept = types_[name] = type;
    memory_.emplace_back(count_of(type.shape) * size_of(type.dtype));
    assay_tensor tensor{};
    tensor.name = names_.emplace_back(name).c_str();
    tensor.dl.data = memory_.back().data();
    tensor.dl.device = {kDLCPU, 0};
    tensor.dl.ndim = static_cast<int>(kept.shape.size());
    tensor.dl.dtype = type_of(type.dtype);
    tensor.dl.shape = kept.shape.data();
    tensor.flags = flags;
    list.push_back(tensor);
    return memory_.back().data();
  }

  const OpSchema& op_;
  const NumberClass& number_class_;
  Attributes attributes_;
  std::map<std::string, TensorType> types_;
  std::list<std::string> names_;
  std::list<Flush> memory_;
  std::vector<assay_attribute> attributes_of_abi_;
  std::vector<assay_tensor> inputs_, outputs_;
};

}  // namespace

CallRecipe stored(const CallRecipe& recipe, const std::string& number_class) {
  CallRecipe rounded = recipe;
  const DType storage = find_class(number_class)->storage;
  for (auto& [name, values] : rounded.inputs) {
    if (find_named(find_op(recipe.op)->inputs, name)->kind != ElementKind::floating) continue;
    for (double& number : values.numbers) number = round_to(storage, number);
  }
  return rounded;
}

NamedValues call(const assay_implementation& implementation, const CallRecipe& recipe,
                 const std::string& number_class, int threads, bool prepared) {
  AbiCall made(recipe, number_class);
  const assay_call abi = made.abi(threads);
  void* handle = nullptr;
  const bool prepares = prepared && implementation.prepare != nullptr;
  if ((prepares && implementation.prepare(&abi, &handle) != ASSAY_OK) ||
      implementation.run(&abi, handle) != ASSAY_OK) {
    throw std::runtime_error(implementation.last_error());
  }
  if (prepares && handle != nullptr) implementation.release(handle);
  return made.results();
}

std::string kernel_of(const assay_implementation& implementation, const CallRecipe& recipe,
                      const std::string& number_class) {
  AbiCall made(recipe, number_class);
  const assay_call abi = made.abi(1);
  char text[256] = "";
  implementation.supports(&abi, text, sizeof(text));
  return text;
}

std::string described(const CallRecipe& recipe) {
  std::ostringstream text;
  text << recipe.op;
  for (const auto& [name, values] : recipe.inputs) {
    text << ' ' << name << '(';
    for (const auto extent : values.shape) text << extent << ' ';
    text << ')';
  }
  for (const auto& [name, value] : recipe.attributes) {
    text << ' ' << name << '=';
    std::visit(
        [&](const auto& v) {
          if constexpr (requires { text << v; }) text << v;
        },
        value);
  }
  return text.str();
}

}  // namespace assay::suites
