// SPDX-License-Identifier: Apache-2.0
// Objects of HDF5 that a fixture file does not have: other types, other shapes, other names.
#include "suites/self/hostile_query.h"

namespace assay::suites {
namespace {

hid_t scalar() { return H5Screate(H5S_SCALAR); }

/// `name` of the case written anew as an attribute of another type or shape.
void replace_attribute(hid_t file, const char* name, hid_t type, hid_t space) {
  const hid_t group = H5Gopen2(file, "/gqa-6x3", H5P_DEFAULT);
  H5Adelete(group, name);
  H5Acreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
}

hid_t compound_type() {
  const hid_t type = H5Tcreate(H5T_COMPOUND, 16);
  H5Tinsert(type, "re", 0, H5T_IEEE_F64LE);
  H5Tinsert(type, "im", 8, H5T_IEEE_F64LE);
  return type;
}

hid_t text_without_end() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  return type;
}

hid_t array_type() {
  constexpr hsize_t six[] = {6};
  return H5Tarray_create2(H5T_IEEE_F32LE, 1, six);
}

/// The elements of `query` are of a type that a fixture does not have.
auto of_type(hid_t (*type)()) {
  return in_file([type](hid_t file) { replace_query(file, type(), right_shape(), H5P_DEFAULT); });
}

void attribute_of_text_without_end(hid_t file) {
  replace_attribute(file, "why", text_without_end(), scalar());
}

void attribute_of_references(hid_t file) {
  replace_attribute(file, "seed", H5T_STD_REF_OBJ, scalar());
}

void huge_attribute(hid_t file) {
  constexpr hsize_t many[] = {hsize_t{1} << 20};
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  replace_attribute(file, "clauses", type, H5Screate_simple(1, many, nullptr));
}

void attribute_of_two_axes(hid_t file) {
  constexpr hsize_t square[] = {3, 3};
  replace_attribute(file, "seed", H5T_STD_U64LE, H5Screate_simple(2, square, nullptr));
}

void nest_deeply(hid_t file) {
  hid_t at = H5Gopen2(file, "/gqa-6x3/in", H5P_DEFAULT);
  for (int depth = 0; depth < 2'000; ++depth)
    at = H5Gcreate2(at, "in", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

void be_its_own_parent(hid_t file) {
  H5Ldelete(file, "/gqa-6x3/in", H5P_DEFAULT);
  H5Lcreate_hard(file, "/gqa-6x3", file, "/gqa-6x3/in", H5P_DEFAULT, H5P_DEFAULT);
}

void let_it_grow(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  std::vector<hsize_t> most = right_shape();
  most[0] = H5S_UNLIMITED;
  const hid_t space = H5Screate_simple(4, query_shape.data(), most.data());
  H5Dcreate2(file, query, H5T_IEEE_F32LE, space, H5P_DEFAULT, chunked(true), H5P_DEFAULT);
}

void have_no_extent(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Dcreate2(file, query, H5T_IEEE_F32LE, H5Screate(H5S_NULL), H5P_DEFAULT, H5P_DEFAULT,
             H5P_DEFAULT);
}

void have_32_axes(hid_t file) {
  replace_query(file, H5T_IEEE_F32LE, std::vector<hsize_t>(32, 1), H5P_DEFAULT);
}

void be_a_group(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Gcreate2(file, query, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

void be_a_named_type(hid_t file) {
  H5Ldelete(file, query, H5P_DEFAULT);
  H5Tcommit2(file, query, H5Tcopy(H5T_IEEE_F32LE), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

void filter_twice(hid_t file) {
  const hid_t list = chunked(true);
  H5Pset_shuffle(list);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void pack_bits(hid_t file) {
  const hid_t list = chunked(false);
  H5Pset_nbit(list);
  replace_query(file, H5T_IEEE_F32LE, right_shape(), list);
}

void be_compact(hid_t file) {
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_layout(list, H5D_COMPACT);
  replace_query(file, H5T_IEEE_F32LE, {2, 2, 2, 2}, list);
}

void have_a_hostile_name(hid_t file) {
  H5Gcreate2(file, "/gqa-6x3/in/\x1b[2J<script>", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}

void have_an_endless_name(hid_t file) {
  H5Gcreate2(file, ("/gqa-6x3/in/" + std::string(10'000, 'q')).c_str(), H5P_DEFAULT, H5P_DEFAULT,
             H5P_DEFAULT);
}

}  // namespace

std::vector<HostileFile> hostile_objects() {
  return {
      {"compound type", "elements other than", of_type(compound_type)},
      {"text without end", "elements other than", of_type(text_without_end)},
      {"array type", "elements other than", of_type(array_type)},
      {"references", "elements other than",
       of_type([]() -> hid_t { return H5Tcopy(H5T_STD_REF_OBJ); })},
      {"lists of any length", "elements other than",
       of_type([]() -> hid_t { return H5Tvlen_create(H5T_IEEE_F32LE); })},
      {"opaque", "elements other than",
       of_type([]() -> hid_t { return H5Tcreate(H5T_OPAQUE, 4); })},
      {"attribute of text without end", "no text of fixed length",
       in_file(attribute_of_text_without_end)},
      {"attribute of references", "of another type", in_file(attribute_of_references)},
      {"huge attribute", "not as Assay writes it", in_file(huge_attribute)},
      {"attribute of two axes", "not as Assay writes it", in_file(attribute_of_two_axes)},
      {"deep nesting", "in/in: has no meaning there", in_file(nest_deeply)},
      {"its own parent", "more than one name", in_file(be_its_own_parent)},
      {"growing", "can grow", in_file(let_it_grow)},
      {"no extent", "not as Assay writes it", in_file(have_no_extent)},
      {"32 axes", "not as Assay writes it", in_file(have_32_axes)},
      {"a group", "not as Assay writes it", in_file(be_a_group)},
      {"a named type", "not as Assay writes it", in_file(be_a_named_type)},
      {"two filters", "other filters", in_file(filter_twice)},
      {"packed bits", "other filters", in_file(pack_bits)},
      {"compact", "not stored in chunks", in_file(be_compact)},
      {"hostile name", "has no meaning there", in_file(have_a_hostile_name)},
      {"endless name", "damaged", in_file(have_an_endless_name)},
  };
}

}  // namespace assay::suites
