// SPDX-License-Identifier: Apache-2.0
// Run by the build: copies the loops of the reference, and the kernels that stand here, into a
// namespace of their own with every mistake woven in, and writes the table of facts.
//   weave REFERENCE MISTAKES WOVEN
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "variants/mistakes/weaving.h"

namespace {

namespace fs = std::filesystem;
using assay::weaving::Entry;
using assay::weaving::WeaveError;

/// What the loops share with everybody else: no mistakes live there, so the types stay the same.
const std::vector<std::string> shared = {"attribute.h",   "axis.h",   "call.h",
                                         "schema.h",      "shape.h",  "storage.h",
                                         "tensor_spec.h", "tensor.h", "view.h"};

bool is_shared(const std::string& header) {
  return std::ranges::find(shared, header) != shared.end();
}

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A file that did not change keeps its time, so that nothing is compiled again for it.
void write(const fs::path& path, const std::string& text) {
  if (fs::exists(path) && read(path) == text) return;
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw WeaveError(path.string() + ": cannot be written");
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(folder)) {
    if (each.path().extension() == extension) files.push_back(each.path());
  }
  std::ranges::sort(files);
  return files;
}

void replace_all(std::string& text, const std::string& before, const std::string& after) {
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    text.replace(at, before.size(), after);
    at += after.size();
  }
}

/// The text as part of the other namespace: it includes the woven loops instead of the loops.
std::string moved(const std::string& name, std::string text,
                  const std::vector<fs::path>& woven_headers) {
  replace_all(text, "namespace assay::reference {",
              "namespace assay::mistaken {\nusing namespace assay::reference;");
  replace_all(text, " reference::", " mistaken::");
  for (const fs::path& header : woven_headers) {
    const std::string other = header.filename().string();
    replace_all(text, "#include \"reference/" + other + "\"", "#include \"woven/" + other + "\"");
    replace_all(text, "#include \"variants/mistakes/kernels/" + other + "\"",
                "#include \"woven/" + other + "\"");
  }
  // What the loops share reaches the arithmetic of the reference; what is woven comes first.
  const std::string arithmetic = name == "number.h" ? "" : "#include \"woven/number.h\"\n";
  replace_all(text, "#pragma once\n",
              "#pragma once\n#include \"variants/mistakes/doctored.h\"\n"
              "#include \"variants/mistakes/made.h\"\n" +
                  arithmetic);
  replace_all(text, "\nvoid evaluate(const Call<Number>& call) {",
              "\nvoid evaluate_by_loops(const Call<Number>& call) {");
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// The names of the mistakes, and for each the header that it is woven into first.
std::string names_of(const std::vector<Entry>& entries) {
  std::string text = "#pragma once\n#include <string_view>\nnamespace assay::mistaken {\n";
  text += "enum class Made {\n  none = -1,\n";
  for (const Entry& each : entries) {
    text += "  " + assay::weaving::identifier_of(each.name) + ",\n";
  }
  text += "};\ninline constexpr int mistake_count = " + std::to_string(entries.size()) + ";\n";
  text += "inline constexpr std::string_view woven_into[] = {\n";
  for (const Entry& each : entries) text += "  " + quoted(each.changes[0].file) + ",\n";
  return text + "};\n}\n";
}

std::string facts_of(const std::vector<Entry>& entries) {
  std::string text = "#pragma once\n#include \"variants/mistakes/mistakes.h\"\n";
  text += "namespace assay::mistaken {\ninline constexpr variants::Mistake facts[] = {\n";
  for (const Entry& each : entries) {
    text += "  {" + quoted(each.name);
    for (const char* fact : {"clause", "does", "sees", "source", "proof"}) {
      const auto found = each.facts.find(fact);
      text += ", " + quoted(found == each.facts.end() ? "" : found->second);
    }
    text += "},\n";
  }
  return text + "};\n}\n";
}

void run(const fs::path& reference, const fs::path& mistakes, const fs::path& woven) {
  std::vector<Entry> entries;
  for (const fs::path& file : files_in(mistakes, ".mistakes")) {
    const auto found =
        assay::weaving::parse_entries(file.filename().string(), file.stem().string(), read(file));
    entries.insert(entries.end(), found.begin(), found.end());
  }
  assay::weaving::check_names(entries);
  std::vector<fs::path> headers;
  for (const fs::path& each : files_in(reference, ".h")) {
    if (!is_shared(each.filename().string())) headers.push_back(each);
  }
  for (const fs::path& each : files_in(mistakes / "kernels", ".h")) headers.push_back(each);
  for (const Entry& entry : entries) {
    for (const auto& change : entry.changes) {
      const auto names_it = [&](const fs::path& each) { return each.filename() == change.file; };
      if (std::ranges::none_of(headers, names_it)) {
        throw WeaveError(entry.from + ": " + entry.name + ": there are no loops " + change.file);
      }
    }
  }
  fs::create_directories(woven);
  for (const fs::path& each : headers) {
    const std::string name = each.filename().string();
    write(woven / name, moved(name, assay::weaving::weave(name, read(each), entries), headers));
  }
  write(woven / "names.h", names_of(entries));
  write(woven / "facts.h", facts_of(entries));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "weave REFERENCE MISTAKES WOVEN\n";
    return 2;
  }
  try {
    run(argv[1], argv[2], argv[3]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "weave: " << error.what() << '\n';
    return 1;
  }
}
