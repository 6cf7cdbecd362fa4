// SPDX-License-Identifier: Apache-2.0
#include "suites/summation_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace assay::suites {
namespace {

using Terms = std::vector<std::size_t>;

SumNode joined(std::vector<SumNode> children) {
  std::ranges::sort(children, {}, [](const SumNode& child) { return child.terms.front(); });
  SumNode node;
  for (const SumNode& child : children)
    node.terms.insert(node.terms.end(), child.terms.begin(), child.terms.end());
  std::ranges::sort(node.terms);
  node.children = std::move(children);
  return node;
}

/// Those of `terms` that meet each other before they meet anything else: an addition of more than
/// two parts has several such groups beside the one it is seen from.
std::vector<Terms> parts_of(const MeetingSizes& sizes, const Terms& terms, std::size_t meeting) {
  std::vector<Terms> parts;
  for (const std::size_t term : terms) {
    const auto known = std::ranges::find_if(
        parts, [&](const Terms& part) { return sizes.of(part.front(), term) < meeting; });
    if (known == parts.end()) {
      parts.push_back({term});
    } else {
      known->push_back(term);
    }
  }
  return parts;
}

/// From the first term upwards: every other term joins at the node whose size it shows.
SumNode tree_over(const MeetingSizes& sizes, const Terms& terms) {
  SumNode node{{terms.front()}, {}};
  std::map<std::size_t, Terms> joining;
  for (std::size_t i = 1; i < terms.size(); ++i)
    joining[sizes.of(terms.front(), terms[i])].push_back(terms[i]);
  for (const auto& [size, others] : joining) {
    if (node.terms.size() + others.size() != size) {
      throw NoTree(fmt::format(
          "no order of additions fits: {} terms lie below the meeting of terms {} and {}, and {} "
          "say so",
          size, terms.front(), others.front(), node.terms.size() + others.size()));
    }
    std::vector<SumNode> children{std::move(node)};
    for (const Terms& part : parts_of(sizes, others, size))
      children.push_back(tree_over(sizes, part));
    node = joined(std::move(children));
  }
  return node;
}

void note_sizes(const SumNode& node, MeetingSizes& sizes) {
  for (std::size_t a = 0; a < node.children.size(); ++a) {
    note_sizes(node.children[a], sizes);
    for (std::size_t b = a + 1; b < node.children.size(); ++b)
      for (const std::size_t i : node.children[a].terms)
        for (const std::size_t j : node.children[b].terms) sizes.set(i, j, node.terms.size());
  }
}

}  // namespace

SumNode rebuilt_tree(const MeetingSizes& sizes) {
  Terms all(sizes.terms());
  std::iota(all.begin(), all.end(), std::size_t{0});
  SumNode tree = tree_over(sizes, all);
  const MeetingSizes again = meeting_sizes(tree, sizes.terms());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      if (again.of(i, j) == sizes.of(i, j)) continue;
      throw NoTree(fmt::format(
          "no order of additions fits: terms {} and {} meet over {} terms, and their neighbours "
          "say {}",
          i, j, sizes.of(i, j), again.of(i, j)));
    }
  }
  return tree;
}

MeetingSizes meeting_sizes(const SumNode& tree, std::size_t terms) {
  MeetingSizes sizes(terms);
  note_sizes(tree, sizes);
  return sizes;
}

std::string nested(const SumNode& tree) {
  if (tree.children.empty()) return std::to_string(tree.terms.front());
  std::vector<std::string> parts;
  for (const SumNode& child : tree.children) parts.push_back(nested(child));
  return fmt::format("({})", fmt::join(parts, "+"));
}

}  // namespace assay::suites
