// SPDX-License-Identifier: Apache-2.0
// Attention with a cache gives what attention over the whole sequence gives, however the sequence
// is cut into chunks, padded or batched, and wherever the ring stands.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "suites/self/property.h"

namespace assay::suites::self {
namespace {

using fixtures::Array;

constexpr std::int64_t length = 11, capacity = 14;

/// A sequence of eleven tokens, four heads on two.
const Tensors sequence = {{"q", normal({1, 4, length, 6}, 71, 2)},
                          {"k", normal({1, 2, length, 6}, 72)},
                          {"v", normal({1, 2, length, 5}, 73)}};

Tensors part(const Tensors& tokens, std::int64_t first, std::int64_t count) {
  Tensors cut;
  for (const auto& [name, array] : tokens) cut[name] = range(array, 2, first, count);
  return cut;
}

/// The whole sequence in one pass of attention under the causal mask.
Array full_pass(const Tensors& tokens, std::int64_t window = -1) {
  const PropertyCall call = {
      "attention", {{"causal", "bottom_right"}, {"window", std::to_string(window)}}, tokens, {}};
  return implementation()(call).at("out");
}

/// A cache of garbage, and the call that appends to it.
PropertyCall empty_cache(std::int64_t slots, std::int64_t batch = 1) {
  return {"cached_attention",
          {},
          {{"cache_k", filled({batch, 2, slots, 6}, 1e30)},
           {"cache_v", filled({batch, 2, slots, 5}, 1e30)},
           {"cache_len", counted({batch})}},
          {}};
}

PropertyCall with_tokens(PropertyCall call, const Tensors& tokens) {
  for (const auto& [name, array] : tokens) call.inputs[name] = array;
  return call;
}

/// The call for what comes next: the caches as they are now.
PropertyCall after(PropertyCall call, const Tensors& outputs, std::vector<std::int64_t> cache_len) {
  call.inputs["cache_k"] = outputs.at("cache_k");
  call.inputs["cache_v"] = outputs.at("cache_v");
  const auto batch = static_cast<std::int64_t>(cache_len.size());
  call.inputs["cache_len"] = integers({batch}, cache_len);
  return call;
}

/// All outputs of the sequence, read in chunks.
Array in_chunks(PropertyCall call, std::int64_t chunk) {
  Array out;
  for (std::int64_t first = 0; first < length; first += chunk) {
    const std::int64_t count = std::min(chunk, length - first);
    call.inputs["cache_len"] = integers({1}, {first});
    const Tensors outputs = implementation()(with_tokens(call, part(sequence, first, count)));
    out = first == 0 ? outputs.at("out") : joined(out, outputs.at("out"), 2);
    call = after(call, outputs, {first + count});
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(chunks_of_any_length_equal_the_full_pass) {
  for (const std::int64_t chunk : {1, 2, 3, 5, 11}) {
    BOOST_TEST(difference(in_chunks(empty_cache(capacity), chunk), full_pass(sequence)) < rounding,
               "chunks of " << chunk);
  }
}

BOOST_AUTO_TEST_CASE(chunks_under_a_window_equal_the_full_pass_under_it) {
  for (const std::int64_t chunk : {1, 2, 3, 5, 11}) {
    const PropertyCall call = empty_cache(capacity).with("window", "3");
    BOOST_TEST(difference(in_chunks(call, chunk), full_pass(sequence, 3)) < rounding,
               "chunks of " << chunk);
  }
}

BOOST_AUTO_TEST_CASE(a_ring_just_large_enough_equals_the_full_pass_under_its_window) {
  for (const std::int64_t window : {1, 3, 4}) {
    for (const std::int64_t chunk : {1, 2, 3, 5}) {
      const PropertyCall call = empty_cache(window + chunk - 1)
                                    .with("cache", "ring")
                                    .with("window", std::to_string(window));
      BOOST_TEST(difference(in_chunks(call, chunk), full_pass(sequence, window)) < rounding,
                 "window " << window << " in chunks of " << chunk);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cache_holds_the_tokens_bit_by_bit_and_keeps_the_rest) {
  PropertyCall call = empty_cache(capacity);
  call.inputs["cache_len"] = integers({1}, {2});
  const Tensors outputs = implementation()(with_tokens(call, part(sequence, 2, 5)));
  BOOST_TEST(same_bits(range(outputs.at("cache_k"), 2, 2, 5), range(sequence.at("k"), 2, 2, 5)));
  BOOST_TEST(same_bits(range(outputs.at("cache_v"), 2, 2, 5), range(sequence.at("v"), 2, 2, 5)));
  BOOST_TEST(same_bits(range(outputs.at("cache_k"), 2, 0, 2), filled({1, 2, 2, 6}, 1e30)));
  BOOST_TEST(same_bits(range(outputs.at("cache_v"), 2, 7, 7), filled({1, 2, 7, 5}, 1e30)));
}

/// Two prompts of 7 and 4 tokens, read together and then continued by two tokens each, against
/// each of them alone.
BOOST_AUTO_TEST_CASE(a_batch_padded_at_the_right_equals_each_entry_alone) {
  Tensors prompts, next, second;
  for (const auto& [name, array] : sequence) {
    prompts[name] = joined(range(array, 2, 0, 7), range(array, 2, 4, 7), 0);
    next[name] = joined(range(array, 2, 7, 2), range(array, 2, 8, 2), 0);
    second[name] = range(array, 2, 4, 7);  // tokens 4 ... 7 are its prompt, 8 and 9 come next
  }
  PropertyCall call = empty_cache(capacity, 2);
  call.inputs["cache_len"] = integers({2}, {0, 0});
  const Tensors read =
      implementation()(with_tokens(call, prompts).with("new_lengths", integers({2}, {7, 4})));
  const Tensors written = implementation()(with_tokens(after(call, read, {7, 4}), next));
  const Array first_alone = full_pass(sequence), second_alone = full_pass(second);
  const auto entry = [](const Array& out, std::int64_t b) { return range(out, 0, b, 1); };
  BOOST_TEST(difference(entry(read.at("out"), 0), range(first_alone, 2, 0, 7)) < rounding);
  BOOST_TEST(difference(range(entry(read.at("out"), 1), 2, 0, 4), range(second_alone, 2, 0, 4)) <
             rounding);
  BOOST_TEST(same_bits(range(entry(read.at("out"), 1), 2, 4, 3), filled({1, 4, 3, 5}, 0)));
  BOOST_TEST(difference(entry(written.at("out"), 0), range(first_alone, 2, 7, 2)) < rounding);
  BOOST_TEST(difference(entry(written.at("out"), 1), range(second_alone, 2, 4, 2)) < rounding);
}

BOOST_AUTO_TEST_CASE(a_batch_padded_at_the_left_equals_each_entry_alone) {
  Tensors prompts, next;
  for (const auto& [name, array] : sequence) {  // the second entry has its first three in front
    prompts[name] = joined(range(array, 2, 0, 7), range(array, 2, 0, 7), 0);
    next[name] = joined(range(array, 2, 7, 2), range(array, 2, 7, 2), 0);
  }
  PropertyCall call = empty_cache(capacity, 2).with("left_padding", integers({2}, {0, 3}));
  call.inputs["cache_len"] = integers({2}, {0, 0});
  const Tensors read = implementation()(with_tokens(call, prompts));
  const Tensors written = implementation()(with_tokens(after(call, read, {7, 7}), next));
  const Array whole = full_pass(sequence), cut = full_pass(part(sequence, 3, length - 3));
  const auto entry = [](const Array& out, std::int64_t b) { return range(out, 0, b, 1); };
  BOOST_TEST(difference(entry(read.at("out"), 0), range(whole, 2, 0, 7)) < rounding);
  BOOST_TEST(same_bits(range(entry(read.at("out"), 1), 2, 0, 3), filled({1, 4, 3, 5}, 0)));
  BOOST_TEST(difference(range(entry(read.at("out"), 1), 2, 3, 4), range(cut, 2, 0, 4)) < rounding);
  BOOST_TEST(difference(entry(written.at("out"), 0), range(whole, 2, 7, 2)) < rounding);
  BOOST_TEST(difference(entry(written.at("out"), 1), range(cut, 2, 4, 2)) < rounding);
}

BOOST_AUTO_TEST_CASE(what_an_earlier_request_left_in_the_cache_changes_no_bit) {
  PropertyCall clean = empty_cache(capacity), used = empty_cache(capacity);
  for (PropertyCall* each : {&clean, &used}) each->inputs["cache_len"] = integers({1}, {0});
  used.inputs["cache_k"] = normal({1, 2, capacity, 6}, 74);
  used.inputs["cache_v"] = normal({1, 2, capacity, 5}, 75);
  const Tensors tokens = part(sequence, 0, 4);
  BOOST_TEST(same_bits(implementation()(with_tokens(clean, tokens)).at("out"),
                       implementation()(with_tokens(used, tokens)).at("out")));
}

}  // namespace assay::suites::self
