// SPDX-License-Identifier: Apache-2.0
// The worker as a library, for variants/python/assay.py: the same worker as every other, in a
// process of Python, with an implementation whose functions Python fills in. What takes the place
// of variants/load.cpp here asks Python for it.
#include <string>

#include "reference/schema.h"
#include "suites/worker.h"
#include "variants/list.h"

namespace {

/// Gives the implementation of a file; nullptr, with the reason in `text`, where there is none.
using Load = const assay_implementation* (*)(const char* file, char* text, std::size_t text_size);
Load load_in_python = nullptr;

}  // namespace

namespace assay::variants {

const assay_implementation& load(const std::string& name) {
  char text[2048] = "";
  const assay_implementation* implementation = load_in_python(name.c_str(), text, sizeof text);
  if (implementation == nullptr) throw LoadError(name + ": " + text);
  if (implementation->size != sizeof(assay_implementation))
    throw LoadError(name + ": assay.py and its library are not of one version");
  return *implementation;
}

}  // namespace assay::variants

extern "C" {

/// Serves the bench with this process number until it closes the channel; the exit status.
ASSAY_EXPORT int assay_python_worker(const char* bench, Load load);
int assay_python_worker(const char* bench, Load load) {
  load_in_python = load;
  std::string words[] = {"assay", "worker", bench};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  return assay::suites::worker_main(3, arguments);
}

/// The ordinary value of an attribute as the schema has it, as text; NULL: there is none of that
/// name.
ASSAY_EXPORT const char* assay_ordinary(const char* op, const char* attribute);
const char* assay_ordinary(const char* op, const char* attribute) {
  const assay::OpSchema* schema = assay::find_op(op);
  if (schema == nullptr) return nullptr;
  for (const assay::AttributeSpec& spec : schema->attributes)
    if (spec.name == attribute) return spec.ordinary.data();  // of a literal, so it ends with zero
  return nullptr;
}

}  // extern "C"
