// SPDX-License-Identifier: Apache-2.0
// A folder of one process, for readers that want files: the same few files written anew for every
// input.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / (name + "-" + std::to_string(getpid()))) {}
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// `file` is relative; folders on its way are made.
  void write(const std::filesystem::path& file, std::string_view text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary | std::ios::trunc)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  }

 private:
  std::filesystem::path path_;
};

/// One input as the texts of two files: the first two bytes say how long the first one is.
inline std::pair<std::string_view, std::string_view> two_files(const std::uint8_t* data,
                                                               std::size_t size) {
  if (size < 2) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t said = data[0] | static_cast<std::size_t>(data[1]) << 8;
  const std::size_t first = std::min(said, bytes.size());
  return {bytes.substr(0, first), bytes.substr(first)};
}
