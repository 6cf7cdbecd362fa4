// SPDX-License-Identifier: Apache-2.0
#include "suites/spelling.h"

#include <algorithm>
#include <vector>

namespace assay::suites {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // cost[i][j] turns the first i letters of a into the first j of b.
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, substituted});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && a[i - 1] != b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string> known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& name : known) {
    const std::size_t distance = edit_distance(word, name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  if (!best.empty()) return best;
  for (const std::string& name : known)  // somebody typed the beginning or the middle of a name
    if (word.size() >= 3 && name.find(word) != std::string::npos) return name;
  return "";
}

std::string unknown_name(std::string_view kind, std::string_view word,
                         std::span<const std::string> known, std::string_view where_listed) {
  const std::string guess = nearest(word, known);
  std::string text = "no " + std::string(kind) + " is called " + std::string(word);
  if (!guess.empty()) return text + "; did you mean " + guess + "?";
  return text + "; see: " + std::string(where_listed);
}

}  // namespace assay::suites
