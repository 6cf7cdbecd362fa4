// SPDX-License-Identifier: Apache-2.0
#include "suites/model_case.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "fixtures/answers.h"
#include "fixtures/store.h"
#include "reference/shape.h"
#include "suites/cost.h"
#include "suites/model_cost.h"
#include "suites/own_fill.h"
#include "suites/usage_error.h"
#include "suites/vocabulary_sample.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;

// Measured on a 2-core Zen 5 machine: a multiply-add in 113-bit floats, and one in each of the 32
// noisy runs of a class.
constexpr double golden_seconds = 6e-8, noisy_seconds = 5e-7;
constexpr double longest_seconds = 1800;
constexpr double golden_bytes = 32;  // of a number in 113-bit floats
constexpr double worth_a_note = 20;  // seconds

std::string duration_text(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} minutes", seconds / 60);
  return fmt::format("{:.0f} hours", seconds / 3600);
}

std::vector<std::int64_t> token_list(const std::string& text) {
  std::vector<std::int64_t> tokens;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = text.find(',', begin);
    const std::string word = text.substr(begin, end == std::string::npos ? end : end - begin);
    const auto token = number<std::int64_t>(word);
    if (!token || *token < 0) {
      throw UsageError("--tokens: token ids separated by commas, not '" + word + "'");
    }
    tokens.push_back(*token);
  }
  return tokens;
}

void choose_classes(Case& model, const std::vector<std::string>& wanted, Console& console) {
  const auto holds = [&](const std::string& name) {
    return std::ranges::find(model.classes, name) != model.classes.end();
  };
  std::vector<std::string> classes = wanted;
  if (classes.empty()) classes = {holds("f32") ? "f32" : "f64"};
  for (const std::string& name : classes) {
    if (holds(name)) continue;
    const DType storage = find_class(name)->storage;
    for (auto& [input, array] : model.inputs) {
      if (!is_floating(array.dtype)) continue;
      array = converted(converted(array, storage, false), DType::f32, true);
    }
    console.note(fmt::format("assay: {} does not hold the weights; they are rounded to it", name));
  }
  model.classes = classes;
}

}  // namespace

fixtures::HfRequest request_from(const boost::program_options::variables_map& values) {
  fixtures::HfRequest request;
  if (values.count("layers") > 0) request.layers = integer(values, "layers", 1, 10'000);
  if (values.count("tokens") == 0) return request;
  const std::string text = values["tokens"].as<std::string>();
  const std::size_t slash = text.find('/');
  request.tokens = token_list(slash == std::string::npos ? text : text.substr(slash + 1));
  if (slash != std::string::npos) request.encoder_tokens = token_list(text.substr(0, slash));
  return request;
}

Case read_model(const std::filesystem::path& folder, fixtures::HfRequest request,
                Console& console) {
  request.on_weight = [&](const std::string& weight, std::size_t bytes, std::size_t total) {
    console.progress(fmt::format("reading {:.0f} of {:.0f} MB  {}",
                                 static_cast<double>(bytes) / 1e6, static_cast<double>(total) / 1e6,
                                 weight));
  };
  Case model = fixtures::read_hf_model(folder, request);
  console.clear_progress();
  console.note("assay: " + text_of(parameters_of(model)));
  return model;
}

void check_model_cost(const Case& model, const std::filesystem::path& folder, Console& console) {
  const double multiply_adds = cost_of(model, *find_class(model.classes.front())).flops / 2;
  const double seconds =
      multiply_adds * (golden_seconds + noisy_seconds * static_cast<double>(model.classes.size()));
  double elements = 0;
  for (const auto& [name, array] : model.inputs) elements += static_cast<double>(array.count());
  const double needed = elements * golden_bytes / std::exp2(30);
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                        static_cast<double>(sysconf(_SC_PAGESIZE)) / std::exp2(30);
  if (seconds > longest_seconds || needed > memory / 2) {
    throw UsageError(fmt::format(
        "{}: its golden answers would take about {} and {:.1f} GiB of memory; give fewer --tokens, "
        "or --layers N for the first layers only",
        folder.string(), duration_text(seconds), needed));
  }
  if (seconds > worth_a_note) {
    console.note(fmt::format("assay: computing the golden answers takes about {} and {:.1f} GiB",
                             duration_text(seconds), needed));
  }
}

Case model_case(const std::filesystem::path& folder, const fixtures::HfRequest& request,
                const std::vector<std::string>& classes, Console& console) {
  Case model = read_model(folder, request, console);
  choose_classes(model, classes, console);
  try {
    VocabularySample sample = vocabulary_sample(model);
    const std::int64_t vocab_size = model.inputs.at("embedding.tokens").shape.front();
    // A small table is computed whole.
    constexpr std::int64_t smallest_sampled = 512;
    const bool sampled = vocab_size >= smallest_sampled;
    Case& computed = sampled ? sample.small : model;
    const bool has_logits =
        std::ranges::find(model.outputs, "logits", &fixtures::Golden::name) != model.outputs.end();
    if (sampled && has_logits) {
      console.note(fmt::format("assay: the vocabulary is big: of {} logits per token {} are judged",
                               vocab_size, sample.ids.size()));
    }
    check_model_cost(computed, folder, console);
    console.progress("computing the golden answers");
    fixtures::compute_answers(computed, fixtures::hf_outputs(model), false);
    if (sampled) take_answers(sample, model);
  } catch (const CallError& error) {
    throw UsageError(folder.string() + ": " + error.what());
  }
  console.clear_progress();
  return model;
}

}  // namespace assay::suites
