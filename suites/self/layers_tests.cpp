// SPDX-License-Identifier: Apache-2.0
// Reads the #include lines of every source and holds them against the picture of the layers; shows
// with planted files that the test can fail.
#define BOOST_TEST_MODULE layers
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "suites/self/layers.h"

namespace {

using assay::self::house_violations;
using assay::self::layer_violations;
using assay::self::SourceFile;

std::vector<SourceFile> all_sources() {
  const std::filesystem::path root = ASSAY_SOURCE_FOLDER;
  std::vector<SourceFile> sources;
  for (const char* folder : {"reference", "variants", "fixtures", "suites", "reports"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp" && extension != ".c") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      sources.push_back({std::filesystem::relative(entry.path(), root).string(), text.str()});
    }
  }
  return sources;
}

BOOST_AUTO_TEST_CASE(every_include_follows_the_picture) {
  const std::vector<SourceFile> sources = all_sources();
  BOOST_TEST(sources.size() > 20u);
  for (const SourceFile& file : sources)
    for (const std::string& violation : layer_violations(file)) BOOST_ERROR(violation);
}

BOOST_AUTO_TEST_CASE(every_file_follows_the_house_rules) {
  for (const SourceFile& file : all_sources())
    for (const std::string& violation : house_violations(file)) BOOST_ERROR(violation);
}

struct Include {
  const char* file;
  const char* path;
};

BOOST_AUTO_TEST_CASE(an_include_against_the_picture_is_found) {
  const Include forbidden[] = {
      {"reference/attention.h", "fixtures/case.h"},
      {"reference/attention.h", "boost/math/special_functions.hpp"},
      {"reference/attention.h", "unistd.h"},
      {"reports/results.h", "reference/storage.h"},
      {"reports/html.cpp", "suites/runner.h"},
      {"fixtures/store.cpp", "variants/list.h"},
      {"fixtures/store.cpp", "suites/runner.h"},
      {"variants/simd/attention.cpp", "reference/attention.h"},
      {"variants/blocked/linear.cpp", "reference/ops.h"},
      {"variants/list.cpp", "fixtures/case.h"},
      {"suites/runner.cpp", "hdf5.h"},
      {"suites/runner.cpp", "hwy/highway.h"},
      {"suites/runner.cpp", "boost/program_options.hpp"},
      {"suites/runner.cpp", "benchmark/benchmark.h"},
      {"suites/runner.cpp", "boost/test/unit_test.hpp"},
      {"suites/runner.cpp", "onnx/onnx_pb.h"},
      {"suites/runner.cpp", "nlohmann/json.hpp"},
      {"suites/runner.cpp", "eigen3/Eigen/Dense"},
  };
  for (const Include& each : forbidden) {
    const std::string before = "// SPDX-License-Identifier: Apache-2.0\n";
    const auto quoted = layer_violations({each.file, before + "#include \"" + each.path + "\"\n"});
    const auto angled =
        layer_violations({each.file, before + "  #  include <" + each.path + ">\n"});
    BOOST_TEST(quoted.size() == 1u, each.file << " may include " << each.path);
    BOOST_TEST(angled.size() == 1u, each.file << " may include " << each.path);
    if (!quoted.empty()) BOOST_TEST(quoted[0].starts_with(std::string(each.file) + ":2: "));
  }
}

BOOST_AUTO_TEST_CASE(an_include_along_the_picture_is_let_through) {
  const Include allowed[] = {
      {"reference/attention.h", "reference/call.h"},
      {"reference/attention.h", "cmath"},
      {"variants/plain/plain.cpp", "reference/ops.h"},
      {"variants/simd/linear.cpp", "hwy/highway.h"},
      {"variants/simd/linear.cpp", "sys/mman.h"},
      {"fixtures/store.cpp", "hdf5.h"},
      {"suites/timer_loop.cpp", "benchmark/benchmark.h"},
      {"suites/command_run.cpp", "boost/program_options.hpp"},
      {"suites/runner.cpp", "variants/list.h"},
      {"reports/json.cpp", "nlohmann/json.hpp"},
  };
  for (const Include& each : allowed) {
    const auto found =
        layer_violations({each.file, "#include \"" + std::string(each.path) + "\"\n"});
    BOOST_TEST(found.empty(), (found.empty() ? "" : found[0]));
  }
}

BOOST_AUTO_TEST_CASE(a_file_against_the_house_rules_is_found) {
  const std::string spdx = "// SPDX-License-Identifier: Apache-2.0\n";
  const std::string good = spdx + "// What it is for.\n";
  std::string long_text = good;
  for (int i = 0; i < 400; ++i) long_text += "\n";
  BOOST_TEST(house_violations({"suites/a.h", good}).empty());
  BOOST_TEST(house_violations({"suites/a.cpp", spdx + "#include \"suites/a.h\"\n"}).empty());
  BOOST_TEST(house_violations({"suites/a.h", "// What it is for.\n"}).size() == 1u);
  BOOST_TEST(house_violations({"suites/a.h", spdx + "#pragma once\n"}).size() == 1u);
  BOOST_TEST(house_violations({"suites/a.cpp", spdx + "#include \"suites/b.h\"\n"}).size() == 1u);
  BOOST_TEST(house_violations({"suites/a.h", long_text}).size() == 1u);
  BOOST_TEST(house_violations({"fixtures/rope_cases.cpp", long_text}).empty());
  BOOST_TEST(house_violations({"suites/utils.h", good}).size() == 1u);
}

}  // namespace
