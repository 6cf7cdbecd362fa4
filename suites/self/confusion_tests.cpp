// SPDX-License-Identifier: Apache-2.0
// Where engines disagree, the spec rules: each seed of confusion has a clause, a line that says who
// does otherwise, and a case on which the conventions differ.
#define BOOST_TEST_MODULE confusions
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "fixtures/recipe.h"
#include "suites/spec_page.h"

namespace assay::self {
namespace {

struct Confusion {
  const char* about;
  const char* clause;
};

constexpr Confusion confusions[] = {
    {"where eps stands in layer_norm", "layer_norm.eps-placement"},
    {"how queries and keys of different number are aligned", "attention.causal-bottom-right"},
    {"which channels rope turns together", "rope.pairing"},
    {"which GELU is meant", "activation.gelu"},
    {"on which side of a fused projection the gate stands", "gated_activation.gate-side"},
    {"whether T5 scales its scores", "attention.scale-given"},
    {"where T5's buckets end", "t5_bias.far"},
    {"whether the token at the edge of top-p stays", "sampling.top-p"},
    {"whether 1 in a boolean mask keeps or hides", "attention.keep-mask"},
    {"what a row without any key gives", "attention.fully-masked-row"},
    {"whether rms_norm rounds before or after its weight", "rms_norm.cast-order"},
    {"at which row a table of positions begins", "learned_positions.offset"},
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_seed_of_confusion_has_a_ruling_a_difference_and_a_case) {
  std::set<std::string> decided;
  for (const fixtures::CaseRecipe& recipe : fixtures::all_recipes()) {
    decided.insert(recipe.clauses.begin(), recipe.clauses.end());
  }
  for (const Confusion& each : confusions) {
    BOOST_TEST_CONTEXT(each.about << ": " << each.clause) {
      bool found = false;
      for (const suites::SpecPage& page : suites::spec_pages()) {
        const auto clause = std::ranges::find(page.clauses, each.clause, &suites::Clause::id);
        if (clause == page.clauses.end()) continue;
        found = true;
        BOOST_TEST(clause->explanation.find("Differs from") != std::string::npos);
      }
      BOOST_TEST(found);
      BOOST_TEST(decided.contains(each.clause));
    }
  }
}

}  // namespace assay::self
