// SPDX-License-Identifier: Apache-2.0
// The places of tensors in a worker: closed when the call is over, and not another's soon after.
#include "suites/guarded_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <set>

namespace {

using namespace assay::suites;

/// Whether the kernel can read a byte there: where it cannot, neither can the process.
bool is_open(const std::byte* at) {
  int ends[2];
  BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const bool read = write(ends[1], at, 1) == 1;
  close(ends[0]);
  close(ends[1]);
  return read;
}

struct Tensor {
  Arena arena;
  Region region = arena.place(100, Placement::flush, Poison::input);
  GuardedMemory memory{arena.file()};

  std::byte* open() {
    memory.reserve(region.length, 1);
    return memory.map(region, false);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(guarded_memory)

BOOST_AUTO_TEST_CASE(a_place_is_closed_when_the_call_is_over) {
  for (const bool may_return : {false, true}) {
    Tensor tensor;
    const std::byte* where = tensor.open();
    BOOST_TEST(is_open(where));
    BOOST_TEST(!is_open(where - 1));
    BOOST_TEST(!is_open(where + tensor.region.length));
    tensor.memory.clear(may_return);
    BOOST_TEST(!is_open(where));
  }
}

BOOST_AUTO_TEST_CASE(a_place_returns_but_not_to_the_calls_after_it) {
  Tensor tensor;
  const std::byte* first = tensor.open();
  int calls = 1;
  for (; calls < 20; ++calls) {
    tensor.memory.clear(true);
    if (tensor.open() == first) break;
    BOOST_TEST(!is_open(first));
  }
  BOOST_TEST(calls == 4);
  BOOST_TEST(is_open(first));
}

BOOST_AUTO_TEST_CASE(a_place_that_returns_shows_what_the_arena_holds_now) {
  Tensor tensor;
  for (unsigned char content = 1; content < 20; ++content) {
    std::memset(tensor.arena.elements(tensor.region).data(), content, tensor.region.bytes);
    const std::byte* where = tensor.open();
    BOOST_TEST(std::to_integer<int>(where[tensor.region.begin]) == int{content});
    tensor.memory.clear(true);
  }
}

BOOST_AUTO_TEST_CASE(no_place_returns_where_another_thread_may_know_it) {
  Tensor tensor;
  std::set<const std::byte*> places;
  for (int call = 0; call < 20; ++call) {
    places.insert(tensor.open());
    tensor.memory.clear(false);
  }
  BOOST_TEST(places.size() == 20u);
}

BOOST_AUTO_TEST_SUITE_END()
