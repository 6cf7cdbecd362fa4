// SPDX-License-Identifier: Apache-2.0
// Reports of an audit: JSON comes back as it was, the schema describes it, and neither the page nor
// the Markdown lets foreign text out of its place.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "reports/audit_json.h"
#include "reports/audit_markdown.h"
#include "reports/audit_plot.h"
#include "reports/audit_summary.h"
#include "reports/html.h"
#include "reports/json.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using assay::self::made_up_audit;
using Json = nlohmann::json;

BOOST_AUTO_TEST_CASE(an_audit_is_read_as_it_was_written) {
  const std::string text = to_json(made_up_audit());
  BOOST_TEST(to_json(audit_from_json(text, "audit.json")) == text);
}

BOOST_AUTO_TEST_CASE(a_damaged_audit_is_refused_with_its_field) {
  const auto refused = [](const char* field, const Json& value) {
    Json json = Json::parse(to_json(made_up_audit()));
    json[field] = value;
    BOOST_CHECK_EXCEPTION(audit_from_json(json.dump(), "audit.json"), ResultFileError,
                          [&](const ResultFileError& error) {
                            return std::string(error.what()).find(field) != std::string::npos;
                          });
  };
  refused("audit_schema_version", 99);
  refused("mistakes", -1);
  refused("right_runs", "many");
  refused("rules", 7);
  BOOST_CHECK_THROW(audit_from_json("{", "audit.json"), ResultFileError);
  BOOST_CHECK_THROW(audit_from_json("{}", "audit.json"), ResultFileError);
}

BOOST_AUTO_TEST_CASE(the_schema_of_audits_names_every_field_that_is_written) {
  std::ifstream file(ASSAY_SOURCE_FOLDER "/reports/audit.schema.json");
  const Json schema = Json::parse(file);
  const Json written = Json::parse(to_json(made_up_audit()));
  const auto check = [](const Json& part, const Json& object, const std::string& name) {
    std::set<std::string> described, required, there;
    for (const auto& [field, ignored] : part["properties"].items()) described.insert(field);
    for (const Json& field : part["required"]) required.insert(field.get<std::string>());
    for (const auto& [field, ignored] : object.items()) there.insert(field);
    BOOST_TEST(described == there, name << ": fields described and written differ");
    BOOST_TEST(required == there, name << ": fields required and written differ");
  };
  BOOST_TEST(schema["properties"]["audit_schema_version"]["const"] == audit_schema_version);
  check(schema, written, "root");
  for (const auto& [list, name] : {std::pair{"mistake_findings", "mistake"},
                                   {"way_findings", "way"},
                                   {"rejected", "rejected"},
                                   {"rules", "rule"},
                                   {"case_findings", "case"},
                                   {"floors", "floor"}}) {
    check(schema["$defs"][name], written[list][0], name);
  }
}

BOOST_AUTO_TEST_CASE(the_page_says_what_the_suite_is_worth) {
  const Audit audit = made_up_audit();
  const std::string alone = to_html({}, &audit);
  BOOST_TEST(alone.find("killed 1 of 2 mistakes, rejected 1 of 50 correct runs") !=
             std::string::npos);
  BOOST_TEST(alone.find("Is the suite any good?") != std::string::npos);
  BOOST_TEST(alone.find(assay::self::script) == std::string::npos);
  BOOST_TEST(alone.find("<section id=\"scoreboard\"") == std::string::npos);
  const RunResult result = assay::self::made_up_result(20, 2);
  BOOST_TEST(to_html(result, &audit).find("<section id=\"audit\"") != std::string::npos);
  BOOST_TEST(to_html(result).find("<section id=\"audit\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_picture_of_the_rules_has_a_point_for_each) {
  Audit audit = made_up_audit();
  audit.rules[1].rule = assay::self::script;
  const std::string picture = rules_plot(audit);
  std::size_t points = 0;
  for (std::size_t at = picture.find("<circle"); at != std::string::npos;
       at = picture.find("<circle", at + 1))
    ++points;
  BOOST_TEST(points == 2U);
  BOOST_TEST(picture.find(assay::self::script) == std::string::npos);
  BOOST_TEST(picture.find("style=") == std::string::npos);  // the policy of the page forbids it
  BOOST_TEST(rules_plot(Audit()) == "");
}

BOOST_AUTO_TEST_CASE(the_markdown_names_what_went_wrong) {
  const std::string text = to_markdown(made_up_audit());
  for (const char* word : {"`escaped`", "It cannot show.", "`linear/idle`", "`way/pairwise`",
                           "ONNX 1e-3", "killed 1 of 2 mistakes"}) {
    BOOST_TEST(text.find(word) != std::string::npos, word);
  }
}
