// SPDX-License-Identifier: Apache-2.0
// RunResult -> CSV (RFC 4180 with line feeds).
#include "reports/csv.h"

#include <fmt/format.h>

#include "reports/escape.h"
#include "reports/grades.h"
#include "reports/ranking.h"
#include "reports/summary.h"

namespace assay::reports {

std::string to_speed_csv(const RunResult& result) {
  std::string out =
      "variant,op,shape,class,kernel,threads,verdict,samples,median_seconds,low_seconds,"
      "high_seconds,prepare_seconds,flops,bytes,gflops,gbytes_per_second,limit_seconds,"
      "share_of_limit,speedup_over_plain,speedup_low,speedup_high,warning,not_ranked,workload,cold_"
      "seconds,memory_bytes\n";
  const Ranking ranking(result);
  for (const SpeedResult& each : result.speed) {
    const Interval& time = each.seconds_per_call;
    const std::string prepare =
        each.prepare_seconds ? fmt::format("{}", *each.prepare_seconds) : "";
    const auto& ratio = each.speedup_over_plain;
    const std::string speedup =
        ratio ? fmt::format("{},{},{}", ratio->middle, ratio->low, ratio->high) : ",,";
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n",
                       csv_field(each.variant), csv_field(each.op), csv_field(each.shape_id),
                       csv_field(each.number_class), csv_field(each.kernel), each.threads,
                       name_of(each.verdict), each.seconds.size(), time.middle, time.low, time.high,
                       prepare, each.flops, each.bytes, each.gflops, each.gbytes_per_second,
                       each.limit_seconds, each.share_of_limit, speedup, csv_field(each.warning),
                       csv_field(ranking.objection(each)), csv_field(each.workload),
                       each.cold_seconds ? fmt::format("{}", *each.cold_seconds) : "",
                       each.memory_bytes ? fmt::format("{}", *each.memory_bytes) : "");
  }
  return out;
}

std::string to_grades_csv(const RunResult& result) {
  std::string out = "variant,grade,op,claimed,calls,broken,comparisons,first_break,rerun\n";
  for (const GradeResult& each : result.grades) {
    out +=
        fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_field(each.variant), csv_field(each.grade),
                    csv_field(each.op), each.claimed ? "yes" : "no", each.calls, each.broken,
                    each.comparisons, csv_field(break_text(each)), csv_field(each.rerun));
  }
  return out;
}

std::string to_csv(const RunResult& result) {
  return result.speed.empty() && !result.grades.empty() ? to_grades_csv(result)
                                                        : to_speed_csv(result);
}

}  // namespace assay::reports
