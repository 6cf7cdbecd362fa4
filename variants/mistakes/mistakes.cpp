// SPDX-License-Identifier: Apache-2.0
#include "variants/mistakes/mistakes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "variants/mistakes/evaluate.h"
#include "variants/plain/loop_call.h"
#include "woven/facts.h"

namespace assay::variants {
namespace {

using mistaken::Made;
using mistaken::making;
using mistaken::mistake_count;

constexpr std::size_t count = mistake_count;

template <class Number>
void evaluate(const Invocation& invocation) {
  Operands<Number> operands;
  mistaken::evaluate(loop_call<Number>(invocation, operands));
  operands.finish();
}

/// The woven loops, whatever mistake is made in them.
struct Woven {
  static std::string supports(const Invocation&) { return "the loops with a mistake"; }
  static std::unique_ptr<Prepared> prepare(const Invocation&) { return nullptr; }
  static void run(const Invocation& invocation, const Prepared*) {
    if (invocation.number_class().arithmetic == DType::f64) {
      evaluate<double>(invocation);
    } else {
      evaluate<float>(invocation);
    }
  }
};

/// Computes a call with this mistake; afterwards none is made.
int32_t run_with(Made mistake, std::string_view kernel, const assay_call* call) {
  making.mistake = mistake;
  making.kernel = kernel;
  const int32_t status = Entry<Woven>::run(call, nullptr);
  making.mistake = Made::none;
  making.kernel = {};
  return status;
}

/// The kernel that a mistake lives in; empty for the loops of the reference.
constexpr std::string_view kernel_of(std::size_t mistake) {
  for (const mistaken::Kernel& kernel : mistaken::kernels) {
    if (kernel.header == mistaken::woven_into[mistake]) return kernel.header;
  }
  return "";
}

constexpr auto kernel_names = [] {
  std::array<std::string_view, mistaken::kernels.size() + 1> names{};
  for (std::size_t n = 0; n < mistaken::kernels.size(); ++n) {
    names[n + 1] = mistaken::kernels[n].header;
  }
  return names;
}();

template <std::size_t mistake>
int32_t run_mistaken(const assay_call* call, void*) {
  return run_with(static_cast<Made>(mistake), kernel_of(mistake), call);
}

template <std::size_t kernel>
int32_t run_unmistaken(const assay_call* call, void*) {
  return run_with(Made::none, kernel_names[kernel], call);
}

using Run = int32_t (*)(const assay_call*, void*);

constexpr assay_implementation described(const char* name, const char* summary, Run run) {
  assay_implementation implementation = Entry<Woven>::described(name, summary, "");
  implementation.run = run;
  return implementation;
}

template <std::size_t... mistake>
constexpr std::array<assay_implementation, count> implementations(std::index_sequence<mistake...>) {
  return {described(mistaken::facts[mistake].name.data(), mistaken::facts[mistake].does.data(),
                    run_mistaken<mistake>)...};
}

template <std::size_t... kernel>
constexpr std::array<assay_implementation, sizeof...(kernel)> unmistaken(
    std::index_sequence<kernel...>) {
  return {described("none", "a text for mistakes, when none is made", run_unmistaken<kernel>)...};
}

}  // namespace

std::span<const Mistake> mistakes() { return mistaken::facts; }

const assay_implementation* mistaken_implementation(std::string_view name) {
  static constexpr auto all = implementations(std::make_index_sequence<count>{});
  for (std::size_t n = 0; n < count; ++n) {
    if (mistaken::facts[n].name == name) return &all[n];
  }
  return nullptr;
}

std::span<const std::string_view> mistaken_kernels() { return kernel_names; }

const assay_implementation* unmistaken_implementation(std::string_view kernel) {
  static constexpr auto all = unmistaken(std::make_index_sequence<std::size(kernel_names)>{});
  const auto* found = std::ranges::find(kernel_names, kernel);
  return found == std::end(kernel_names) ? nullptr : &all[found - std::begin(kernel_names)];
}

std::vector<std::string_view> reached_mistakes(const assay_call& call) {
  making.reached.fill(false);
  making.kernel_met.fill(false);
  const auto compute = [&](std::string_view kernel) {
    if (run_with(Made::none, kernel, &call) != ASSAY_OK) throw std::runtime_error(last_error());
  };
  compute("");
  const auto met = making.kernel_met;
  for (std::size_t n = 0; n < met.size(); ++n) {
    if (met[n]) compute(mistaken::kernels[n].header);
  }
  std::vector<std::string_view> names;
  for (std::size_t n = 0; n < count; ++n) {
    if (making.reached[n]) names.push_back(mistaken::facts[n].name);
  }
  return names;
}

}  // namespace assay::variants
