// SPDX-License-Identifier: Apache-2.0
// A call with a cache made in parts: the first tokens, then those that follow them, down to one
// token at a time, the cache handed on from call to call.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "suites/asked_case.h"

namespace assay::suites {

/// How a case is put to whoever answers it.
using Asker = std::function<Answer(const fixtures::Case&)>;

/// The case as one that can be made in parts: itself where it has a cache, a decoder without one
/// with an empty cache added. Nothing where its tokens cannot come in parts, or are but one.
std::optional<fixtures::Case> chunkable(const fixtures::Case& test_case);

/// The lengths of the parts worth trying for so many tokens: 1, 2, 3, 5, and all but the last.
std::vector<std::int64_t> chunk_lengths(std::int64_t tokens);

/// How many tokens a chunkable case has.
std::int64_t tokens_of(const fixtures::Case& chunkable);

/// The outputs of a chunkable case whose tokens came `length` at a time: those by token joined, and
/// the last state of the cache. The first answer that is none ends it.
Answer in_chunks(const fixtures::Case& chunkable, std::int64_t length, const Asker& asker);

}  // namespace assay::suites
