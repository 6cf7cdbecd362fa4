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
      {"cores", std::to_string(usable_cores())},
      {"cpu", proc_value("/proc/cpuinfo", "model name")},
      {"libraries",
       fmt::format("Boost {}.{}, fmt {}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                   FMT_VERSION / 10000, FMT_VERSION / 100 % 100)},
      {"memory", memory()},
      {"system", system_name()},
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
