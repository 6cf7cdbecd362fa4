// SPDX-License-Identifier: Apache-2.0
// Finds an implementation by name or in a shared library, and refuses what could not be called
// safely.
#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <vector>

#include "variants/list.h"

namespace assay::variants {
namespace {

struct Name {
  std::string base, target;
};

Name parse(const std::string& name) {
  const std::size_t at = name.rfind('@');
  if (at == std::string::npos || name.find('/', at) != std::string::npos) return {name, ""};
  return {name.substr(0, at), name.substr(at + 1)};
}

/// How many single characters must change to make one word of the other (Levenshtein distance).
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] != to[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[to.size()];
}

/// "did you mean X? "; empty where nothing is near.
std::string question(const std::string& name, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  std::size_t smallest = name.size() / 2 + 1;
  for (const std::string& each : known) {
    const std::size_t changes = distance(name, each);
    if (changes < smallest) {
      smallest = changes;
      nearest = &each;
    }
  }
  return nearest ? "did you mean '" + *nearest + "'? " : std::string();
}

/// "did you mean X? There is: X, Y, Z"
std::string suggestion(const std::string& name, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  return question(name, known) + "There is: " + list;
}

std::vector<std::string> words_of(const char* text) {
  std::vector<std::string> words;
  std::string word;
  for (const char* at = text; at != nullptr && *at != '\0'; ++at) {
    if (*at != ' ') {
      word += *at;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

const assay_implementation* open_library(const std::string& path) {
  if (!std::filesystem::exists(path)) throw LoadError(path + ": no such file");
  const std::string absolute = std::filesystem::absolute(path).string();
  void* library = dlopen(absolute.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw LoadError(path + ": cannot be loaded: " + dlerror());
  void* symbol = dlsym(library, "assay_implementation_v1");
  if (symbol == nullptr) {
    throw LoadError(path + ": does not export assay_implementation_v1; see variants/assay.h");
  }
  const assay_implementation* implementation = nullptr;
  try {
    implementation = reinterpret_cast<assay_implementation_function>(symbol)();
  } catch (const std::exception& error) {
    throw LoadError(path + ": assay_implementation_v1() threw a C++ exception: " + error.what());
  }
  if (implementation == nullptr) throw LoadError(path + ": assay_implementation_v1() gave NULL");
  return implementation;
}

const assay_implementation* find_catalogued(const Catalogue& catalogue, const std::string& name) {
  const auto* found = catalogue.implementation(name.substr(catalogue.prefix.size()));
  if (found != nullptr) return found;
  throw LoadError("no variant '" + name + "'; " + suggestion(name, catalogue.names()));
}

const assay_implementation* find_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const BuiltIn& each : built_in()) {
    if (each.name == name) return each.implementation();
    known.emplace_back(each.name);
  }
  for (const Peer& each : peers()) {
    if (each.name == name) return open_library(each.plugin.string());
    known.push_back(each.name);
  }
  throw LoadError("no variant '" + name + "'; " + suggestion(name, known) +
                  ", or the path of a library");
}

constexpr std::size_t longest_name = 64;

bool well_formed(const char* name) {
  if (name == nullptr || *name == '\0' || std::strlen(name) > longest_name) return false;
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  return std::string_view(name).find_first_not_of(allowed) == std::string_view::npos;
}

/// Whatever version it has, a struct begins with abi_version and size.
void check(const std::string& origin, const assay_implementation& implementation) {
  if (implementation.abi_version != ASSAY_ABI_VERSION) {
    throw LoadError(origin + ": has ABI version " + std::to_string(implementation.abi_version) +
                    ", this program version " + std::to_string(ASSAY_ABI_VERSION) +
                    "; build it against this variants/assay.h");
  }
  if (implementation.size < sizeof(assay_implementation)) {
    throw LoadError(origin + ": its assay_implementation has " +
                    std::to_string(implementation.size) + " bytes, version 1 has " +
                    std::to_string(sizeof(assay_implementation)));
  }
  if (!well_formed(implementation.name)) {
    throw LoadError(origin +
                    ": its name is not made of letters, digits, '_', '-' and '.', at most " +
                    std::to_string(longest_name));
  }
  const auto require = [&](bool present, const char* what) {
    if (!present) throw LoadError(origin + ": its " + what + " is NULL");
  };
  require(implementation.version != nullptr, "version");
  require(implementation.summary != nullptr, "summary");
  require(implementation.grades != nullptr, "grades");
  require(implementation.supports != nullptr, "supports()");
  require(implementation.run != nullptr, "run()");
  require(implementation.last_error != nullptr, "last_error()");
  require(implementation.prepare == nullptr || implementation.release != nullptr,
          "release(), although it has prepare(),");
}

void select(const std::string& origin, const assay_implementation& implementation,
            const std::string& target) {
  const std::vector<std::string> known = words_of(implementation.targets);
  if (known.empty() || implementation.select_target == nullptr) {
    throw LoadError(origin + ": has no targets to choose from, so '@" + target +
                    "' means nothing; leave it out");
  }
  if (std::ranges::find(known, target) == known.end()) {
    throw LoadError(origin + ": no target '" + target + "'; " + suggestion(target, known));
  }
  if (implementation.select_target(target.c_str()) != ASSAY_OK) {
    throw LoadError(origin + ": this processor cannot run target '" + target + "'");
  }
}

}  // namespace

const assay_implementation& load(const std::string& name) {
  const Name parts = parse(name);
  const Catalogue* catalogue = catalogue_of(parts.base);
  const assay_implementation* implementation = catalogue ? find_catalogued(*catalogue, parts.base)
                                               : is_path(parts.base) ? open_library(parts.base)
                                                                     : find_by_name(parts.base);
  check(parts.base, *implementation);
  if (parts.base != name) select(parts.base, *implementation, parts.target);
  return *implementation;
}

}  // namespace assay::variants
