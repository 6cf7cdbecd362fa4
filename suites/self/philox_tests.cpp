// SPDX-License-Identifier: Apache-2.0
// The spec's Philox against the known answers on the page and against Random123, the authors' own
// library, which serves as a witness in this test and nowhere else.
#define BOOST_TEST_MODULE philox
#include <Random123/philox.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "fixtures/recipe.h"
#include "reference/philox.h"

namespace assay::reference {
namespace {

struct KnownAnswer {
  PhiloxCounter counter, words;
  PhiloxKey key;
};

/// The lines of the block ```philox in sampling.md.
std::vector<KnownAnswer> known_answers() {
  std::ifstream page(ASSAY_SOURCE_FOLDER "/reference/sampling.md");
  std::vector<KnownAnswer> answers;
  std::string line;
  while (std::getline(page, line) && line != "```philox") {
  }
  while (std::getline(page, line) && line != "```") {
    std::istringstream words(line);
    std::string label;
    KnownAnswer answer;
    words >> std::hex >> label;
    for (std::uint32_t& word : answer.counter) words >> word;
    words >> label;
    for (std::uint32_t& word : answer.key) words >> word;
    words >> label;
    for (std::uint32_t& word : answer.words) words >> word;
    BOOST_REQUIRE_MESSAGE(words, "sampling.md: cannot read: " + line);
    answers.push_back(answer);
  }
  return answers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(known_answers_of_the_page_hold) {
  const std::vector<KnownAnswer> answers = known_answers();
  BOOST_TEST(answers.size() == 3u);
  for (const KnownAnswer& answer : answers) {
    BOOST_TEST(philox_words(answer.counter, answer.key) == answer.words,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(random123_gives_the_same_words) {
  fixtures::Draw draw(7);
  const auto word = [&draw] { return static_cast<std::uint32_t>(draw.bits()); };
  for (int i = 0; i < 10'000; ++i) {
    const PhiloxCounter counter = {word(), word(), word(), word()};
    const PhiloxKey key = {word(), word()};
    const r123::Philox4x32::ctr_type theirs =
        r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
    const PhiloxCounter ours = philox_words(counter, key);
    BOOST_TEST(ours == PhiloxCounter({theirs[0], theirs[1], theirs[2], theirs[3]}),
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(words_of_seed_step_and_stream_lie_where_the_clause_says) {
  const std::int64_t seed = 0x0123456789abcdef, step = -2, stream = 0x7edcba9876543210;
  const PhiloxCounter words = philox_words({0xfffffffeu, 0xffffffffu, 0x76543210u, 0x7edcba98u},
                                           {0x89abcdefu, 0x01234567u});
  BOOST_TEST(uniform_of(seed, step, stream) == (words[0] >> 8) * 0x1p-24);
}

BOOST_AUTO_TEST_CASE(uniforms_lie_in_zero_to_one_and_are_exact_in_f32) {
  for (std::int64_t stream = 0; stream < 1000; ++stream) {
    const double u = uniform_of(1, 2, stream);
    BOOST_TEST((u >= 0 && u < 1));
    BOOST_TEST(static_cast<double>(static_cast<float>(u)) == u);
  }
}

}  // namespace assay::reference
