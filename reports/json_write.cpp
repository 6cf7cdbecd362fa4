// SPDX-License-Identifier: Apache-2.0
// RunResult -> JSON. Fields that are empty are left out, except those that say what a row is about.
#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/json.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

template <class Text>
void put_unless_empty(Json& object, const char* field, const Text& value) {
  if (!value.empty()) object[field] = value;
}

Json interval(const Interval& value) {
  return {
      {"low", number(value.low)}, {"middle", number(value.middle)}, {"high", number(value.high)}};
}

Json output(const OutputJudgement& value) {
  Json object = {{"name", value.name},
                 {"verdict", name_of(value.verdict)},
                 {"worst_share", number(value.worst_share)},
                 {"worst_share_of_bound", number(value.worst_share_of_bound)},
                 {"bound_is_proved", value.bound_is_proved},
                 {"elements", value.elements},
                 {"beyond_budget", value.beyond_budget}};
  put_unless_empty(object, "worst_index", value.worst_index);
  put_unless_empty(object, "worst_index_text", value.worst_index_text);
  object["got"] = number(value.got);
  object["want"] = number(value.want);
  object["budget"] = number(value.budget);
  object["bound"] = number(value.bound);
  put_unless_empty(object, "got_text", value.got_text);
  put_unless_empty(object, "want_text", value.want_text);
  return object;
}

Json case_result(const CaseResult& value) {
  Json object = {{"variant", value.variant},
                 {"op", value.op},
                 {"case_id", value.case_id},
                 {"number_class", value.number_class},
                 {"verdict", name_of(value.verdict)}};
  put_unless_empty(object, "clauses", value.clauses);
  put_unless_empty(object, "suites", value.suites);
  put_unless_empty(object, "kernel", value.kernel);
  put_unless_empty(object, "reason", value.reason);
  put_unless_empty(object, "diagnosis", value.diagnosis);
  if (value.alike) object["alike"] = *value.alike;
  put_unless_empty(object, "captured", value.captured);
  for (const OutputJudgement& each : value.outputs) object["outputs"].push_back(output(each));
  if (value.longest_sum > 0) object["longest_sum"] = value.longest_sum;
  put_unless_empty(object, "rerun", value.rerun);
  object["seconds"] = number(value.seconds);
  return object;
}

Json speed_result(const SpeedResult& value) {
  Json object = {{"variant", value.variant},          {"op", value.op},
                 {"shape_id", value.shape_id},        {"number_class", value.number_class},
                 {"verdict", name_of(value.verdict)}, {"threads", value.threads}};
  put_unless_empty(object, "kernel", value.kernel);
  put_unless_empty(object, "workload", value.workload);
  object["seconds"] = numbers(value.seconds);
  if (!value.started.empty()) object["started"] = numbers(value.started);
  object["seconds_per_call"] = interval(value.seconds_per_call);
  if (value.prepare_seconds) object["prepare_seconds"] = number(*value.prepare_seconds);
  if (value.cold_seconds) object["cold_seconds"] = number(*value.cold_seconds);
  if (value.memory_bytes) object["memory_bytes"] = number(*value.memory_bytes);
  put_unless_empty(object, "extents", value.extents);
  object["flops"] = number(value.flops);
  object["bytes"] = number(value.bytes);
  object["gflops"] = number(value.gflops);
  object["gbytes_per_second"] = number(value.gbytes_per_second);
  object["limit_seconds"] = number(value.limit_seconds);
  object["share_of_limit"] = number(value.share_of_limit);
  if (value.speedup_over_plain) object["speedup_over_plain"] = interval(*value.speedup_over_plain);
  if (value.against_itself) object["against_itself"] = interval(*value.against_itself);
  put_unless_empty(object, "warning", value.warning);
  return object;
}

template <class Item>
Json list_of(const std::vector<Item>& items, Json (*convert)(const Item&)) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(convert(item));
  return list;
}

Json limit(const MachineLimit& value) {
  return {{"name", value.name},
          {"threads", value.threads},
          {"value", number(value.value)},
          {"unit", value.unit}};
}

Json grade_break(const GradeBreak& value) {
  Json object = {{"case_id", value.case_id}, {"number_class", value.number_class}};
  object["way"] = value.way;
  put_unless_empty(object, "reason", value.reason);
  put_unless_empty(object, "output", value.output);
  put_unless_empty(object, "first_stage", value.first_stage);
  put_unless_empty(object, "index", value.index);
  put_unless_empty(object, "index_text", value.index_text);
  put_unless_empty(object, "first_text", value.first_text);
  put_unless_empty(object, "other_text", value.other_text);
  object["elements"] = value.elements;
  return object;
}

Json grade(const GradeResult& value) {
  Json object = {
      {"variant", value.variant},        {"grade", value.grade}, {"op", value.op},
      {"claimed", value.claimed},        {"calls", value.calls}, {"broken", value.broken},
      {"comparisons", value.comparisons}};
  if (value.first) object["first"] = grade_break(*value.first);
  put_unless_empty(object, "rerun", value.rerun);
  return object;
}

Json generation(const GenerationResult& value) {
  Json object = {
      {"variant", value.variant}, {"model", value.model},   {"arrangement", value.arrangement},
      {"texts", value.texts},     {"tokens", value.tokens}, {"undecidable", value.undecidable},
      {"wrong", value.wrong}};
  put_unless_empty(object, "reason", value.reason);
  put_unless_empty(object, "first_wrong", value.first_wrong);
  put_unless_empty(object, "first_undecidable", value.first_undecidable);
  put_unless_empty(object, "rerun", value.rerun);
  return object;
}

Json variant(const VariantInfo& value) {
  Json object = {{"name", value.name}};
  put_unless_empty(object, "version", value.version);
  put_unless_empty(object, "summary", value.summary);
  put_unless_empty(object, "grades", value.grades);
  put_unless_empty(object, "target", value.target);
  if (value.threads_kept > 0) object["threads_kept"] = value.threads_kept;
  return object;
}

}  // namespace

std::string to_json(const RunResult& result) {
  Json root = {{"schema_version", schema_version},  {"title", result.title},
               {"command", result.command},         {"started", result.started},
               {"seconds", number(result.seconds)}, {"complete", result.complete}};
  put_unless_empty(root, "fixtures", result.fixtures);
  if (result.shard.of > 1)
    root["shard"] = {{"number", result.shard.number}, {"of", result.shard.of}};
  root["environment"] = result.environment;
  root["warnings"] = result.warnings;
  root["variants"] = list_of(result.variants, variant);
  root["clause_texts"] = result.clause_texts;
  root["cases"] = list_of(result.cases, case_result);
  if (!result.grades.empty()) root["grades"] = list_of(result.grades, grade);
  if (!result.generations.empty()) root["generations"] = list_of(result.generations, generation);
  root["limits"] = list_of(result.limits, limit);
  root["speed"] = list_of(result.speed, speed_result);
  return root.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::reports
