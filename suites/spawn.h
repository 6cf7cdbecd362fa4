// SPDX-License-Identifier: Apache-2.0
// Starts the process of a worker, with its descriptors where it expects them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace assay::suites {

struct SpawnedWorker {
  pid_t process = -1;
  int channel = -1;  // ours, stream socket
  int output = -1;   // what it prints, non-blocking; -1 under a wrapper
};

/// The run-time library of a sanitizer that a plug-in was built with, which must be in its process
/// before all others: "libasan.so.8"; empty: none.
std::string sanitizer_of(const std::filesystem::path& plugin);

/// Throws WorkerError if no process can be started. Without a wrapper the worker leads a process
/// group of its own.
/// The worker of a Python file, `variant`, is assay.py in an interpreter: python3, or what
/// ASSAY_PYTHON names. `preload` is a library that is loaded before all others; empty: none.
SpawnedWorker spawn_worker(const std::filesystem::path& executable, const std::string& variant,
                           const std::vector<std::string>& wrapper, const std::string& preload,
                           int arena_file);

}  // namespace assay::suites
