// SPDX-License-Identifier: Apache-2.0
// Pooling: one vector for a whole text out of one vector per token, perhaps with a linear map and
// tanh behind it. Clauses: pooling.md.
#pragma once

#include <string>
#include <vector>

#include "reference/linear.h"
#include "reference/shape.h"

namespace assay::reference {

/// The places of row b that are kept, first to last. Without `keep` all of them are.
inline std::vector<std::size_t> kept_places(View<const std::uint8_t, 2> keep, std::size_t b,
                                            std::size_t seq_len) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < seq_len; ++i) {
    if (!keep.present() || keep(b, i) != 0) kept.push_back(i);  //                 [pooling.kept]
  }
  return kept;
}

/// Channel c of row b, pooled over the places that are kept.
template <class Number>
Number pooled_channel(View<const Number, 3> x, std::size_t b, const std::vector<std::size_t>& kept,
                      std::size_t c, const std::string& form) {
  if (kept.empty()) return whole<Number>(0);          //                  [pooling.nothing-kept]
  if (form == "first") return x(b, kept.front(), c);  //                         [pooling.first]
  if (form == "last") return x(b, kept.back(), c);    //                          [pooling.last]
  const auto place = [&](std::size_t i) { return x(b, kept[i], c); };
  if (form == "max") return maximum<Number>(kept.size(), place);  //                [pooling.max]
  const Number sum = reduce<Number>(kept.size(), place);
  return sum / whole<Number>(static_cast<std::int64_t>(kept.size()));  //          [pooling.mean]
}

/// y = pooled w^T + b, then tanh where asked for.                             [pooling.projection]
template <class Number>
void project_pooled(View<const Number, 2> pooled, View<const Number, 2> w, View<const Number, 1> b,
                    bool through_tanh, DType storage, View<Number, 2> y) {
  const std::size_t batch = pooled.size(0), d_model = pooled.size(1);
  std::vector<Number> passed_on(batch * d_model);
  const View<Number, 2> factors(passed_on.data(), {batch, d_model});
  for (std::size_t i = 0; i < batch; ++i) {
    for (std::size_t c = 0; c < d_model; ++c) factors(i, c) = maybe_rounded(storage, pooled(i, c));
  }
  linear<Number>(factors, w, b, y);
  for (std::size_t i = 0; through_tanh && i < batch; ++i) {
    for (std::size_t o = 0; o < y.size(1); ++o) y(i, o) = tanh(maybe_rounded(storage, y(i, o)));
  }
}

/// x: batch seq_len d_model; keep: batch seq_len or absent; pooled: batch d_model.
template <class Number>
void pooling(View<const Number, 3> x, View<const std::uint8_t, 2> keep, const std::string& form,
             View<Number, 2> pooled) {
  for (std::size_t b = 0; b < x.size(0); ++b) {
    const std::vector<std::size_t> kept = kept_places(keep, b, x.size(1));
    for (std::size_t c = 0; c < x.size(2); ++c) {
      pooled(b, c) = pooled_channel(x, b, kept, c, form);
    }
  }
}

template <class Number>
void pooling(const Call<Number>& call) {
  if ((call.wants("y") || call.has("b")) && !call.has("w")) {
    throw CallError("pooling: y and b need the weight w");
  }
  const View<Number, 2> pooled = call.template out<Number, 2>("pooled");
  pooling<Number>(call.template in<Number, 3>("x"), call.template in<std::uint8_t, 2>("keep"),
                  call.string("form"), pooled);
  if (!call.wants("y")) return;
  project_pooled<Number>(pooled, call.template in<Number, 2>("w"), call.template in<Number, 1>("b"),
                         call.string("activation") == "tanh", call.storage,
                         call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
