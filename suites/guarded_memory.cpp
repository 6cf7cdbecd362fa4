// SPDX-License-Identifier: Apache-2.0
#include "suites/guarded_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace assay::suites {
namespace {

/// MAP_FAILED if there is no room.
void* untouchable(void* where, std::size_t size, int flags) {
  return mmap(where, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

// Costs nothing but numbers; thousands of calls fit in.
constexpr std::size_t usual_space = std::size_t{1} << 36;

// Tensors up to this size are mapped with their pages present: one system call instead of a fault
// per page.
constexpr std::size_t worth_populating = std::size_t{1} << 20;

// Larger ones are mapped anew: then the mapping is little beside what is computed.
constexpr std::size_t worth_keeping = std::size_t{1} << 16;

// A place returns once so many of the same pages are closed, itself among them: four cases later,
// so that a pointer into the call before meets nobody.
constexpr std::size_t closed_first = 4;

}  // namespace

GuardedMemory::~GuardedMemory() {
  if (space_ != nullptr) munmap(space_, size_);
}

void GuardedMemory::reserve(std::uint64_t length, std::size_t regions) {
  clear(false);
  const std::size_t wanted = length + (regions + 1) * guard_size;
  if (wanted <= size_ - end_) return;
  if (space_ != nullptr) munmap(space_, size_);
  closed_.clear();
  space_ = nullptr;
  size_ = end_ = 0;
  for (const std::size_t size : {std::max(usual_space, 2 * wanted), 2 * wanted}) {
    void* space = untouchable(nullptr, size, 0);
    if (space == MAP_FAILED) continue;
    space_ = static_cast<std::byte*>(space);
    size_ = size;
    return;
  }
  throw std::system_error(errno, std::generic_category(), "address space");
}

std::byte* GuardedMemory::map(const Region& region, bool writable) {
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  std::byte* where = reopened(region, protection);
  if (where == nullptr) {
    where = space_ + end_ + guard_size;
    const int populate = region.length <= worth_populating ? MAP_POPULATE : 0;
    void* mapped = mmap(where, region.length, protection, MAP_SHARED | MAP_FIXED | populate, file_,
                        static_cast<off_t>(region.offset));
    if (mapped == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "mapping a tensor");
    }
    end_ += guard_size + region.length;
  }
  open_.push_back({where, region.offset, region.length});
  return where;
}

std::byte* GuardedMemory::reopened(const Region& region, int protection) {
  const auto found = closed_.find({region.offset, region.length});
  if (found == closed_.end() || found->second.size() < closed_first) return nullptr;
  std::byte* where = found->second.front();
  found->second.pop_front();
  return mprotect(where, region.length, protection) == 0 ? where : nullptr;
}

void GuardedMemory::clear(bool may_return) {
  for (const Mapped& each : open_) {
    const bool returns = may_return && each.length <= worth_keeping &&
                         mprotect(each.where, each.length, PROT_NONE) == 0;
    if (returns) {
      closed_[{each.offset, each.length}].push_back(each.where);
    } else {
      untouchable(each.where, each.length, MAP_FIXED);
    }
  }
  open_.clear();
}

}  // namespace assay::suites
