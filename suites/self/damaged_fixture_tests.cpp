// SPDX-License-Identifier: Apache-2.0
// The committed fixtures with bits turned over, bytes replaced and ends cut off: each is refused in
// one line, or holds every value as before. Random; the number of damaged files is the argument.
#define BOOST_TEST_MODULE damaged_fixtures
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <vector>

#include "fixtures/reading_process.h"
#include "fixtures/store.h"
#include "fixtures/whole_file.h"

/// Read by the leak checker where there is one: HDF5 1.10.8 forgets buffers when it meets a wrong
/// checksum.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

#if defined(__SANITIZE_THREAD__)
extern "C" void __sanitizer_set_report_path(const char* path);
#endif

namespace assay::suites {
namespace {

using Bytes = std::vector<std::byte>;

enum Outcome : unsigned char { refused, same, silent, several_lines };

int number_of_files() {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  return suite.argc > 1 ? std::atoi(suite.argv[1]) : 300;
}

std::vector<std::filesystem::path> committed() {
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(ASSAY_SOURCE_FOLDER "/fixtures"))
    if (each.path().extension() == ".h5") files.push_back(each.path());
  std::ranges::sort(files);
  return files;
}

/// One to three bits turned over, a run of bytes replaced, or cut off.
Bytes damaged(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  const std::size_t kind = below(10);
  if (kind == 0) {
    bytes.resize(below(bytes.size()));
  } else if (kind == 1) {
    const std::size_t begin = below(bytes.size());
    const std::size_t count = std::min(bytes.size() - begin, 1 + below(64));
    const auto noise = static_cast<std::byte>(below(256));
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), count, noise);
  } else {
    // Half of the bits in what describes the file, which lies near its ends.
    const bool near_an_end = below(2) == 0;
    for (std::size_t i = 0, bits = 1 + below(3); i < bits; ++i) {
      std::size_t byte = below(bytes.size());
      if (near_an_end) byte = below(2) == 0 ? byte % 4096 : bytes.size() - 1 - byte % 4096;
      bytes[std::min(byte, bytes.size() - 1)] ^= static_cast<std::byte>(1u << below(8));
    }
  }
  return bytes;
}

/// In some damaged files HDF5 1.10.8 frees what it never allocated. The process that reads ends
/// then, as it is there for; the thread sanitizer takes that for an error of its own and would
/// report it, although a process with a single thread has nothing for it to find.
void keep_deaths_out_of_the_findings() {
#if defined(__SANITIZE_THREAD__)
  __sanitizer_set_report_path("stderr");
#endif
}

Outcome outcome_of(const Bytes& bytes, const Bytes& good) {
  try {
    return fixtures::image_of(fixtures::cases_of(bytes, "x"), "x") == good ? same : silent;
  } catch (const fixtures::FixtureError& error) {
    return std::string_view(error.what()).find('\n') == std::string_view::npos ? refused
                                                                               : several_lines;
  }
}

BOOST_AUTO_TEST_CASE(damage_to_the_committed_fixtures_is_never_read_in_silence) {
  const auto files = committed();
  BOOST_REQUIRE(files.size() > 20u);
  const int count = number_of_files();
  constexpr int most_per_process = 20;
  int counts[4] = {}, crashed = 0;
  std::mt19937 random(20'260'728);
  for (int done = 0; done < count; done += most_per_process) {
    const auto& file = files[random() % files.size()];
    const Bytes good = fixtures::read_whole_file(file);
    std::vector<Bytes> batch(static_cast<std::size_t>(std::min(most_per_process, count - done)));
    for (Bytes& each : batch) each = damaged(good, random);
    const auto read = [&](std::span<const Bytes> some) {
      return fixtures::read_in_a_process(file.string(), [&] {
        keep_deaths_out_of_the_findings();
        Bytes outcomes;
        for (const Bytes& each : some)
          outcomes.push_back(static_cast<std::byte>(outcome_of(each, good)));
        return outcomes;
      });
    };
    try {
      for (const std::byte each : read(batch)) ++counts[static_cast<unsigned>(each)];
    } catch (const fixtures::FixtureError&) {  // one of them, at least; each by itself
      for (const Bytes& each : batch) {
        try {
          ++counts[static_cast<unsigned>(read({&each, 1}).front())];
        } catch (const fixtures::FixtureError&) {
          ++crashed;
        }
      }
    }
  }
  fmt::print(
      "{} damaged files: {} refused in one line, {} with every value as before, {} that ended "
      "the reading process, {} read in silence\n",
      count, counts[refused], counts[same], crashed, counts[silent]);
  BOOST_TEST(counts[silent] == 0);
  BOOST_TEST(counts[several_lines] == 0);
  BOOST_TEST(counts[refused] > count / 2, "the damage is felt");
}

}  // namespace
}  // namespace assay::suites
