// SPDX-License-Identifier: Apache-2.0
#include "suites/asked_case.h"

#include "suites/breach.h"
#include "variants/assay.h"

namespace assay::suites {
namespace {

using reports::Verdict;

Answer broken(const std::string& reason) { return {Verdict::broken, one_line_of(reason), {}}; }

bool left_something(const Reply& reply) {
  return reply.supports.process_left || reply.prepare.process_left || reply.run.process_left;
}

/// What a request came to before its outputs are looked at.
Answer outcome(WorkerProcess& worker, const Request& request) {
  try {
    const Reply reply = worker.ask(request);
    if (left_something(reply)) worker.restart();
    if (reply.supports.status == ASSAY_UNSUPPORTED)
      return {Verdict::unsupported, one_line_of(reply.supports.text), {}};
    std::string text = breach(reply.supports, "supports()");
    if (text.empty()) text = refusal(reply.supports, "supports()");
    if (text.empty()) text = breach_of_pass(reply);
    return text.empty() ? Answer() : broken(text);
  } catch (const WorkerDied& died) {
    worker.restart();
    return broken(died.what());
  }
}

}  // namespace

AskedCase::AskedCase(const fixtures::Case& test_case, const NumberClass& number_class,
                     const Manner& manner, WorkerProcess& worker)
    : worker_(worker),
      call_(describe_call(test_case, number_class, manner.threads)),
      contents_(stored_contents(test_case, call_)) {
  worker.arena().clear();
  layout_ = lay_out(worker.arena(), call_, contents_, manner.placement, 1, manner.displacement);
}

Answer AskedCase::again(std::uint32_t disturbance) {
  refill_outputs(worker_.arena(), layout_, contents_);
  Request request;
  if (!is_open_) request = layout_.request(call_, action_supports | action_open);
  request.actions |= action_run;
  request.disturbance = disturbance;
  is_open_ = true;
  return answer_to(request);
}

Answer AskedCase::once() {
  return answer_to(
      layout_.request(call_, action_supports | action_open | action_run | action_close));
}

Answer AskedCase::answer_to(const Request& request) {
  if (!refusal_.given()) return refusal_;
  Answer answer = outcome(worker_, request);
  if (!answer.given()) return refusal_ = answer;  // the worker may be another one now
  Arena& arena = worker_.arena();
  const std::string harm = trespass(arena, call_, layout_, contents_);
  if (!harm.empty()) return broken(harm);
  for (std::size_t i = 0; i < call_.outputs.size(); ++i) {
    const auto elements = arena.elements(layout_.outputs.regions[i]);
    answer.outputs.push_back(
        {call_.outputs[i].dtype, call_.outputs[i].shape, {elements.begin(), elements.end()}});
  }
  return answer;
}

Answer ask(const fixtures::Case& test_case, const NumberClass& number_class, const Manner& manner,
           WorkerProcess& worker) {
  return AskedCase(test_case, number_class, manner, worker).once();
}

}  // namespace assay::suites
