// SPDX-License-Identifier: Apache-2.0
// One case in one class laid into an arena: its inputs in the class's storage, its outputs full of
// poison, and the request that has them computed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fixtures/case.h"
#include "suites/worker_protocol.h"

namespace assay::suites {

/// The inputs and outputs of a case as they cross the ABI.
CallDescription describe_call(const fixtures::Case& test_case, const NumberClass& number_class,
                              int threads);

/// What the tensors of a call hold when it begins, in the storage types of a class.
struct Contents {
  std::vector<std::vector<std::byte>> inputs;   // in the order of CallDescription::inputs
  std::vector<std::vector<std::byte>> outputs;  // the same; empty unless the call rewrites them
};
Contents stored_contents(const fixtures::Case& test_case, const CallDescription& call);

/// Tensors of one pass of a call in an arena.
struct PassLayout {
  Placement placement = Placement::aligned;
  std::vector<RegionList> input_sets;  // all sets hold the same values
  RegionList outputs;
  Decoy decoy;

  [[nodiscard]] Request request(const CallDescription& call, std::uint32_t actions) const;
};

/// Places and fills the tensors of a pass. `sets` copies of the inputs that are no weights. With a
/// `displacement` no two neighbours are aligned alike: tensor n begins displacement + n of its
/// elements, modulo 64 bytes, behind the place where it would be aligned to 64 bytes.
PassLayout lay_out(Arena& arena, const CallDescription& call, const Contents& contents,
                   Placement placement, std::size_t sets = 1, std::size_t displacement = 0);

/// Has the pass begin with a call on other inputs (Decoy): in every floating input that is no
/// weight, some pairs of finite elements, drawn at random, change their places.
void add_decoy(Arena& arena, const CallDescription& call, const Contents& contents,
               PassLayout& layout);

/// Of the outputs' elements as they are now: Reply::outputs, unless something has written since.
std::uint64_t outputs_fingerprint(Arena& arena, const PassLayout& layout);

/// Fills the outputs as before the first call: with poison, or what the call rewrites.
void refill_outputs(Arena& arena, const PassLayout& layout, const Contents& contents);

/// What a pass did to memory that was not its own to change, or left undone: "wrote before the
/// start of output y", "changed input k", "output y: element 7 was never written"; empty: nothing.
std::string trespass(Arena& arena, const CallDescription& call, const PassLayout& layout,
                     const Contents& contents);

}  // namespace assay::suites
