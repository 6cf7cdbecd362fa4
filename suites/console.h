// SPDX-License-Identifier: Apache-2.0
// What people see while a command works: data on stdout, notes and progress on stderr, colours and
// progress only where a terminal shows them. Reports in files are not written here.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "reports/results.h"

namespace assay::suites {

class Console {
 public:
  /// Looks at the two streams and at NO_COLOR and TERM in the environment.
  Console(std::FILE* data, std::FILE* notes);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// A line of data. Trouble with the stream is remembered, not thrown: a closed pipe does not end
  /// a run.
  void line(std::string_view text);
  /// A line for people, on stderr.
  void note(std::string_view text);
  /// Replaces the progress line, at most some ten times a second; nothing without a terminal.
  void progress(std::string_view text);
  void clear_progress();

  /// The word of a verdict, coloured where that shows.
  [[nodiscard]] std::string painted(reports::Verdict verdict) const;
  [[nodiscard]] std::string bold(std::string_view text) const;

  /// Flushes stdout. The errno of the first failed write of data, 0 for none. EPIPE only says that
  /// the reader has seen enough.
  int finish();

 private:
  [[nodiscard]] std::string in_colour(std::string_view code, std::string_view text) const;

  std::FILE* data_;
  std::FILE* notes_;
  bool colours_;
  bool shows_progress_;
  bool progress_is_shown_ = false;
  double last_progress_ = 0;
  int data_error_ = 0;
};

}  // namespace assay::suites
