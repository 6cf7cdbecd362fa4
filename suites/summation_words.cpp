// SPDX-License-Identifier: Apache-2.0
// A tree is contracted by a guess (residues for lanes, runs for blocks); where every group is a
// subtree, what is left above them and each of them is described in turn.
#include "suites/summation_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

namespace assay::suites {
namespace {

using Order = std::vector<std::size_t>;
using Words = std::optional<std::string>;

/// Below `above`, whose terms are the groups, hang the parts; all count their terms from 0.
struct Grouped {
  SumNode above;
  std::vector<SumNode> parts;
};

SumNode renamed(const SumNode& node, const std::function<std::size_t(std::size_t)>& name) {
  SumNode copy;
  for (const std::size_t term : node.terms) copy.terms.push_back(name(term));
  std::ranges::sort(copy.terms);
  for (const SumNode& child : node.children) copy.children.push_back(renamed(child, name));
  std::ranges::sort(copy.children, {}, [](const SumNode& child) { return child.terms.front(); });
  return copy;
}

SumNode counted_from_0(const SumNode& node) {
  return renamed(node, [&](std::size_t term) {
    return static_cast<std::size_t>(std::ranges::lower_bound(node.terms, term) -
                                    node.terms.begin());
  });
}

class Grouping {
 public:
  Grouping(const SumNode& tree, std::size_t groups,
           const std::function<std::size_t(std::size_t)>& group_of)
      : group_of_(group_of), members_(groups), parts_(groups) {
    for (const std::size_t term : tree.terms) members_[group_of(term)].push_back(term);
    above_ = contracted(tree);
  }

  [[nodiscard]] std::optional<Grouped> take() {
    if (!above_) return std::nullopt;
    return Grouped{std::move(*above_), std::move(parts_)};
  }

 private:
  /// Nothing where a group is no subtree.
  std::optional<SumNode> contracted(const SumNode& node) {
    const std::size_t group = group_of_(node.terms.front());
    if (node.terms == members_[group]) {
      parts_[group] = counted_from_0(node);
      return SumNode{{group}, {}};
    }
    if (node.children.empty()) return std::nullopt;
    SumNode above;
    for (const SumNode& child : node.children) {
      auto part = contracted(child);
      if (!part) return std::nullopt;
      above.terms.insert(above.terms.end(), part->terms.begin(), part->terms.end());
      above.children.push_back(std::move(*part));
    }
    std::ranges::sort(above.terms);
    return above;
  }

