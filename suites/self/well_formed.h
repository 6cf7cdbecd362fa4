// SPDX-License-Identifier: Apache-2.0
// As much of XML as tells whether a report's markup holds together.
#pragma once

#include <string>
#include <vector>

namespace assay::self {

/// Elements are closed in the order in which they were opened, and no bare '<' or '&' is left.
inline bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  std::size_t at = xml.find("?>") + 2;
  while (at < xml.size()) {
    if (xml[at] == '&') {
      const std::size_t end = xml.find(';', at);
      if (end == std::string::npos || end > at + 6) return false;
    }
    if (xml[at] != '<') {
      ++at;
      continue;
    }
    std::size_t end = at;
    bool quoted = false;
    while (++end < xml.size() && (quoted || xml[end] != '>')) {
      if (xml[end] == '<') return false;
      if (xml[end] == '"') quoted = !quoted;
    }
    const std::string tag = xml.substr(at + 1, end - at - 1);
    const std::string name =
        tag.substr(tag[0] == '/', tag.find_first_of(" /", 1) - (tag[0] == '/'));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end + 1;
  }
  return open.empty();
}

}  // namespace assay::self
