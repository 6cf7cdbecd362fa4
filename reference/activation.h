// SPDX-License-Identifier: Apache-2.0
// Activations: what bends a feed-forward layer, so that it is more than one linear map. Each
// element for itself. Clauses: activation.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "reference/call.h"

namespace assay::reference {

/// `sigmoid` and `none` belong to gates only.
enum class Form { none, relu, gelu, gelu_tanh, gelu_quick, silu, sigmoid };

inline Form form_of(std::string_view name) {
  constexpr std::string_view names[] = {"none",       "relu", "gelu",   "gelu_tanh",
                                        "gelu_quick", "silu", "sigmoid"};
  std::size_t place = 0;
  while (names[place] != name) ++place;
  return static_cast<Form>(place);
}

/// The integers of sqrt(2 / pi) = 5128586298955651 / 6427729712923696 (1 + 2^-106): a quotient of
/// its continued fraction, and so rounded only once in every number type.
inline constexpr std::int64_t root_of_two_over_pi[] = {5128586298955651, 6427729712923696};

/// 1 / (1 + e^-x) = e^x / (1 + e^x): with the exponential of -|x|, which never overflows.
template <class Number>
Number sigmoid(const Number& x) {
  const bool negative = x < whole<Number>(0);
  const Number power =
      exp(negative ? x : -x);  //                        [activation.large-negative]
  const Number total = whole<Number>(1) + power;
  return negative ? power / total : whole<Number>(1) / total;
}

/// x times the share of a normal distribution that lies below x.
template <class Number>
Number gelu(const Number& x) {
  const Number root_of_two = sqrt(whole<Number>(2));
  const Number deviations = x / root_of_two;
  // For x far below 0 the sum cancels, down to 0 in the end.           [activation.cancellation]
  const Number twice_the_share = whole<Number>(1) + erf(deviations);
  const Number half = x * ratio<Number>(1, 2);
  return half * twice_the_share;  //                                            [activation.gelu]
}

/// The same with a tanh that nearly follows the error function.
template <class Number>
Number gelu_tanh(const Number& x) {
  const Number square = x * x;
  const Number cube = square * x;
  const Number bend = ratio<Number>(44715, 1000000) * cube;
  const Number bent = x + bend;
  const Number factor = ratio<Number>(root_of_two_over_pi[0], root_of_two_over_pi[1]);
  const Number argument = factor * bent;
  const Number twice_the_share = whole<Number>(1) + tanh(argument);
  const Number half = x * ratio<Number>(1, 2);
  return half * twice_the_share;  //                                       [activation.gelu-tanh]
}

template <class Number>
Number activated(Form form, const Number& x) {
  switch (form) {
    case Form::relu:
      return x < whole<Number>(0) ? whole<Number>(0)
                                  : x;  // [activation.relu] [activation.not-finite]
    case Form::gelu:
      return gelu(x);
    case Form::gelu_tanh:
      return gelu_tanh(x);
    case Form::gelu_quick: {
      const Number steeper = ratio<Number>(1702, 1000) * x;
      return x * sigmoid(steeper);  //                                    [activation.gelu-quick]
    }
    case Form::silu:
      return x * sigmoid(x);  //                     [activation.silu] [activation.not-finite]
    case Form::sigmoid:
      return sigmoid(x);
    case Form::none:
      break;
  }
  return x;
}

/// x, y: tokens d_model.
template <class Number>
void activation(View<const Number, 2> x, Form form, View<Number, 2> y) {
  for (std::size_t t = 0; t < x.size(0); ++t) {
    for (std::size_t c = 0; c < x.size(1); ++c) {
      y(t, c) = activated(form, x(t, c));  //                             [activation.per-element]
    }
  }
}

template <class Number>
void activation(const Call<Number>& call) {
  activation<Number>(call.template in<Number, 2>("x"), form_of(call.string("form")),
                     call.template out<Number, 2>("y"));
}

}  // namespace assay::reference
