// SPDX-License-Identifier: Apache-2.0
// How accurate: shares of the budget by op and class, and by the length of sums.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"
#include "reports/statistics.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

/// The share of its budget that the worst output of a call used; nothing if nothing was judged.
std::optional<double> share_of(const CaseResult& result) {
  const OutputJudgement* worst = worst_output(result);
  if (worst == nullptr) return std::nullopt;
  return worst->worst_share;
}

std::string accuracy_cell(std::vector<double> shares) {
  if (shares.empty()) return "<td class=\"number none\" data-key=\"-1\">-</td>";
  const double worst = *std::max_element(shares.begin(), shares.end());
  const bool beyond = !(worst <= 1);
  return number_cell(fmt::format("<span{}>{}</span> <span class=\"second\">{}</span>",
                                 beyond ? " class=\"text-wrong\"" : "", three_digits(worst),
                                 three_digits(median(shares))),
                     worst);
}

/// "The worst of 2,099 calls uses 98 % of its budget: simd in attention/gqa-6x3 [f32]"
std::string accuracy_title(const RunResult& result) {
  const CaseResult* worst = nullptr;
  std::size_t calls = 0;
  for (const CaseResult& each : result.cases) {
    const auto share = share_of(each);
    if (!share) continue;
    ++calls;
    if (worst == nullptr || *share > *share_of(*worst)) worst = &each;
  }
  return fmt::format("The worst of {} uses {} budgets: {} in {} [{}]", counted(calls, "call"),
                     three_digits(*share_of(*worst)), line(worst->variant), line(full_id(*worst)),
                     line(worst->number_class));
}

}  // namespace

std::string accuracy_section(const RunResult& result) {
  std::map<std::string, std::map<std::string, std::vector<double>>> shares;  // row, variant
  for (const CaseResult& each : result.cases)
    if (const auto share = share_of(each))
      shares[each.op + " " + each.number_class][each.variant].push_back(*share);
  if (shares.empty()) return "";
  const std::vector<std::string> variants = variant_names(result);
  std::string rows, previous;
  for (const std::string& row : by_op_and_class(result).rows) {
    if (!shares.contains(row)) continue;
    const std::size_t gap = row.rfind(' ');
    const std::string op = row.substr(0, gap);
    rows +=
        fmt::format("<tr><th scope=\"row\"{}>{}</th><td>{}</td>",
                    op == previous ? " class=\"again\"" : "", line(op), line(row.substr(gap + 1)));
    previous = op;
    for (const std::string& variant : variants) rows += accuracy_cell(shares[row][variant]);
    rows += "</tr>\n";
  }
  const std::string remark =
      "<p class=\"remark\">How much of its budget the worst element of a call uses: 1 is what a "
      "correct implementation of the class may miss by. Small is more accurate; all below 1 is "
      "right. In the table the worst call of each op and class, and beside it the "
      "median.</p>\n";
  std::vector<std::string> headings;
  for (const std::string& variant : variants)
    headings.push_back(line(variant) + " <span class=\"second\">median</span>");
  std::vector<Column> columns = {{"op"}, {"class"}};
  for (const std::string& heading : headings) columns.push_back({heading, true});
  return section(
      "accuracy", "Accuracy",
      remark +
          plot("accuracy-plot", accuracy_title(result),
               "Every dot is a call, every bar the middle half of a variant's calls. "
               "The line at 1 is the budget. In a 16-bit class rounding the output "
               "once takes nearly all of it.") +
          folded("The figures, by op and class",
                 table(columns, rows, "ops", "Share of the budget by op, class and variant")));
}

namespace {

/// "4 to 7", by powers of two.
std::string range_text(int power) {
  return power == 0 ? "1" : fmt::format("{} to {}", 1LL << power, (2LL << power) - 1);
}

int power_of(std::int64_t terms) {
  int power = 0;
  while (terms >>= 1) ++power;
  return power;
}

using SharesByLength = std::map<int, std::map<std::string, std::vector<double>>>;

/// "Sums of 4096 to 8191 terms in f32: plain uses 0.198 of its budget in the middle, fused 0.0331"
std::string sums_title(const std::string& number_class, const SharesByLength& by_length) {
  const auto& [power, by_variant] = *by_length.rbegin();
  const auto middle_of = [](const auto& entry) { return median(entry.second); };
  const auto most = std::ranges::max_element(by_variant, {}, middle_of);
  const auto least = std::ranges::min_element(by_variant, {}, middle_of);
  std::string text = fmt::format(
      "The longest sums, {} terms in {}: {} uses {} budgets at the median", range_text(power),
      line(number_class), line(most->first), three_digits(middle_of(*most)));
  if (most != least)
    text += fmt::format(", {} {}", line(least->first), three_digits(middle_of(*least)));
  return text;
}

}  // namespace

std::string sums_section(const RunResult& result) {
  std::map<std::string, SharesByLength> shares;  // by class
  for (const CaseResult& each : result.cases)
    if (const auto share = share_of(each); share && each.longest_sum > 0)
      shares[each.number_class][power_of(each.longest_sum)][each.variant].push_back(*share);
  if (shares.empty()) return "";
  const auto shown = shares.contains("f32") ? shares.find("f32") : shares.begin();
  const std::vector<std::string> variants = variant_names(result);
  std::string rows, previous;
  for (const auto& [number_class, by_length] : shares) {
    for (const auto& [power, by_variant] : by_length) {
      rows += fmt::format("<tr><th scope=\"row\"{}>{}</th>",
                          number_class == previous ? " class=\"again\"" : "", line(number_class)) +
              number_cell(range_text(power), power);
      previous = number_class;
      for (const std::string& variant : variants) {
        const auto found = by_variant.find(variant);
        rows += accuracy_cell(found == by_variant.end() ? std::vector<double>() : found->second);
      }
      rows += "</tr>\n";
    }
  }
  std::vector<std::string> headings;
  for (const std::string& variant : variants)
    headings.push_back(line(variant) + " <span class=\"second\">median</span>");
  std::vector<Column> columns = {{"class"}, {"terms of a sum", true}};
  for (const std::string& heading : headings) columns.push_back({heading, true});
  return section(
      "sums", "Error against the length of sums",
      "<p class=\"remark\">The budget of an element grows with the number of terms in its sum as "
      "rounding does, whatever the order. A variant that stays level adds as well as can be "
      "expected; one that climbs loses more with every term.</p>\n" +
          plot("sums-plot", sums_title(shown->first, shown->second),
               "Median share of the budget (1 is all of it) against the number of terms in the "
               "longest sum of the call, by powers of two; both axes logarithmic.") +
          folded("The figures, by class and length",
                 table(columns, rows, "", "Share of the budget by class and length of sums")));
}

}  // namespace assay::reports
