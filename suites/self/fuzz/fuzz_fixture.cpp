// SPDX-License-Identifier: Apache-2.0
// The reader of fixture files against random bytes, in which the end-of-file address is put right:
// otherwise every file that grew or shrank would be turned away at once. What is read must be
// written again as the same bytes.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "fixtures/store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> image(size);
  if (size > 0) std::memcpy(image.data(), data, size);
  // HDF5 File Format Specification 3.0, II.A: the address is at 28 in a superblock of 48 bytes.
  if (size >= 48) std::memcpy(image.data() + 28, &size, sizeof size);
  try {
    const auto cases = assay::fixtures::cases_of(image, "fuzzed");
    if (assay::fixtures::image_of(cases, "fuzzed") != image) std::abort();
  } catch (const assay::fixtures::FixtureError&) {  // a refusal is right
  }
  return 0;
}
