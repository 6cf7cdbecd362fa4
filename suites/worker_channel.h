// SPDX-License-Identifier: Apache-2.0
// The worker's end of the channel to the bench.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "suites/worker_protocol.h"

namespace assay::suites {

/// The channel is gone, because foreign code closed it: nothing can be said any more.
struct ChannelLost {};

class Channel {
 public:
  Channel(int descriptor, WorkerStatus& status) : descriptor_(descriptor), status_(status) {}

  /// The next message; nothing when the bench has closed its end.
  template <class Message>
  std::optional<Message> receive() {
    std::optional<std::uint32_t> length;
    while (!(length = complete_body(buffer_, std::nullopt))) {
      char chunk[1 << 16];
      const ssize_t count = recv(descriptor_, chunk, sizeof chunk, 0);
      if (count == 0) return std::nullopt;
      if (count < 0 && errno != EINTR) lose();
      if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    }
    MessageHeader header;
    std::memcpy(&header, buffer_.data(), sizeof header);
    token_ = header.token;
    auto message = unpacked<Message>(std::string_view(buffer_).substr(sizeof header, *length));
    buffer_.erase(0, sizeof header + *length);
    return message;
  }

  template <class Message>
  void send(const Message& message) {
    std::fflush(stdout);
    std::string bytes = packed(message, token_);
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count =
          ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count < 0 && errno != EINTR) lose();
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
  }

 private:
  [[noreturn]] void lose() {
    status_.channel_lost = true;
    throw ChannelLost();
  }

  int descriptor_;
  WorkerStatus& status_;
  std::uint64_t token_ = 0;
  std::string buffer_;
};

}  // namespace assay::suites
