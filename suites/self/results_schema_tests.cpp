// SPDX-License-Identifier: Apache-2.0
// results.schema.json says what to_json() writes: no field more, no field less, required exactly
// where it cannot be left out.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "reports/json.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using Json = nlohmann::json;

namespace {

struct Fields {
  std::set<std::string> ever, always;
  bool is_new = true;
};

void note(Fields& fields, const Json& object) {
  std::set<std::string> here;
  for (const auto& [name, value] : object.items()) here.insert(name);
  fields.ever.insert(here.begin(), here.end());
  if (fields.is_new) {
    fields.always = here;
  } else {
    std::erase_if(fields.always, [&](const std::string& name) { return !here.contains(name); });
  }
  fields.is_new = false;
}

/// The fields written for a full result and an empty one, by the name of their definition.
std::map<std::string, Fields> written_fields() {
  RunResult full = assay::self::hostile_result();  // every text is there
  full.variants.push_back({"one", "1", "summary", "run", "avx2"});
  RunResult bare = full;
  bare.fixtures.clear();
  bare.variants = {{"two", "", "", "", ""}};
  bare.cases = {CaseResult()};
  bare.cases[0].outputs = {OutputJudgement()};
  bare.cases.emplace_back();
  bare.grades.resize(1);
  bare.grades[0].first.emplace();
  bare.generations.emplace_back();
  full.grades.resize(2);  // the second is bare
  full.grades[0].rerun = "assay run grades";
  full.grades[0].first = {"one-key", "f32", "again", "?", "y", "norm", {1}, "token 1", "1", "2", 3};
  full.generations = {{"one", "gpt2", "alone", 1, 2, 3, 4, "?", "a", "b", "assay"}};
  bare.speed = {SpeedResult()};
  full.cases[0].outputs[0].worst_index = {1};
  full.cases[0].alike = {"kv-head-modulo"};
  full.shard = {2, 3};
  full.speed[0].prepare_seconds = 1;
  full.speed[0].speedup_over_plain = full.speed[0].against_itself = Interval{1, 1, 1};
  full.speed[0].cold_seconds = full.speed[0].memory_bytes = 1;
  full.speed[0].started = {0};
  full.speed[0].workload = "GPT-2 small";
  std::map<std::string, Fields> fields;
  for (const RunResult& result : {full, bare}) {
    const Json json = Json::parse(to_json(result));
    note(fields["root"], json);
    for (const auto& [list, name] : {std::pair{"cases", "case"},
                                     {"variants", "variant"},
                                     {"limits", "limit"},
                                     {"speed", "speed"}})
      for (const Json& each : json[list]) note(fields[name], each);
    for (const auto& [list, name] : {std::pair{"grades", "grade"}, {"generations", "generation"}})
      for (const Json& each : json[list]) note(fields[name], each);
    for (const Json& each : json["grades"])
      if (each.contains("first")) note(fields["grade_break"], each["first"]);
    for (const Json& each : json["cases"])
      if (each.contains("outputs"))
        for (const Json& output : each["outputs"]) note(fields["output"], output);
    note(fields["interval"], json["speed"][0]["seconds_per_call"]);
  }
  note(fields["root"], Json::parse(to_json(RunResult())));
  return fields;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_schema_names_every_field_that_is_written) {
  std::ifstream file(ASSAY_SOURCE_FOLDER "/reports/results.schema.json");
  const Json schema = Json::parse(file);
  BOOST_TEST(schema["properties"]["schema_version"]["const"] == schema_version);
  for (const auto& [name, fields] : written_fields()) {
    const Json& part = name == "root" ? schema : schema["$defs"][name];
    std::set<std::string> described, required;
    for (const auto& [field, ignored] : part["properties"].items()) described.insert(field);
    for (const Json& field : part["required"]) required.insert(field.get<std::string>());
    BOOST_TEST(described == fields.ever, name << ": fields described and written differ");
    BOOST_TEST(required == fields.always, name << ": fields required and always written differ");
  }
}
