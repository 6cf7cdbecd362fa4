// SPDX-License-Identifier: Apache-2.0
// Orders of summation: trees rebuilt from counts, their names, and what is revealed of
// implementations whose arithmetic is known because it is written here.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "suites/reveal.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <numeric>
#include <ostream>
#include <string_view>

#include "suites/replay.h"
#include "suites/summation_words.h"
#include "suites/usage_error.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

namespace data = boost::unit_test::data;
using Products = Revealed::Products;

SumNode leaf(std::size_t term) { return {{term}, {}}; }

SumNode joined(SumNode a, SumNode b) {
  if (b.terms.front() < a.terms.front()) std::swap(a, b);
  SumNode node{a.terms, {a, b}};
  node.terms.insert(node.terms.end(), b.terms.begin(), b.terms.end());
  std::sort(node.terms.begin(), node.terms.end());
  return node;
}

SumNode in_order(const std::vector<SumNode>& parts) {
  return std::accumulate(parts.begin() + 1, parts.end(), parts.front(), joined);
}

/// Terms first, first + step ... below end, one after the other.
SumNode chain(std::size_t first, std::size_t end, std::size_t step = 1) {
  std::vector<SumNode> terms;
  for (std::size_t i = first; i < end; i += step) terms.push_back(leaf(i));
  return in_order(terms);
}

SumNode halved(std::size_t first, std::size_t end) {
  if (end - first == 1) return leaf(first);
  const std::size_t middle = first + (end - first) / 2;
  return joined(halved(first, middle), halved(middle, end));
}

/// Registers of `width` lanes, `unroll` of them, added register by register, then lane by lane.
SumNode unrolled(std::size_t width, std::size_t unroll, std::size_t count) {
  std::vector<SumNode> lanes;
  for (std::size_t lane = 0; lane < width; ++lane) {
    std::vector<SumNode> registers;
    for (std::size_t r = 0; r < unroll; ++r)
      registers.push_back(chain(lane + r * width, count, width * unroll));
    lanes.push_back(in_order(registers));
  }
  return in_order(lanes);
}

BOOST_AUTO_TEST_CASE(a_tree_comes_back_from_its_counts) {
  for (const SumNode& tree :
       {chain(0, 9), halved(0, 13), unrolled(4, 2, 32),
        joined(leaf(0), joined(leaf(1), joined(leaf(2), leaf(3)))),
        SumNode{{0, 1, 2, 3, 4}, {leaf(0), joined(leaf(1), leaf(3)), leaf(2), leaf(4)}}}) {
    const SumNode again = rebuilt_tree(meeting_sizes(tree, tree.terms.size()));
    BOOST_TEST(nested(again) == nested(tree));
  }
  BOOST_TEST(nested(chain(0, 4)) == "(((0+1)+2)+3)");
}

BOOST_AUTO_TEST_CASE(counts_of_no_tree_are_refused) {
  for (const auto& [i, j, wrong] : {std::tuple{1, 2, 2}, {0, 7, 7}, {3, 4, 6}, {6, 7, 2}}) {
    MeetingSizes sizes = meeting_sizes(chain(0, 8), 8);
    sizes.set(static_cast<std::size_t>(i), static_cast<std::size_t>(j),
              static_cast<std::size_t>(wrong));
    BOOST_CHECK_THROW(rebuilt_tree(sizes), NoTree);
  }
}

BOOST_AUTO_TEST_CASE(shapes_have_their_names) {
  BOOST_TEST(shape_in_words(chain(0, 9)) == "sequential");
  BOOST_TEST(shape_in_words(halved(0, 16)) == "pairwise");
  BOOST_TEST(shape_in_words(halved(0, 13)) == "pairwise");
  BOOST_TEST(shape_in_words(unrolled(8, 4, 128)) ==
             "8 lanes x unroll 4, registers joined in order, lanes joined in order");
  BOOST_TEST(shape_in_words(unrolled(8, 1, 128)) == "8 lanes, joined in order");
  std::vector<SumNode> blocks;
  for (std::size_t first = 0; first < 40; first += 16)
    blocks.push_back(chain(first, std::min<std::size_t>(40, first + 16)));
  BOOST_TEST(shape_in_words(in_order(blocks)) == "blocks of 16, each sequential, joined in order");
  SumNode reverse = leaf(8);
  for (std::size_t i = 8; i-- > 0;) reverse = joined(reverse, leaf(i));
  BOOST_TEST(shape_in_words(reverse) == "reverse");
  BOOST_TEST(shape_in_words(joined(halved(0, 5), joined(chain(6, 9), leaf(5)))) == "irregular");
}

