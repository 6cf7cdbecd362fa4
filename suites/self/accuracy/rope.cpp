// SPDX-License-Identifier: Apache-2.0
// Rotary positions with frequencies and tables formed in many ways; and with wrong angles.
#include "suites/self/accuracy/implementation.h"
#include "suites/self/accuracy/order.h"

namespace assay::accuracy {
namespace {

enum class Frequency { power, inverse_power, exp_of_log, exp2_of_log2, from_f64 };

struct RopeStyle {
  Frequency frequency = Frequency::power;
  bool table_in_f64 = false;
  bool fused = false;
  double base_factor = 1;
  bool swaps_pairing = false;
  bool recurrence = false;
  int position_bits = 0;
  int table_bits = 0;
};

template <class Real>
Real frequency_of(Frequency how, Real base, Real exponent) {
  switch (how) {
    case Frequency::power:
      return std::pow(base, -exponent);
    case Frequency::inverse_power:
      return 1 / std::pow(base, exponent);
    case Frequency::exp_of_log:
      return std::exp(-exponent * std::log(base));
    case Frequency::exp2_of_log2:
      return std::exp2(-exponent * std::log2(base));
    case Frequency::from_f64:
      return static_cast<Real>(
          std::pow(static_cast<Wider<Real>>(base), -static_cast<Wider<Real>>(exponent)));
  }
  return 0;
}

template <class Real>
struct Turn {
  Real cosine, sine;
};

template <class Real>
Turn<Real> turn_of(std::int64_t position, std::size_t pair, std::size_t dim, Real base,
                   const RopeStyle& style) {
  const Real exponent = static_cast<Real>(2 * pair) / static_cast<Real>(dim);
  if (style.table_in_f64) {
    using Wide = Wider<Real>;
    const Wide wide_exponent = static_cast<Wide>(2 * pair) / static_cast<Wide>(dim);
    const Wide angle =
        static_cast<Wide>(position) * std::pow(static_cast<Wide>(base), -wide_exponent);
    return {static_cast<Real>(std::cos(angle)), static_cast<Real>(std::sin(angle))};
  }
  const Real frequency = frequency_of(style.frequency, base, exponent);
  if (style.recurrence) {
    const Turn<Real> step{std::cos(frequency), std::sin(frequency)};
    Turn<Real> turn{1, 0};
    for (std::int64_t n = 0; n < position; ++n) {
      turn = {turn.cosine * step.cosine - turn.sine * step.sine,
              turn.sine * step.cosine + turn.cosine * step.sine};
    }
    return turn;
  }
  Real place = static_cast<Real>(position);
  if (style.position_bits > 0) place = static_cast<Real>(cut(place, style.position_bits));
  const Real angle = place * frequency;
  Turn<Real> turn{std::cos(angle), std::sin(angle)};
  if (style.table_bits > 0) {
    turn = {static_cast<Real>(cut(turn.cosine, style.table_bits)),
            static_cast<Real>(cut(turn.sine, style.table_bits))};
  }
  return turn;
}

template <class Real>
std::vector<Real> rope(const Problem& p, const RopeStyle& style) {
  const std::vector<Real> x = p.as<Real>("x");
  const std::vector<std::int64_t>& positions = p.integers.find("positions")->second;
  const std::size_t batch = p.extent("x", 0), heads = p.extent("x", 1), len = p.extent("x", 2);
  const std::size_t dim = p.extent("x", 3);
  const bool per_batch = p.extent("positions", 0) > 1;
  const bool interleaved = (p.string("pairing") == "interleaved") != style.swaps_pairing;
  const Real base = static_cast<Real>(p.f64("base") * style.base_factor);
  std::vector<Real> y(x.size());
  for (std::size_t b = 0; b < batch; ++b) {
    for (std::size_t i = 0; i < len; ++i) {
      for (std::size_t c = 0; c < dim / 2; ++c) {
        const std::int64_t position = positions[(per_batch ? b * len : 0) + i];
        const Turn<Real> turn = turn_of(position, c, dim, base, style);
        const std::size_t first = interleaved ? 2 * c : c;
        const std::size_t second = interleaved ? 2 * c + 1 : c + dim / 2;
        for (std::size_t h = 0; h < heads; ++h) {
          const Real* in = &x[((b * heads + h) * len + i) * dim];
          Real* out = &y[((b * heads + h) * len + i) * dim];
          const Real across = in[second] * turn.sine, along = in[second] * turn.cosine;
          out[first] = style.fused ? std::fma(in[first], turn.cosine, -across)
                                   : in[first] * turn.cosine - across;
          out[second] =
              style.fused ? std::fma(in[first], turn.sine, along) : in[first] * turn.sine + along;
        }
      }
    }
  }
  return y;
}

}  // namespace

void add_rope(Implementations& all) {
  const auto add = [&](const std::string& name, bool right, const RopeStyle& style) {
    all.push_back(implementation("rope", name, right, [style]<class Real>(const Problem& p) {
      return rope<Real>(p, style);
    }));
  };
  for (const bool fused : {false, true}) {
    const std::string suffix = fused ? ", fused" : "";
    add("base^-e" + suffix, true, {.fused = fused});
    add("1 / base^e" + suffix, true, {.frequency = Frequency::inverse_power, .fused = fused});
    add("e^(-e ln base)" + suffix, true, {.frequency = Frequency::exp_of_log, .fused = fused});
    add("2^(-e log2 base)" + suffix, true, {.frequency = Frequency::exp2_of_log2, .fused = fused});
    add("frequency from f64" + suffix, true, {.frequency = Frequency::from_f64, .fused = fused});
    add("table from f64" + suffix, true, {.table_in_f64 = true, .fused = fused});
  }
  add("base 10001 for 10000", false, {.base_factor = 1.0001});
  add("pairs interleaved for halves", false, {.swaps_pairing = true});
  add("angle by recurrence", false, {.recurrence = true});
  add("positions in bf16", false, {.position_bits = 8});
  add("table in f16", false, {.table_bits = 11});
}

}  // namespace assay::accuracy
