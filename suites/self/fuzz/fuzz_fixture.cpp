// SPDX-License-Identifier: Apache-2.0
// The reader of fixture files against random bytes, in which the end-of-file address is put right:
// otherwise every file that grew or shrank would be turned away at once. What is read can be
// written and is then read as the same; bytes that no part of a file uses may get lost on the way.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "fixtures/store.h"

/// HDF5 1.10.8 forgets buffers of damaged files.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:libhdf5";
}
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_options() {
  return "print_suppressions=0";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace assay::fixtures;
  std::vector<std::byte> image(size);
  if (size > 0) std::memcpy(image.data(), data, size);
  // HDF5 File Format Specification 3.0, II.A: the address is at 28 in a superblock of 48 bytes.
  if (size >= 48) std::memcpy(image.data() + 28, &size, sizeof size);
  std::vector<Case> cases;
  try {
    cases = cases_of(image, "fuzzed");
  } catch (const FixtureError&) {  // a refusal is right, but only here
    return 0;
  }
  const auto written = image_of(cases, "written");
  if (image_of(cases_of(written, "read"), "again") != written) std::abort();
  return 0;
}
