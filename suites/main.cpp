// SPDX-License-Identifier: Apache-2.0
// The program `assay`: hands its words to a command and turns what comes back, errors too, into an
// exit code. The only place where exceptions end.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <string_view>

#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/worker.h"

namespace {

using namespace assay::suites;

int guarded(const std::string& program, const std::vector<std::string>& words, Console& console) {
  const auto failed = [&](const std::string& why, int code) {
    console.note("assay: " + why);
    return code;
  };
  try {
    return dispatch(program, words, console);
  } catch (const UsageError& error) {
    return failed(error.what(), usage_error);
  } catch (const std::bad_alloc&) {
    return failed("out of memory", bench_failed);
  } catch (const std::exception& error) {
    return failed(error.what(), bench_failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker") return worker_main(argc, argv);

  // A worker that died, or a reader that has seen enough, shows as a failed write.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  Console console(stdout, stderr);
  const int code = guarded(argc > 0 ? argv[0] : "assay", words, console);
  const int write_error = console.finish();
  if (write_error == 0 || write_error == EPIPE) return code;
  console.note(std::string("assay: standard output: ") + std::strerror(write_error));
  return bench_failed;
}
