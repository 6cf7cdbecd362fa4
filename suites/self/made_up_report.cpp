// SPDX-License-Identifier: Apache-2.0
// Writes the reports of a made-up result into a folder, to look at them while working on the page:
// made_up_report FOLDER [cases [variants [hostile]]].
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "reports/files.h"
#include "suites/self/made_up_result.h"

int main(int count, char** words) {
  try {
    if (count < 2) {
      std::cerr << "made_up_report FOLDER [cases [variants [hostile]]]\n";
      return 2;
    }
    const auto number = [&](int i, std::size_t otherwise) {
      return i < count ? std::strtoull(words[i], nullptr, 10) : otherwise;
    };
    const bool hostile = count > 4 && std::string_view(words[4]) == "hostile";
    const assay::reports::Audit audit = assay::self::made_up_audit();
    assay::reports::write_report_folder(
        hostile ? assay::self::hostile_result()
                : assay::self::made_up_result(number(2, 120), number(3, 4)),
        words[1], &audit);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "made_up_report: " << error.what() << "\n";
    return 1;
  }
}
