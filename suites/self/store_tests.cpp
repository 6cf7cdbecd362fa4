// SPDX-License-Identifier: Apache-2.0
// Fixture files: what is written is read, the same bytes every time; what is damaged or foreign is
// refused in one line; nothing wrong is ever read in silence.
#define BOOST_TEST_MODULE store
#include "fixtures/store.h"

#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <fstream>
#include <limits>

#include "fixtures/recipe.h"
#include "fixtures/sha256.h"
#include "fixtures/whole_file.h"
#include "suites/self/hostile_files.h"
#include "suites/self/stored_cases.h"

/// Read by the leak checker where there is one: HDF5 1.10.8 forgets buffers when it meets a wrong
/// checksum, and hundreds of damaged files are met here.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using fixtures::FixtureError;
using fixtures::Golden;

bool one_line(const FixtureError& error) {
  return std::string_view(error.what()).find('\n') == std::string_view::npos;
}

bool same_bytes(const Array& a, const Array& b) {
  return a.dtype == b.dtype && a.shape == b.shape && a.bytes == b.bytes;
}

void check_equal(const Case& a, const Case& b) {
  BOOST_TEST(a.id == b.id);
  BOOST_TEST(a.op == b.op);
  BOOST_TEST(a.why == b.why);
  BOOST_TEST(a.source == b.source);
  BOOST_TEST(a.seed == b.seed);
  BOOST_TEST(a.about_ties == b.about_ties);
  BOOST_TEST(a.clauses == b.clauses);
  BOOST_TEST(a.suites == b.suites);
  BOOST_TEST(a.classes == b.classes);
  BOOST_TEST((a.attributes == b.attributes));
  BOOST_REQUIRE_EQUAL(a.inputs.size(), b.inputs.size());
  for (const auto& [name, array] : a.inputs) {
    BOOST_TEST(same_bytes(array, b.inputs.at(name)), "in/" << name);
  }
  BOOST_REQUIRE_EQUAL(a.outputs.size(), b.outputs.size());
  for (std::size_t i = 0; i < a.outputs.size(); ++i) {
    const Golden& x = a.outputs[i];
    const Golden& y = b.outputs[i];
    BOOST_TEST(x.name == y.name);
    BOOST_TEST(same_bytes(x.want, y.want), "want/" << x.name);
    BOOST_TEST(x.want_in.size() == y.want_in.size());
    BOOST_TEST(x.tolerance.size() == y.tolerance.size());
    for (const auto& [number_class, tolerance] : x.tolerance) {
      BOOST_TEST(tolerance.budget == y.tolerance.at(number_class).budget);
      BOOST_TEST(tolerance.bound == y.tolerance.at(number_class).bound);
      BOOST_TEST(tolerance.bound_is_proved == y.tolerance.at(number_class).bound_is_proved);
    }
    BOOST_REQUIRE_EQUAL(x.witness.has_value(), y.witness.has_value());
    if (x.witness) BOOST_TEST(same_bytes(*x.witness, *y.witness), "witness/" << x.name);
    BOOST_TEST(x.witness_rtol == y.witness_rtol);
    BOOST_TEST(x.witness_atol == y.witness_atol);
  }
}

void check_round_trip(const std::vector<Case>& cases) {
  const Folder folder;
  const auto file = folder / "cases.h5";
  fixtures::write_cases(file, cases);
  for (const auto& back : {fixtures::read_cases(file), fixtures::read_untrusted_cases(file)}) {
    BOOST_REQUIRE_EQUAL(back.size(), cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) check_equal(cases[i], back[i]);
    BOOST_TEST((fixtures::image_of(back, "again") == fixtures::read_whole_file(file)));
  }
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
  check_round_trip(stored_attention_cases());
  check_round_trip(stored_layer_norm_cases());
}

BOOST_AUTO_TEST_CASE(writing_twice_gives_the_same_bytes) {
  const auto cases = stored_attention_cases();
  const auto first = fixtures::image_of(cases, "first");
  sleep(1);  // a time stamp would show
  BOOST_TEST((first == fixtures::image_of(cases, "second")));
}

/// True if the image is refused in one line or gives the values of `good`.
bool refused_or_equal(const std::vector<std::byte>& image, const std::vector<std::byte>& good) {
  try {
    const std::vector<Case> cases = fixtures::cases_of(image, "flipped");
    return fixtures::image_of(cases, "flipped") == good;
  } catch (const FixtureError& error) {
    return one_line(error);
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_is_never_read_in_silence) {
  const auto good = fixtures::image_of(stored_attention_cases(), "good");
  fixtures::Draw draw(2024);
  int silent = 0;
  for (int i = 0; i < 1'500; ++i) {
    auto image = good;
    const auto bit =
        static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(8 * image.size())));
    image[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    if (!refused_or_equal(image, good)) ++silent;
  }
  BOOST_TEST(silent == 0);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const auto good = fixtures::image_of(stored_attention_cases(), "good");
  for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 300) {
    const std::vector<std::byte> image(good.begin(),
                                       good.begin() + static_cast<std::ptrdiff_t>(size));
    BOOST_CHECK_EXCEPTION(fixtures::cases_of(image, "cut.h5"), FixtureError, one_line);
  }
}