struct Known {
  const char* variant;
  const char* number_class;
  const char* order;  // how it begins
  int accumulator_bits;
  Products products;
  int term_bits, replayed_alike;
};

std::ostream& operator<<(std::ostream& out, const Known& known) {
  return out << known.variant << " in " << known.number_class;
}

constexpr Known known_linear[] = {
    {"plain", "f32", "sequential", 24, Products::rounded, 24, 16},
    {"plain", "f64", "sequential", 53, Products::rounded, 53, 16},
    {"plain", "bf16", "sequential", 24, Products::exact, 8, 16},
    {"way/reverse", "f32", "reverse", 24, Products::rounded, 24, 16},
    {"way/pairwise", "f32", "pairwise", 24, Products::rounded, 24, 16},
    {"way/pairwise", "f64", "pairwise", 53, Products::rounded, 53, 16},
    {"way/lanes-4", "f32", "4 lanes, folded in halves", 24, Products::rounded, 24, 16},
    {"way/lanes-8", "f32", "8 lanes, folded in halves", 24, Products::rounded, 24, 16},
    {"way/lanes-16", "f64", "16 lanes, folded in halves", 53, Products::rounded, 53, 16},
    {"way/blocks-32", "f32", "blocks of 32, each sequential, joined in order", 24,
     Products::rounded, 24, 16},
    {"way/blocks-64", "f32", "blocks of 64, each sequential, joined in order", 24,
     Products::rounded, 24, 16},
    {"way/three-parts", "f32", "blocks of 43, each sequential, joined in order", 24,
     Products::rounded, 24, 16},
    {"way/shuffled", "f32", "sequential in an order of its own: 64 115 38", 24, Products::rounded,
     24, 16},
    {"way/kahan", "f32", "sequential", 25, Products::rounded, 24, 0},
    {"way/wide-accumulator", "f32", "sequential", 53, Products::rounded, 24, 16},
    {"way/wide", "f32", "sequential", 53, Products::exact, 24, 16},
    {"way/fused", "f32", "sequential", 24, Products::fused, 24, 16},
    {"way/fused", "f64", "sequential", 53, Products::fused, 53, 16},
    {"way/fused-lanes-8", "f32", "8 lanes, folded in halves", 24, Products::fused, 24, 16},
    {"mistake/operands-in-bf16", "f32", "sequential", 24, Products::exact, 8, 16},
    {"mistake/operands-in-tf32", "f32", "sequential", 24, Products::exact, 11, 16},
    {"mistake/sum-in-bf16", "f32", "sequential", 8, Products::fused, 8, 0},
};

const SumPlace& place_in(std::string_view op, std::string_view terms) {
  for (const SumPlace& place : sum_places())
    if (place.op == op && place.terms == terms) return place;
  throw std::logic_error("no such place");
}

Revealed revealed(const std::string& variant, const SumPlace& place, std::string_view number_class,
                  std::size_t terms, const std::string& extents = "") {
  WorkerOptions options;
  options.variant = variant;
  WorkerProcess worker(options);
  ProbedSum sum(worker, place, terms, *find_class(number_class), 1, extents);
  return reveal(sum);
}

BOOST_DATA_TEST_CASE(what_is_known_is_revealed, data::make(known_linear), known) {
  const Revealed found = revealed(known.variant, place_in("linear", "x"), known.number_class, 128);
  BOOST_TEST(found.order.substr(0, std::strlen(known.order)) == known.order);
  BOOST_TEST(found.accumulator_bits == known.accumulator_bits);
  BOOST_TEST((found.products == known.products));
  BOOST_TEST(found.term_bits == known.term_bits);
  BOOST_TEST(found.factor_bits == known.term_bits);
  BOOST_TEST(found.replayed_alike == known.replayed_alike);
}

struct KnownPlace {
  const char* variant;
  const char* op;
  const char* terms;  // which of the op's sums
  const char* order;
  int accumulator_bits, replayed_alike;
};

