// SPDX-License-Identifier: Apache-2.0
#include "suites/self/written_outputs.h"

#include <hdf5.h>

#include <cstdint>

namespace assay::suites {
namespace {

constexpr const char* place = "linear/a/f32/y";
constexpr hsize_t three = 3;

/// With groups made on the way, in the oldest format, as h5py writes unless told otherwise.
std::function<void(const std::filesystem::path&)> in_file(
    std::function<void(hid_t, hid_t)> change) {
  return [change = std::move(change)](const std::filesystem::path& path) {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    change(file, links);
    H5Pclose(links);
    H5Fclose(file);
  };
}

hid_t chunked() {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 1, &three);
  return list;
}

hid_t external() {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(list, "/etc/hostname", 0, H5F_UNLIMITED);
  return list;
}

hid_t packed(bool known) {
  const hid_t list = chunked();
  if (known) {
    H5Pset_shuffle(list);
    H5Pset_deflate(list, 4);
  } else {
    H5Pset_scaleoffset(list, H5Z_SO_INT, 0);
  }
  return list;
}

hid_t half() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

void put(hid_t file, hid_t links, hid_t type, hid_t memory, const void* values, hid_t list) {
  const hid_t space = H5Screate_simple(1, &three, nullptr);
  const hid_t dataset = H5Dcreate2(file, place, type, space, links, list, H5P_DEFAULT);
  if (values != nullptr) H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  H5Sclose(space);
}

std::function<void(const std::filesystem::path&)> stored_as(std::function<hid_t()> type,
                                                            std::function<hid_t()> list) {
  return in_file([type = std::move(type), list = std::move(list)](hid_t file, hid_t links) {
    const double values[] = {1.5, -2, 3};
    put(file, links, type(), H5T_NATIVE_DOUBLE, values, list());
  });
}

hid_t ordinary() { return H5P_DEFAULT; }

void put_texts(hid_t file, hid_t links) {
  const char* texts[] = {"1.5", "-2", "3"};
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  put(file, links, type, type, texts, H5P_DEFAULT);
}

void put_nothing(hid_t file, hid_t links) {
  put(file, links, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, nullptr, packed(false));
}

/// linear/a/f32 is the group linear once more.
void put_cycle(hid_t file, hid_t links) {
  H5Gclose(H5Gcreate2(file, "linear/a", links, H5P_DEFAULT, H5P_DEFAULT));
  H5Lcreate_hard(file, "linear", file, "linear/a/f32", links, H5P_DEFAULT);
}

void put_group(hid_t file, hid_t links) {
  H5Gclose(H5Gcreate2(file, place, links, H5P_DEFAULT, H5P_DEFAULT));
}

}  // namespace

std::vector<WrittenOutputs> written_outputs() {
  return {
      {"f64, contiguous", stored_as([] { return H5T_IEEE_F64LE; }, ordinary), ""},
      {"f32, chunked", stored_as([] { return H5T_IEEE_F32LE; }, chunked), ""},
      {"f32, compressed", stored_as([] { return H5T_IEEE_F32LE; }, [] { return packed(true); }),
       ""},
      {"f16", stored_as(half, ordinary), ""},
      {"f32, big-endian", stored_as([] { return H5T_IEEE_F32BE; }, ordinary), "little-endian"},
      {"texts", in_file(put_texts), "no numbers"},
      {"an unusual filter", in_file(put_nothing), "filter"},
      {"another file", stored_as([] { return H5T_IEEE_F32LE; }, external), "elsewhere"},
      {"a group that holds itself", in_file(put_cycle), "is no data set"},
      {"a group for an output", in_file(put_group), "is no data set"},
  };
}

}  // namespace assay::suites
