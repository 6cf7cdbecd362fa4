// SPDX-License-Identifier: Apache-2.0
// What a run found, as plain data: the one input of every report. Includes nothing of ours.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::reports {

/// Raised by one whenever a field changes its meaning or goes away; new optional fields do not
/// raise it.
inline constexpr int schema_version = 1;

enum class Verdict { right, imprecise, wrong, unsupported, broken };
inline constexpr const char* verdict_names[] = {"right", "imprecise", "wrong", "unsupported",
                                                "broken"};

/// One output tensor of one judged call.
struct OutputJudgement {
  std::string name;
  Verdict verdict = Verdict::right;
  double worst_share = 0;  // max of error / budget; infinity where a value class differs
  double worst_share_of_bound = 0;
  bool bound_is_proved = false;
  std::int64_t elements = 0;
  std::int64_t beyond_budget = 0;  // how many elements
  std::vector<std::int64_t> worst_index;
  std::string worst_index_text;                     // "batch 0, head 2, query 5, channel 3"
  double got = 0, want = 0, budget = 0, bound = 0;  // at the worst element
  std::string got_text, want_text;                  // decimal and hexadecimal
};

struct CaseResult {
  std::string variant, op, case_id, number_class;
  std::vector<std::string> clauses, suites;
  Verdict verdict = Verdict::broken;
  std::string kernel;     // what the implementation says will run; "portable ..." is shared text
  std::string reason;     // of unsupported and broken; one line
  std::string diagnosis;  // of imprecise and wrong; lines
  /// Known mistakes that give this answer, the nearest first; absent where nobody compared.
  std::optional<std::vector<std::string>> alike;
  std::string captured;  // what the implementation printed
  std::vector<OutputJudgement> outputs;
  /// Terms in the longest sum that an output element takes; 0 where no one number says it.
  std::int64_t longest_sum = 0;
  std::string rerun;   // the command that runs just this
  double seconds = 0;  // the whole case, judging included
};

struct Interval {
  double low = 0, middle = 0, high = 0;
};

/// One timed shape of one variant, only for an output that was checked at that very shape.
struct SpeedResult {
  std::string variant, op, shape_id, number_class, kernel;
  int threads = 1;
  Verdict verdict = Verdict::right;
  std::vector<double> seconds;  // per call, raw, in the order taken
  Interval seconds_per_call;    // median with a 95 % interval
  std::optional<double> prepare_seconds;
  std::map<std::string, std::int64_t> extents;  // of the shape words: "tokens" -> 128
  double flops = 0, bytes = 0;                  // of one call, from the schema
  double gflops = 0, gbytes_per_second = 0;
  double limit_seconds = 0;   // the roofline of this shape on this machine
  double share_of_limit = 0;  // limit_seconds / median, 0..1
  std::optional<Interval> speedup_over_plain;
  std::string warning;
};

/// What the machine itself reaches, measured in the same run.
struct MachineLimit {
  std::string name;  // "f32 fma avx512", "memory read"
  int threads = 1;
  double value = 0;
  std::string unit;  // "GFLOP/s", "GB/s"
};

struct VariantInfo {
  std::string name, version, summary, grades, target;
};

/// A part of a run that was divided among machines: the cases number, number + of, ...
struct Shard {
  int number = 1, of = 1;
};

struct RunResult {
  std::string title;                               // "suite all, 4 variants"
  std::vector<std::string> command;                // as typed
  std::map<std::string, std::string> environment;  // "cpu" -> "...", "compiler" -> "..."
  std::vector<std::string> warnings;
  /// Which cases these are: the SHA-256 of their manifest, and the seed of fresh inputs. Results of
  /// different fixtures have nothing to do with each other.
  std::string fixtures;
  Shard shard;
  std::string started;  // ISO 8601, UTC
  double seconds = 0;
  bool complete = false;  // false: stopped before its end
  std::vector<VariantInfo> variants;
  std::map<std::string, std::string> clause_texts;  // the sentence of every clause named in cases
  std::vector<CaseResult> cases;
  std::vector<MachineLimit> limits;
  std::vector<SpeedResult> speed;
};

}  // namespace assay::reports
