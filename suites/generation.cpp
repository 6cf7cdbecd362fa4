// SPDX-License-Identifier: Apache-2.0
#include "suites/generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "fixtures/recipe.h"
#include "reference/schema.h"
#include "reference/shape.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

using reports::GenerationResult;
using reports::Verdict;
using Tokens = std::vector<std::int64_t>;
using Settings = std::vector<std::pair<const char*, const char*>>;

constexpr std::int64_t most_texts_per_group = 20, longest_prompt = 7, new_tokens = 8;

/// Beyond one undecidable token of so many, nothing is certified.
constexpr std::int64_t most_undecidable = 100;

/// Numbers of groups for golden texts. The first has the third setting: under the two before it,
/// an ordinary and a greedy one, most mistakes about parameters do not show.
constexpr std::int64_t first_golden = 9'998;

/// The parameters of the sampler, all others ordinary.
const std::vector<Settings>& sampler_settings() {
  static const std::vector<Settings> list = {
      {},
      {{"temperature", "0"}},
      {{"temperature", "0.75"}, {"top_k", "12"}},
      {{"temperature", "1.25"}, {"top_p", "0.875"}},
      {{"min_p", "0.0625"}},
      {{"repetition_penalty", "1.25"}, {"temperature", "0.5"}},
      {{"presence_penalty", "0.5"}, {"frequency_penalty", "0.25"}, {"top_k", "30"}},
  };
  return list;
}

Attributes sampling_of(const Settings& settings, std::int64_t seed) {
  const OpSchema& op = *find_op("sampling");
  Attributes attributes;
  for (const auto& [name, text] : settings)
    attributes.insert_or_assign(name, parse_attribute(op, name, text));
  attributes.insert_or_assign("seed", seed);
  return complete(op, std::move(attributes));
}

Tokens drawn_tokens(fixtures::Draw& draw, std::int64_t vocab_size) {
  Tokens tokens(static_cast<std::size_t>(1 + draw.below(longest_prompt)));
  for (std::int64_t& each : tokens) each = draw.below(vocab_size);
  return tokens;
}

TextGroup drawn_group(const TextModel& model, std::int64_t number, std::int64_t texts) {
  fixtures::Draw draw(static_cast<std::uint64_t>(number) * 65537 + model.name.size());
  TextGroup group;
  const auto& settings = sampler_settings();
  group.sampling =
      sampling_of(settings[static_cast<std::size_t>(number) % settings.size()], 1000 + number);
  group.new_tokens = new_tokens;
  for (std::int64_t n = 0; n < texts; ++n) {
    TextRequest& text = group.texts.emplace_back();
    text.prompt = drawn_tokens(draw, model.vocab_size());
    if (model.has_encoder) text.source = drawn_tokens(draw, model.vocab_size());
    text.stream = draw.below(std::int64_t{1} << 40);  // not the number of a row
  }
  return group;
}

Tokens written_before(const TextRequest& text, const WrittenText& tokens, std::size_t step) {
  Tokens written = text.prompt;
  for (std::size_t i = 0; i < step; ++i) written.push_back(tokens[i].token);
  return written;
}

double apart(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double error = std::fabs(a[i] - b[i]);
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

GenerationResult begun(const GenerationPlan& plan, const std::string& arrangement) {
  GenerationResult result;
  result.model = plan.model.name;
  result.arrangement = arrangement;
  return result;
}

void count(bool is_wrong, const std::string& line, GenerationResult& result) {
  std::string& first = is_wrong ? result.first_wrong : result.first_undecidable;
  if (first.empty()) first = line;
  ++(is_wrong ? result.wrong : result.undecidable);
}

std::string reason_of(const NotWritten& failure) {
  return failure.verdict == Verdict::unsupported ? std::string("unsupported: ") + failure.what()
                                                 : failure.what();
}

/// One token on a golden prefix.
void judge_step(const GoldenText& text, std::size_t number, std::size_t step,
                const WrittenToken& got, const Tokens& written, GenerationResult& result) {
  const std::string where = fmt::format("golden text {}, token {}: ", number, step);
  std::vector<float> stored(got.logits.begin(), got.logits.end());
  fixtures::Case call;
  call.op = "decoder";
  call.id = "text";
  const reports::OutputJudgement logits =
      judge_output(call, text.logits[step], *find_class("f32"), std::as_bytes(std::span(stored)));
  ++result.tokens;
  if (logits.verdict != Verdict::right) {
    return count(true,
                 where + fmt::format("logit {}: got {}, want {}, {:.3g} budgets apart",
                                     logits.worst_index.empty() ? 0 : logits.worst_index[0],
                                     logits.got_text, logits.want_text, logits.worst_share),
                 result);
  }
  if (got.token == text.tokens[step]) return;
  const bool explained =
      may_be_drawn(text.group, static_cast<std::int64_t>(step), text.group.texts[0].stream,
                   got.logits, own_rounding(got.logits), written, got.token);
  count(!explained, where + fmt::format("got {}, want {}", got.token, text.tokens[step]), result);
}

}  // namespace

