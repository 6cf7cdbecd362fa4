// SPDX-License-Identifier: Apache-2.0
// Rotary frequencies, and how a model that was trained on texts of original_len tokens slows them
// down to read texts `factor` times as long. Clauses: rope.md.
#pragma once

#include <numbers>

#include "reference/call.h"
#include "reference/shape.h"

namespace assay::reference {

/// pi, from two parts that doubles hold exactly.
template <class Number>
Number pi() {
  return exact<Number>(std::numbers::pi) + exact<Number>(0x1.1a62633145c07p-53);
}

/// What slows the frequencies down; the attributes of rope under their own names.
template <class Number>
struct RopeScaling {
  std::string kind = "none";
  Number factor;
  std::int64_t original_len = 0;
  Number beta_fast, beta_slow;  // of YaRN: how often a pair turns within original_len tokens
  bool truncate = true;
  Number attention_factor;                   // 0: by the formula
  Number low_freq_factor, high_freq_factor;  // of Llama 3: the same as the betas
};

/// A straight line from 0 at `none` to 1 at `all`, level beyond both.
template <class Number>
Number share_at(const Number& place, const Number& none, const Number& all) {
  const Number way = place - none;
  const Number width = all - none;
  const Number share = way / width;
  if (share < whole<Number>(0)) return whole<Number>(0);
  return whole<Number>(1) < share ? whole<Number>(1) : share;
}

/// The pair, counted in fractions too, that turns `turns` times within original_len tokens: c in
/// original_len * base^(-2c / rotary_dim) = 2 pi turns. Kept between 0 and rotary_dim - 1.
template <class Number>
Number pair_that_turns(const Number& turns, std::size_t rotary_dim, const Number& base,
                       std::int64_t original_len) {
  const Number circle = whole<Number>(2) * pi<Number>();
  const Number radians = circle * turns;
  const Number slowdown = whole<Number>(original_len) / radians;
  const Number numerator = whole<Number>(static_cast<std::int64_t>(rotary_dim)) * log(slowdown);
  const Number denominator = whole<Number>(2) * log(base);
  const Number pair = numerator / denominator;
  const auto last = whole<Number>(static_cast<std::int64_t>(rotary_dim) - 1);
  if (pair < whole<Number>(0)) return whole<Number>(0);
  return last < pair ? last : pair;
}

/// The whole number at or below x, or at or above it, for x from 0 to rotary_dim - 1.
template <class Number>
Number whole_below(const Number& x) {
  std::int64_t pair = 0;
  while (!(x < whole<Number>(pair + 1))) ++pair;
  return whole<Number>(pair);
}
template <class Number>
Number whole_above(const Number& x) {
  std::int64_t pair = 0;
  while (whole<Number>(pair) < x) ++pair;
  return whole<Number>(pair);
}

/// The share of its own frequency that YaRN leaves to pair c: a straight line over the pairs, from
/// those that turn often to those that hardly turn.
template <class Number>
Number yarn_share(std::size_t c, std::size_t rotary_dim, const Number& base,
                  const RopeScaling<Number>& scaling) {
  const auto pair = whole<Number>(static_cast<std::int64_t>(c));
  Number all = pair_that_turns(scaling.beta_fast, rotary_dim, base, scaling.original_len);
  Number none = pair_that_turns(scaling.beta_slow, rotary_dim, base, scaling.original_len);
  if (scaling.truncate) {  //                                                   [rope.yarn-range]
    all = whole_below(all);
    none = whole_above(none);
  }
  if (all == none) return all < pair ? whole<Number>(0) : whole<Number>(1);
  return share_at(pair, none, all);
}

/// The share that Llama 3 leaves to a pair: a straight line over its turns within original_len
/// tokens.
template <class Number>
Number llama3_share(const Number& frequency, const RopeScaling<Number>& scaling) {
  const Number radians = whole<Number>(scaling.original_len) * frequency;
  const Number circle = whole<Number>(2) * pi<Number>();
  const Number turns = radians / circle;
  return share_at(turns, scaling.low_freq_factor, scaling.high_freq_factor);
}

/// Between the frequency as it is and what linear scaling makes of it.
template <class Number>
Number between(const Number& share, const Number& frequency, const Number& factor) {
  const Number slowed = frequency / factor;
  const Number kept = share * frequency;
  const Number remainder = whole<Number>(1) - share;
  const Number lost = remainder * slowed;
  return kept + lost;
}

/// Radians per position of pair c.
template <class Number>
Number frequency_of(std::size_t c, std::size_t rotary_dim, const Number& base,
                    const RopeScaling<Number>& scaling) {
  // Over rotary_dim, also where head_dim is larger.                             [rope.frequency]
  const auto width = static_cast<std::int64_t>(rotary_dim);
  const Number exponent = ratio<Number>(-2 * static_cast<std::int64_t>(c), width);
  if (scaling.kind == "ntk") {  //                                                     [rope.ntk]
    const Number stretch = pow(scaling.factor, ratio<Number>(width, width - 2));
    const Number stretched = base * stretch;
    return pow(stretched, exponent);
  }
  const Number frequency = pow(base, exponent);
  if (scaling.kind == "linear") return frequency / scaling.factor;  //             [rope.linear]
  if (scaling.kind == "yarn") {  //                                                   [rope.yarn]
    return between(yarn_share(c, rotary_dim, base, scaling), frequency, scaling.factor);
  }
  if (scaling.kind == "llama3") {  //                                               [rope.llama3]
    return between(llama3_share(frequency, scaling), frequency, scaling.factor);
  }
  return frequency;
}

/// What cosines and sines are multiplied by under YaRN.                [rope.yarn-attention-factor]
template <class Number>
Number yarn_attention_factor(const RopeScaling<Number>& scaling) {
  if (!(scaling.attention_factor == whole<Number>(0))) return scaling.attention_factor;
  const Number logarithm = log(scaling.factor);
  const Number tenth = ratio<Number>(1, 10);
  const Number growth = tenth * logarithm;
  return growth + whole<Number>(1);
}

/// Throws CallError where the attributes of a scaling that is switched on make no sense.
template <class Number>
void check_rope_scaling(const RopeScaling<Number>& scaling, std::size_t rotary_dim,
                        const Number& base) {
  const auto refuse = [](const std::string& what) { throw CallError("rope: " + what); };
  if (scaling.kind == "none") return;
  if (!isfinite(scaling.factor) || scaling.factor < whole<Number>(1)) {  //        [rope.scaling]
    refuse("factor must be finite and at least 1");
  }
  if (scaling.kind == "ntk" && rotary_dim < 4) refuse("ntk scaling needs rotary_dim >= 4");
  if (scaling.kind != "yarn" && scaling.kind != "llama3") return;
  if (scaling.original_len < 1) refuse(scaling.kind + " scaling needs original_len >= 1");
  if (scaling.kind == "yarn") {
    if (!(whole<Number>(1) < base)) refuse("yarn scaling needs base > 1");
    if (!(whole<Number>(0) < scaling.beta_slow) || scaling.beta_fast < scaling.beta_slow) {
      refuse("yarn scaling needs 0 < beta_slow <= beta_fast");
    }
    if (scaling.attention_factor < whole<Number>(0)) refuse("attention_factor must not be < 0");
  } else if (!(scaling.low_freq_factor < scaling.high_freq_factor)) {
    refuse("llama3 scaling needs low_freq_factor < high_freq_factor");
  }
}

/// The attributes of a call of rope.
template <class Number>
RopeScaling<Number> rope_scaling_of(const Call<Number>& call) {
  return {.kind = call.string("scaling"),
          .factor = call.f64("factor"),
          .original_len = call.i64("original_len"),
          .beta_fast = call.f64("beta_fast"),
          .beta_slow = call.f64("beta_slow"),
          .truncate = call.boolean("truncate"),
          .attention_factor = call.f64("attention_factor"),
          .low_freq_factor = call.f64("low_freq_factor"),
          .high_freq_factor = call.f64("high_freq_factor")};
}

}  // namespace assay::reference
