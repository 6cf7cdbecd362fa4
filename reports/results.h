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
  std::string workload;  // what has calls of this shape: "GPT-2 small, prefill of 512 tokens"
  int threads = 1;
  Verdict verdict = Verdict::right;
  std::vector<double> seconds;  // per call, raw, in the order taken
  std::vector<double> started;  // when each sample began, in seconds since the first of all
  Interval seconds_per_call;    // median with a 95 % interval
  std::optional<double> prepare_seconds;
  /// Median of calls before each of which the caches were filled with other data.
  std::optional<double> cold_seconds;
  /// What a call allocates at most at a time beside its tensors, packed weights included; in whole
  /// pages, in a process of its own.
  std::optional<double> memory_bytes;
  std::map<std::string, std::int64_t> extents;  // of the shape words: "tokens" -> 128
  double flops = 0, bytes = 0;                  // of one call, from the schema
  double gflops = 0, gbytes_per_second = 0;
  double limit_seconds = 0;   // what this machine allowed, the median of the rounds
  double share_of_limit = 0;  // the median of limit / seconds, round by round, 0..1
  std::optional<Interval> speedup_over_plain;
  /// The same implementation in a second process over this one, paired: what a ratio of 1 looks
  /// like here. Smaller differences mean nothing.
  std::optional<Interval> against_itself;
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
  int threads_kept = 0;    // that wait between its calls
  std::string typed = {};  // as the command line named it; not kept in files
};

/// The reproducibility grades: outputs stay the same bit for bit when the call is made again, with
/// another number of threads, in another batch, in other chunks, from other addresses, on another
/// instruction set.
inline constexpr const char* grade_names[] = {"run", "threads", "batch", "chunk", "align", "isa"};

/// How a call lost its bits: the first element that differs from what the plain call gave.
struct GradeBreak {
  std::string case_id, number_class;
  std::string way;          // how it was made otherwise: "entry 3 alone", "5 threads"
  std::string reason;       // where it gave nothing at all; then there is no element
  std::string output;       // that differs
  std::string first_stage;  // of a model, where it showed stages: "layers.0.attention"
  std::vector<std::int64_t> index;
  std::string index_text;              // "token 3, channel 0"
  std::string first_text, other_text;  // both values, decimal and hexadecimal
  std::int64_t elements = 0;           // how many differ in that call
};

/// One grade of one variant, over all calls of one op.
struct GradeResult {
  std::string variant, grade, op;
  bool claimed = false;
  std::int64_t calls = 0;        // cases, in each of their classes, that were put to the test
  std::int64_t broken = 0;       // of these
  std::int64_t comparisons = 0;  // of outputs, all calls together
  std::optional<GradeBreak> first;
  std::string rerun;  // the command that measures the call of `first` again, or the whole op
};

/// Texts that one model generated, every call made in one arrangement, and held against the golden
/// texts or those of the plain arrangement.
struct GenerationResult {
  std::string variant, model;
  std::string arrangement;       // "golden prefixes", "padded at the left", "chunks of 2"
  std::int64_t texts = 0;        // generations
  std::int64_t tokens = 0;       // compared
  std::int64_t undecidable = 0;  // other tokens, and the rounding of logits explains them
  std::int64_t wrong = 0;        // other tokens that nothing explains, and logits beyond budgets
  std::string reason;            // where the calls gave nothing at all
  std::string first_wrong, first_undecidable;  // a line each
  std::string rerun;                           // the command that generates these texts again
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
  std::vector<GradeResult> grades;
  std::vector<GenerationResult> generations;
  std::vector<MachineLimit> limits;
  std::vector<SpeedResult> speed;
};

}  // namespace assay::reports
