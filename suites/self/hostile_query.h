// SPDX-License-Identifier: Apache-2.0
// A good file, open, with its data set `query` replaced: how hostile files are made.
#pragma once

#include <hdf5.h>

#include <array>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "suites/self/hostile_files.h"

namespace assay::suites {

inline constexpr const char* query = "/gqa-6x3/in/q";
inline constexpr std::array<hsize_t, 4> query_shape = {2, 6, 5, 10};

/// A change made with the file open. Handles are released when the file is closed.
inline std::function<void(const std::filesystem::path&)> in_file(
    std::function<void(hid_t)> change) {
  return [change = std::move(change)](const std::filesystem::path& path) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
    H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, access);
    change(file);
    H5Fclose(file);
    H5Pclose(access);
  };
}

/// `query` written anew with another type, shape or storage, and never filled.
inline void replace_query(hid_t file, hid_t type, std::vector<hsize_t> shape, hid_t list) {
  H5Ldelete(file, query, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  H5Dcreate2(file, query, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
}

inline std::vector<hsize_t> right_shape() { return {query_shape.begin(), query_shape.end()}; }

inline hid_t chunked(bool with_checksum) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, static_cast<int>(query_shape.size()), query_shape.data());
  if (with_checksum) H5Pset_fletcher32(list);
  return list;
}

/// Those whose objects are of kinds that a fixture does not have.
std::vector<HostileFile> hostile_objects();

}  // namespace assay::suites
