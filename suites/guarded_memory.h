// SPDX-License-Identifier: Apache-2.0
// The worker's end of the arena: the pages of every tensor mapped apart from all others, with
// address space between them that nobody may touch.
#pragma once

#include <cstddef>
#include <cstdint>

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

  /// Address space for regions of `length` bytes in all. Unmaps everything. Addresses of before are
  /// not used again for a long time, so that whoever still writes to them meets nobody.
  void reserve(std::uint64_t length, std::size_t regions);
  /// Maps a region; the address of its first page. Throws std::system_error if the file is gone.
  std::byte* map(const Region& region, bool writable);
  /// Unmaps everything: touching a tensor afterwards is a fault.
  void clear();

 private:
  int file_;
  std::byte* space_ = nullptr;
  std::size_t size_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // of what is in use, from `space_`
};

}  // namespace assay::suites
