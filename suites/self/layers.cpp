// SPDX-License-Identifier: Apache-2.0
#include "suites/self/layers.h"

#include <fnmatch.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

namespace assay::self {
namespace {

bool matches(const char* pattern, const std::string& path) {
  return fnmatch(pattern, path.c_str(), 0) == 0;  // '*' also matches '/'
}

bool matches_any(const std::vector<const char*>& patterns, const std::string& path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const char* pattern) { return matches(pattern, path); });
}

/// A part of the project and what of the project it may include. The first row that fits a file
/// counts.
struct Layer {
  const char* files;
  std::vector<const char*> may_include;
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> table = {
      {"reference/*", {"reference/*"}},
      {"reports/results.h", {}},
      {"reports/*", {"reports/*"}},
      {"fixtures/*", {"reference/*", "fixtures/*"}},
      {"variants/plain/*", {"reference/*", "variants/*"}},
      {"variants/mistakes/*", {"reference/*", "variants/*"}},
      {"variants/ways/*", {"reference/*", "variants/*"}},
      {"variants/*",
       {"reference/schema.h", "reference/tensor_spec.h", "reference/axis.h", "reference/storage.h",
        "reference/attribute.h", "reference/shape.h", "variants/*"}},
      {"suites/*", {"reference/*", "variants/*", "fixtures/*", "reports/*", "suites/*"}},
  };
  return table;
}

/// A library of others and the only files that may include it.
struct Dependency {
  const char* headers;
  std::vector<const char*> only_in;
};

const std::vector<Dependency>& dependencies() {
  static const std::vector<Dependency> table = {
      {"hdf5*.h",
       {"fixtures/*", "suites/self/hostile_files.cpp", "suites/self/hostile_objects.cpp",
        "suites/self/hostile_query.h", "suites/self/written_outputs.cpp"}},
      {"H5*.h", {"fixtures/*"}},
      {"onnx/*", {"fixtures/*"}},
      {"google/protobuf/*", {"fixtures/*"}},
      {"boost/multiprecision/*", {"fixtures/*", "suites/self/*"}},
      {"hwy/*", {"variants/*"}},
      {"cblas.h", {"variants/peers/openblas.cpp"}},
      {"oneapi/*", {"variants/peers/onednn*"}},
      {"benchmark/*", {"suites/timer*"}},
      {"boost/program_options*",
       {"suites/main.cpp", "suites/command*", "suites/self/fuzz/fuzz_options.cpp"}},
      {"boost/test/*", {"suites/conformance_tests.cpp", "suites/self/*"}},
      {"Random123/*", {"suites/self/*"}},
      {"nlohmann/*",
       {"reports/*", "fixtures/strict_json*", "fixtures/hf_config*",
        "fixtures/safetensors_write.cpp", "suites/self/*"}},
      {"boost/math/*", {"suites/*", "reports/*"}},
      {"boost/version.hpp", {"suites/environment.cpp"}},
      {"fmt/*", {"suites/*", "reports/*", "fixtures/*"}},
      {"dlpack/*", {"variants/*"}},
      {"woven/*", {"variants/mistakes/*"}},  // what the build makes of reference/
  };
  return table;
}

/// Files that may be longer than the rest, and why.
struct LongFile {
  const char* file;
  const char* reason;
};

constexpr std::size_t longest_file = 300;

const std::vector<LongFile>& long_files() {
  static const std::vector<LongFile> table = {
      {"fixtures/*_cases.cpp", "a list of cases is data: one entry after another, nothing to find"},
  };
  return table;
}

