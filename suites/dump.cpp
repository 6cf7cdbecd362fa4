// SPDX-License-Identifier: Apache-2.0
#include "suites/dump.h"

#include <algorithm>

#include "fixtures/arrays_file.h"
#include "suites/judge.h"

namespace assay::suites {
namespace {

using fixtures::Array;

/// HDF5 has no types of 16 bits that it would not convert in its own way.
Array storable(const Array& array) {
  const bool narrow = array.dtype == DType::bf16 || array.dtype == DType::f16;
  return narrow ? fixtures::converted(array, DType::f32, true) : array;
}

Array of_floats(const std::vector<float>& values, const Shape& shape) {
  Array array{DType::f32, shape, {}};
  const auto bytes = std::as_bytes(std::span(values));
  array.bytes.assign(bytes.begin(), bytes.end());
  return array;
}

/// A variant may be named by a path.
std::string as_file_name(std::string text) {
  std::ranges::replace(text, '/', '_');
  return text;
}

}  // namespace

std::filesystem::path dump_output(const std::filesystem::path& folder,
                                  const reports::CaseResult& result,
                                  const fixtures::Case& test_case, const fixtures::Golden& golden,
                                  const NumberClass& number_class, std::span<const std::byte> got) {
  const std::string name(number_class.name);
  const Array& want = golden.want_for(name);
  Array stored{stored_type(golden, number_class), want.shape, {got.begin(), got.end()}};

  fixtures::ArrayGroup inputs{"in", {}};
  for (const auto& [input, array] : test_case.inputs) {
    inputs.arrays.emplace_back(input, storable(array));
  }
  std::vector<fixtures::ArrayGroup> groups = {
      inputs, {"got", {{golden.name, storable(stored)}}}, {"want", {{golden.name, want}}}};
  if (const auto found = golden.tolerance.find(name); found != golden.tolerance.end()) {
    groups.push_back({"budget", {{golden.name, of_floats(found->second.budget, want.shape)}}});
    groups.push_back({"bound", {{golden.name, of_floats(found->second.bound, want.shape)}}});
  }
  const std::filesystem::path file =
      folder / as_file_name(result.variant + "-" + result.op + "-" + result.case_id + "-" + name +
                            "-" + golden.name + ".h5");
  std::filesystem::create_directories(folder);
  fixtures::write_arrays(file,
                         {{"variant", result.variant},
                          {"case", test_case.full_id()},
                          {"class", name},
                          {"rerun", result.rerun}},
                         groups);
  return file;
}

}  // namespace assay::suites
