// SPDX-License-Identifier: Apache-2.0
// Variants against each other: accuracy against speed per op, geometric means, what each step of
// the optimisation brings, and how times grow with extents and shrink with threads.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/curves.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/ranking.h"
#include "reports/speed_verdict.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

std::string interval_cell(const Interval& value) {
  return number_cell(
      fmt::format("{} <span class=\"second\">{} to {}</span>", three_digits(value.middle),
                  three_digits(value.low), three_digits(value.high)),
      value.middle);
}

/// The variants that some timing may be ranked of, in the order of the run.
std::vector<std::string> ranked_variants(const RunResult& result, const Ranking& ranking) {
  std::vector<std::string> names = variant_names(result);
  std::erase_if(names, [&](const std::string& name) {
    return std::ranges::none_of(ranking.calls(),
                                [&](const TimedCall& call) { return call.best.contains(name); });
  });
  return names;
}

}  // namespace

std::string tradeoff_section(const RunResult& result, const Ranking& ranking) {
  const std::vector<Tradeoff> tradeoffs = tradeoffs_of(result, ranking);
  if (tradeoffs.empty()) return "";
  std::string rows, previous;
  const Tradeoff* fastest = &tradeoffs[0];
  for (const Tradeoff& each : tradeoffs) {
    if (each.speedup.middle > fastest->speedup.middle) fastest = &each;
    rows += fmt::format("<tr><th scope=\"row\"{}>{}</th><td>{}</td><td>{}</td>",
                        each.op == previous ? " class=\"again\"" : "", line(each.op),
                        line(each.number_class), line(each.variant));
    previous = each.op;
    rows += number_cell(three_digits(each.worst_share), each.worst_share) +
            interval_cell(each.speedup) +
            number_cell(std::to_string(each.shapes), static_cast<double>(each.shapes)) + "</tr>\n";
  }
  return section(
      "tradeoff", "Accuracy against speed",
      "<p class=\"remark\">What a speed-up costs in accuracy, op by op: the share of the budget "
      "that the worst call of the op uses, and how many times as fast as the first variant it is, "
      "as the geometric mean over the shapes timed, with as many threads as are fastest. Who has "
      "calls of the op that are not right is not here.</p>\n" +
          plot("tradeoff-plot",
               fmt::format("The greatest gain: {} is {} times as fast in {} and uses {} of the "
                           "budget",
                           line(fastest->variant), three_digits(fastest->speedup.middle),
                           line(fastest->op), percent(fastest->worst_share)),
               "Right is faster (times the first variant, logarithmic), down is more accurate "
               "(share of the budget; 1 is the most that is right). A panel per op.") +
          table({{"op"},
                 {"class"},
                 {"variant"},
                 {"worst share of the budget", true},
                 {"times as fast", true},
                 {"shapes", true}},
                rows, "ops", "Accuracy and speed by op and variant"));
}

namespace {

std::string verdict_words(const MeanSpeedup& mean) {
  const Interval times = {1 / mean.ratio.high, 1 / mean.ratio.middle, 1 / mean.ratio.low};
  const SpeedVerdict verdict = speed_verdict(times, mean.noise);
  if (verdict == SpeedVerdict::faster) return "the second is faster";
  if (verdict == SpeedVerdict::slower) return "the first is faster";
  return words_of(verdict);
}

}  // namespace

std::string comparison_section(const RunResult& result, const Ranking& ranking) {
  const std::vector<std::string> variants = ranked_variants(result, ranking);
  if (variants.size() < 2) return "";
  std::string rows;
  for (std::size_t a = 0; a < variants.size(); ++a) {
    for (std::size_t b = a + 1; b < variants.size(); ++b) {
      const MeanSpeedup mean = ranking.mean_speedup(variants[a], variants[b]);
      if (mean.shapes == 0) continue;
      const std::string verdict = verdict_words(mean);
      rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>", line(variants[a]),
                          line(variants[b])) +
              interval_cell(mean.ratio) + fmt::format("<td>{}</td>", verdict) +
              number_cell(std::to_string(mean.shapes), static_cast<double>(mean.shapes)) +
              number_cell(std::to_string(mean.left_out), static_cast<double>(mean.left_out)) +
              "</tr>\n";
    }
  }
  return section(
      "comparison", "A against B",
      "<p class=\"remark\">How many times as fast the second is as the first: the geometric mean "
      "over all shapes that both get right, each with as many threads as are fastest, with a 95 % "
      "interval from the paired samples. What is less than the noise of the machine or two per "
      "cent "
      "is no relevant change. Shapes that one of the two does not do, or not right, are "
      "left out and counted.</p>\n" +
          table({{"first"},
                 {"second"},
                 {"times as fast", true},
                 {"in words"},
                 {"shapes", true},
                 {"left out", true}},
                rows, "pairs", "Geometric means of speed-ups between all pairs of variants"));
}

