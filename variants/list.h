// SPDX-License-Identifier: Apache-2.0
// The built-in variants, one line each, and the door through which every implementation is found:
// by name, by name@target, or as a shared library.
#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "variants/assay.h"

namespace assay::variants {

struct BuiltIn {
  std::string_view name;
  const assay_implementation* (*implementation)();
};

/// In the order of the report: plain, blocked, simd, threaded.
std::span<const BuiltIn> built_in();

/// Libraries of others that this build has a plug-in for; called by name, too. Nobody gets them
/// without asking.
struct Peer {
  std::string name;
  std::filesystem::path plugin;
};
std::vector<Peer> peers();

/// Implementations by which the suite itself is tried. Nobody gets them without asking; each is
/// called by prefix and name: "way/pairwise".
struct Catalogue {
  std::string_view prefix;                                               // "way/"
  std::vector<std::string> (*names)();                                   // with the prefix
  const assay_implementation* (*implementation)(std::string_view name);  // without; or nullptr
};

std::span<const Catalogue> catalogues();

/// The catalogue whose prefix a name has, or nullptr.
const Catalogue* catalogue_of(std::string_view name);

/// Whether a name is the path of a file ("./libmine.so", "mine.py@fast") rather than a built-in
/// variant or one of a catalogue.
bool is_path(std::string_view name);
/// Whether it is a Python file, which is run by assay.py.
bool is_python(std::string_view name);

/// An implementation that cannot be had; what() says why and what there is instead.
struct LoadError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "plain", "simd@avx2", "way/pairwise", "mistake/kv-head-modulo" or the path of a shared library
/// ("./libmine.so", "./libmine.so@avx2"). A library is loaded into this process: only a worker
/// calls this. Throws LoadError: unknown name (with the nearest known one), missing file or symbol,
/// another ABI version, a malformed name, a target that this CPU or the variant lacks.
const assay_implementation& load(const std::string& name);

}  // namespace assay::variants
