// SPDX-License-Identifier: Apache-2.0
// Tasks on several threads: each once, progress in order, exceptions to the caller.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "fixtures/tasks.h"

using namespace assay::fixtures;

BOOST_AUTO_TEST_CASE(every_task_is_done_once_whatever_the_number_of_threads) {
  for (const int threads : {0, 1, 2, 7, 300}) {
    std::vector<int> times(101);
    std::vector<bool> shown(times.size());
    std::size_t last = 0;
    bool in_order = true;
    for_every_task(
        times.size(), threads, [&](std::size_t i) { ++times[i]; },
        [&](std::size_t i, std::size_t done) {
          shown[i] = times[i] == 1;
          in_order = in_order && done == ++last;
        });
    BOOST_TEST((times == std::vector<int>(times.size(), 1)));
    BOOST_TEST((shown == std::vector<bool>(times.size(), true)));
    BOOST_TEST(in_order);
    BOOST_TEST(last == times.size());
  }
  for_every_task(0, 3, [](std::size_t) { throw std::logic_error("there was no task"); });
}

BOOST_AUTO_TEST_CASE(what_a_task_throws_reaches_the_caller_and_no_task_begins_after_it) {
  const auto message_of = [](const auto& call) {
    try {
      call();
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  for (const int threads : {1, 4}) {
    std::atomic<std::size_t> begun = 0;
    const auto fail_at_5 = [&](std::size_t i) {
      ++begun;
      if (i == 5) throw std::runtime_error("task 5");
    };
    BOOST_TEST(message_of([&] { for_every_task(1'000'000, threads, fail_at_5); }) == "task 5");
    BOOST_TEST(begun < 1'000'000u);
  }
  std::atomic<std::size_t> begun = 0;
  const auto fail_when_told = [](std::size_t, std::size_t) -> void {
    throw std::runtime_error("told");
  };
  BOOST_TEST(message_of([&] {
               for_every_task(
                   1'000'000, 3, [&](std::size_t) { ++begun; }, fail_when_told);
             }) == "told");
  BOOST_TEST(begun < 1'000'000u);
}
