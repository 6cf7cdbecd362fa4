// SPDX-License-Identifier: Apache-2.0
// Activations and gated activations: one pass over the elements. Included inside the namespace of a
// vector type after elementary.inl and rowwise.inl, once per instruction set; includes nothing
// itself.

template <class V, Bend form>
[[gnu::always_inline]] inline typename V::Vector bent(typename V::Vector x) {
  using Number = typename V::Number;
  const auto constant = [](double value) { return V::broadcast(static_cast<Number>(value)); };
  if constexpr (form == Bend::relu) {
    return V::if_less(x, V::broadcast(0), V::broadcast(0), x);
  } else if constexpr (form == Bend::gelu) {
    const auto share = error_function<V>(V::mul(x, constant(0x1.6a09e667f3bcdp-1)));  // 1 / sqrt 2
    return V::mul(V::mul(x, constant(0.5)), V::add(share, V::broadcast(1)));
  } else if constexpr (form == Bend::gelu_tanh) {
    const auto cubic = V::mul(V::mul(x, constant(0.044715)), V::mul(x, x));
    const auto argument = V::mul(V::add(cubic, x), constant(0x1.9884533d43651p-1));  // sqrt(2 / pi)
    const auto share = hyperbolic_tangent<V>(argument);
    return V::mul(V::mul(x, constant(0.5)), V::add(share, V::broadcast(1)));
  } else if constexpr (form == Bend::gelu_quick) {
    return V::mul(x, logistic<V>(V::mul(x, constant(1.702))));
  } else if constexpr (form == Bend::silu) {
    return V::mul(x, logistic<V>(x));
  } else if constexpr (form == Bend::sigmoid) {
    return logistic<V>(x);
  } else {
    return x;
  }
}

/// body(std::integral_constant<Bend, form>): the loops are compiled once for every form.
template <class Body>
void with_form(Bend form, const Body& body) {
  switch (form) {
    case Bend::none:
      return body(std::integral_constant<Bend, Bend::none>());
    case Bend::relu:
      return body(std::integral_constant<Bend, Bend::relu>());
    case Bend::gelu:
      return body(std::integral_constant<Bend, Bend::gelu>());
    case Bend::gelu_tanh:
      return body(std::integral_constant<Bend, Bend::gelu_tanh>());
    case Bend::gelu_quick:
      return body(std::integral_constant<Bend, Bend::gelu_quick>());
    case Bend::silu:
      return body(std::integral_constant<Bend, Bend::silu>());
    case Bend::sigmoid:
      return body(std::integral_constant<Bend, Bend::sigmoid>());
  }
}

template <class V>
void activation_kernel(const Activation<typename V::Number>& p, const Executor& executor) {
  constexpr std::size_t block = 1024;
  const std::size_t blocks = (p.count + block - 1) / block;
  with_form(p.form, [&](auto form) {
    for_ranges(executor, blocks, 20.0 * block, [&](std::size_t first, std::size_t last) {
      const std::size_t end = std::min(p.count, last * block);
      for (std::size_t i = first * block; i < end; i += V::lanes) {
        const auto x = load_up_to<V>(p.x + i, end - i);
        store_up_to<V>(bent<V, form()>(x), p.y + i, end - i);
      }
    });
  });
}

/// Gate and value side by side: every other element of `from`.
template <class V>
[[gnu::always_inline]] inline typename V::Vector load_every_other(const typename V::Number* from,
                                                                  std::size_t count) {
  typename V::Number apart[V::lanes] = {};
  for (std::size_t i = 0; i < std::min(count, V::lanes); ++i) apart[i] = from[2 * i];
  return V::load(apart);
}

template <class V>
void gated_activation_kernel(const GatedActivation<typename V::Number>& p,
                             const Executor& executor) {
  const double work = 21.0 * static_cast<double>(p.d_ff);
  with_form(p.form, [&](auto form) {
    for_ranges(executor, p.tokens, work, [&](std::size_t first, std::size_t last) {
      for (std::size_t t = first; t < last; ++t) {
        const auto* gate = p.gate + t * p.row_stride;
        const auto* value = p.value + t * p.row_stride;
        for (std::size_t c = 0; c < p.d_ff; c += V::lanes) {
          const std::size_t left = p.d_ff - c;
          const auto g = p.interleaved ? load_every_other<V>(gate + 2 * c, left)
                                       : load_up_to<V>(gate + c, left);
          const auto v = p.interleaved ? load_every_other<V>(value + 2 * c, left)
                                       : load_up_to<V>(value + c, left);
          store_up_to<V>(V::mul(bent<V, form()>(g), v), p.y + t * p.d_ff + c, left);
        }
      }
    });
  });
}
