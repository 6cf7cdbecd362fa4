// SPDX-License-Identifier: Apache-2.0
// Classification head: one score per label from the one vector of a text, perhaps through a layer
// of its own. Clauses: classification_head.md.
#pragma once

#include <string>
#include <vector>

#include "reference/activation.h"
#include "reference/linear.h"
#include "reference/shape.h"

namespace assay::reference {

/// The layer before the scores: a linear map and an activation, both of which a 16-bit class may
/// round. x: batch d_model; w: d_hidden d_model; b: d_hidden or absent; hidden: batch d_hidden.
template <class Number>
void classification_dense(View<const Number, 2> x, View<const Number, 2> w, View<const Number, 1> b,
                          const std::string& activation, DType storage, View<Number, 2> hidden) {
  linear<Number>(x, w, b, hidden);  //                            [classification_head.dense]
  for (std::size_t n = 0; n < hidden.size(0); ++n) {
    for (std::size_t c = 0; c < hidden.size(1); ++c) {
      const Number straight = maybe_rounded(storage, hidden(n, c));
      const Number bent =  //                                [classification_head.activation]
          activation == "tanh" ? tanh(straight) : activated(form_of(activation), straight);
      hidden(n, c) = maybe_rounded(storage, bent);
    }
  }
}

/// Throws CallError for what the shapes alone do not show.
template <class Number>
void check_classification_head(const Call<Number>& call) {
  const auto fail = [](const std::string& what) {
    throw CallError("classification_head: " + what);
  };
  if (call.has("w_dense")) return;
  if (call.has("b_dense")) fail("b_dense needs the weight w_dense");
  const std::size_t d_model = call.template in<Number, 2>("x").size(1);
  const std::size_t d_hidden = call.template in<Number, 2>("w").size(1);
  if (d_hidden != d_model) {
    fail("without w_dense, w must have the " + std::to_string(d_model) + " channels of x, not " +
         std::to_string(d_hidden));
  }
}

template <class Number>
void classification_head(const Call<Number>& call) {
  check_classification_head(call);
  const View<const Number, 2> x = call.template in<Number, 2>("x");
  const View<const Number, 2> w = call.template in<Number, 2>("w");
  const View<const Number, 1> b = call.template in<Number, 1>("b");
  const View<Number, 2> logits = call.template out<Number, 2>("logits");
  if (!call.has("w_dense")) {  // nor an activation               [classification_head.no-dense]
    linear<Number>(x, w, b, logits);
    return;
  }
  std::vector<Number> values(x.size(0) * w.size(1));
  const View<Number, 2> hidden(values.data(), {x.size(0), w.size(1)});
  classification_dense<Number>(x, call.template in<Number, 2>("w_dense"),
                               call.template in<Number, 1>("b_dense"), call.string("activation"),
                               call.storage, hidden);
  linear<Number>(hidden, w, b, logits);  // scores, no probabilities [classification_head.labels]
}

}  // namespace assay::reference
