// SPDX-License-Identifier: Apache-2.0
// The fields of an audit with their names, once for writing and reading: fields(visitor, finding)
// calls visitor(name, member) for each. audit.schema.json describes them. Only audit_json.cpp
// needs it.
#pragma once

#include "reports/audit.h"

namespace assay::reports {

template <class Visitor>
void fields(Visitor& visit, auto& of, const MistakeFinding*) {
  visit("name", of.name);
  visit("clause", of.clause);
  visit("does", of.does);
  visit("sees", of.sees);
  visit("source", of.source);
  visit("proof", of.proof);
  visit("runs", of.runs);
  visit("caught", of.caught);
  visit("classes", of.classes);
  visit("caught_by", of.caught_by);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const WayFinding*) {
  visit("name", of.name);
  visit("summary", of.summary);
  visit("runs", of.runs);
  visit("distinct", of.distinct);
  visit("unsupported", of.unsupported);
  visit("rejected", of.rejected);
  visit("worst_share", of.worst_share);
  visit("worst_case", of.worst_case);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const RejectedRun*) {
  visit("way", of.way);
  visit("case", of.test_case);
  visit("number_class", of.number_class);
  visit("verdict", of.verdict);
  visit("share", of.share);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const RuleFinding*) {
  visit("rule", of.rule);
  visit("number_class", of.number_class);
  visit("source", of.source);
  visit("reading", of.reading);
  visit("mistakes", of.mistakes);
  visit("mistakes_caught", of.mistakes_caught);
  visit("mistaken_runs", of.mistaken_runs);
  visit("mistaken_runs_caught", of.mistaken_runs_caught);
  visit("mistaken_runs_caught_by_assay", of.mistaken_runs_caught_by_assay);
  visit("right_runs", of.right_runs);
  visit("right_runs_rejected", of.right_runs_rejected);
  visit("right_runs_rejected_by_assay", of.right_runs_rejected_by_assay);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const CaseFinding*) {
  visit("case", of.test_case);
  visit("caught", of.caught);
  visit("caught_only_here", of.caught_only_here);
  visit("earns", of.earns);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const FloorFinding*) {
  visit("op", of.op);
  visit("number_class", of.number_class);
  visit("cases", of.cases);
  visit("uniform_low", of.uniform_low);
  visit("uniform_middle", of.uniform_middle);
  visit("uniform_high", of.uniform_high);
  visit("single_low", of.single_low);
  visit("single_middle", of.single_middle);
  visit("single_high", of.single_high);
}

template <class Visitor>
void fields(Visitor& visit, auto& of, const Audit*) {
  visit("title", of.title);
  visit("command", of.command);
  visit("environment", of.environment);
  visit("started", of.started);
  visit("seconds", of.seconds);
  visit("full", of.full);
  visit("complete", of.complete);
  visit("cases", of.cases);
  visit("fresh_cases", of.fresh_cases);
  visit("mistakes", of.mistakes);
  visit("mistakes_caught", of.mistakes_caught);
  visit("right_runs", of.right_runs);
  visit("right_runs_rejected", of.right_runs_rejected);
  visit("mistake_findings", of.mistake_findings);
  visit("way_findings", of.way_findings);
  visit("rejected", of.rejected);
  visit("rules", of.rules);
  visit("case_findings", of.case_findings);
  visit("floors", of.floors);
}

}  // namespace assay::reports
