// SPDX-License-Identifier: Apache-2.0
#include "variants/list.h"

#include "variants/blocked/blocked.h"
#include "variants/fused/fused.h"
#include "variants/installation.h"
#include "variants/mistakes/mistakes.h"
#include "variants/plain/plain.h"
#include "variants/simd/simd.h"
#include "variants/threaded/threaded.h"
#include "variants/ways/ways.h"

namespace assay::variants {
namespace {

std::vector<std::string> names_of_ways() {
  std::vector<std::string> names;
  for (const ways::Way& each : ways::all()) names.push_back("way/" + std::string(each.name));
  return names;
}

std::vector<std::string> names_of_mistakes() {
  std::vector<std::string> names;
  for (const Mistake& each : mistakes())
    names.push_back(std::string(mistake_prefix) + std::string(each.name));
  return names;
}

}  // namespace

std::span<const BuiltIn> built_in() {
  static constexpr BuiltIn list[] = {
      {"plain", plain_implementation}, {"blocked", blocked_implementation},
      {"simd", simd_implementation},   {"threaded", threaded_implementation},
      {"fused", fused_implementation},
  };
  return list;
}

std::vector<Peer> peers() {
  std::vector<Peer> list;
  for (const std::string name : {"openblas", "onednn"}) {
    const std::filesystem::path plugin = own_peer_folder() / ("libassay_" + name + ".so");
    std::error_code none;
    if (std::filesystem::exists(plugin, none)) list.push_back({name, plugin});
  }
  return list;
}

std::span<const Catalogue> catalogues() {
  static constexpr Catalogue list[] = {
      {"way/", names_of_ways, ways::implementation},
      {mistake_prefix, names_of_mistakes, mistaken_implementation},
  };
  return list;
}

bool is_path(std::string_view name) {
  if (catalogue_of(name) != nullptr) return false;
  const std::string_view file = name.substr(0, name.rfind('@'));
  return name.find('/') != std::string_view::npos || file.ends_with(".so") || is_python(file);
}

bool is_python(std::string_view name) { return name.ends_with(".py"); }

const Catalogue* catalogue_of(std::string_view name) {
  for (const Catalogue& each : catalogues()) {
    if (name.starts_with(each.prefix)) return &each;
  }
  return nullptr;
}

}  // namespace assay::variants