  const std::function<std::size_t(std::size_t)>& group_of_;
  std::vector<Order> members_;
  std::vector<SumNode> parts_;
  std::optional<SumNode> above_;
};

std::optional<Grouped> grouped(const SumNode& tree, std::size_t groups,
                               const std::function<std::size_t(std::size_t)>& group_of) {
  return Grouping(tree, groups, group_of).take();
}

/// The terms as they join a single running sum; nothing where there is more than one. Of the first
/// two nobody can tell which came first; here it is the lower.
std::optional<Order> running_order(const SumNode& tree) {
  Order order;
  const SumNode* node = &tree;
  while (!node->children.empty()) {
    if (node->children.size() != 2) return std::nullopt;
    const SumNode &low = node->children[0], &high = node->children[1];
    const bool high_joins = high.children.empty();
    if (!high_joins && !low.children.empty()) return std::nullopt;
    order.push_back((high_joins ? high : low).terms.front());
    node = high_joins ? &low : &high;
  }
  order.push_back(node->terms.front());
  std::ranges::reverse(order);
  return order;
}

bool is_pairwise(const SumNode& node) {
  if (node.children.empty()) return true;
  if (node.children.size() != 2) return false;
  const SumNode &low = node.children[0], &high = node.children[1];
  const std::size_t more = std::max(low.terms.size(), high.terms.size());
  return low.terms.back() < high.terms.front() && 2 * more <= node.terms.size() + 1 &&
         is_pairwise(low) && is_pairwise(high);
}

/// As a vector register is folded: l with l + half, then the same in the lower half.
bool is_folded(const SumNode& tree) {
  const std::size_t count = tree.terms.size();
  if (count == 1) return true;
  if (count % 2 != 0) return false;
  const auto halves = grouped(tree, count / 2, [&](std::size_t l) { return l % (count / 2); });
  return halves && is_folded(halves->above);
}

Words plain_words(const SumNode& tree) {
  const std::size_t count = tree.terms.size();
  if (count == 1) return "a single term";
  if (tree.children.size() == count && count > 2) return fmt::format("all {} at once", count);
  if (const auto order = running_order(tree)) {
    if (std::ranges::is_sorted(*order)) return "sequential";
    Order backwards = *order;
    std::swap(backwards[0], backwards[1]);
    if (std::ranges::is_sorted(backwards, std::greater<>())) return "reverse";
  }
  if (is_pairwise(tree)) return "pairwise";
  return std::nullopt;
}

Words joining_words(const SumNode& above) {
  if (is_folded(above) && above.terms.size() > 2) return "folded in halves";
  const Words words = plain_words(above);
  if (!words) return std::nullopt;
  return *words == "sequential" ? "joined in order" : "joined " + *words;
}

bool all_alike(const std::vector<SumNode>& parts, const std::string& words) {
  return std::ranges::all_of(parts,
                             [&](const SumNode& part) { return plain_words(part) == words; });
}

/// `chains` running sums: of one register's lanes, or of several registers, which are joined first.
Words chains_in_words(std::size_t chains, const SumNode& above) {
  if (const Words joining = joining_words(above))
    return fmt::format("{} lanes, {}", chains, *joining);
  for (std::size_t lanes = chains / 2; lanes > 1; --lanes) {
    if (chains % lanes != 0) continue;
    const auto unrolled = grouped(above, lanes, [&](std::size_t l) { return l % lanes; });
    if (!unrolled) continue;
    const Words inner = joining_words(unrolled->parts[0]), outer = joining_words(unrolled->above);
    if (inner && outer)
      return fmt::format("{} lanes x unroll {}, registers {}, lanes {}", lanes, chains / lanes,
                         *inner, *outer);
  }
  return fmt::format("{} lanes, joined as {}", chains, nested(above));
}

Words lanes_in_words(const SumNode& tree) {
  const std::size_t count = tree.terms.size();
  for (std::size_t lanes = 2; lanes <= count / 2; ++lanes) {
    const auto found = grouped(tree, lanes, [&](std::size_t term) { return term % lanes; });
    if (!found) continue;
    if (all_alike(found->parts, "sequential")) return chains_in_words(lanes, found->above);
  }
  return std::nullopt;
}

Words words_for(const SumNode& tree);

Words blocks_in_words(const SumNode& tree) {
  const std::size_t count = tree.terms.size();
  for (std::size_t length = 2; length < count; ++length) {
    const auto found = grouped(tree, (count + length - 1) / length,
                               [&](std::size_t term) { return term / length; });
    if (!found) continue;
    const Words joining = joining_words(found->above), each = words_for(found->parts[0]);
    if (!joining || !each || !words_for(found->parts.back())) continue;
    const bool alike = std::all_of(found->parts.begin(), found->parts.end() - 1,
                                   [&](const SumNode& part) { return words_for(part) == each; });
    if (alike) return fmt::format("blocks of {}, each {}, {}", length, *each, *joining);
  }
  return std::nullopt;
}

Words words_for(const SumNode& tree) {
  if (Words words = plain_words(tree)) return words;
  if (Words words = lanes_in_words(tree)) return words;
  return blocks_in_words(tree);
}

}  // namespace

std::string shape_in_words(const SumNode& tree) {
  if (const Words words = words_for(tree)) return *words;
  if (const auto order = running_order(tree))
    return fmt::format("sequential in an order of its own: {} ...",
                       fmt::join(order->begin(), order->begin() + 6, " "));
  return "irregular";
}

}  // namespace assay::suites
