// SPDX-License-Identifier: Apache-2.0
#include "suites/guarded_step.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <new>
#include <thread>

#include "suites/descendants.h"

namespace assay::suites {
namespace {

/// Children of this process, whether they run or have ended. Orphans of theirs count too, because a
/// worker adopts them (worker.cpp).
bool has_children() {
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/// Kills every child, and the children of those, which this process then inherits.
void end_children() {
  for (int generation = 0; generation < 100 && has_children(); ++generation) {
    kill_descendants(getpid());
    while (waitpid(-1, nullptr, WNOHANG | __WALL) > 0) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// "std::bad_alloc (the process may allocate 17.2 GB; --memory-limit)"
std::string words_of(const std::bad_alloc& error) {
  rlimit limit{};
  getrlimit(RLIMIT_DATA, &limit);
  if (limit.rlim_cur == RLIM_INFINITY) return error.what();
  return fmt::format("{} (the process may allocate {:.3g} GiB; --memory-limit gives it more)",
                     error.what(), static_cast<double>(limit.rlim_cur) * 0x1p-30);
}

}  // namespace

StepReport Steps::take(Stage stage, const std::function<std::int32_t()>& body) {
  StepReport report;
  report.done = true;
  status_.stage = stage;
  ++status_.progress;
  try {
    report.status = body();
  } catch (const abi::__forced_unwind&) {
    throw;  // a cancelled thread must unwind to its end
  } catch (const std::bad_alloc& error) {
    report.exception = words_of(error);
  } catch (const std::exception& error) {
    report.exception = error.what();
    if (report.exception.empty()) report.exception = "without a text";
  } catch (...) {
    report.exception = "of a type that is no std::exception";
  }
  const FloatEnvironment after = FloatEnvironment::current();
  if (!(after == environment_)) {
    report.environment = difference(environment_, after);
    environment_.restore();
  }
  report.process_left = has_children();
  if (report.process_left) end_children();
  status_.stage = Stage::idle;
  ++status_.progress;
  return report;
}

}  // namespace assay::suites
