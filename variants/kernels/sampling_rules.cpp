// SPDX-License-Identifier: Apache-2.0
#include "variants/kernels/sampling_rules.h"

#include <algorithm>
#include <cmath>

namespace assay::variants {
namespace {

/// The orders of whole engines, by name.
std::string_view list_of(std::string_view order) {
  constexpr std::pair<std::string_view, std::string_view> engines[] = {
      {"hugging_face", "penalties,temperature,top_k,top_p,min_p,typical_p"},
      {"vllm", "penalties,temperature,min_p,top_k,top_p"},
      {"llama_cpp", "penalties,top_k,typical_p,top_p,min_p,temperature"}};
  for (const auto& [name, list] : engines) {
    if (order == name) return list;
  }
  return order;
}

std::vector<std::string_view> stages_of(std::string_view order) {
  constexpr std::string_view known[] = {"penalties", "temperature", "top_k",
                                        "top_p",     "min_p",       "typical_p"};
  std::vector<std::string_view> stages;
  std::string_view rest = list_of(order);
  while (!rest.empty()) {
    const std::string_view stage = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), stage.size() + 1));
    const bool repeated = std::ranges::find(stages, stage) != stages.end();
    if (repeated || std::ranges::find(known, stage) == std::end(known)) {
      refuse_sampling("order: '" + std::string(stage) + "' is no stage or stands there twice");
    }
    if (stage == "penalties" && std::ranges::find(stages, "temperature") != stages.end()) {
      refuse_sampling("order: penalties stand before temperature");
    }
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace

SamplingRules::SamplingRules(const Invocation& call)
    : penalties{call.f64("repetition_penalty"), call.f64("presence_penalty"),
                call.f64("frequency_penalty")},
      temperature(call.f64("temperature")),
      top_p(call.f64("top_p")),
      min_p(call.f64("min_p")),
      typical_p(call.f64("typical_p")),
      top_k(call.i64("top_k")),
      seed(call.i64("seed")),
      step(call.i64("step")) {
  penalties.check("sampling");
  if (!(temperature >= 0) || std::isinf(temperature)) {
    refuse_sampling("temperature is below 0 or not finite; 0 is greedy");
  }
  if (top_k < 0) refuse_sampling("top_k is below 0; 0 keeps all");
  if (!(top_p >= 0 && top_p <= 1)) refuse_sampling("top_p is outside 0 to 1; 1 keeps all");
  if (!(min_p >= 0 && min_p <= 1)) refuse_sampling("min_p is outside 0 to 1; 0 keeps all");
  if (!(typical_p >= 0 && typical_p <= 1)) {
    refuse_sampling("typical_p is outside 0 to 1; 1 keeps all");
  }
  stages = stages_of(call.string("order"));
}

void refuse_sampling(const std::string& what) { throw CallError("sampling: " + what); }

/// Ten rounds of Philox4x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11) on
/// the counter (step, stream) under the key (seed): the first word's upper 24 bits as a fraction.
double uniform_number(std::int64_t seed, std::int64_t step, std::int64_t stream) {
  const auto word = [](std::int64_t value, int half) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> (32 * half));
  };
  std::uint32_t c0 = word(step, 0), c1 = word(step, 1), c2 = word(stream, 0), c3 = word(stream, 1);
  std::uint32_t k0 = word(seed, 0), k1 = word(seed, 1);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c0, b = std::uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<std::uint32_t>(b >> 32) ^ c1 ^ k0;
    c2 = static_cast<std::uint32_t>(a >> 32) ^ c3 ^ k1;
    c1 = static_cast<std::uint32_t>(b);
    c3 = static_cast<std::uint32_t>(a);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return static_cast<double>(c0 >> 8) / 16777216;
}

}  // namespace assay::variants