std::ostream& operator<<(std::ostream& out, const KnownPlace& known) {
  return out << known.variant << ", " << known.terms << " of " << known.op;
}

constexpr KnownPlace known_places[] = {
    {"plain", "layer_norm", "x", "sequential", 24, 16},
    {"way/pairwise", "layer_norm", "x", "pairwise", 24, 16},
    {"way/wide", "layer_norm", "x", "sequential", 53, 16},
    {"blocked", "layer_norm", "x",
     "4 lanes x unroll 4, registers joined pairwise, lanes joined in order", 24, 16},
    {"way/pairwise", "unembedding", "x", "pairwise", 24, 16},
    {"way/lanes-4", "pooling", "x", "4 lanes, folded in halves", 24, 16},
    {"plain", "attention", "q", "sequential", 24, 16},
    {"way/reverse", "attention", "q", "reverse", 24, 16},
    {"way/lanes-8", "attention", "q", "8 lanes, folded in halves", 24, 16},
    {"mistake/score-accumulated-in-f16", "attention", "q", "sequential", 11, 0},
    {"plain", "attention", "v", "sequential", 24, 16},
    {"way/lanes-16", "attention", "v", "16 lanes, folded in halves", 24, 16},
    {"way/online-16", "attention", "v",
     "blocks of 16, each 8 lanes, folded in halves, joined in order", 24, 16},
    {"way/split-keys-4", "attention", "v",
     "blocks of 32, each 4 lanes, folded in halves, joined in order", 24, 16},
};

BOOST_DATA_TEST_CASE(sums_of_other_ops_are_revealed, data::make(known_places), known) {
  const Revealed found = revealed(known.variant, place_in(known.op, known.terms), "f32", 128);
  BOOST_TEST(found.order == known.order);
  BOOST_TEST(found.accumulator_bits == known.accumulator_bits);
  BOOST_TEST(found.replayed_alike == known.replayed_alike);
}

BOOST_AUTO_TEST_CASE(eleven_bits_are_of_f16_or_of_tf32) {
  BOOST_TEST(revealed("mistake/score-accumulated-in-f16", place_in("attention", "q"), "f32", 16)
                 .overflows_as_f16);
  BOOST_TEST(
      !revealed("mistake/operands-in-tf32", place_in("linear", "x"), "f32", 16).overflows_as_f16);
}

BOOST_AUTO_TEST_CASE(what_is_no_sum_of_the_terms_has_no_order) {
  const Revealed found = revealed("way/welford", place_in("layer_norm", "x"), "f32", 64);
  BOOST_TEST(!found.tree);
  BOOST_TEST(found.order.starts_with("not visible: "));
}

BOOST_AUTO_TEST_CASE(a_plugin_is_revealed_and_one_that_crashes_is_not) {
  const SumPlace& linear = place_in("linear", "x");
  BOOST_TEST(revealed(ADVERSARY_LIBRARY, linear, "f32", 32).order == "sequential");
  BOOST_CHECK_THROW(revealed(ADVERSARY_LIBRARY "@null", linear, "f32", 32, "tokens=13"), NotProbed);
  BOOST_CHECK_THROW(revealed(ADVERSARY_LIBRARY, linear, "f64", 32), NotProbed);
  BOOST_CHECK_THROW(revealed("plain", linear, "f32", 32, "d_in=32"), UsageError);
}

BOOST_AUTO_TEST_CASE(a_wrong_order_does_not_survive_the_replay) {
  WorkerOptions options;
  options.variant = "way/lanes-8";
  WorkerProcess worker(options);
  ProbedSum sum(worker, place_in("linear", "x"), 128, *find_class("f32"), 1);
  const SumNode right = *reveal(sum).tree, wrong = chain(0, 128);
  BOOST_TEST(Replay(right, {24, false}).count_alike(sum, 16, 24, 24) == 16);
  BOOST_TEST(Replay(wrong, {24, false}).count_alike(sum, 16, 24, 24) < 16);
  BOOST_TEST(Replay(right, {24, true}).count_alike(sum, 16, 24, 24) < 16);
  BOOST_TEST(Replay(right, {53, false}).count_alike(sum, 16, 24, 24) < 16);
}

}  // namespace
}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker")
    return assay::suites::worker_main(argc, argv);
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
