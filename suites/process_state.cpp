// SPDX-License-Identifier: Apache-2.0
#include "suites/process_state.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <span>

#include "suites/fingerprint.h"

namespace assay::suites {
namespace {

std::string name_of(int signal_number) {
  const char* name = sigabbrev_np(signal_number);
  return name ? "SIG" + std::string(name) : "signal " + std::to_string(signal_number);
}

std::uint64_t fingerprint_of_variables() {
  std::uint64_t mixed = 0;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each)
    mixed = fingerprint(std::as_bytes(std::span(*each, strlen(*each))), mixed);
  return mixed;
}

}  // namespace

ProcessState ProcessState::current() {
  ProcessState state;
  for (int number = 1; number < static_cast<int>(state.answers.size()); ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    state.answers[static_cast<std::size_t>(number)] = {
        reinterpret_cast<std::uintptr_t>(action.sa_sigaction),
        static_cast<std::uint64_t>(action.sa_flags)};
  }
  sigset_t mask;
  sigemptyset(&mask);
  pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  for (int number = 1; number <= 64; ++number)
    if (sigismember(&mask, number) == 1) state.blocked |= std::uint64_t{1} << (number - 1);
  CPU_ZERO(&state.processors);
  sched_getaffinity(0, sizeof state.processors, &state.processors);
  struct stat folder {};
  if (stat(".", &folder) == 0) {
    state.folder_device = folder.st_dev;
    state.folder = folder.st_ino;
  }
  state.umask = ::umask(0);
  ::umask(state.umask);
  const char* locale = std::setlocale(LC_ALL, nullptr);
  state.locale = locale == nullptr ? "" : locale;
  state.variables = fingerprint_of_variables();
  return state;
}

std::string difference(const ProcessState& before, const ProcessState& after) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  for (std::size_t number = 1; number < before.answers.size(); ++number)
    if (before.answers[number] != after.answers[number])
      add("the handler of " + name_of(static_cast<int>(number)));
  for (int number = 1; number <= 64; ++number) {
    const std::uint64_t bit = std::uint64_t{1} << (number - 1);
    if ((before.blocked ^ after.blocked) & bit)
      add("the signal mask (" + name_of(number) + " is " +
          (after.blocked & bit ? "blocked" : "let through") + ")");
  }
  if (!CPU_EQUAL(&before.processors, &after.processors))
    add("the processors on which its thread may run (" +
        std::to_string(CPU_COUNT(&after.processors)) + " of " +
        std::to_string(CPU_COUNT(&before.processors)) + ")");
  if (before.folder_device != after.folder_device || before.folder != after.folder)
    add("the working folder");
  if (before.umask != after.umask) add("the umask");
  if (before.locale != after.locale) add("the locale (" + after.locale + ")");
  if (before.variables != after.variables) add("the environment variables");
  return text;
}

}  // namespace assay::suites
