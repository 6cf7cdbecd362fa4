// SPDX-License-Identifier: Apache-2.0
#include "variants/ways/ways.h"

#include <array>
#include <utility>

#include "variants/ways/evaluations.h"
#include "variants/ways/manner.h"

namespace assay::variants::ways {
namespace {

struct Described {
  Way way;
  void (*evaluate)(const Invocation&);
  Manner manner;
};

/// Every sum, function and formula comes from here; nothing else tells one way from another.
constexpr Described table[] = {
    {{"reverse", "sums from the last term to the first"},
     evaluate_ordered,
     {.order = Order::reverse}},
    {{"pairwise", "sums as binary trees"}, evaluate_ordered, {.order = Order::pairwise}},
    {{"lanes-4", "sums in 4 vector lanes"}, evaluate_ordered, {.order = Order::lanes_4}},
    {{"lanes-8", "sums in 8 vector lanes"}, evaluate_ordered, {.order = Order::lanes_8}},
    {{"lanes-16", "sums in 16 vector lanes"}, evaluate_ordered, {.order = Order::lanes_16}},
    {{"blocks-32", "sums in blocks of 32"}, evaluate_ordered, {.order = Order::blocks_32}},
    {{"blocks-64", "sums in blocks of 64"}, evaluate_ordered, {.order = Order::blocks_64}},
    {{"three-parts", "sums in three parts, as three threads would"},
     evaluate_ordered,
     {.order = Order::three_parts}},
    {{"shuffled", "sums in an order that nobody would choose"},
     evaluate_ordered,
     {.order = Order::shuffled}},
    {{"kahan", "sums with a compensation"}, evaluate_ordered, {.order = Order::kahan}},
    {{"wide-accumulator", "sums in the next wider type"},
     evaluate_ordered,
     {.order = Order::wide_accumulator}},
    {{"polynomials", "exp, tanh and erf from series, sums in 8 lanes"},
     evaluate_ordered,
     {.order = Order::lanes_8, .functions = Functions::polynomial}},
    {{"base-2", "e^x from 2^x, base^-e from 1 / base^e, sums in 16 lanes"},
     evaluate_ordered,
     {.order = Order::lanes_16, .functions = Functions::base_2}},
    {{"functions-from-wider", "elementary functions in the next wider type, rounded once"},
     evaluate_ordered,
     {.functions = Functions::wider}},
    {{"late-rounding", "a 16-bit class rounds at the output and nowhere inside"},
     evaluate_ordered,
     {.order = Order::lanes_8, .rounds_inside = false}},
    {{"fused", "fused multiply-adds wherever a product is added"}, evaluate_fused, {}},
    {{"fused-lanes-8", "fused multiply-adds in 8 lanes"},
     evaluate_fused,
     {.order = Order::lanes_8}},
    {{"wide", "everything in the next wider type, rounded once at the output"}, evaluate_wide, {}},
    {{"welford", "mean and variance in one pass, combined from short runs; gelu from erfc"},
     evaluate_rearranged,
     {.formulas = {.welford = true}}},
    {{"folded", "one factor per row or channel, queries scaled beforehand"},
     evaluate_rearranged,
     {.order = Order::lanes_8, .formulas = {.scales_query = true, .folded = true}}},
    {{"online-1", "softmax and attention key by key"},
     evaluate_rearranged,
     {.formulas = {.tile = 1}}},
    {{"online-16", "softmax and attention in tiles of 16 keys"},
     evaluate_rearranged,
     {.order = Order::lanes_8, .formulas = {.tile = 16}}},
    {{"online-64-base-2", "tiles of 64 keys, powers of 2, log2 e folded into the scale"},
     evaluate_rearranged,
     {.order = Order::lanes_16, .formulas = {.tile = 64, .base_2 = true, .scales_query = true}}},
    {{"split-keys-4", "4 parts of the keys in tiles of 32, merged at the end"},
     evaluate_rearranged,
     {.order = Order::lanes_4, .formulas = {.tile = 32, .parts = 4, .folded = true}}},
};
constexpr std::size_t count = std::size(table);

/// The ABI's functions carry no state, so every way has functions of its own.
template <std::size_t index>
struct OneWay {
  static std::string supports(const Invocation&) { return std::string(table[index].way.summary); }
  static std::unique_ptr<Prepared> prepare(const Invocation&) { return nullptr; }
  static void run(const Invocation& invocation, const Prepared*) {
    const MannerScope scope(table[index].manner);
    table[index].evaluate(invocation);
  }
};

template <std::size_t... index>
constexpr std::array<assay_implementation, count> described(std::index_sequence<index...>) {
  return {Entry<OneWay<index>>::described(
      table[index].way.name.data(), table[index].way.summary.data(), "run threads batch align")...};
}

constexpr std::array<assay_implementation, count> implementations =
    described(std::make_index_sequence<count>());

template <std::size_t... index>
constexpr std::array<Way, count> named(std::index_sequence<index...>) {
  return {table[index].way...};
}

constexpr std::array<Way, count> names = named(std::make_index_sequence<count>());

}  // namespace

std::span<const Way> all() { return names; }

const assay_implementation* implementation(std::string_view name) {
  for (std::size_t i = 0; i < count; ++i) {
    if (names[i].name == name) return &implementations[i];
  }
  return nullptr;
}

}  // namespace assay::variants::ways
