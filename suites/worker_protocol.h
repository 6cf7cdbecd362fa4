// SPDX-License-Identifier: Apache-2.0
// What the bench and a worker say to each other. Tensors do not travel: they lie in the arena.
//
// A message is a header (MessageHeader) and its body. The bench sends Start, the worker answers
// with a Description; then every Request is answered by one Reply, in order. Several requests may
// be on their way. Both ends close the channel to end it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/attribute.h"
#include "reference/storage.h"
#include "suites/arena.h"
#include "suites/wire.h"

namespace assay::suites {

struct MessageHeader {
  std::uint32_t magic;   // message_magic
  std::uint32_t length;  // of the body in bytes
  std::uint64_t token;   // of this worker, from Start: what lacks it was written by somebody else
};
inline constexpr std::uint32_t message_magic = 0x59415341;
inline constexpr std::uint32_t longest_message = 1u << 28;

struct Start {
  std::string variant;  // as variants::load() takes it
  std::uint64_t memory_limit =
      0;                         // bytes that the process may allocate; 0: as the machine suggests
  std::uint64_t time_limit = 0;  // seconds of one call; 0: none
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// What was loaded, or why nothing was.
struct Description {
  std::string load_error;  // empty: loaded
  std::string name, version, summary, grades, targets;
  std::vector<std::string> warnings;  // what loading it did to the process, a line each
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

struct TensorDescription {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  bool weight = false;
  bool in_out = false;  // of outputs: holds what the call starts from
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

struct CallDescription {
  std::string op, number_class;
  std::int32_t threads = 1;
  Attributes attributes;
  std::vector<TensorDescription> inputs, outputs;
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// What a request asks for; done in this order. Bits of Request::actions.
/// supports: asks the implementation; after a no, everything up to the next supports is skipped.
/// open: maps the tensors and calls prepare(). run: the calls. close: calls release(), unmaps.
/// inspect: compares the state of the process with the latest that was looked at.
enum Action : std::uint32_t {
  action_supports = 1,
  action_open = 2,
  action_run = 4,
  action_close = 8,
  action_inspect = 16
};

struct RegionList {
  std::vector<Region> regions;
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// Bytes of an input as they should be.
struct Patch {
  std::uint64_t offset = 0;  // in the arena's file
  std::string bytes;
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// A first call that nobody judges, with the first set of inputs as it lies in the arena and with
/// outputs of its own. Then the patches make the inputs, at the addresses where they were, what the
/// request is about. Who remembers results by address, by shape or by a look at some elements now
/// gives a wrong one.
struct Decoy {
  RegionList outputs;  // none: no decoy
  std::vector<Patch> patches;
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

struct Request {
  std::uint32_t actions = 0;
  CallDescription call;  // for supports and open
  /// For open: where the inputs lie, one list per set in the order of call.inputs. Runs take the
  /// sets in turn. Weights are those of the first set; the regions of the others' are not looked
  /// at.
  std::vector<RegionList> input_sets;
  RegionList outputs;
  Decoy decoy;  // for open and the first run
  /// For run: `samples` durations are returned, each of `calls` calls.
  std::uint32_t samples = 1, calls = 1;
  std::uint32_t first_set = 0;    // the set of the first call
  std::uint32_t disturbance = 0;  // for run: threads are held up at random by this seed; 0: not
  std::uint32_t sweep = 0;  // for run: MiB that are written before each sample, to empty the caches
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// How one function of the implementation ended.
struct StepReport {
  bool done = false;          // it was called
  std::int32_t status = 0;    // an assay_status, or another number that the implementation gave
  std::string text;           // supports: the kernel or the reason; else last_error() of a failure
  std::string exception;      // a C++ exception that left the function; empty: none
  std::string environment;    // the floating-point modes that it left changed; empty: none
  bool process_left = false;  // a child process was still there afterwards
  std::vector<std::int64_t> nanoseconds;
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

struct Reply {
  StepReport supports, prepare, run, release;
  std::uint64_t outputs = 0;      // fingerprint of all output elements as the last run() returned
  std::int32_t threads_left = 0;  // how many more threads there were after run() than at first
  bool threads_work = false;      // new ones among them go on computing
  std::string left_changed;       // what of the process (process_state.h), where that was looked at
  std::string error;              // the worker itself could not do it; empty: it could
  void write(WireWriter& writer) const;
  void read(WireReader& reader);
};

/// The bytes of a message, header included.
template <class Message>
std::string packed(const Message& message, std::uint64_t token) {
  WireWriter body;
  body.put(message);
  const MessageHeader header{message_magic, static_cast<std::uint32_t>(body.bytes().size()), token};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  return bytes + body.bytes();
}

/// Throws WireError for a body that is no such message.
template <class Message>
Message unpacked(std::string_view body) {
  Message message;
  WireReader reader(body);
  reader.get(message);
  reader.finish();
  return message;
}

/// The length of the body, if `bytes` holds the whole message; nothing if more must come. Throws
/// WireError for a header that is not one of this worker's (any token where `token` is nothing).
std::optional<std::uint32_t> complete_body(std::string_view bytes,
                                           std::optional<std::uint64_t> token);

}  // namespace assay::suites
