// SPDX-License-Identifier: Apache-2.0
// Plausible figures from a small generator.
#include "suites/self/made_up_result.h"

#include <cmath>
#include <string>

#include "reports/statistics.h"

namespace assay::self {
namespace {

using namespace reports;

struct Op {
  const char* name;
  const char* suite;
  std::vector<const char*> clauses;
  std::vector<const char*> cases;
};

const std::vector<Op>& ops() {
  static const std::vector<Op> list = {
      {"attention",
       "attention-scaling",
       {"scale", "kv-head", "causal-alignment", "softcap"},
       {"one-key", "gqa-6x3", "causal-short-queries", "softcap-30", "window-3"}},
      {"attention",
       "masking",
       {"fully-masked-row", "additive-mask", "padding"},
       {"no-key-left", "mask-of-minus-inf", "key-lengths-7-3"}},
      {"layer_norm", "norms", {"eps", "variance"}, {"tiny-variance", "mean-30", "one-channel"}},
      {"rms_norm", "norms", {"eps", "weight-form"}, {"tiny-rows", "one-plus-weight"}},
      {"rope", "positions", {"pairing", "angle"}, {"half", "interleaved-12", "position-30000"}},
      {"sampling", "sampling", {"top-p", "order", "stream"}, {"top-p-boundary", "ties", "greedy"}},
      {"linear", "smoke", {"sum"}, {"all-positive", "tokens-1"}},
      {"softmax", "smoke", {"shift"}, {"large-logits", "one-logit"}},
  };
  return list;
}

/// A linear congruential generator (Knuth's MMIX constants): plausible is all that is asked for.
class Numbers {
 public:
  double uniform() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_ = 2;
};

constexpr const char* names[] = {"plain", "blocked", "simd", "threaded"};

std::string variant_name(std::size_t i) {
  return i < 4 ? names[i] : "plug-in-" + std::to_string(i - 3);
}

OutputJudgement output_of(Verdict verdict, Numbers& numbers) {
  OutputJudgement out;
  out.name = "out";
  out.verdict = verdict;
  out.elements = 1365;
  out.worst_share = std::pow(10, -2.5 + 2.4 * numbers.uniform());
  if (verdict == Verdict::imprecise) out.worst_share = 1.5 + 10 * numbers.uniform();
  if (verdict == Verdict::wrong) out.worst_share = 5e3 * (1 + numbers.uniform());
  out.beyond_budget = verdict == Verdict::right ? 0 : 411;
  out.bound_is_proved = true;
  out.worst_share_of_bound = out.worst_share / 40;
  out.worst_index = {0, 2, 5, 3};
  out.worst_index_text = "batch 0, head 2, query 5, channel 3";
  out.want = 0.73125 * numbers.uniform();
  out.budget = 1.2e-7;
  out.bound = 40 * out.budget;
  out.got = out.want + out.worst_share * out.budget;
  out.got_text = std::to_string(out.got) + " (0x1.7e61f8p-1)";
  out.want_text = std::to_string(out.want) + " (0x1.6d5cfap-1)";
  return out;
}

CaseResult case_of(std::size_t number, std::size_t variant, Numbers& numbers) {
  const Op& op = ops()[number % ops().size()];
  const std::size_t round = number / ops().size();
  CaseResult out;
  out.variant = variant_name(variant);
  out.op = op.name;
  const std::size_t id = round % op.cases.size();
  out.case_id = op.cases[id];
  if (round >= op.cases.size() * 3)
    out.case_id += "." + std::to_string(round / (op.cases.size() * 3));
  constexpr const char* classes[] = {"f64", "f32", "bf16"};
  out.number_class = classes[round / op.cases.size() % 3];
  out.clauses = {out.op + "." + op.clauses[id % op.clauses.size()]};
  out.suites = {op.suite};
  out.seconds = 2e-4 * numbers.uniform();
  constexpr std::int64_t sums[] = {1, 7, 64, 768, 3072};
  if (op.suite != std::string("sampling")) out.longest_sum = sums[id % 5] + 3 * (id / 5);
  out.rerun = "assay run --variant " + out.variant + " --filter '" + out.op + "/" + out.case_id +
              "' --class " + out.number_class;
  const double chance = numbers.uniform();
  out.verdict = Verdict::right;
  if (variant == 1 && out.number_class == std::string("f64")) out.verdict = Verdict::unsupported;
  if (variant == 3 && chance > 0.97) out.verdict = Verdict::broken;
  if (variant == 2 && chance > 0.95) out.verdict = Verdict::wrong;
  if (variant == 1 && chance > 0.96) out.verdict = Verdict::imprecise;
  out.kernel = variant == 0                          ? "plain loops"
               : op.suite == std::string("sampling") ? "portable sampling"
                                                     : "flash 64x256 avx512";
  if (out.verdict == Verdict::unsupported) {
    out.kernel.clear();
    out.reason = "class f64 is not implemented";
    return out;
  }
  if (out.verdict == Verdict::broken) {
    out.reason = "SIGSEGV: wrote 4 bytes beyond the end of output \"out\"";
    out.captured = "threaded: 2 workers, queue depth 14\n";
    return out;
  }
  out.outputs = {output_of(out.verdict, numbers)};
  if (out.verdict != Verdict::right)
    out.diagnosis =
        "out[0,2,5,3]: got 0.746841, want 0.713600, beyond the bound by a factor of 131\n"
        "equals attention-kv-by-modulo within 0.4 budgets; clause [attention.kv-head]\n"
        "411 of 1365 elements, all of heads 2 to 5";
  return out;
}

void add_speed(RunResult& result, std::size_t variants, Numbers& numbers) {
  const struct {
    const char *op, *shape;
    double flops, bytes;
    std::map<std::string, std::int64_t> extents;
  } shapes[] = {
      {"linear", "128x768x768", 1.51e8, 3.15e6, {{"tokens", 128}, {"d_in", 768}, {"d_out", 768}}},
      {"linear", "512x768x768", 6.04e8, 5.5e6, {{"tokens", 512}, {"d_in", 768}, {"d_out", 768}}},
      {"linear", "1x768x768", 1.18e6, 2.37e6, {{"tokens", 1}, {"d_in", 768}, {"d_out", 768}}},
      {"linear", "1x768x3072", 4.7e6, 9.5e6, {{"tokens", 1}, {"d_in", 768}, {"d_out", 3072}}},
      {"attention", "causal-12x64-512", 2.0e8, 6.3e6, {{"seq_len", 512}, {"n_heads", 12}}},
      {"attention", "decode-2048-keys", 6.3e6, 12.6e6, {{"seq_len", 1}, {"kv_len", 2048}}},
      {"softmax", "512x768", 2e6, 3.1e6, {{"rows", 512}, {"row_len", 768}}},
      {"sampling", "vocab-50257", 2.5e5, 2.0e5, {{"rows", 1}, {"vocab_size", 50257}}}};
  result.limits = {{"f32 fma avx512", 1, 268, "GFLOP/s"}, {"f32 fma avx512", 2, 531, "GFLOP/s"},
                   {"bf16 dot amx", 1, 2500, "GFLOP/s"},  {"bf16 dot amx", 2, 5000, "GFLOP/s"},
                   {"memory read", 1, 42, "GB/s"},        {"memory read", 2, 78, "GB/s"}};
  for (const auto& shape : shapes) {
    std::vector<double> plain;
    for (std::size_t i = 0; i < variants; ++i) {
      SpeedResult out;
      out.variant = variant_name(i);
      out.op = shape.op;
      out.shape_id = shape.shape;
      out.number_class = "f32";
      out.kernel = "flash 64x256 avx512";
      out.threads = i == 3 ? 2 : 1;
      out.limit_seconds = std::max(shape.flops / (268e9 * out.threads), shape.bytes / 42e9);
      constexpr double shares[] = {0.012, 0.08, 0.71, 0.62};
      const double share = shares[i % 4] * (0.7 + 0.5 * numbers.uniform());
      for (int sample = 0; sample < 20; ++sample)
        out.seconds.push_back(out.limit_seconds / share * (1 + 0.05 * numbers.uniform()));
      out.seconds_per_call = median_interval(out.seconds);
      if (i == 0) plain = out.seconds;
      if (i != 0) out.speedup_over_plain = paired_ratio_interval(plain, out.seconds);
      if (i >= 2 && shape.op == std::string("linear")) out.prepare_seconds = 4.1e-4;
      out.extents = shape.extents;
      out.flops = shape.flops;
      out.bytes = shape.bytes;
      out.gflops = shape.flops / out.seconds_per_call.middle * 1e-9;
      out.gbytes_per_second = shape.bytes / out.seconds_per_call.middle * 1e-9;
      out.share_of_limit = out.limit_seconds / out.seconds_per_call.middle;
      if (i == 1 && shape.op == std::string("sampling"))
        out.warning = "faster than the machine's own limit: implausible";
      result.speed.push_back(out);
    }
  }
}

}  // namespace

RunResult made_up_result(std::size_t cases, std::size_t variants) {
  Numbers numbers;
  RunResult result;
  result.title = "suite all, " + std::to_string(variants) + " variants";
  result.command = {"assay", "run", "all", "-o", "index.html"};
  result.environment = {{"cpu", "An Imagined Processor 9"},
                        {"cores", "2"},
                        {"compiler", "gcc 12.2.0"},
                        {"operating system", "Debian GNU/Linux 12"}};
  result.fixtures = "sha256 " + std::string(64, '7');
  result.started = "2024-02-29T12:00:00Z";
  result.seconds = 11.7;
  result.complete = true;
  for (std::size_t i = 0; i < variants; ++i)
    result.variants.push_back({variant_name(i), "0.1.0", "One of the techniques, in one sentence.",
                               "run threads", "", static_cast<int>(i)});
  for (std::size_t number = 0; number < cases; ++number) {
    for (std::size_t i = 0; i < variants; ++i) {
      result.cases.push_back(case_of(number, i, numbers));
      const std::string& clause = result.cases.back().clauses[0];
      result.clause_texts[clause] = "What is right about " + clause + " is said in one sentence.";
    }
  }
  add_speed(result, variants, numbers);
  for (std::size_t i = 0; i < variants; ++i) {
    GradeResult grade;
    grade.variant = variant_name(i);
    grade.grade = "threads";
    grade.op = "linear";
    grade.claimed = true;
    grade.calls = 12;
    grade.broken = i == 2 ? 1 : 0;
    if (i == 2) {
      grade.first.emplace();
      grade.first->case_id = "tokens-1";
      grade.first->number_class = "f32";
      grade.first->way = "2 threads";
      grade.first->reason = "SIGSEGV";
    }
    result.grades.push_back(grade);
  }
  GenerationResult texts;
  texts.variant = variant_name(0);
  texts.model = "decoder";
  texts.arrangement = "chunks of 2";
  texts.texts = 3;
  texts.tokens = 60;
  result.generations = {texts};
  return result;
}

reports::RunResult hostile_result() {
  RunResult result = made_up_result(3, 2);
  const std::string text =
      script + "]]> \"'&| ` ``` </details> @you \xE2\x80\xA8 \x1b[31m \xff\n=1+1";
  result.title = text;
  result.environment["cpu"] = text;
  result.warnings = {text};
  result.variants[0].name = script;
  result.variants[0].summary = text;
  result.clause_texts[script] = text;
  for (CaseResult& each : result.cases) {
    each.variant = script;
    each.verdict = Verdict::wrong;
    each.clauses = {script};
    each.suites = {script};
    each.kernel = each.reason = each.diagnosis = each.captured = each.rerun = text;
    for (OutputJudgement& output : each.outputs) output.got_text = output.worst_index_text = text;
  }
  for (SpeedResult& each : result.speed) {
    each.variant = script;
    each.shape_id = "=cmd|x";
    each.kernel = each.warning = text;
  }
  return result;
}

}  // namespace assay::self
