// SPDX-License-Identifier: Apache-2.0
#include "suites/self/hostile_files.h"

#include <hdf5.h>

#include <fstream>

#include "suites/self/hostile_query.h"

namespace assay::suites {
namespace {

void keep_outside(hid_t file) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_external(list, "/etc/hostname", 0, H5F_UNLIMITED);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void make_virtual(hid_t file) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  const hid_t space = H5Screate_simple(4, query_shape.data(), nullptr);
  H5Pset_virtual(list, space, "/tmp/elsewhere.h5", "x", space);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void replace_by_soft_link(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Lcreate_soft("/gqa-6x3/in/k", file, query, H5P_DEFAULT, H5P_DEFAULT);
}

void replace_by_external_link(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Lcreate_external("/tmp/elsewhere.h5", "x", file, query, H5P_DEFAULT, H5P_DEFAULT);
}

void alias_another_input(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Lcreate_hard(file, "/gqa-6x3/in/k", file, query, H5P_DEFAULT, H5P_DEFAULT);
}

void make_a_circle(hid_t file) {
  H5Ldelete(file, "/gqa-6x3/witness", H5P_DEFAULT);
  H5Lcreate_hard(file, "/", file, "/gqa-6x3/witness", H5P_DEFAULT, H5P_DEFAULT);
}

void compress(hid_t file) {
  const hid_t list = chunked(true);
  H5Pset_deflate(list, 9);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void want_a_plugin(hid_t file) {
  constexpr H5Z_filter_t unregistered = 32'100;
  const hid_t list = chunked(false);
  H5Pset_filter(list, unregistered, H5Z_FLAG_OPTIONAL, 0, nullptr);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void claim_terabytes(hid_t file) {
  replace_query(file, H5T_IEEE_F32LE, {2, 6, 1u << 20, 1u << 20}, chunked(true));
}

void overflow_the_product(hid_t file) {
  constexpr hsize_t wide = hsize_t{1} << 31;
  replace_query(file, H5T_IEEE_F32LE, {wide, wide, 6, 10}, chunked(true));
}

void count_with_integers(hid_t file) {
  replace_query(file, H5T_STD_I32LE, right_shape(), chunked(true));
}

void turn_the_bytes_round(hid_t file) {
  replace_query(file, H5T_IEEE_F32BE, right_shape(), chunked(true));
}

void never_write_it(hid_t file) {
  replace_query(file, H5T_IEEE_F32LE, right_shape(), chunked(true));
}

void go_without_checksum(hid_t file) {
  replace_query(file, H5T_IEEE_F32LE, right_shape(), chunked(false));
}

void remove_query(hid_t file) { H5Ldelete(file, query, H5P_DEFAULT); }

void add_a_stranger(hid_t file) {
  H5Gcreate2(file, "/gqa-6x3/in/quark", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

void name_another_format(hid_t file) {
  H5Adelete(file, "format");
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 4);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  const hid_t attribute =
      H5Acreate2(file, "format", type, H5Screate(H5S_SCALAR), H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, "else");
}

void begin_later(const std::filesystem::path& path) {
  const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_userblock(creation, 512);
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT));
  H5Pclose(creation);
}

void share_messages(const std::filesystem::path& path) {
  const hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_shared_mesg_nindexes(creation, 1);
  H5Pset_shared_mesg_index(creation, 0, H5O_SHMESG_ALL_FLAG, 16);
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access));
  H5Pclose(creation);
  H5Pclose(access);
}

void lose_a_byte(const std::filesystem::path& path) {
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
}

void use_superblock_0(const std::filesystem::path& path) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access));
  H5Pclose(access);
}

void append_a_byte(const std::filesystem::path& path) {
  std::ofstream(path, std::ios::binary | std::ios::app) << 'x';
}

void be_text(const std::filesystem::path& path) {
  std::ofstream(path, std::ios::binary) << std::string(4096, 'x');
}

void be_empty(const std::filesystem::path& path) { std::ofstream(path, std::ios::binary).flush(); }

}  // namespace

std::vector<HostileFile> hostile_files() {
  std::vector<HostileFile> files = {
      {"external storage", "in another file", in_file(keep_outside)},
      {"virtual data set", "virtual", in_file(make_virtual)},
      {"soft link", "soft or external link", in_file(replace_by_soft_link)},
      {"external link", "soft or external link", in_file(replace_by_external_link)},
      {"alias", "more than one name", in_file(alias_another_input)},
      {"circle", "witness: is reached by more than one name", in_file(make_a_circle)},
      {"compression", "other filters", in_file(compress)},
      {"unknown filter", "other filters", in_file(want_a_plugin)},
      {"terabytes", "larger than its whole file", in_file(claim_terabytes)},
      {"overflowing product", "larger than its whole file", in_file(overflow_the_product)},
      {"32-bit integers", "elements other than", in_file(count_with_integers)},
      {"big-endian", "elements other than", in_file(turn_the_bytes_round)},
      {"never written", "not stored completely", in_file(never_write_it)},
      {"no checksum", "other filters than a checksum", in_file(go_without_checksum)},
      {"missing input", "in/q: is missing", in_file(remove_query)},
      {"a stranger", "in/quark: has no meaning there", in_file(add_a_stranger)},
      {"another format", "has format 'else'", in_file(name_another_format)},
      {"user block", "not an HDF5 file", begin_later},
      {"shared messages", "not as Assay writes it", share_messages},
      {"one byte less", "cut off", lose_a_byte},
      {"superblock 0", "superblock version", use_superblock_0},
      {"one byte more", "appended to", append_a_byte},
      {"text", "not an HDF5 file", be_text},
      {"nothing", "too short", be_empty},
  };
  for (HostileFile& each : hostile_objects()) files.push_back(std::move(each));
  return files;
}

}  // namespace assay::suites
