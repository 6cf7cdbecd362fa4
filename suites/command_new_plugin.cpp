// SPDX-License-Identifier: Apache-2.0
// assay new-plugin: writes variants/skeleton/ under another name, ready to build.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "reports/embedded_file.h"
#include "suites/command_judging.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/spelling.h"
#include "variants/installation.h"

namespace assay::suites {

namespace po = boost::program_options;

/// The files of variants/skeleton/.
std::span<const EmbeddedFile> skeleton_files();

namespace {

constexpr std::string_view name_of_skeleton = "skeleton";
constexpr std::size_t longest_name = 64;

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay new-plugin NAME [--lang c|c++]";
  syntax.purpose =
      "Writes the folder NAME with an implementation that builds and is judged: one op is there, "
      "and the\nplace for the next is marked.";
  syntax.options.add_options()("help,h", "this text")(
      "lang", po::value<std::string>()->default_value("c")->value_name("c|c++"),
      "the language to write in");
  syntax.positional = {"name"};
  return syntax;
}

/// Throws UsageError for a name that could not be a variant's, a file's and a folder's.
void check_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  const bool good = !name.empty() && name.size() <= longest_name && name[0] != '-' &&
                    std::all_of(name.begin(), name.end(), fits);
  if (!good) {
    throw UsageError("a plug-in is named by up to 64 letters, digits, '_' and '-', not '" +
                     name.substr(0, 2 * longest_name) + "'");
  }
  const std::vector<std::string> taken = built_in_names();
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    throw UsageError(name + " is a built-in variant; choose another name");
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": " + std::strerror(errno));
}

void make_folder(const std::string& name) {
  std::error_code error;
  const bool made = std::filesystem::create_directory(name, error);
  if (error == std::errc::file_exists || (!made && !error))
    throw UsageError(name + " is there already; choose another name, or remove it");
  if (error) throw std::runtime_error(name + ": " + error.message());
}

}  // namespace

int new_plugin_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> names = all_values(*values, "name");
  if (names.empty()) throw UsageError("how is it to be called? assay new-plugin NAME");
  const std::string& name = names[0];
  check_name(name);
  const std::vector<std::string> languages = {"c", "c++"};
  const std::string language = (*values)["lang"].as<std::string>();
  if (std::find(languages.begin(), languages.end(), language) == languages.end())
    throw UsageError(unknown_name("language", language, languages, "assay new-plugin --help"));
  const std::string_view other_source = language == "c" ? ".cpp" : ".c";

  make_folder(name);
  for (const EmbeddedFile& each : skeleton_files()) {
    if (std::filesystem::path(each.name).extension() == other_source) continue;
    const std::filesystem::path path =
        std::filesystem::path(name) / replaced(std::string(each.name), name_of_skeleton, name);
    std::string text = replaced(std::string(each.text), name_of_skeleton, name);
    if (each.name == "Makefile") {
      text = replaced(std::move(text), "ASSAY_INCLUDE ?= ..",
                      "ASSAY_INCLUDE ?= " + own_header_folder().string());
    }
    write_file(path, text);
    console.line(path.string());
  }
  const bool by_path = invocation.program.find('/') != std::string::npos;
  const std::string program =
      by_path ? std::filesystem::absolute(invocation.program).string() : invocation.program;
  console.line(fmt::format("next: cd {} && make && {} run --plugin ./lib{}.so", name,
                           shell_quoted(program), name));
  return all_right;
}

}  // namespace assay::suites
