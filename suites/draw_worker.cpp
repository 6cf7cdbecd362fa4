// SPDX-License-Identifier: Apache-2.0
#include "suites/draw_worker.h"

#include <cstring>

#include "suites/breach.h"
#include "suites/case_layout.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

using fixtures::Array;

fixtures::Case call_of(const DrawSetting& setting, std::int64_t seed, std::int64_t step,
                       const Streams& streams) {
  const auto rows = static_cast<std::int64_t>(streams.size());
  const auto vocab_size = static_cast<std::int64_t>(setting.logits.size());
  fixtures::Case call;
  call.op = "sampling";
  call.id = "draws";
  call.attributes = {{"repetition_penalty", 1.0},
                     {"presence_penalty", 0.0},
                     {"frequency_penalty", 0.0},
                     {"temperature", setting.temperature},
                     {"top_k", setting.top_k},
                     {"top_p", setting.top_p},
                     {"min_p", setting.min_p},
                     {"order", setting.order},
                     {"seed", seed},
                     {"step", step}};
  Array logits = Array::zeros(DType::f64, {rows, vocab_size});
  Array stream = Array::zeros(DType::i64, {rows});
  const std::size_t row_bytes = setting.logits.size() * sizeof(double);
  for (std::size_t r = 0; r < streams.size(); ++r) {
    std::memcpy(logits.bytes.data() + r * row_bytes, setting.logits.data(), row_bytes);
    stream.as<std::int64_t>()[r] = streams[r];
  }
  call.inputs = {{"logits", std::move(logits)}, {"stream", std::move(stream)}};
  fixtures::Golden token;
  token.name = "token";
  token.want = Array::zeros(DType::i64, {rows});
  call.outputs.push_back(std::move(token));
  return call;
}

/// Throws unless every step of the reply is as it should be.
void check(const Reply& reply, const std::string& where) {
  if (reply.supports.status == ASSAY_UNSUPPORTED) throw DrawsUnsupported(reply.supports.text);
  std::string words = breach(reply.supports, "supports()");
  if (words.empty()) words = refusal(reply.supports, "supports()");
  if (words.empty()) words = breach_of_pass(reply);
  if (!words.empty()) throw DrawsBroken(where + ": " + words);
}

}  // namespace

Sampler sampler_of(WorkerProcess& worker, int threads) {
  return [&worker, threads](const DrawSetting& setting, std::int64_t seed, std::int64_t step,
                            const Streams& streams) {
    const std::string where = "sampling (" + setting.name + ", " + std::to_string(streams.size()) +
                              " x " + std::to_string(setting.logits.size()) + ", seed " +
                              std::to_string(seed) + ", step " + std::to_string(step) + ")";
    const fixtures::Case test_case = call_of(setting, seed, step, streams);
    const CallDescription call = describe_call(test_case, *find_class("f32"), threads);
    const Contents contents = stored_contents(test_case, call);
    worker.arena().clear();
    const PassLayout layout = lay_out(worker.arena(), call, contents, Placement::aligned);
    check(worker.ask(layout.request(
              call, action_supports | action_open | action_run | action_close | action_inspect)),
          where);
    const std::string harm = trespass(worker.arena(), call, layout, contents);
    if (!harm.empty()) throw DrawsBroken(where + ": " + harm);
    DrawnTokens tokens(streams.size());
    const auto elements = worker.arena().elements(layout.outputs.regions[0]);
    std::memcpy(tokens.data(), elements.data(), tokens.size() * sizeof(std::int64_t));
    return tokens;
  };
}

}  // namespace assay::suites
