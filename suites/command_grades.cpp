// SPDX-License-Identifier: Apache-2.0
#include "suites/command_grades.h"

#include <fmt/format.h>

#include "suites/grade_lines.h"
#include "suites/grades.h"
#include "suites/interruption.h"

namespace assay::suites {

int run_grades(const Judging& judging, const Invocation& invocation, Outputs& outputs,
               Console& console) {
  bool failed = false;
  const auto fail = [&](const std::string& line) {
    console.note("assay: " + line);
    failed = true;
  };
  for (const std::string& line : judging.errors) fail(line);
  for (const std::string& line : judging.warnings) console.note("assay: warning: " + line);

  reports::RunResult result;
  const RunBegin begin = begin_result(judging, invocation, result);
  const Interruption interruption;
  const GradeObserver observer{
      .on_call =
          [&](const std::string& what, std::size_t done, std::size_t total) {
            console.progress(fmt::format("{}/{}  {}", done, total, what));
            outputs.checkpoint(result);
          },
      .stop = [&] { return interruption.wanted(); }};
  try {
    measure_grades(judging.cases, judging.options, observer, result);
    console.clear_progress();
  } catch (const std::exception& error) {  // what was found so far is still written
    console.clear_progress();
    fail(error.what());
  }
  if (interruption.wanted()) fail("interrupted; what was found so far is kept");
  end_result(begin, !failed, result);
  for (const reports::GradeResult& each : result.grades)
    if (each.broken > 0) console.line(broken_line(each, console));
  for (const std::string& line : outputs.finish(result)) fail(line);
  for (const std::string& line : grade_table(result)) console.line(line);
  console.line(console.bold(last_grades_line(result)));
  if (failed) return bench_failed;
  return exit_code_of_grades(result);
}

}  // namespace assay::suites
