// SPDX-License-Identifier: Apache-2.0
// An audit that nobody held.
#include "suites/self/made_up_result.h"

namespace assay::self {

using namespace reports;

Audit made_up_audit() {
  Audit audit;
  audit.title = "full audit";
  audit.command = {"assay", "audit"};
  audit.environment = {{"cpu", "a fast one"}};
  audit.started = "2025-03-01T12:34:56Z";
  audit.seconds = 1.5;
  audit.full = audit.complete = true;
  audit.cases = 900;
  audit.mistakes = 2;
  audit.mistakes_caught = 1;
  audit.right_runs = 50;
  audit.right_runs_rejected = 1;
  audit.mistake_findings = {
      {script, "linear.bias", "does", "sees", "own", "", 4, 3, {"f32"}, {"linear/one"}},
      {"escaped", "linear.bias", "Adds twice.", "sees", "own", "", 4, 0, {}, {}},
      {"equivalent", "linear.bias", "does", "sees", "own", "It cannot show.", 4, 0, {}, {}}};
  audit.way_findings = {{"way/pairwise", "sums as trees", 50, 20, 1, 1, 1.5, "linear/one f32"}};
  audit.rejected = {{"way/pairwise", "linear/one", "f32", "imprecise", 1.5}};
  audit.rules = {{"Assay", "all", "", "", 2, 1, 8, 3, 3, 50, 1, 1},
                 {"ONNX 1e-3", "all", "source", "reading", 2, 1, 8, 2, 3, 50, 5, 1}};
  audit.case_findings = {{"linear/one", 1, {script}, "catches it first"},
                         {"linear/idle", 0, {}, ""}};
  audit.floors = {{"linear", "f32", 3, 1e-7, 1e-6, 1e-5, 2e-7, 2e-6, 2e-5}};
  return audit;
}

}  // namespace assay::self
