// SPDX-License-Identifier: Apache-2.0
#include "suites/arena.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>

namespace assay::suites {
namespace {

#if defined(__SANITIZE_THREAD__)
// Of the address space the thread sanitizer leaves a program some 1.5 TiB, for all its workers.
constexpr std::uint64_t largest_arena = std::uint64_t{1} << 33;
#else
constexpr std::uint64_t largest_arena = std::uint64_t{1} << 36;
#endif
constexpr std::uint64_t status_size =
    (sizeof(WorkerStatus) + page_size - 1) / page_size * page_size;
constexpr std::uint64_t alignment = 64;

constexpr std::byte low_byte(Poison poison) {
  return static_cast<std::byte>(static_cast<unsigned>(poison) & 0xff);
}
constexpr std::byte high_byte(Poison poison) {
  return static_cast<std::byte>(static_cast<unsigned>(poison) >> 8);
}

/// Pages begin at even addresses, so the low byte of the pattern stands at every even one.
std::byte poison_at(const std::byte* address) {
  return reinterpret_cast<std::uintptr_t>(address) % 2 == 0 ? low_byte(Poison::output)
                                                            : high_byte(Poison::output);
}

/// Fills `bytes`, wherever they begin, with the pattern that begins at even addresses.
void fill(std::byte* begin, std::size_t bytes, Poison poison) {
  const bool even = reinterpret_cast<std::uintptr_t>(begin) % 2 == 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes, 2); ++i)
    begin[i] = (i == 0) == even ? low_byte(poison) : high_byte(poison);
  for (std::size_t done = 2; done < bytes; done *= 2) {
    std::memcpy(begin + done, begin, std::min(done, bytes - done));
  }
}

bool is_poison(const std::byte* begin, const std::byte* end) {
  if (begin == end) return true;
  if (*begin != poison_at(begin)) return false;
  if (end - begin == 1) return true;
  // Every further byte equals the one two before it, as soon as the first two are right.
  return begin[1] == poison_at(begin + 1) &&
         std::memcmp(begin, begin + 2, static_cast<std::size_t>(end - begin - 2)) == 0;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Arena::Arena() {
  file_ = memfd_create("assay arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file_ < 0) fail("shared memory for a worker");
  void* memory =
      mmap(nullptr, largest_arena, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file_, 0);
  if (memory == MAP_FAILED) {
    const int error = errno;
    close(file_);
    errno = error;
    fail("address space for a worker's shared memory");
  }
  memory_ = static_cast<std::byte*>(memory);
  grow(status_size);
  // A worker must not be able to cut the file short: touching the rest would kill the bench.
  fcntl(file_, F_ADD_SEALS, F_SEAL_SHRINK);
  new (memory_) WorkerStatus();
  clear();
}

Arena::~Arena() {
  munmap(memory_, largest_arena);
  close(file_);
}

WorkerStatus& Arena::status() { return *std::launder(reinterpret_cast<WorkerStatus*>(memory_)); }

void Arena::clear() { used_ = status_size; }

Region Arena::place(std::size_t bytes, Placement placement, Poison poison, std::size_t shift) {
  Region region;
  const std::uint64_t before = placement == Placement::aligned ? alignment + shift : 0;
  region.offset = used_;
  region.bytes = bytes;
  region.length =
      (before + std::max<std::uint64_t>(bytes, 1) + page_size - 1) / page_size * page_size;
  region.begin = placement == Placement::aligned ? before : region.length - bytes;
  used_ += region.length;
  if (used_ > largest_arena) {
    throw std::runtime_error(
        "the tensors of one call take more than 64 GiB; choose a smaller shape");
  }
  grow(used_);
  fill(memory_ + region.offset, region.length, poison);
  return region;
}

void Arena::grow(std::uint64_t size) {
  if (size <= file_size_) return;
  const std::uint64_t wanted = std::min(largest_arena, std::max(size, 2 * file_size_));
  if (ftruncate(file_, static_cast<off_t>(wanted)) != 0) fail("shared memory for a worker");
  file_size_ = wanted;
}

std::span<std::byte> Arena::elements(const Region& region) {
  return {memory_ + region.offset + region.begin, region.bytes};
}

void Arena::poison(const Region& output) {
  const std::span<std::byte> bytes = elements(output);
  fill(bytes.data(), bytes.size(), Poison::output);
}

bool Arena::intact_before(const Region& region) {
  const std::byte* pages = memory_ + region.offset;
  return is_poison(pages, pages + region.begin);
}

bool Arena::intact_after(const Region& region) {
  const std::byte* pages = memory_ + region.offset;
  return is_poison(pages + region.begin + region.bytes, pages + region.length);
}

std::size_t first_poisoned(std::span<const std::byte> elements, std::size_t element_size) {
  const std::size_t count = elements.size() / element_size;
  const auto poisoned = [&](std::size_t i) {
    const std::byte* bytes = elements.data() + i * element_size;
    return is_poison(bytes, bytes + element_size);
  };
  for (std::size_t i = 0; i < count; ++i) {
    // One byte tells nearly all elements apart.
    const std::byte* last = elements.data() + (i + 1) * element_size - 1;
    if (*last == poison_at(last) && poisoned(i)) return i;
  }
  return count;
}

}  // namespace assay::suites
