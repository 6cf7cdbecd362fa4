// SPDX-License-Identifier: Apache-2.0
#include "suites/guarded_memory.h"

#include <sys/mman.h>

#include <cerrno>
#include <system_error>

namespace assay::suites {
namespace {

void* untouchable(void* where, std::size_t size, int flags) {
  void* space =
      mmap(where, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
  if (space == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "address space");
  return space;
}

// Tensors up to this size are mapped with their pages present: one system call instead of a fault
// per page.
constexpr std::size_t worth_populating = std::size_t{1} << 20;

}  // namespace

GuardedMemory::~GuardedMemory() {
  if (space_ != nullptr) munmap(space_, size_);
}

void GuardedMemory::reserve(std::uint64_t length, std::size_t regions) {
  clear();
  const std::size_t wanted = length + (regions + 1) * guard_size;
  if (wanted <= size_) return;
  if (space_ != nullptr) munmap(space_, size_);
  space_ = nullptr;
  size_ = 0;
  space_ = static_cast<std::byte*>(untouchable(nullptr, 2 * wanted, 0));
  size_ = 2 * wanted;
}

std::byte* GuardedMemory::map(const Region& region, bool writable) {
  std::byte* where = space_ + used_ + guard_size;
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const int populate = region.length <= worth_populating ? MAP_POPULATE : 0;
  void* mapped = mmap(where, region.length, protection, MAP_SHARED | MAP_FIXED | populate, file_,
                      static_cast<off_t>(region.offset));
  if (mapped == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "mapping a tensor");
  }
  used_ += guard_size + region.length;
  return where;
}

void GuardedMemory::clear() {
  if (used_ > 0) untouchable(space_, used_, MAP_FIXED);
  used_ = 0;
}

}  // namespace assay::suites
