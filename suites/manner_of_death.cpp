// SPDX-License-Identifier: Apache-2.0
#include "suites/manner_of_death.h"

#include <fmt/format.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>

#include "suites/guarded_memory.h"

namespace assay::suites {
namespace {

/// What the address of a fault means, in words; empty where there is none.
std::string place_of_fault(const WorkerStatus& status, const std::vector<PlacedTensor>& placed) {
  if (status.fault_signal == 0 || !status.fault_has_address) return "";
  const std::uint64_t address = status.fault_address;
  const std::string did = status.fault_is_write ? "wrote" : "read";
  const std::size_t count = std::min<std::size_t>(status.region_count, placed.size());
  for (std::size_t i = 0; i < count; ++i) {
    const PlacedTensor& each = placed[i];
    const std::uint64_t pages = status.region_address[i];
    const std::uint64_t end = pages + each.region.begin + each.region.bytes;
    const std::string whose = (each.output ? "output " : "input ") + each.name;
    if (address >= pages && address < pages + each.region.length) return did + " to " + whose;
    // Nearer to this tensor than to its neighbour, whose guard is the same.
    if (address >= end && address < pages + each.region.length + guard_size / 2) {
      const std::uint64_t beyond = address - end;
      return beyond == 0 ? fmt::format("{} past the end of {}", did, whose)
                         : fmt::format("{} {} bytes past the end of {}", did, beyond, whose);
    }
    if (address < pages && address + guard_size / 2 >= pages) {
      return fmt::format("{} before the start of {}", did, whose);
    }
  }
  if (status.fault_on_stack) return "stack overflow";
  if (address < page_size) return did + " through a null pointer";
  return fmt::format("{} at {:#x}, outside all tensors", did, address);
}

}  // namespace

std::string manner_of_death(int exit_status, const WorkerStatus& status,
                            const std::vector<PlacedTensor>& placed) {
  const std::string where = std::string(words_of(status.stage)) +
                            (status.fault_in_background ? ", in a thread of its own" : "");
  if (WIFSIGNALED(exit_status)) {
    const char* name = sigabbrev_np(WTERMSIG(exit_status));
    const std::string fault = place_of_fault(status, placed);
    return fmt::format("SIG{} {}{}{}", name ? name : "?", where, fault.empty() ? "" : ": ", fault);
  }
  if (status.channel_lost) return "closed the descriptors of its process";
  return fmt::format("ended its process with exit status {} {}", WEXITSTATUS(exit_status), where);
}

}  // namespace assay::suites
