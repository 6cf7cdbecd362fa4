// SPDX-License-Identifier: Apache-2.0
#include "suites/environment.h"

#include <fmt/core.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <boost/version.hpp>
#include <ctime>
#include <fstream>
#include <string_view>

#include "suites/spec_page.h"

namespace assay::suites {
namespace {

/// The value of the first line of a /proc file that begins with `key`.
std::string proc_value(const char* file, std::string_view key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "unknown";
}

/// The first line of a file of the system, or "unknown".
std::string first_line(const char* file) {
  std::ifstream stream(file);
  std::string line;
  return std::getline(stream, line) && !line.empty() ? line : "unknown";
}

/// Of the processor's flags those that kernels choose by.
std::string vector_features() {
  constexpr std::string_view telling[] = {
      "sse4_1",   "avx",         "avx2",        "fma",         "f16c",     "avx512f",
      "avx512bw", "avx512_vnni", "avx512_bf16", "avx512_fp16", "avx_vnni", "amx_tile",
      "amx_bf16", "amx_int8",    "asimd",       "asimdhp",     "sve"};
  const std::string all = fmt::format(" {} {} ", proc_value("/proc/cpuinfo", "flags"),
                                      proc_value("/proc/cpuinfo", "Features"));
  std::string found;
  for (const std::string_view flag : telling)
    if (all.find(fmt::format(" {} ", flag)) != std::string::npos) found += fmt::format(" {}", flag);
  return found.empty() ? "unknown" : found.substr(1);
}

std::string virtual_machine() {
  const std::string all = fmt::format(" {} ", proc_value("/proc/cpuinfo", "flags"));
  return all.find(" hypervisor ") != std::string::npos ? "yes" : "not known to be one";
}

/// Cores that this process may use, which containers and taskset make fewer than there are.
int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

std::string memory() {
  const double bytes =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  return fmt::format("{:.1f} GiB", bytes / (1 << 30));
}

std::string system_name() {
  utsname name{};
  uname(&name);
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

constexpr std::string_view compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace

std::map<std::string, std::string> environment() {
  return {
      {"assay", ASSAY_VERSION},
      {"build", ASSAY_BUILD_TYPE},
      {"compiler", std::string(compiler())},
      {"compiler flags", ASSAY_FLAGS},
      {"cores", std::to_string(usable_cores())},
      {"cpu", proc_value("/proc/cpuinfo", "model name")},
      {"cpu features", vector_features()},
      {"frequency governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")},
      {"huge pages", first_line("/sys/kernel/mm/transparent_hugepage/enabled")},
      {"libraries",
       fmt::format("Boost {}.{}, fmt {}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                   FMT_VERSION / 10000, FMT_VERSION / 100 % 100)},
      {"memory", memory()},
      {"microcode", proc_value("/proc/cpuinfo", "microcode")},
      {"system", system_name()},
      {"virtual machine", virtual_machine()},
  };
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::map<std::string, std::string> clause_texts(const std::vector<std::string>& ids) {
  std::map<std::string, std::string> texts;
  for (const SpecPage& page : spec_pages())
    for (const Clause& clause : page.clauses)
      if (std::find(ids.begin(), ids.end(), clause.id) != ids.end()) texts[clause.id] = clause.text;
  return texts;
}

}  // namespace assay::suites
