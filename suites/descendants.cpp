// SPDX-License-Identifier: Apache-2.0
#include "suites/descendants.h"

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace assay::suites {

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  std::error_code ignored;
  const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& thread : std::filesystem::directory_iterator(tasks, ignored)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

void kill_descendants(pid_t process) {
  for (const pid_t child : children_of(process)) {
    kill(child, SIGSTOP);  // so that it starts no others meanwhile
    kill_descendants(child);
    kill(child, SIGKILL);
  }
}

}  // namespace assay::suites
