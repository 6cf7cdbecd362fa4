// SPDX-License-Identifier: Apache-2.0
// Checking that parts belong together, and appending them.
#include "reports/merging.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "reports/escape.h"
#include "reports/json.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

[[noreturn]] void refuse(const std::string& line) { throw ResultFileError(one_line(line)); }

std::string fixtures_text(const RunResult& result) {
  return result.fixtures.empty() ? "does not say which" : result.fixtures;
}

void check_fixtures(const std::vector<NamedResult>& parts) {
  for (const NamedResult& each : parts)
    if (each.result.fixtures != parts[0].result.fixtures)
      refuse(fmt::format("{}: judged other fixtures ({}) than {} ({}); run both on the same ones",
                         each.name, fixtures_text(each.result), parts[0].name,
                         fixtures_text(parts[0].result)));
}

/// Parts of one division have the same variants.
std::string variants_text(const RunResult& result) {
  std::string text;
  for (const VariantInfo& each : result.variants) text += each.name + "\n";
  return text;
}

/// The command of `part` for another shard.
std::string command_for(const RunResult& part, int number) {
  std::string text;
  for (std::size_t i = 0; i < part.command.size(); ++i) {
    std::string word = part.command[i];
    if (i > 0 && part.command[i - 1] == "--shard")
      word = fmt::format("{}/{}", number, part.shard.of);
    if (word.starts_with("--shard=")) word = fmt::format("--shard={}/{}", number, part.shard.of);
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

void check_shards(const std::vector<NamedResult>& parts) {
  std::map<std::string, std::vector<const NamedResult*>> divisions;
  for (const NamedResult& each : parts) divisions[variants_text(each.result)].push_back(&each);
  for (const auto& [variants, shards] : divisions) {
    const NamedResult& first = *shards[0];
    const int of = first.result.shard.of;
    std::map<int, const NamedResult*> numbers;
    for (const NamedResult* each : shards) {
      const Shard& shard = each->result.shard;
      if (shard.of != of)
        refuse(fmt::format("{}: part {} of {}, but {} is one of {}; name the parts of one division",
                           each->name, shard.number, shard.of, first.name, of));
      if (of == 1) continue;  // several runs of the same variants: their calls must differ
      if (const auto [other, is_new] = numbers.emplace(shard.number, each); !is_new)
        refuse(fmt::format("{}: shard {}/{}, as is {}; name each part once", each->name,
                           shard.number, of, other->second->name));
    }
    for (int number = 1; of > 1 && number <= of; ++number)
      if (!numbers.contains(number))
        refuse(
            fmt::format("{}: shard {}/{} is not among the files; name it as well, or make it: {}",
                        first.name, number, of, command_for(first.result, number)));
  }
}

/// Finds what stands in two files.
class Seen {
 public:
  void note(const std::string& key, const std::string& file) {
    const auto [place, is_new] = files_.try_emplace(key, file);
    if (!is_new)
      refuse(fmt::format("{}: {} is in {} already; name each result once", file, key,
                         place->second == file ? "it" : place->second));
  }

 private:
  std::unordered_map<std::string, std::string> files_;
};

void check_repetition(const std::vector<NamedResult>& parts) {
  Seen seen;
  for (const auto& [name, result] : parts) {
    for (const CaseResult& each : result.cases)
      seen.note(each.variant + " " + full_id(each) + " [" + each.number_class + "]", name);
    for (const SpeedResult& each : result.speed)
      seen.note(fmt::format("the timing of {} {} {} [{}], threads: {},", each.variant, each.op,
                            each.shape_id, each.number_class, each.threads),
                name);
    // Shards measure the same grade on other cases of an op.
    for (const GradeResult& each : result.grades)
      seen.note(fmt::format("the grade {} of {} in {} (part {}),", each.grade, each.variant,
                            each.op, result.shard.number),
                name);
    for (const GenerationResult& each : result.generations)
      seen.note(fmt::format("what {} generates with {}, {} (part {}),", each.variant, each.model,
                            each.arrangement, result.shard.number),
                name);
  }
}

template <class List>
void append(List& to, List& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void add(RunResult& all, NamedResult part) {
  RunResult& more = part.result;
  if (more.environment != all.environment)
    all.warnings.push_back(part.name +
                           ": made on another machine, by another build or other options");
  for (const VariantInfo& variant : more.variants) {
    const bool is_new = std::ranges::none_of(
        all.variants, [&](const VariantInfo& each) { return each.name == variant.name; });
    if (is_new) all.variants.push_back(variant);
  }
  append(all.cases, more.cases);
  append(all.speed, more.speed);
  append(all.grades, more.grades);
  append(all.generations, more.generations);
  for (std::string& warning : more.warnings)
    if (std::ranges::find(all.warnings, warning) == all.warnings.end())
      all.warnings.push_back(std::move(warning));
  if (all.limits.empty()) all.limits = std::move(more.limits);
  all.clause_texts.merge(more.clause_texts);
  all.started = std::min(all.started, more.started);
  all.seconds += more.seconds;
  all.complete = all.complete && more.complete;
}

}  // namespace

RunResult merged(std::vector<NamedResult> parts) {
  check_fixtures(parts);
  check_shards(parts);
  if (parts.size() > 1) check_repetition(parts);
  std::ranges::stable_sort(parts, {},
                           [](const NamedResult& each) { return each.result.shard.number; });
  std::vector<std::string> titles;
  for (const NamedResult& each : parts)
    if (std::ranges::find(titles, each.result.title) == titles.end())
      titles.push_back(each.result.title);
  RunResult all = std::move(parts[0].result);
  for (std::size_t i = 1; i < parts.size(); ++i) add(all, std::move(parts[i]));
  all.shard = {};
  all.title = fmt::format("{}", fmt::join(titles, "; "));
  return all;
}

}  // namespace assay::reports
