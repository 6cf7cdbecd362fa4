// SPDX-License-Identifier: Apache-2.0
#include "suites/self/written_value.h"

#include <charconv>
#include <limits>
#include <string>

namespace assay::self {
namespace {

class ValueParser {
 public:
  explicit ValueParser(std::string_view text) : text_(text) {}

  WrittenTensor parse() {
    element(0);
    skip_spaces();
    if (at_ != text_.size()) fail("something follows the value");
    return std::move(tensor_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw WrittenValueError(what + " in: " + std::string(text_));
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char wanted) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void element(std::size_t depth) {
    if (!take('[')) {
      if (numbers_at_ == no_depth) numbers_at_ = depth;
      if (numbers_at_ != depth) fail("lists of different depth");
      tensor_.numbers.push_back(number());
      return;
    }
    std::int64_t length = 0;
    if (tensor_.shape.size() == depth) tensor_.shape.resize(depth + 1, -1);
    if (!take(']')) {
      do {
        element(depth + 1);
        ++length;
      } while (take(','));
      if (!take(']')) fail("a ']' is missing");
    }
    if (tensor_.shape[depth] == -1) tensor_.shape[depth] = length;
    if (tensor_.shape[depth] != length) fail("lists of different length");
  }

  WrittenNumber number() {
    skip_spaces();
    const std::size_t end = std::min(text_.find_first_of(",] ", at_), text_.size());
    const std::string_view word = text_.substr(at_, end - at_);
    at_ = end;
    WrittenNumber written;
    if (word == "inf" || word == "-inf" || word == "nan") {
      written.kind = WrittenNumber::Kind::special;
      written.value = std::numeric_limits<double>::infinity();
      if (word == "-inf") written.value = -written.value;
      if (word == "nan") written.value = std::numeric_limits<double>::quiet_NaN();
      return written;
    }
    if (const std::size_t point = word.find('.'); point != std::string_view::npos) {
      written.kind = WrittenNumber::Kind::decimal;
      read(word, written.value);
      written.half_last_digit = 0.5 * std::pow(10.0, -static_cast<double>(word.size() - point - 1));
      return written;
    }
    const std::size_t slash = std::min(word.find('/'), word.size());
    read(word.substr(0, slash), written.numerator);
    if (slash < word.size()) read(word.substr(slash + 1), written.denominator);
    written.value =
        static_cast<double>(written.numerator) / static_cast<double>(written.denominator);
    return written;
  }

  template <class Value>
  void read(std::string_view word, Value& value) const {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || error != std::errc{} || end != word.data() + word.size()) {
      fail("no number: '" + std::string(word) + "'");
    }
  }

  static constexpr std::size_t no_depth = static_cast<std::size_t>(-1);
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t numbers_at_ = no_depth;
  WrittenTensor tensor_;
};

}  // namespace

WrittenTensor parse_written_tensor(std::string_view text) { return ValueParser(text).parse(); }

}  // namespace assay::self
