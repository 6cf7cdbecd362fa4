// SPDX-License-Identifier: Apache-2.0
// The worker's end of the arena: the pages of every tensor mapped apart from all others, with
// address space between them that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "suites/arena.h"

namespace assay::suites {

/// Untouchable bytes before and after every tensor: far enough for a stride that runs wild.
inline constexpr std::size_t guard_size = std::size_t{1} << 16;

class GuardedMemory {
 public:
  /// `file` is the arena's; it stays the caller's.
  explicit GuardedMemory(int file) : file_(file) {}
  ~GuardedMemory();
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  /// Address space for regions of `length` bytes in all. Closes everything. Addresses of before are
  /// not used again for a long time, so that whoever still writes to them meets nobody.
  void reserve(std::uint64_t length, std::size_t regions);
  /// Maps a region; the address of its first page. Throws std::system_error if the file is gone.
  std::byte* map(const Region& region, bool writable);
  /// Touching a tensor afterwards is a fault. With `may_return`, which is for a process whose only
  /// thread is here, small regions keep their place, closed, and are opened there again after some
  /// others: that costs the kernel a third of mapping them anew.
  void clear(bool may_return);

 private:
  struct Mapped {
    std::byte* where;
    std::uint64_t offset, length;
  };
  using Pages = std::pair<std::uint64_t, std::uint64_t>;  // offset and length in the file

  std::byte* reopened(const Region& region, int protection);

  int file_;
  std::byte* space_ = nullptr;
  std::size_t size_ = 0;
  std::size_t end_ = 0;                             // of what has been in use, from `space_`
  std::vector<Mapped> open_;                        // of the call at hand
  std::map<Pages, std::deque<std::byte*>> closed_;  // that may return, the longest closed first
};

}  // namespace assay::suites
