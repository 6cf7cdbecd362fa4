// SPDX-License-Identifier: Apache-2.0
// Which cases a command is about: a suite, filters, classes and a shard. Knows names only; where
// the cases come from is somebody else's matter.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::suites {

struct SuiteInfo {
  std::string_view name;
  std::string_view purpose;  // one sentence
  bool of_ways = false;  // about the ways in which calls are made: of every case, and not in "all"
};

inline constexpr SuiteInfo suite_list[] = {
    {"attention-scaling", "Scores are scaled, capped and mapped to key/value heads as said."},
    {"masking", "Causal alignment, windows, padding and masks hide what they should, and no more."},
    {"norms", "LayerNorm and RMSNorm in their choices of eps, variance, weight and cast order."},
    {"positions", "Rotary, learned, sinusoidal and relative positions."},
    {"activations", "GELU in its forms, SiLU, gates, feed-forward networks, experts."},
    {"embeddings", "From ids to vectors and back to logits; pooling and heads."},
    {"models", "Blocks and whole models: encoders, decoders, both."},
    {"decoding", "Caches, chunks and ragged batches give what the full pass gives."},
    {"loss", "Cross-entropy and what is made of it."},
    {"lora", "Low-rank adapters, merged and not."},
    {"sampling", "From logits to a token, to the bit: temperature, kept sets, ties, draws."},
    {"smoke", "A minute's worth of everything."},
    {"all", "Every case."},
    {"grades", "The same bits again, in other threads, batches, chunks, addresses and targets.",
     true},
    {"generation",
     "Texts written by models: on golden prefixes, and in every arrangement of calls.", true},
};

/// Whether that suite is about the ways in which calls are made.
constexpr bool is_of_ways(std::string_view suite) {
  for (const SuiteInfo& each : suite_list)
    if (each.name == suite) return each.of_ways;
  return false;
}

/// What a filter sees of a case.
struct CaseNames {
  std::string_view op, id;
  std::span<const std::string> clauses, suites;
};

template <class Each>
CaseNames names_of(const Each& each) {
  return {each.op, each.id, each.clauses, each.suites};
}

struct Selection {
  std::string suite = "all";

  /// Expressions; a case that satisfies one of them is picked, and every case if there is none. An
  /// expression is a list of terms separated by commas: `op/id`, an op, an id or `@clause`, each
  /// with * and ?; of which one must fit; and terms that begin with '!', of which none may.
  std::vector<std::string> filters{};

  int shard = 1, shards = 1;  // of the picked cases take number shard, shard + shards, ...

  /// Whether suite and filters pick the case; says nothing about shards.
  [[nodiscard]] bool picks(const CaseNames& names) const;

  template <class Each>
  [[nodiscard]] std::vector<Each> pick(std::vector<Each> cases) const {
    std::vector<Each> picked;
    int number = 0;
    for (Each& each : cases) {
      if (!picks(names_of(each))) continue;
      if (number++ % shards == shard - 1) picked.push_back(std::move(each));
    }
    return picked;
  }
};

/// Throw UsageError with what was probably meant.
void check_suite(const std::string& suite);
void check_classes(std::span<const std::string> classes);

/// Every term of the filters that has no wildcard must fit some known case, op or clause. Throws
/// UsageError: "no case is called attention/gqa-6x4; did you mean attention/gqa-6x3?"
void check_filters(const Selection& selection, std::span<const CaseNames> known);

/// "2/5": the second of five parts. Throws UsageError.
std::pair<int, int> parse_shard(const std::string& text);

}  // namespace assay::suites
