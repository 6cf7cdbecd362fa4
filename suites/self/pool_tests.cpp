// SPDX-License-Identifier: Apache-2.0
// The threads that share a call: who runs what, in long series of rounds. What the kernels make of
// them is in variants_tests.cpp.
#define BOOST_TEST_MODULE pool
#include "variants/threaded/pool.h"

#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "suites/self/sanitized.h"

namespace {

using namespace std::chrono_literals;
using assay::variants::threaded::Pool;

constexpr std::chrono::microseconds spins[] = {0us, 3us, 200us};

/// Whole cache lines apart, and no atomics: two threads at one count are found by a sanitizer.
struct alignas(64) Count {
  long value = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(every_part_runs_once_in_every_round) {
  for (const std::chrono::microseconds spin : spins) {
    for (const std::size_t width : {2, 3, 5}) {
      const Pool pool(width, spin);
      std::vector<Count> counts(width), want(width);
      for (std::size_t round = 0; round < 500; ++round) {
        const std::size_t parts = 1 + (round * 7 + round / 3) % width;
        pool.run(parts, [&](std::size_t part) { ++counts[part].value; });
        for (std::size_t part = 0; part < parts; ++part) ++want[part].value;
        if (round % 100 == 0) std::this_thread::sleep_for(1ms);  // long enough to fall asleep
      }
      for (std::size_t part = 0; part < width; ++part)
        BOOST_TEST(counts[part].value == want[part].value);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_any_part_throws_reaches_the_caller_and_the_next_round_runs) {
  const Pool pool(3);
  for (std::size_t thrower = 0; thrower < 3; ++thrower) {
    const auto part = [&](std::size_t index) {
      if (index == thrower) throw std::runtime_error("a part");
    };
    BOOST_CHECK_THROW(pool.run(3, part), std::runtime_error);
    BOOST_CHECK_NO_THROW(pool.run(3, [](std::size_t) {}));
  }
}

BOOST_AUTO_TEST_CASE(threads_that_are_not_to_be_had_are_an_error_and_no_end_of_the_process,
                     *boost::unit_test::enable_if<!assay::self::sanitized>()) {
  rlimit before{};
  BOOST_REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  const rlimit few{rlim_t{512} << 20, before.rlim_max};
  BOOST_REQUIRE(setrlimit(RLIMIT_AS, &few) == 0);
  BOOST_CHECK_THROW(Pool(1024), std::system_error);
  BOOST_REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
  BOOST_CHECK_NO_THROW(Pool(3).run(3, [](std::size_t) {}));
}
