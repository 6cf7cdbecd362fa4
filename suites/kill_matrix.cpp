// SPDX-License-Identifier: Apache-2.0
#include "suites/kill_matrix.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>
#include <stdexcept>

namespace assay::suites {
namespace {

constexpr const char* heading = "# assay kill matrix 1; written by: assay audit --full";

/// "3,7-12" of ascending numbers.
std::string ranges(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", numbers[i]);
    if (last > i) text += fmt::format("-{}", numbers[last]);
    i = last + 1;
  }
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

class Parser {
 public:
  Parser(const std::string& text, std::string file) : file_(std::move(file)) {
    std::istringstream stream(text);
    std::string line;
    while (std::getline(stream, line)) {
      ++line_;
      if (line_ == 1 && line != heading) fail("is no kill matrix of this version");
      if (line.empty() || line.front() == '#') continue;
      take(split(line, '\t'));
    }
    if (line_ == 0) fail("is empty");
  }
  KillMatrix matrix;

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(fmt::format("{}:{}: {}; write it anew with 'assay audit --full -o {}'",
                                         file_, line_, what, file_));
  }

  void take(const std::vector<std::string>& fields) {
    if (fields.size() == 3 && fields[0] == "mistake") {
      matrix.mistakes.push_back(fields[2]);
      if (number(fields[1]) != matrix.mistakes.size()) fail("mistakes are not counted from 1");
      return;
    }
    if (fields.size() < 2) fail("is no line of a kill matrix");
    std::set<std::string> caught;
    if (fields.size() > 2) {
      for (const std::string& range : split(fields[2], ',')) add(range, caught);
    }
    if (number(fields[1]) != caught.size()) fail("counts other mistakes than it names");
    matrix.cases.emplace_back(fields[0], std::move(caught));
  }

  void add(const std::string& range, std::set<std::string>& caught) const {
    const std::vector<std::string> ends = split(range, '-');
    if (ends.empty()) fail("has an empty range");
    const std::size_t last = number(ends.back());
    if (last > matrix.mistakes.size()) fail("names a mistake that the file does not list");
    for (std::size_t n = std::max<std::size_t>(number(ends.front()), 1); n <= last; ++n) {
      caught.insert(matrix.mistakes[n - 1]);
    }
  }

  [[nodiscard]] std::size_t number(const std::string& text) const {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      fail("'" + text + "' is no number");
    return value;
  }

  std::string file_;
  std::size_t line_ = 0;
};

}  // namespace

std::string text_of(const KillMatrix& matrix) {
  std::string text = std::string(heading) + "\n";
  std::map<std::string, std::size_t> number, times;
  for (const std::string& name : matrix.mistakes) {
    const std::size_t next = number.size() + 1;
    number[name] = next;
    text += fmt::format("mistake\t{}\t{}\n", number[name], name);
  }
  for (const auto& [id, caught] : matrix.cases) {
    for (const std::string& name : caught) ++times[name];
  }
  for (const auto& [id, caught] : matrix.cases) {
    std::vector<std::size_t> all, only;
    for (const std::string& name : caught) {
      all.push_back(number.at(name));
      if (times[name] == 1) only.push_back(number.at(name));
    }
    std::ranges::sort(all);
    std::ranges::sort(only);
    text += fmt::format("{}\t{}{}{}{}{}\n", id, caught.size(), all.empty() ? "" : "\t", ranges(all),
                        only.empty() ? "" : "\tonly ", ranges(only));
  }
  return text;
}

KillMatrix parse_kill_matrix(const std::string& text, const std::string& file) {
  return Parser(text, file).matrix;
}

std::filesystem::path kill_matrix_file(const std::filesystem::path& folder) {
  return folder / "kills.tsv";
}

}  // namespace assay::suites
