// SPDX-License-Identifier: Apache-2.0
// Damaged and hostile models: one clear line each, never a crash or a large allocation.
#define BOOST_TEST_MODULE hostile_models
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "fixtures/hf_model.h"
#include "fixtures/safetensors.h"
#include "fixtures/safetensors_write.h"
#include "fixtures/store.h"
#include "suites/self/hostile_safetensors.h"
#include "suites/self/sanitized.h"
#include "suites/self/stored_cases.h"

extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "max_allocation_size_mb=1024";
}
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() {
  return "max_allocation_size_mb=1024";
}

namespace assay::suites {
namespace {

using fixtures::FixtureError;

/// What must not be allocated fails here instead of filling the machine. A sanitizer, which holds
/// terabytes itself, limits each allocation.
struct LittleMemory {
  LittleMemory() {
    if (self::sanitized) return;
    const rlimit limit = {std::size_t{1} << 30, std::size_t{1} << 30};
    setrlimit(RLIMIT_DATA, &limit);
  }
};
BOOST_TEST_GLOBAL_FIXTURE(LittleMemory);

auto in_one_line(const std::string& expected, const std::string& place) {
  return [=](const FixtureError& error) {
    const std::string what = error.what();
    BOOST_TEST_MESSAGE(what);
    BOOST_TEST(what.find(expected) != std::string::npos, what);
    BOOST_TEST(what.starts_with(place), what);
    return what.find('\n') == std::string::npos && what.size() < 400;
  };
}

BOOST_AUTO_TEST_CASE(hostile_safetensors_are_refused_in_one_line) {
  for (const HostileImage& hostile : hostile_safetensors()) {
    BOOST_TEST_CONTEXT(hostile.name) {
      const std::span bytes(reinterpret_cast<const std::byte*>(hostile.bytes.data()),
                            hostile.bytes.size());
      BOOST_CHECK_EXCEPTION(fixtures::Safetensors(bytes, "x.safetensors"), FixtureError,
                            in_one_line(hostile.expected, "x.safetensors"));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  fixtures::Array weights = fixtures::Array::zeros(DType::f32, {2, 3});
  weights.as<float>()[5] = 7;
  const std::vector<std::byte> image = fixtures::safetensors_image(
      {{"w", weights}, {"empty", fixtures::Array::zeros(DType::i64, {0, 4})}},
      {{"by", "\xc3\xa4"}});
  const fixtures::Safetensors read(image, "x");
  BOOST_TEST(read.tensors().size() == 2);
  BOOST_TEST(values_of(read.tensors().at("w"), "w").as<float>()[5] == 7);
  BOOST_TEST(read.metadata().at("by") == "\xc3\xa4");
}

BOOST_AUTO_TEST_CASE(hostile_models_are_refused_in_one_line) {
  const auto good = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/hf/llama-biases";
  for (const HostileModel& hostile : hostile_models()) {
    BOOST_TEST_CONTEXT(hostile.name) {
      const Folder folder;
      const auto model = folder / "model";
      std::filesystem::create_directory(model);
      for (const char* name : {"config.json", "model.safetensors"})
        std::filesystem::copy_file(good / name, model / name);
      BOOST_CHECK_NO_THROW(fixtures::read_hf_model(model, {}));
      hostile.change(model);
      BOOST_CHECK_EXCEPTION(fixtures::read_hf_model(model, {}), FixtureError,
                            in_one_line(hostile.expected, model.string()));
    }
  }
}

BOOST_AUTO_TEST_CASE(layers_and_tokens_can_be_chosen) {
  const auto good = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/hf/qwen2";
  fixtures::HfRequest request;
  request.tokens = {3, 1, 4};
  request.layers = 1;
  const fixtures::Case model = fixtures::read_hf_model(good, request);
  BOOST_TEST(std::get<std::int64_t>(model.attributes.at("n_layers")) == 1);
  BOOST_TEST(model.inputs.at("ids").shape == Shape({1, 3}), boost::test_tools::per_element());
  BOOST_TEST(model.inputs.at("ids").as<std::int64_t>()[2] == 4);
  BOOST_TEST(!model.outputs.front().witness.has_value());
}

// Files of transformers 4 say from which layer on there are windows; since 5 they list the layers.
BOOST_AUTO_TEST_CASE(windows_of_older_files_begin_where_they_say) {
  const auto good = std::filesystem::path(ASSAY_SOURCE_FOLDER) / "fixtures/witness/hf/qwen2";
  const Folder folder;
  std::filesystem::copy(good, folder / "model");
  const auto config = folder / "model/config.json";
  std::ostringstream text;
  text << std::ifstream(config).rdbuf();
  std::string older = text.str();
  older.replace(older.find("layer_types"), 11, "older_types");
  std::ofstream(config) << older;
  const std::vector<std::int64_t> expected = {-1, 4};
  const fixtures::Case model = fixtures::read_hf_model(folder / "model", {});
  BOOST_TEST(std::get<std::vector<std::int64_t>>(model.attributes.at("windows")) == expected,
             boost::test_tools::per_element());
}

}  // namespace
}  // namespace assay::suites