BOOST_AUTO_TEST_CASE(hostile_files_are_refused_in_one_line) {
  for (const HostileFile& hostile : hostile_files()) {
    const Folder folder;
    const auto file = folder / "hostile.h5";
    fixtures::write_cases(file, stored_attention_cases());
    hostile.change(file);
    BOOST_TEST_CONTEXT(hostile.name) {
      const auto names_file_and_reason = [&](const FixtureError& error) {
        BOOST_TEST_MESSAGE(error.what());
        const std::string what = error.what();
        BOOST_TEST(what.find(hostile.expected) != std::string::npos, what);
        return one_line(error) && what.starts_with(file.string());
      };
      BOOST_CHECK_EXCEPTION(fixtures::read_cases(file), FixtureError, names_file_and_reason);
      BOOST_CHECK_EXCEPTION(fixtures::read_untrusted_cases(file), FixtureError,
                            names_file_and_reason);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_case_that_does_not_fit_its_schema_is_not_written) {
  const auto refused = [](const Case& test_case, const std::string& reason) {
    BOOST_CHECK_EXCEPTION(
        fixtures::image_of({test_case}, "x.h5"), FixtureError, [&](const FixtureError& error) {
          BOOST_TEST_MESSAGE(error.what());
          return one_line(error) && std::string(error.what()).find(reason) != std::string::npos;
        });
  };
  const Case good = stored_attention_cases().front();
  Case bad = good;
  bad.id = "a/b";
  refused(bad, "case id");
  bad = good;
  bad.outputs.front().tolerance.at("f32").budget[3] = std::numeric_limits<float>::quiet_NaN();
  refused(bad, "budget/f32/out");
  bad = good;
  bad.outputs.front().tolerance.erase("bf16");
  refused(bad, "budget/bf16/out is missing");
  bad = good;
  bad.outputs.front().want.shape = {6, 2, 5, 9};
  refused(bad, "want/out has shape (6, 2, 5, 9) and should have (2, 6, 5, 9)");
  bad = good;
  bad.inputs.at("q").as<float>()[0] = 1.0f / 3;
  refused(bad, "bf16 cannot hold");
  bad = good;
  bad.inputs.at("keep").as<std::uint8_t>()[0] = 2;
  refused(bad, "neither 0 nor 1");
  bad = good;
  bad.outputs.erase(bad.outputs.begin());
  refused(bad, "want/out is missing");
  bad = good;
  bad.attributes.erase("window");
  refused(bad, "attribute window is missing");
}

BOOST_AUTO_TEST_CASE(a_missing_file_or_folder_names_the_cure) {
  const Folder folder;
  BOOST_CHECK_EXCEPTION(
      fixtures::read_cases(folder / "none.h5"), FixtureError, [](const FixtureError& error) {
        return one_line(error) &&
               std::string(error.what()).find("assay fixtures generate") != std::string::npos;
      });
  BOOST_CHECK_EXCEPTION(fixtures::read_cases(folder / "."), FixtureError, one_line);
  BOOST_CHECK_EXCEPTION(fixtures::write_cases(folder / "no-such/x.h5", stored_attention_cases()),
                        FixtureError, [](const FixtureError& error) {
                          return one_line(error) &&
                                 std::string(error.what()).find("make the folder first") !=
                                     std::string::npos;
                        });
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_half_way_leaves_the_old_file) {
  const Folder folder;
  const auto file = folder / "cases.h5";
  const auto cases = stored_attention_cases();
  fixtures::write_cases(file, {cases.back()});
  const std::string before = fixtures::sha256_of(file);
  const auto image = fixtures::image_of(cases, "cases.h5");
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small = {4096, old.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    fixtures::write_whole_file(file, image);
  } catch (const FixtureError& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  BOOST_TEST(message.find("cannot write") != std::string::npos, message);
  BOOST_TEST(fixtures::sha256_of(file) == before);
  BOOST_TEST(files_in(folder / "") == 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_gives_one_line) {
  const Folder folder;
  const auto mounted = folder / "";
  if (mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=8k") != 0) {
    BOOST_TEST_MESSAGE("skipped: this process may not mount a small disk");
    BOOST_TEST(true);
    return;
  }
  BOOST_CHECK_EXCEPTION(fixtures::write_cases(folder / "cases.h5", stored_attention_cases()),
                        FixtureError, [](const FixtureError& error) {
                          BOOST_TEST_MESSAGE(error.what());
                          return one_line(error) &&
                                 std::string(error.what()).find("free some space") !=
                                     std::string::npos;
                        });
  BOOST_TEST(files_in(mounted) == 0);
  umount(mounted.c_str());
}

BOOST_AUTO_TEST_CASE(the_manifest_sees_every_change) {
  const Folder folder;
  std::filesystem::create_directory(folder / "witness");
  fixtures::write_cases(folder / "a.h5", stored_attention_cases());
  fixtures::write_cases(folder / "witness/b.h5", stored_attention_cases());
  fixtures::write_manifest(folder / "");
  BOOST_TEST(fixtures::check_manifest(folder / "").empty());
  fixtures::write_cases(folder / "a.h5", {stored_attention_cases().front()});
  BOOST_TEST(fixtures::check_manifest(folder / "").size() == 1);
  std::filesystem::remove(folder / "witness/b.h5");
  BOOST_TEST(fixtures::check_manifest(folder / "").size() == 2);
  fixtures::write_cases(folder / "c.h5", stored_attention_cases());
  BOOST_TEST(fixtures::check_manifest(folder / "").size() == 3);
}

BOOST_AUTO_TEST_CASE(sha256_gives_the_published_digests) {
  // FIPS 180-4 examples and the message of 10^6 letters a.
  const auto digest = [](const std::string& text) {
    return fixtures::sha256(std::as_bytes(std::span(text)));
  };
  BOOST_TEST(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(digest(std::string(1'000'000, 'a')) ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace assay::suites
