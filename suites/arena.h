// SPDX-License-Identifier: Apache-2.0
// Memory that the bench shares with one worker. The bench decides where every tensor lies and fills
// it; the worker maps the pages of each tensor apart from all others (guarded_memory.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "suites/worker_status.h"

namespace assay::suites {

inline constexpr std::size_t page_size = 4096;

/// aligned: the first element at 64 bytes past the start of a page, so that there is slack on both
/// sides. flush: the last element ends with its page, and reading one byte further is a fault.
enum class Placement { aligned, flush };

/// What fills the memory that nobody has written, repeated every 16 bits: a quiet NaN in every
/// floating type, no boolean, no plausible integer. Inputs have another payload than outputs, so
/// that a NaN read from beside an input does not look like an output that was never written.
enum class Poison : std::uint16_t { output = 0x7ffd, input = 0x7ffb };

/// Where one tensor lies: whole pages of the arena's file, the elements somewhere in them. What is
/// left of the pages is slack.
struct Region {
  std::uint64_t offset = 0;  // of the first page in the file
  std::uint64_t length = 0;  // whole pages, at least one
  std::uint64_t begin = 0;   // of the first element, from `offset`
  std::uint64_t bytes = 0;   // of the elements
};

/// The bench's end: one anonymous file, mapped whole.
class Arena {
 public:
  /// Throws std::system_error if the machine gives no shared memory.
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  [[nodiscard]] int file() const { return file_; }
  [[nodiscard]] WorkerStatus& status();

  /// Forgets all tensors; their memory is used again.
  void clear();
  /// Room for a tensor, its elements and slack filled with poison. An aligned one begins `shift`
  /// bytes later. Throws std::runtime_error beyond 64 GiB.
  Region place(std::size_t bytes, Placement placement, Poison poison, std::size_t shift = 0);
  [[nodiscard]] std::span<std::byte> elements(const Region& region);
  /// Fills the elements of an output with poison again.
  void poison(const Region& output);

  /// The slack before and after the elements of an output still holds the poison.
  [[nodiscard]] bool intact_before(const Region& region);
  [[nodiscard]] bool intact_after(const Region& region);

 private:
  void grow(std::uint64_t size);

  int file_ = -1;
  std::byte* memory_ = nullptr;
  std::uint64_t file_size_ = 0;
  std::uint64_t used_ = 0;
};

/// The index of the first of `elements` (of `element_size` bytes each) that holds nothing but the
/// poison of outputs; their number if none does.
std::size_t first_poisoned(std::span<const std::byte> elements, std::size_t element_size);

}  // namespace assay::suites
