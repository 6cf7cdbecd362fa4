// SPDX-License-Identifier: Apache-2.0
// How a table says what an operation takes and gives: tensors with their shapes in words,
// attributes with their kinds.
#pragma once

#include <span>
#include <string_view>

#include "reference/attribute.h"

namespace assay {

/// What may stand in a tensor. `floating` is the storage type of the call's class.
enum class ElementKind { floating, i64, boolean };

/// One tensor of an op. `shape` lists its axes, outermost first, separated by spaces:
///   word          this extent, the same everywhere in the call; an i64 attribute of the same name
///                 gives it beforehand
///   word/1        this extent, or 1 and then repeated (broadcast)
///   2, 2*word     a number, a product of numbers and words
///   word+word     the sum of such terms; a word that nothing in the call binds counts 0
/// A name with a star, layers.*.attention.w_q, stands for one tensor per layer,
/// layers.0.attention.w_q and so on.
struct TensorSpec {
  std::string_view name;
  ElementKind kind;
  std::string_view shape;
  bool optional = false;
  bool weight = false;    // given to `prepare` beforehand
  bool laid_out = false;  // axes 1 and 2 change places under layout = "bshd"
  bool in_out = false;    // an input that the call itself rewrites; stands in both tables
  std::string_view repeated =
      {};  // the i64 attribute that says how many tensors a starred name means
};

/// Whether `name` is the one that a spec's name means, or one of those that its star stands for.
constexpr bool is_named(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  const std::string_view before = pattern.substr(0, star), after = pattern.substr(star + 1);
  if (!name.starts_with(before) || !name.ends_with(after)) return false;
  if (name.size() <= before.size() + after.size()) return false;
  const std::string_view number =
      name.substr(before.size(), name.size() - before.size() - after.size());
  if (number.size() > 1 && number.front() == '0') return false;
  for (const char digit : number)
    if (digit < '0' || digit > '9') return false;
  return true;
}

/// One attribute. `ordinary` is the value, as text, that switches the option off or that most users
/// mean. It is no default of the ABI, where every attribute is explicit; case lists, examples and
/// the command line complete themselves with it.
struct AttributeSpec {
  std::string_view name;
  AttributeKind kind;
  std::string_view ordinary;
  std::string_view choices;  // of a string attribute, separated by '|'; empty: any
};

struct OpSchema {
  std::string_view name;
  std::span<const TensorSpec> inputs;
  std::span<const TensorSpec> outputs;
  std::span<const AttributeSpec> attributes;
  std::string_view batch_word;  // rows along this word are independent of each other; empty: none
  bool discontinuous = false;   // outputs jump (argmax, kept sets): cases need a margin
  bool composite = false;  // made of ops whose outputs a class may round; its bound is no proof
};

/// The spec of that name; also for one of the tensors that a starred name stands for.
template <class Spec>
constexpr const Spec* find_named(std::span<const Spec> specs, std::string_view name) {
  for (const Spec& spec : specs)
    if (is_named(spec.name, name)) return &spec;
  return nullptr;
}

namespace schema {
using enum ElementKind;
}

}  // namespace assay
