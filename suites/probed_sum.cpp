// SPDX-License-Identifier: Apache-2.0
#include "suites/probed_sum.h"

#include <fmt/format.h>

#include <algorithm>

#include "suites/command_words.h"
#include "suites/elements.h"
#include "suites/own_case.h"
#include "suites/sampled_check.h"
#include "suites/usage_error.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

constexpr SumPlace places[] = {
    {"linear", "of products over d_in", "linear tokens=1 d_in={} d_out=1", "x", "w", "y", 0, false},
    {"layer_norm", "of the mean over d_model", "layer_norm tokens=1 d_model={}", "x", "", "mean", 1,
     true},
    {"attention", "of the score over head_dim",
     "attention seq_len=1 kv_len=1 n_heads=1 n_kv_heads=1 head_dim={} v_head_dim=1 v=0 "
     "scale_rule=none scores_stage=scaled",
     "q", "k", "scores", 4, false},
    {"attention", "of weighted values over keys, all weights equal",
     "attention seq_len=1 kv_len={} n_heads=1 n_kv_heads=1 head_dim=1 v_head_dim=1 q=0 k=0", "v",
     "", "out", 0, true},
    {"unembedding", "of products over d_model", "unembedding tokens=1 d_model={} vocab_size=1", "x",
     "w", "logits", 0, false},
    {"pooling", "of the mean over tokens", "pooling batch=1 seq_len={} d_model=1 form=mean", "x",
     "", "pooled", 0, true},
};

/// The shape of a place, some of whose words give way to `extents`.
std::string shape_with(const SumPlace& place, const std::string& extents) {
  const std::vector<std::string> own = words_of(extents);
  std::string text;
  for (const std::string& word : words_of(place.shape)) {
    const std::string name = word.substr(0, word.find('=') + 1);
    const bool is_own = !name.empty() && std::ranges::any_of(own, [&](const std::string& each) {
      return each.starts_with(name);
    });
    if (!is_own) text += word + " ";
  }
  if (!own.empty() && (place.op != "linear" || text.find("{}") == std::string::npos))
    throw UsageError(
        std::string(place.op) + extents +
        ": only tokens=N and d_out=N of linear can be given; --terms is the length of a sum");
  return fmt::format("{}{}", text, extents);
}

/// The call of a place, with its output among the outputs.
fixtures::Case case_of(const SumPlace& place, std::size_t terms, const NumberClass& number_class,
                       const std::string& extents) {
  const std::string shape = fmt::format(fmt::runtime(shape_with(place, extents)), terms);
  fixtures::Case made = without_answers(own_recipe(shape, {std::string(number_class.name)}));
  if (place.asked_rank > 0) {
    fixtures::Golden& output = made.outputs.emplace_back();
    output.name = place.output;
    output.want = fixtures::Array::zeros(DType::f64, Shape(place.asked_rank, 1));
  }
  return made;
}

void check(const StepReport& step, std::string_view function) {
  if (!step.exception.empty())
    throw NotProbed(fmt::format("{} threw: {}", function, step.exception));
  if (step.done && step.status != ASSAY_OK)
    throw NotProbed(
        fmt::format("{} failed{}{}", function, step.text.empty() ? "" : ": ", step.text));
}

}  // namespace

std::span<const SumPlace> sum_places() { return places; }

ProbedSum::ProbedSum(WorkerProcess& worker, const SumPlace& place, std::size_t terms,
                     const NumberClass& number_class, int threads, const std::string& extents)
    : worker_(worker),
      place_(place),
      terms_(terms),
      class_(number_class),
      case_(case_of(place, terms, number_class, extents)),
      call_(describe_call(case_, number_class, threads)) {
  const auto index_of = [](const std::vector<TensorDescription>& tensors, std::string_view name) {
    const auto found = std::ranges::find(tensors, name, &TensorDescription::name);
    return static_cast<std::size_t>(found - tensors.begin());
  };
  terms_input_ = index_of(call_.inputs, place.terms);
  output_ = index_of(call_.outputs, place.output);
  fill(place.terms, std::vector<double>(terms, 1));
  if (!place.factors.empty()) fill(place.factors, std::vector<double>(terms, 1));
  open();
}

void ProbedSum::fill(std::string_view input, const std::vector<double>& values) {
  fixtures::Array& array = case_.inputs.at(std::string(input));
  array = fixtures::Array::zeros(DType::f64, array.shape);
  for (std::size_t i = 0; i < array.count(); ++i) array.as<double>()[i] = values[i % terms_];
}

void ProbedSum::set_factors(const std::vector<double>& factors) {
  if (place_.factors.empty()) return;
  fill(place_.factors, factors);
  open();
}

Reply ProbedSum::asked(const Request& request) {
  try {
    Reply reply = worker_.ask(request);
    if (!reply.error.empty()) throw NotProbed("the worker could not do it: " + reply.error);
    if (reply.supports.status == ASSAY_UNSUPPORTED)
      throw NotProbed("unsupported: " + reply.supports.text);
    check(reply.supports, "supports()");
    check(reply.prepare, "prepare()");
    check(reply.run, "run()");
    return reply;
  } catch (const WorkerDied& died) {
    throw NotProbed(died.what());
  }
}

void ProbedSum::open() {
  worker_.arena().clear();
  const Contents contents = stored_contents(case_, call_);
  layout_ = lay_out(worker_.arena(), call_, contents, Placement::aligned);
  const Request request = layout_.request(call_, action_supports | action_open);
  kernel_ = asked(request).supports.text;
}

double ProbedSum::of(const std::vector<double>& terms) {
  fill(place_.terms, terms);
  Arena& arena = worker_.arena();
  store_elements(case_.inputs.at(std::string(place_.terms)), call_.inputs[terms_input_].dtype,
                 arena.elements(layout_.input_sets[0].regions[terms_input_]));
  const Region& output = layout_.outputs.regions[output_];
  arena.poison(output);
  Request run;
  run.actions = action_run;
  asked(run);
  const double sum = element(call_.outputs[output_].dtype, arena.elements(output).data(), 0);
  return place_.is_mean ? sum * static_cast<double>(terms_) : sum;
}

}  // namespace assay::suites