GenerationPlan generation_plan(const TextModel& model, std::int64_t texts, int golden_texts) {
  GenerationPlan plan{model, {}, {}, 0};
  // Few texts are spread over all settings, if not alone in their batch.
  const auto settings = static_cast<std::int64_t>(sampler_settings().size());
  const std::int64_t together =
      std::clamp<std::int64_t>((texts + settings - 1) / settings, 2, most_texts_per_group);
  for (std::int64_t done = 0; done < texts; done += together) {
    const auto number = static_cast<std::int64_t>(plan.groups.size());
    plan.groups.push_back(drawn_group(model, number, std::min(together, texts - done)));
  }
  for (int n = 0; n < golden_texts; ++n) {
    plan.golden.push_back(golden_text(model, drawn_group(model, first_golden + n, 1)));
    for (const fixtures::Golden& each : plan.golden.back().logits)
      for (const float budget : each.tolerance.at("f32").budget)
        plan.largest_budget = std::max(plan.largest_budget, static_cast<double>(budget));
  }
  return plan;
}

std::vector<Arrangement> arrangements(const TextModel& model) {
  std::vector<Arrangement> all = {
      {.name = "padded at the right"},
      {.name = "padded at the left", .left_padded = true},
      {.name = "in reverse order", .reversed = true},
      {.name = "without a cache", .cached = false},
      {.name = "alone, without a cache", .alone = true, .cached = false},
      {.name = "alone, token by token", .alone = true, .chunk = 1},
  };
  if (!model.has_encoder) {
    all.push_back(
        {.name = "without a cache, padded at the left", .left_padded = true, .cached = false});
  }
  for (std::int64_t chunk = 1; chunk < longest_prompt; ++chunk) {
    all.push_back({.name = fmt::format("in chunks of {}", chunk), .chunk = chunk});
    all.push_back({.name = fmt::format("in chunks of {}, padded at the left", chunk),
                   .left_padded = true,
                   .chunk = chunk});
  }
  for (int threads = 2; threads <= 8; ++threads)
    all.push_back({.name = fmt::format("{} threads", threads), .threads = threads});
  return all;
}

GenerationResult judge_golden(const GenerationPlan& plan, const TextAsker& ask) {
  GenerationResult result = begun(plan, "golden prefixes");
  const Arrangement plain{.name = "alone", .alone = true};
  try {
    for (std::size_t n = 0; n < plan.golden.size(); ++n) {
      const GoldenText& text = plan.golden[n];
      const std::vector<Tokens> forced = {text.tokens};
      const WrittenText got = write_texts(plan.model, text.group, plain, ask, &forced)[0];
      Tokens written = text.group.texts[0].prompt;
      for (std::size_t step = 0; step < got.size(); ++step) {
        judge_step(text, n, step, got[step], written, result);
        written.push_back(text.tokens[step]);
      }
      ++result.texts;
    }
  } catch (const NotWritten& failure) {
    result.reason = reason_of(failure);
  }
  return result;
}

std::vector<std::vector<WrittenText>> plain_texts(const GenerationPlan& plan,
                                                  const TextAsker& ask) {
  const Arrangement plain{.name = "alone", .alone = true};
  std::vector<std::vector<WrittenText>> texts;
  for (const TextGroup& group : plan.groups)
    texts.push_back(write_texts(plan.model, group, plain, ask));
  return texts;
}

GenerationResult judge_arrangement(const GenerationPlan& plan,
                                   const std::vector<std::vector<WrittenText>>& plain,
                                   const Arrangement& arrangement, const TextAsker& ask) {
  GenerationResult result = begun(plan, arrangement.name);
  const auto explained = [&](const TextGroup& group, const TextRequest& text, std::size_t step,
                             const WrittenToken& token, const Tokens& written) {
    return may_be_drawn(group, static_cast<std::int64_t>(step), text.stream, token.logits,
                        own_rounding(token.logits), written, token.token);
  };
  try {
    for (std::size_t g = 0; g < plan.groups.size(); ++g) {
      const TextGroup& group = plan.groups[g];
      const auto texts = write_texts(plan.model, group, arrangement, ask);
      for (std::size_t n = 0; n < texts.size(); ++n) {
        ++result.texts;
        const WrittenText &first = plain[g][n], &other = texts[n];
        for (std::size_t step = 0; step < first.size(); ++step) {
          ++result.tokens;
          if (first[step].token == other[step].token) continue;
          const TextRequest& text = group.texts[n];
          const Tokens written = written_before(text, first, step);
          const double distance = apart(first[step].logits, other[step].logits);
          const bool decided = !(distance <= 2 * plan.largest_budget) ||
                               !explained(group, text, step, first[step], written) ||
                               !explained(group, text, step, other[step], written);
          count(decided,
                fmt::format("group {}, text {}, token {}: {} and {}; logits {:.3g} apart, the "
                            "largest budget is {:.3g}",
                            g, n, step, first[step].token, other[step].token, distance,
                            plan.largest_budget),
                result);
          break;  // what follows has another prefix
        }
      }
    }
  } catch (const NotWritten& failure) {
    result.reason = reason_of(failure);
  }
  if (result.reason.empty() && most_undecidable * result.undecidable > result.tokens)
    result.reason = fmt::format("{} of {} tokens undecidable, which is too many to say anything",
                                result.undecidable, result.tokens);
  return result;
}

}  // namespace assay::suites
