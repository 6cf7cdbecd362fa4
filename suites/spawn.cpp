// SPDX-License-Identifier: Apache-2.0
#include "suites/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "suites/worker_process.h"
#include "variants/installation.h"
#include "variants/list.h"

namespace assay::suites {
namespace {

/// Our environment without what would choose kernels for a library behind the report's back, and
/// with a library that comes first.
std::vector<std::string> environment_for_worker(const std::string& preload) {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view variable = *each;
    if (variable.starts_with("OPENBLAS_CORETYPE=")) continue;
    if (variable.starts_with("LD_PRELOAD=") && !preload.empty()) continue;
    environment.emplace_back(variable);
  }
  if (!preload.empty()) {
    environment.push_back("LD_PRELOAD=" + preload);
    // A worker ends without looking back: what it did not free is no leak of the plug-in.
    if (std::getenv("ASAN_OPTIONS") == nullptr)
      environment.push_back("ASAN_OPTIONS=detect_leaks=0");
  }
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Both ends of a socket and of a pipe, and what the child is given of them, closed unless given
/// away.
struct Descriptors {
  int channel[2] = {-1, -1};
  int output[2] = {-1, -1};
  std::vector<int> copies = {};
  ~Descriptors() {
    for (const int each : {channel[0], channel[1], output[0], output[1]}) {
      if (each >= 0) close(each);
    }
    for (const int each : copies) close(each);
  }
  /// The same file under a number that the child has no other use for: with many workers open, one
  /// of ours may be the very number that the child is to know another file by. -1 where there are
  /// no more descriptors.
  int out_of_the_way(int descriptor) {
    const int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, worker_arena_descriptor + 1);
    if (copy >= 0) copies.push_back(copy);
    return copy;
  }
};

struct Actions {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  Actions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

std::string sanitizer_of(const std::filesystem::path& plugin) {
  std::error_code error;
  constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 28;
  if (!std::filesystem::is_regular_file(plugin, error) ||
      std::filesystem::file_size(plugin, error) > most_bytes || error)
    return "";
  std::ostringstream content;
  content << std::ifstream(plugin, std::ios::binary).rdbuf();
  const std::string bytes = std::move(content).str();
  // The names of the libraries that it needs stand in it as they are.
  for (const std::string_view name : {"libasan.so.", "libtsan.so.", "libclang_rt.asan-"}) {
    const std::size_t at = bytes.find(name);
    if (at == std::string::npos) continue;
    const std::string whole = bytes.substr(at, bytes.find('\0', at) - at);
    constexpr std::size_t longest = 64;
    if (whole.size() <= longest) return whole;
  }
  return "";
}

SpawnedWorker spawn_worker(const std::filesystem::path& executable, const std::string& variant,
                           const std::vector<std::string>& wrapper, const std::string& preload,
                           int arena_file) {
  const bool wrapped = !wrapper.empty();
  const auto fail = [&](const std::string& what, int error) {
    throw WorkerError("cannot start a worker: " + what + ": " + std::strerror(error));
  };
  Descriptors ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.channel) != 0) fail("socket", errno);
  if (!wrapped && pipe2(ends.output, O_CLOEXEC) != 0) fail("pipe", errno);

  Actions actions;
  const int channel = ends.out_of_the_way(ends.channel[1]);
  const int arena = ends.out_of_the_way(arena_file);
  const int output = wrapped ? STDERR_FILENO : ends.out_of_the_way(ends.output[1]);
  if (channel < 0 || arena < 0 || output < 0) fail("descriptors", errno);
  posix_spawn_file_actions_adddup2(&actions.files, channel, worker_channel_descriptor);
  posix_spawn_file_actions_adddup2(&actions.files, arena, worker_arena_descriptor);
  if (wrapped) {
    posix_spawn_file_actions_adddup2(&actions.files, output, STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions.files, output, STDERR_FILENO);
  }

  // A process group of its own, so that whatever it starts can be ended with it; a debugger must
  // stay in ours to read from the terminal.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setsigdefault(&actions.attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (!wrapped) flags |= POSIX_SPAWN_SETPGROUP;
  posix_spawnattr_setflags(&actions.attributes, flags);

  // Behind a wrapper, /proc/self would be the wrapper.
  std::error_code ignored;
  const std::filesystem::path real =
      wrapped ? std::filesystem::read_symlink(executable, ignored) : executable;
  std::vector<std::string> words = wrapper;
  if (variants::is_python(variant)) {
    const char* interpreter = std::getenv("ASSAY_PYTHON");
    words.emplace_back(interpreter != nullptr && *interpreter != '\0' ? interpreter : "python3");
    words.push_back((own_python_folder() / "assay.py").string());
  } else {
    words.push_back(real.empty() ? executable.string() : real.string());
  }
  words.emplace_back("worker");
  words.push_back(wrapped ? "0" : std::to_string(getpid()));
  std::vector<std::string> environment = environment_for_worker(preload);

  SpawnedWorker spawned;
  const int error =
      posix_spawnp(&spawned.process, words[0].c_str(), &actions.files, &actions.attributes,
                   pointers_to(words).data(), pointers_to(environment).data());
  if (error != 0) fail(words[0], error);
  std::swap(spawned.channel, ends.channel[0]);
  if (!wrapped) {
    std::swap(spawned.output, ends.output[0]);
    fcntl(spawned.output, F_SETFL, O_NONBLOCK);
  }
  return spawned;
}

}  // namespace assay::suites
