// SPDX-License-Identifier: Apache-2.0
// Writes the reports of a made-up result into a folder, to look at them while working on the page:
// made_up_report FOLDER [cases [variants]].
#include <cstdlib>
#include <exception>
#include <iostream>

#include "reports/files.h"
#include "suites/self/made_up_result.h"

int main(int count, char** words) {
  try {
    if (count < 2) {
      std::cerr << "made_up_report FOLDER [cases [variants]]\n";
      return 2;
    }
    const auto number = [&](int i, std::size_t otherwise) {
      return i < count ? std::strtoull(words[i], nullptr, 10) : otherwise;
    };
    assay::reports::write_report_folder(assay::self::made_up_result(number(2, 120), number(3, 4)),
                                        words[1]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "made_up_report: " << error.what() << "\n";
    return 1;
  }
}
