// SPDX-License-Identifier: Apache-2.0
#include "suites/breach.h"

#include <utility>

#include "variants/assay.h"

namespace assay::suites {

std::string one_line_of(std::string text) {
  for (char& each : text) {
    if (static_cast<unsigned char>(each) < ' ' || each == 0x7f) each = ' ';
  }
  if (text.size() > 500) text = text.substr(0, 500) + "...";
  return text;
}

std::string breach(const StepReport& step, const char* function) {
  if (!step.exception.empty())
    return std::string(function) + " threw a C++ exception: " + step.exception;
  if (step.process_left) return std::string(function) + " left a process running";
  if (!step.environment.empty()) {
    return std::string(function) + " left the floating-point modes changed: " + step.environment;
  }
  return "";
}

std::string refusal(const StepReport& step, const char* function) {
  if (!step.done || step.status == ASSAY_OK) return "";
  const std::string why = step.text.empty() ? "" : ": " + step.text;
  if (step.status == ASSAY_UNSUPPORTED || step.status == ASSAY_FAILED) {
    return "supports() said yes, then " + std::string(function) +
           (step.status == ASSAY_FAILED ? " failed" : " refused") + why;
  }
  return std::string(function) + " gave " + std::to_string(step.status) +
         ", which is no assay_status" + why;
}

std::string breach_of_pass(const Reply& reply) {
  if (!reply.error.empty()) return "the worker could not do it: " + reply.error;
  for (const auto& [step, function] : {std::pair{&reply.prepare, "prepare()"},
                                       {&reply.run, "run()"},
                                       {&reply.release, "release()"}}) {
    if (std::string text = breach(*step, function); !text.empty()) return text;
    if (std::string text = refusal(*step, function); !text.empty()) return text;
  }
  if (!reply.left_changed.empty()) return "left changed in its process: " + reply.left_changed;
  return "";
}

bool leaves_traces(const Reply& reply) {
  return reply.supports.process_left || reply.prepare.process_left || reply.run.process_left ||
         reply.release.process_left || !reply.left_changed.empty();
}

}  // namespace assay::suites