/// Names under which anything could be put.
const std::vector<const char*> drawers = {"util", "utils",   "common", "helper", "helpers",
                                          "misc", "manager", "stuff",  "tools"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The path that an #include line names, or nothing.
std::optional<std::string> included(std::string_view line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include"))
    return std::nullopt;
  const std::size_t open = line.find_first_of("\"<", word);
  if (open == std::string_view::npos) return std::nullopt;  // a macro
  const std::size_t close = line.find_first_of("\">", open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(open + 1, close - open - 1));
}

bool is_ours(const std::string& path) {
  static const std::vector<const char*> folders = {"reference/*", "variants/*", "fixtures/*",
                                                   "suites/*", "reports/*"};
  return matches_any(folders, path);
}

std::string joined(const std::vector<const char*>& patterns) {
  std::string text;
  for (const char* pattern : patterns) text += (text.empty() ? "" : ", ") + std::string(pattern);
  return text.empty() ? "nothing of the project" : text;
}

/// Why `file` may not include `path`; nothing if it may.
std::optional<std::string> objection(const std::string& file, const std::string& path) {
  if (is_ours(path)) {
    for (const Layer& layer : layers()) {
      if (!matches(layer.files, file)) continue;
      if (matches_any(layer.may_include, path)) return std::nullopt;
      return std::string(layer.files) + " may include " + joined(layer.may_include);
    }
    return "no layer is known for this file";
  }
  for (const Dependency& dependency : dependencies()) {
    if (!matches(dependency.headers, path)) continue;
    if (matches_any(dependency.only_in, file)) return std::nullopt;
    return std::string(dependency.headers) + " belongs into " + joined(dependency.only_in);
  }
  const bool standard = path.find('/') == std::string::npos || path.starts_with("sys/");
  if (!standard) return "an unknown dependency: name the one place where it belongs";
  if (path.find(".h") != std::string::npos && file.starts_with("reference/"))
    return "reference/ needs the C++ standard library only";
  return std::nullopt;
}

std::string stem_of(const std::string& path) {
  const std::size_t slash = path.rfind('/') + 1;
  return path.substr(slash, path.rfind('.') - slash);
}

/// A source that begins with its own header leaves the sentence of purpose to it.
bool purpose_is_in_header(const std::vector<std::string>& lines, const std::string& path) {
  return lines.size() > 1 && path.ends_with(".cpp") &&
         included(lines[1]) == path.substr(0, path.size() - 3) + "h";
}

}  // namespace

std::vector<std::string> layer_violations(const SourceFile& file) {
  std::vector<std::string> found;
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::optional<std::string> path = included(lines[i]);
    if (!path) continue;
    if (const auto why = objection(file.path, *path)) {
      found.push_back(file.path + ":" + std::to_string(i + 1) + ": includes " + *path + ": " +
                      *why);
    }
  }
  return found;
}

std::vector<std::string> house_violations(const SourceFile& file) {
  std::vector<std::string> found;
  const std::vector<std::string> lines = lines_of(file.text);
  const bool is_c = file.path.ends_with("assay.h") || file.path.ends_with(".c");
  const std::size_t first = !lines.empty() && lines[0].starts_with("#!") ? 1 : 0;
  if (lines.size() <= first ||
      lines[first].find("SPDX-License-Identifier: Apache-2.0") == std::string::npos) {
    found.push_back(file.path + ":1: does not open with its SPDX line");
  } else if (!is_c && !purpose_is_in_header(lines, file.path) &&
             (lines.size() < 2 || !lines[first + 1].starts_with("// "))) {
    found.push_back(file.path + ":2: does not say what the file is for");
  }
  const bool may_be_long =
      std::any_of(long_files().begin(), long_files().end(),
                  [&](const LongFile& each) { return matches(each.file, file.path); });
  if (lines.size() > longest_file && !may_be_long) {
    found.push_back(file.path + ": has " + std::to_string(lines.size()) + " lines, more than " +
                    std::to_string(longest_file) + ": split it by concept");
  }
  const std::string stem = stem_of(file.path);
  for (const char* drawer : drawers) {
    if (stem == drawer) found.push_back(file.path + ": a drawer; name it after its concept");
  }
  return found;
}

}  // namespace assay::self
