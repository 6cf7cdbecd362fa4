// SPDX-License-Identifier: Apache-2.0
#include "suites/known_mistakes.h"

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "suites/comparator.h"
#include "suites/elements.h"
#include "suites/expendable_process.h"
#include "suites/judge.h"
#include "suites/placed_case.h"
#include "variants/mistakes/mistakes.h"

namespace assay::suites {
namespace {

using reports::Verdict;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_named = 3;

/// How far two answers to a case are from each other.
class Comparison {
 public:
  Comparison(const fixtures::Case& test_case, const NumberClass& number_class)
      : case_(&test_case), class_(&number_class) {}

  [[nodiscard]] Likeness of(std::span<const std::byte> got,
                            std::span<const std::byte> wrong) const {
    double share = 0, between = 0, from_golden = 0;
    for (const fixtures::Golden& golden : case_->outputs) {
      const fixtures::Array& want = golden.want_for(std::string(class_->name));
      const DType stored = stored_type(golden, *class_);
      const auto tolerance = golden.tolerance.find(std::string(class_->name));
      for (std::size_t i = 0; i < want.count(); ++i) {
        const double mine = element(stored, got.data(), i);
        const double theirs = element(stored, wrong.data(), i);
        const double golden_value = element(want.dtype, want.bytes.data(), i);
        const double budget =
            tolerance == golden.tolerance.end() ? 0.0 : double{tolerance->second.budget[i]};
        // The one comparator decides what is the same kind of value; NaN equals NaN there.
        const double difference = judge(mine, theirs, infinity, infinity).error;
        share = std::max(share, difference == 0 ? 0 : difference / budget);
        between += difference;
        const double departure = judge(mine, golden_value, infinity, infinity).error;
        if (std::isfinite(departure)) from_golden += departure;
      }
      got = got.subspan(want.count() * size_of(stored));
      wrong = wrong.subspan(want.count() * size_of(stored));
    }
    return {"", share, between == 0 ? 0 : between / from_golden};
  }

 private:
  const fixtures::Case* case_;
  const NumberClass* class_;
};

/// Writes a line per alike mistake as soon as it is found.
void find_alike(const fixtures::Case& test_case, const NumberClass& number_class,
                std::span<const std::byte> got, int pipe) {
  PlacedCase placed(test_case, number_class);
  const Comparison comparison(test_case, number_class);
  for (const std::string_view name : variants::reached_mistakes(placed.call())) {
    if (placed.run(*variants::mistaken_implementation(name)) != ASSAY_OK) continue;
    if (placed.verdict() == Verdict::right) continue;
    const Likeness likeness = comparison.of(got, placed.output_bytes());
    if (!(likeness.share <= 1 || likeness.unexplained <= most_unexplained)) continue;
    const std::string line = fmt::format("{} {} {}\n", name, likeness.share, likeness.unexplained);
    if (write(pipe, line.data(), line.size()) < 0) return;
  }
}

std::string read_all(int pipe) {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(pipe, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

}  // namespace

std::vector<Likeness> alike_mistakes(const fixtures::Case& test_case,
                                     const NumberClass& number_class,
                                     std::span<const std::byte> got, unsigned seconds) {
  // A mistake may fault on a shape that nobody has tried it on; that must not cost a result.
  const ExpendableProcess child = start_expendable([&](int pipe) {
    alarm(seconds);
    find_alike(test_case, number_class, got, pipe);
  });
  const std::string text = read_all(child.pipe);
  close(child.pipe);
  waitpid(child.process, nullptr, 0);

  std::vector<Likeness> alike;
  std::istringstream stream(text);
  std::string share, unexplained;
  for (Likeness each; stream >> each.mistake >> share >> unexplained;) {
    each.share = std::strtod(share.c_str(), nullptr);  // reads "inf", which >> does not
    each.unexplained = std::strtod(unexplained.c_str(), nullptr);
    alike.push_back(each);
  }
  std::ranges::stable_sort(alike, {}, [](const Likeness& each) {
    return std::pair(each.share <= 1 ? each.share : infinity, each.unexplained);
  });
  return alike;
}

std::string likeness_line(const std::vector<Likeness>& alike) {
  if (alike.empty()) return "";
  const Likeness& first = alike.front();
  const auto known =
      std::ranges::find(variants::mistakes(), first.mistake, &variants::Mistake::name);
  const std::string how = first.share <= 1
                              ? fmt::format("within {:.2g} budgets", first.share)
                              : fmt::format("but for {:.2g} of the error", first.unexplained);
  std::string line = fmt::format("equals the known mistake {} {}: {} [{}]; {}", first.mistake, how,
                                 known->does, known->clause, known->source);
  const std::size_t named = std::min(alike.size(), most_named);
  for (std::size_t i = 1; i < named; ++i) {
    line += (i == 1 ? "; so does " : ", ") + alike[i].mistake;
  }
  if (alike.size() > named) line += fmt::format(" and {} more", alike.size() - named);
  return line;
}

}  // namespace assay::suites