std::string ablation_section(const RunResult& result, const Ranking& ranking) {
  const std::vector<std::string> variants = ranked_variants(result, ranking);
  if (variants.size() < 2) return "";
  std::string rows;
  for (const TimedCall& call : ranking.calls()) {
    const auto base = call.best.find(variants[0]);
    if (base == call.best.end()) continue;
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td class=\"nowrap\">{}</td>", line(call.op),
                        line(call.shape_id));
    for (const std::string& variant : variants) {
      const auto found = call.best.find(variant);
      if (found == call.best.end()) {
        rows += "<td class=\"none\" data-key=\"-1\">not ranked</td>";
        continue;
      }
      const double times =
          base->second->seconds_per_call.middle / found->second->seconds_per_call.middle;
      rows += number_cell(
          three_digits(times) + (found->second->threads > 1
                                     ? fmt::format(" <span class=\"second\">{} threads</span>",
                                                   found->second->threads)
                                     : ""),
          times);
    }
    rows += "</tr>\n";
  }
  if (rows.empty()) return "";
  std::vector<Column> columns = {{"op"}, {"shape"}};
  std::vector<std::string> names;
  for (const std::string& variant : variants) names.push_back(line(variant));
  for (const std::string& name : names) columns.push_back({name, true});
  const MeanSpeedup last = ranking.mean_speedup(variants.front(), variants.back());
  return section(
      "ablation", "Step by step",
      fmt::format("<p class=\"remark\">What each variant adds to the ones before it: times as fast "
                  "as {}, shape by shape, with as many threads as are fastest.</p>\n",
                  line(variants[0])) +
          plot("ablation-plot",
               fmt::format("From {} to {}: {} times as fast on average", line(variants.front()),
                           line(variants.back()), three_digits(last.ratio.middle)),
               "A line per shape, from variant to variant; times as fast as the first "
               "(logarithmic). Thick: the geometric mean.") +
          table(columns, rows, "shapes", "Times as fast as the first variant, by shape"));
}

namespace {

std::string curve_rows(const std::vector<Curve>& curves, std::string (*shown)(double),
                       bool with_exponent) {
  std::string rows;
  for (const Curve& curve : curves) {
    std::string points;
    for (const CurvePoint& point : curve.points)
      points += fmt::format("{}{:.0f}: {}", points.empty() ? "" : ", ", point.at,
                            shown(point.value.middle));
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
                        line(curve.op), line(curve.variant), line(curve.axis), line(curve.fixed),
                        points);
    if (with_exponent)
      rows += number_cell(three_digits(curve.exponent.middle), curve.exponent.middle);
    rows += "</tr>\n";
  }
  return rows;
}

/// "attention against kv_len = seq_len: the exponent is 1.45 for simd and 2.08 for plain"
std::string growth_title(const std::vector<Curve>& curves) {
  std::vector<Curve> family;  // the one with the most points
  for (const Curve& each : curves) {
    const bool same = !family.empty() && each.op == family[0].op && each.axis == family[0].axis &&
                      each.fixed == family[0].fixed;
    if (same)
      family.push_back(each);
    else if (family.empty() || each.points.size() > family[0].points.size())
      family = {each};
  }
  const auto [least, most] = std::ranges::minmax_element(
      family, {}, [](const Curve& each) { return each.exponent.middle; });
  std::string text =
      fmt::format("{} against {}: the exponent is {} for {}", line(family[0].op),
                  line(family[0].axis), three_digits(least->exponent.middle), line(least->variant));
  if (least != most)
    text += fmt::format(" and {} for {}", three_digits(most->exponent.middle), line(most->variant));
  return text;
}

/// "At best threaded is 1.9 times as fast with 2 threads (softmax 512x768)"
std::string threads_title(const std::vector<Curve>& curves) {
  const auto best = std::ranges::max_element(
      curves, {}, [](const Curve& curve) { return curve.points.back().value.middle; });
  return fmt::format("At best {} is {} times as fast with {:.0f} threads ({} {})",
                     line(best->variant), three_digits(best->points.back().value.middle),
                     best->points.back().at, line(best->op), line(best->fixed));
}

}  // namespace

std::string growth_section(const RunResult& result, const Ranking& ranking) {
  const std::vector<Curve> curves = growth_curves(result, ranking);
  if (curves.empty()) return "";
  return section(
      "growth", "Cost against size",
      "<p class=\"remark\">Timed shapes of an op that differ in one extent: tokens, width or "
      "depth. One thread. The exponent is the slope between logarithms: 1 grows in proportion, "
      "2 with the square.</p>\n" +
          plot(
              "growth-plot", growth_title(curves),
              "Seconds per call against the extent, both logarithmic; a panel per op and extent.") +
          table({{"op"}, {"variant"}, {"grows"}, {"stands"}, {"time per call"}, {"exponent", true}},
                curve_rows(curves, duration, true), "curves", "Time per call by size"));
}

std::string threads_section(const RunResult& result, const Ranking& ranking) {
  const std::vector<Curve> curves = thread_curves(result, ranking);
  if (curves.empty()) return "";
  return section(
      "threads", "Threads",
      "<p class=\"remark\">How many times as fast as the same variant with one thread; paired, so "
      "what slowed both down cancels.</p>\n" +
          plot("threads-plot", threads_title(curves),
               "Times as fast as with one thread against the number of threads; the dashed line is "
               "perfect scaling. A panel per op.") +
          table({{"op"}, {"variant"}, {"grows"}, {"shape"}, {"threads: times as fast"}},
                curve_rows(curves, three_digits, false), "curves", "Speed-up by threads"));
}

}  // namespace assay::reports
