// SPDX-License-Identifier: Apache-2.0
// The order in which a sum is formed, as a tree: its leaves are the terms, every inner node is an
// addition. Rebuilt from how many terms are added together at each pair's meeting (P. Xie et al.,
// "FPRev", USENIX ATC 2025).
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace assay::suites {

/// A term, where `children` is empty, else an addition of two or more parts.
struct SumNode {
  std::vector<std::size_t> terms;  // below this node, ascending
  std::vector<SumNode> children;   // by their lowest term
};

/// For every pair of terms the number of terms below the lowest node that has both.
class MeetingSizes {
 public:
  explicit MeetingSizes(std::size_t terms) : terms_(terms), sizes_(terms * terms, 1) {}
  [[nodiscard]] std::size_t terms() const { return terms_; }
  [[nodiscard]] std::size_t of(std::size_t i, std::size_t j) const {
    return sizes_[i * terms_ + j];
  }
  void set(std::size_t i, std::size_t j, std::size_t size) {
    sizes_[i * terms_ + j] = sizes_[j * terms_ + i] = size;
  }

 private:
  std::size_t terms_;
  std::vector<std::size_t> sizes_;
};

/// The sizes belong to no tree; what() is one line.
struct NoTree : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The only tree with these sizes. Throws NoTree.
SumNode rebuilt_tree(const MeetingSizes& sizes);

/// The sizes of a tree over `terms` terms.
MeetingSizes meeting_sizes(const SumNode& tree, std::size_t terms);

/// "((0+1)+2)".
std::string nested(const SumNode& tree);

}  // namespace assay::suites
