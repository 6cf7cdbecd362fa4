// SPDX-License-Identifier: Apache-2.0
#include "suites/expendable_process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace assay::suites {
namespace {

void expect_crashes() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (const int each : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM})
    std::signal(each, SIG_DFL);
  std::signal(SIGINT, SIG_IGN);
}

[[noreturn]] void be_expendable(const std::function<void(int pipe)>& work, int pipe) {
  expect_crashes();
  try {
    work(pipe);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    _exit(1);
  }
  _exit(0);
}

}  // namespace

ExpendableProcess start_expendable(const std::function<void(int pipe)>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0)
    throw std::runtime_error(std::string("no pipe: ") + std::strerror(errno));
  const pid_t process = fork();
  if (process == 0) {
    close(ends[0]);
    be_expendable(work, ends[1]);
  }
  const int error = errno;
  close(ends[1]);
  if (process < 0) {
    close(ends[0]);
    throw std::runtime_error(std::string("no child process: ") + std::strerror(error));
  }
  return {process, ends[0]};
}

}  // namespace assay::suites
