// SPDX-License-Identifier: Apache-2.0
#include "suites/golden_text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "fixtures/answers.h"
#include "fixtures/evaluation.h"
#include "fixtures/recipe.h"
#include "reference/storage.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::numbers::Golden;
using Tokens = std::vector<std::int64_t>;

/// Answers calls with the golden values, rounded to f32.
Answer golden_answer(const Case& call, int) {
  const auto slots = fixtures::output_slots(call, {});
  fixtures::Evaluation<Golden> evaluation(call, slots, *find_class("f64"));
  evaluation.run();
  Answer answer;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const bool floating = slots[i].kind == ElementKind::floating;
    Array& array = answer.outputs.emplace_back(
        Array::zeros(floating ? DType::f32 : DType::i64, slots[i].shape));
    for (std::size_t n = 0; n < array.count(); ++n) {
      if (floating)
        array.as<float>()[n] =
            static_cast<float>(round_once(DType::f32, evaluation.floating(i)[n]));
      else
        array.as<std::int64_t>()[n] = evaluation.integers(i)[n];
    }
  }
  return answer;
}

/// The call whose logits are those of every token of a text: all tokens but the last, at once.
Case whole_call(const TextModel& model, const TextRequest& text, const Tokens& tokens) {
  const auto block = [](const Tokens& ids) {
    const auto length = static_cast<std::int64_t>(ids.size());
    TokenBlock made{Array::zeros(DType::i64, {1, length}), Array::zeros(DType::i64, {1, length})};
    for (std::int64_t i = 0; i < length; ++i) {
      made.ids.as<std::int64_t>()[i] = ids[static_cast<std::size_t>(i)];
      made.positions.as<std::int64_t>()[i] = i;
    }
    return made;
  };
  Tokens all = text.prompt;
  all.insert(all.end(), tokens.begin(), tokens.end() - 1);
  return model.has_encoder ? both_sides_call(model, block(text.source), block(all))
                           : decoder_call(model, block(all), nullptr, nullptr);
}

/// Row `row` of an output whose first axis is 1.
fixtures::Golden row_of(const fixtures::Golden& whole, std::size_t row) {
  const auto size = static_cast<std::size_t>(whole.want.shape[2]);
  fixtures::Golden one;
  one.name = whole.name;
  one.want = Array::zeros(DType::f64, {whole.want.shape[2]});
  std::copy_n(whole.want.as<double>() + row * size, size, one.want.as<double>());
  const fixtures::Tolerance& all = whole.tolerance.at("f32");
  const auto part = [&](const std::vector<float>& values) {
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(row * size);
    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size));
  };
  one.tolerance["f32"] = {part(all.budget), part(all.bound), all.bound_is_proved};
  return one;
}

/// Whether every token would be drawn from other logits within their budgets, too.
bool has_margin(const GoldenText& text) {
  const TextRequest& request = text.group.texts.front();
  Tokens written = request.prompt;
  for (std::size_t step = 0; step < text.tokens.size(); ++step) {
    const fixtures::Golden& golden = text.logits[step];
    const auto* want = golden.want.as<double>();
    fixtures::Draw draw(step + 1);
    for (int n = 0; n < 32; ++n) {
      std::vector<double> moved(want, want + golden.want.count());
      for (std::size_t i = 0; i < moved.size(); ++i) {
        const double budget = golden.tolerance.at("f32").budget[i];
        moved[i] += draw.below(2) == 0 ? budget : -budget;
      }
      if (!may_be_drawn(text.group, static_cast<std::int64_t>(step), request.stream, moved, {},
                        written, text.tokens[step]))
        return false;
    }
    written.push_back(text.tokens[step]);
  }
  return true;
}

}  // namespace

GoldenText golden_text(const TextModel& model, TextGroup group) {
  group.texts.resize(1);
  const Arrangement plain{.name = "golden", .alone = true, .cached = false};
  for (int tries = 0; tries < 20; ++tries, ++group.texts[0].stream) {
    GoldenText text{group, {}, {}};
    const WrittenText written = write_texts(model, group, plain, golden_answer)[0];
    for (const WrittenToken& each : written) text.tokens.push_back(each.token);
    Case whole = whole_call(model, group.texts[0], text.tokens);
    whole.outputs.clear();
    fixtures::compute_answers(whole, {}, true);
    const std::size_t first = group.texts[0].prompt.size() - 1;
    for (std::size_t step = 0; step < text.tokens.size(); ++step)
      text.logits.push_back(row_of(whole.outputs[0], first + step));
    if (has_margin(text)) return text;
  }
  throw std::runtime_error(model.name + ": no golden text has a margin in 20 streams");
}

bool may_be_drawn(const TextGroup& group, std::int64_t step, std::int64_t stream,
                  const std::vector<double>& logits, const std::vector<double>& slack,
                  const Tokens& written, std::int64_t token) {
  TextRequest row;
  row.stream = stream;
  Array moved = Array::zeros(DType::f64, {1, static_cast<std::int64_t>(logits.size())});
  fixtures::Draw draw(static_cast<std::uint64_t>(step) * 1009 + 1);
  const int ways = slack.empty() ? 1 : 65;
  for (int n = 0; n < ways; ++n) {
    for (std::size_t i = 0; i < logits.size(); ++i) {
      const double share = n == 0 ? 0 : 2 * draw.uniform() - 1;
      moved.as<double>()[i] = logits[i] + (n == 0 ? 0 : share * slack[i]);
    }
    const Answer answer = golden_answer(sampling_call(group, step, {row}, moved, {written}), 1);
    if (answer.outputs[0].as<std::int64_t>()[0] == token) return true;
  }
  return false;
}

std::vector<double> own_rounding(const std::vector<double>& logits) {
  double largest = 1;
  for (const double each : logits) largest = std::max(largest, std::fabs(each));
  return std::vector<double>(logits.size(), std::ldexp(largest, -20));
}

}  // namespace assay::suites
