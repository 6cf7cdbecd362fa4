// SPDX-License-Identifier: Apache-2.0
// The options of attention against each other and against calls that say the same without them.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

Array output(const PropertyCall& call, const char* name = "out") {
  return implementation()(call).find(name)->second;
}

/// Two sequences, four heads on two, seven tokens, each looking back only.
const PropertyCall causal = {"attention",
                             {{"causal", "bottom_right"}},
                             {{"q", normal({2, 4, 7, 6}, 91, 2)},
                              {"k", normal({2, 2, 7, 6}, 92)},
                              {"v", normal({2, 2, 7, 5}, 93)}},
                             {}};

/// The same call about some of the tokens.
PropertyCall part(const PropertyCall& call, std::int64_t first, std::int64_t count) {
  PropertyCall cut = call;
  for (const char* name : {"q", "k", "v"}) {
    cut = cut.with(name, range(call.inputs.at(name), 2, first, count));
  }
  return cut;
}

PropertyCall packed(const PropertyCall& call, const std::vector<std::int64_t>& offsets) {
  const auto count = static_cast<std::int64_t>(offsets.size());
  return call.with("query_offsets", integers({count}, offsets))
      .with("key_offsets", integers({count}, offsets));
}

}  // namespace

BOOST_AUTO_TEST_CASE(packed_documents_are_what_each_is_alone) {
  const PropertyCall alibi = causal.with("alibi_slopes", normal({4}, 94));
  for (const PropertyCall& call : {causal, alibi, causal.with("window", "2")}) {
    const Array together = output(packed(call, {0, 3, 3, 7}));
    BOOST_TEST(difference(range(together, 2, 0, 3), output(part(call, 0, 3))) < rounding);
    BOOST_TEST(difference(range(together, 2, 3, 4), output(part(call, 3, 4))) < rounding);
  }
}

BOOST_AUTO_TEST_CASE(another_document_changes_no_bit) {
  PropertyCall changed = packed(causal, {0, 3, 7});
  const Array before = output(changed);
  for (const char* name : {"q", "k", "v"}) {
    changed = changed.with(name, overwritten(causal.inputs.at(name), 2, 1, 1e6));
  }
  BOOST_TEST(same_bits(range(before, 2, 3, 4), range(output(changed), 2, 3, 4)));
}

BOOST_AUTO_TEST_CASE(a_prefix_of_everything_is_no_causality) {
  const PropertyCall all = causal.with("prefix_lengths", integers({2}, {7, 7}));
  BOOST_TEST(same_bits(output(all), output(causal.with("causal", "none"))));
  BOOST_TEST(
      same_bits(output(causal.with("prefix_lengths", integers({2}, {0, 0}))), output(causal)));
}

BOOST_AUTO_TEST_CASE(alibi_is_a_bias_and_counts_from_anywhere_under_causality) {
  Array bias = filled({1, 4, 7, 7}, 0), by_key = bias;
  const Array slopes = normal({4}, 95);
  for (std::int64_t h = 0, at = 0; h < 4; ++h) {
    for (std::int64_t i = 0; i < 7; ++i) {
      for (std::int64_t j = 0; j < 7; ++j, ++at) {
        const double slope = slopes.as<double>()[h];
        bias.as<double>()[at] = -slope * static_cast<double>(std::abs(i - j));
        by_key.as<double>()[at] = slope * static_cast<double>(j);
      }
    }
  }
  const PropertyCall alibi = causal.with("alibi_slopes", slopes);
  BOOST_TEST(difference(output(alibi), output(causal.with("mask", bias))) < rounding);
  BOOST_TEST(difference(output(alibi), output(causal.with("mask", by_key))) < rounding);
}

BOOST_AUTO_TEST_CASE(a_sink_is_a_key_without_a_value) {
  // Keys that score the same for every query: only through an additive mask.
  const PropertyCall open = causal.with("causal", "none");
  const Array sinks = normal({4}, 96);
  Array with_key = filled({1, 4, 7, 8}, 0), k = filled({2, 2, 8, 6}, 0),
        v = filled({2, 2, 8, 5}, 0);
  const auto copy_rows = [](const Array& from, Array& to, std::size_t row, std::size_t rows,
                            std::size_t row_before) {
    for (std::size_t head = 0; head < 4; ++head) {
      std::copy_n(from.as<double>() + head * row_before * row, row_before * row,
                  to.as<double>() + head * rows * row);
    }
  };
  copy_rows(causal.inputs.at("k"), k, 6, 8, 7);
  copy_rows(causal.inputs.at("v"), v, 5, 8, 7);
  for (std::size_t row = 0; row < 28; ++row) {
    with_key.as<double>()[row * 8 + 7] = sinks.as<double>()[row / 7];
  }
  BOOST_TEST(difference(output(open.with("sinks", sinks)),
                        output(open.with("k", k).with("v", v).with("mask", with_key))) < rounding);
}

BOOST_AUTO_TEST_CASE(partial_results_merge_by_their_lse) {
  const PropertyCall open = causal.with("causal", "none").asking_for("lse");
  const Tensors whole = implementation()(open);
  Tensors parts[2];
  for (std::int64_t n = 0; n < 2; ++n) {
    PropertyCall cut = open;
    for (const char* name : {"k", "v"}) {
      cut = cut.with(name, range(open.inputs.at(name), 2, n * 3, n == 0 ? 3 : 4));
    }
    parts[n] = implementation()(cut);
  }
  Array merged = whole.at("out"), lse = whole.at("lse");
  for (std::size_t row = 0; row < lse.count(); ++row) {
    const double a = parts[0].at("lse").as<double>()[row], b = parts[1].at("lse").as<double>()[row];
    const double both = std::log(std::exp(a) + std::exp(b));
    lse.as<double>()[row] = both;
    for (std::size_t d = row * 5; d < row * 5 + 5; ++d) {
      merged.as<double>()[d] = std::exp(a - both) * parts[0].at("out").as<double>()[d] +
                               std::exp(b - both) * parts[1].at("out").as<double>()[d];
    }
  }
  BOOST_TEST(difference(merged, whole.at("out")) < rounding);
  BOOST_TEST(difference(lse, whole.at("lse")) < rounding);
}

BOOST_AUTO_TEST_CASE(normed_queries_and_keys_ignore_their_size) {
  const PropertyCall normed = causal.with("qk_norm_eps", "0")
                                  .with("q_norm_weight", normal({6}, 97))
                                  .with("k_norm_weight", normal({6}, 98));
  Array larger = causal.inputs.at("k");
  for (std::size_t i = 0; i < larger.count(); ++i) larger.as<double>()[i] *= 1000;
  BOOST_TEST(difference(output(normed.with("k", larger)), output(normed)) < rounding);
  BOOST_TEST(difference(output(normed), output(causal)) > 1e-3);
}

}  // namespace assay::suites::self
