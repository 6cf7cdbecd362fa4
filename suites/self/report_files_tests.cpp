// SPDX-License-Identifier: Apache-2.0
// The folder of a report: every format, the same bytes for the same input, and a page that stays
// small. Sizes are tested; times are not, since machines differ.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "reports/benchmark_json.h"
#include "reports/files.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/markdown.h"
#include "suites/self/made_up_result.h"

using namespace assay::reports;
using namespace assay::self;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "assay-report-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::map<std::string, std::string> files_of(const RunResult& result, const Audit* audit) {
  const Folder folder;
  write_report_folder(result, folder.path, audit);
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder.path)) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files[entry.path().filename().string()] = text.str();
  }
  return files;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_same_input_gives_the_same_bytes_in_every_format) {
  const Audit audit = made_up_audit();
  const auto files = files_of(made_up_result(50, 3), &audit);
  std::set<std::string> names;
  for (const auto& [name, text] : files) names.insert(name);
  BOOST_TEST(names == (std::set<std::string>{"audit.json", "audit.md", "benchmarks.json",
                                             "grades.csv", "index.html", "junit.xml", "report.md",
                                             "results.json", "speed.csv", "speed.svg"}));
  BOOST_TEST((files_of(made_up_result(50, 3), &audit) == files));
  // And from what was written, the same once more.
  const RunResult read = from_json(files.at("results.json"), "results.json");
  BOOST_TEST((files_of(read, &audit) == files));
}

BOOST_AUTO_TEST_CASE(two_thousand_cases_of_eight_variants_stay_under_three_megabytes) {
  constexpr std::size_t most = 3'000'000;
  RunResult result = made_up_result(2000, 8);
  const Audit audit = made_up_audit();
  BOOST_TEST(to_html(result, &audit).size() < most);
  // Even where one variant gets nothing right, and has a lot to say about it.
  for (CaseResult& each : result.cases) {
    if (each.variant != "simd") continue;
    each.verdict = Verdict::wrong;
    each.diagnosis = std::string(600, 'x');
  }
  const std::string page = to_html(result, &audit);
  BOOST_TEST(page.size() < most);
  // It does not push the failures of others out.
  for (const CaseResult& each : result.cases)
    if (each.verdict == Verdict::broken)
      BOOST_TEST(page.find("id=\"failure-" + each.variant + "-" + each.op + "-" + each.case_id +
                           "-" + each.number_class + "\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_summary_for_a_pull_request_stays_short) {
  // GitHub takes 65,536 characters.
  BOOST_TEST(to_markdown(made_up_result(2000, 8)).size() < 65'536u);
}

BOOST_AUTO_TEST_CASE(benchmarks_json_is_what_readers_of_google_benchmark_expect) {
  const RunResult result = made_up_result(40, 1);
  const nlohmann::json json = nlohmann::json::parse(to_benchmark_json(result));
  for (const char* field : {"date", "num_cpus", "library_build_type"})
    BOOST_TEST(json["context"].contains(field), field);
  std::size_t samples = 0;
  for (const SpeedResult& each : result.speed) samples += each.seconds.size();
  BOOST_TEST(json["benchmarks"].size() == samples + result.speed.size());
  const nlohmann::json& first = json["benchmarks"][0];
  BOOST_TEST(first["name"] == "linear/128x768x768/f32/plain/threads:1");
  BOOST_TEST(first["run_type"] == "iteration");
  BOOST_TEST(first["time_unit"] == "ns");
  BOOST_TEST(first["real_time"].get<double>() == result.speed[0].seconds[0] * 1e9);
  std::size_t medians = 0;
  for (const nlohmann::json& each : json["benchmarks"])
    medians += each["run_type"] == "aggregate" && each["aggregate_name"] == "median";
  BOOST_TEST(medians == result.speed.size());
}
