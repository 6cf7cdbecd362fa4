// SPDX-License-Identifier: Apache-2.0
#include "suites/console.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "reports/escape.h"

namespace assay::suites {
namespace {

bool is_terminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

bool colours_are_wanted() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: any text but none
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && term != nullptr &&
         std::string_view(term) != "dumb";
}

double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

/// The first `columns` characters of UTF-8 text, so that a progress line never wraps.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xc0u) == 0x80u;
    if (!continues && ++seen > columns) return text.substr(0, i);
  }
  return text;
}

constexpr double seconds_between_progress = 0.08;
constexpr std::size_t progress_columns = 79;

}  // namespace

Console::Console(std::FILE* data, std::FILE* notes)
    : data_(data),
      notes_(notes),
      colours_(is_terminal(data) && colours_are_wanted()),
      shows_progress_(is_terminal(notes)) {}

Console::~Console() { clear_progress(); }

void Console::line(std::string_view text) {
  clear_progress();
  if (data_error_ != 0) return;
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), data_) == text.size() &&
                       std::fputc('\n', data_) != EOF;
  if (!written) data_error_ = errno != 0 ? errno : EIO;
}

void Console::note(std::string_view text) {
  clear_progress();
  std::fflush(data_);  // notes and data keep their order where both go to one place
  // What plug-ins print and files are called may stand in it, and no control sequence of theirs.
  const std::string safe = reports::cleaned(text);
  std::fprintf(notes_, "%s\n", safe.c_str());
}

void Console::progress(std::string_view text) {
  if (!shows_progress_) return;
  const double time = now();
  if (progress_is_shown_ && time - last_progress_ < seconds_between_progress) return;
  last_progress_ = time;
  progress_is_shown_ = true;
  const std::string line = reports::one_line(text);
  const std::string_view shown = cut(line, progress_columns);
  std::fprintf(notes_, "\r\033[K%.*s", static_cast<int>(shown.size()), shown.data());
  std::fflush(notes_);
}

void Console::clear_progress() {
  if (!progress_is_shown_) return;
  progress_is_shown_ = false;
  std::fputs("\r\033[K", notes_);
  std::fflush(notes_);
}

std::string Console::in_colour(std::string_view code, std::string_view text) const {
  if (!colours_) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::string Console::painted(reports::Verdict verdict) const {
  static constexpr std::string_view codes[] = {"32", "33", "31", "2", "35"};
  const auto index = static_cast<std::size_t>(verdict);
  return in_colour(codes[index], reports::verdict_names[index]);
}

std::string Console::bold(std::string_view text) const { return in_colour("1", text); }

int Console::finish() {
  clear_progress();
  errno = 0;
  if (std::fflush(data_) != 0 && data_error_ == 0) data_error_ = errno;
  return data_error_;
}

}  // namespace assay::suites
