// SPDX-License-Identifier: Apache-2.0
// Where and how: the machine, the environment, the command, and how tolerances come about.
#include <fmt/format.h>

#include "reports/figures.h"
#include "reports/html_parts.h"
#include "reports/html_sections.h"

namespace assay::reports {

std::string machine_section(const RunResult& result) {
  std::string facts;
  for (const auto& [name, value] : result.environment)
    facts +=
        fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", line(name), line(value));
  for (const MachineLimit& each : result.limits)
    facts +=
        fmt::format("<tr><th scope=\"row\">{}, {}</th><td>{} {}, measured in this run</td></tr>\n",
                    line(each.name), counted(static_cast<std::size_t>(each.threads), "thread"),
                    three_digits(each.value), line(each.unit));
  std::string body = table({{"what"}, {"value"}}, facts, "", "Machine and environment");
  std::string command;
  for (const std::string& word : result.command)
    command += fmt::format("{}{}", command.empty() ? "" : " ", line(word));
  if (!command.empty())
    body += "<p class=\"remark\">The command of this run:</p><pre class=\"command\">" + command +
            "</pre>\n";
  return section("machine", "Machine", body);
}

std::string method_section() {
  return section(
      "method", "Method",
      "<p>The golden value of every output element comes from a reference in plain loops, computed "
      "in 113-bit floating point without any library function and rounded once. The same loops are "
      "run 32 times in a noisy number, which errs in every operation by up to one rounding of the "
      "class and takes its sums in many orders; six times the spread around the golden value, and "
      "half a unit of the last place, are the element's budget. A third number follows the largest "
      "error that any rounding in any order could cause: the bound, which for single operations is "
      "proved. An output is right within its budget, imprecise beyond it, and wrong beyond its "
      "bound, where no rounding explains it any more; what is not supported and what crashes, "
      "hangs "
      "or leaves output unwritten is counted apart. Implementations run in processes of their own "
      "and never see the golden values, and a speed is shown only for an output that was checked "
      "at "
      "that very shape.</p>\n");
}

}  // namespace assay::reports
