// SPDX-License-Identifier: Apache-2.0
// The suite `generation`: a right implementation writes the same texts in every arrangement, and
// what goes wrong between prompt and token is caught, each by an arrangement that is about it.
#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_ALTERNATIVE_INIT_API
#include "suites/generation.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>
#include <string_view>

#include "fixtures/slices.h"
#include "reference/schema.h"
#include "reports/generations.h"
#include "suites/worker.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;

/// The variant `plain`, which is right.
class Plain {
 public:
  Answer operator()(const Case& call, int threads) {
    return ask(call, *find_class("f32"), {.threads = threads}, worker_);
  }

 private:
  WorkerProcess worker_{WorkerOptions{.variant = "plain", .wrapper = {}}};
};

Plain& plain() {
  static Plain one;
  return one;
}

/// Plans are made once: their golden texts take a while.
const std::vector<GenerationPlan>& plans() {
  static const std::vector<GenerationPlan> all = [] {
    std::vector<GenerationPlan> made;
    for (const TextModel& each : text_models()) made.push_back(generation_plan(each, 14, 1));
    return made;
  }();
  return all;
}

/// Whether something is not right with some model in that arrangement.
bool is_caught(const std::string& arrangement, const TextAsker& asker) {
  return std::ranges::any_of(plans(), [&](const GenerationPlan& plan) {
    if (arrangement == "golden prefixes") return reports::is_failure(judge_golden(plan, asker));
    const std::vector<Arrangement> all = arrangements(plan.model);
    const auto wanted = std::ranges::find(all, arrangement, &Arrangement::name);
    BOOST_REQUIRE(wanted != all.end());
    const auto texts = plain_texts(plan, asker);
    return reports::is_failure(judge_arrangement(plan, texts, *wanted, asker));
  });
}

/// A mistake that changes what the implementation is given.
TextAsker misread(const std::function<void(Case&)>& change) {
  return [change](const Case& call, int threads) {
    Case changed = call;
    change(changed);
    return plain()(changed, threads);
  };
}

std::int64_t* integers(Case& call, const char* input) {
  return call.inputs.at(input).as<std::int64_t>();
}

std::int64_t batch_of(const Case& call) { return call.inputs.at("ids").shape[0]; }
std::int64_t width_of(const Case& call) { return call.inputs.at("ids").shape[1]; }

void position_from_the_slot(Case& call) {
  if (call.op != "decoder") return;
  for (std::int64_t b = 0; b < batch_of(call); ++b)
    for (std::int64_t i = 0; i < width_of(call); ++i) {
      const std::int64_t past =
          call.inputs.contains("cache_len") ? integers(call, "cache_len")[b] : 0;
      integers(call, "positions")[b * width_of(call) + i] = past + i;
    }
}

void position_from_the_chunk(Case& call) {
  if (call.op != "decoder" || !call.inputs.contains("cache_len")) return;
  for (std::int64_t b = 0; b < batch_of(call); ++b)
    for (std::int64_t i = 0; width_of(call) > 1 && i < width_of(call); ++i)
      integers(call, "positions")[b * width_of(call) + i] = i;
}

void position_of_the_first_row(Case& call) {
  if (call.op != "decoder") return;
  for (std::int64_t b = 1; b < batch_of(call); ++b)
    std::copy_n(integers(call, "positions"), width_of(call),
                integers(call, "positions") + b * width_of(call));
}

void stream_is_the_row(Case& call) {
  if (call.op != "sampling") return;
  Array& stream = call.inputs.at("stream");
  for (std::size_t b = 0; b < stream.count(); ++b)
    stream.as<std::int64_t>()[b] = static_cast<std::int64_t>(b);
}

void one_stream_for_all(Case& call) {
  if (call.op != "sampling") return;
  Array& stream = call.inputs.at("stream");
  std::fill_n(stream.as<std::int64_t>(), stream.count(), stream.as<std::int64_t>()[0]);
}

void left_padding_is_read(Case& call) {
  if (call.inputs.contains("left_padding"))
    std::fill_n(integers(call, "left_padding"), batch_of(call), 0);
}

void memory_padding_is_read(Case& call) {
  if (!call.inputs.contains("memory_lengths")) return;
  std::fill_n(integers(call, "memory_lengths"), batch_of(call), call.inputs.at("memory").shape[1]);
}

void history_of_the_batch(Case& call) {
  if (call.op != "sampling") return;
  Array& history = call.inputs.at("history");
  const auto rows = static_cast<std::size_t>(history.shape[0]);
  const auto row = static_cast<std::size_t>(history.shape[1]);
  const std::vector<std::int64_t> first(history.as<std::int64_t>(),
                                        history.as<std::int64_t>() + row);
  for (std::size_t b = 0; b < rows; ++b)
    std::copy(first.begin(), first.end(), history.as<std::int64_t>() + b * row);
}

void temperature_twice(Case& call) {
  if (call.op != "sampling") return;
  double& temperature = std::get<double>(call.attributes.find("temperature")->second);
  temperature *= temperature;
}

void seed_off_by_one(Case& call) {
  if (call.op == "sampling") ++std::get<std::int64_t>(call.attributes.find("seed")->second);
}

/// The step is counted by calls of the model: a prompt in chunks counts several.
TextAsker step_counted_by_calls() {
  return [steps = std::int64_t{0}](const Case& call, int threads) mutable {
    Case changed = call;
    if (call.op == "decoder" && call.inputs.contains("cache_len")) {
      const auto* past = call.inputs.at("cache_len").as<std::int64_t>();
      const bool begins = std::all_of(past, past + batch_of(call), [](auto n) { return n == 0; });
      steps = begins ? 0 : steps + 1;
    }
    if (call.op == "sampling" && steps > 0) changed.attributes["step"] = steps;
    return plain()(changed, threads);
  };
}

/// A mistake that changes what the implementation gives.
TextAsker misanswered(const std::function<void(const Case&, int, Answer&)>& change) {
  return [change](const Case& call, int threads) {
    Answer answer = plain()(call, threads);
    if (answer.given()) change(call, threads, answer);
    return answer;
  };
}

void last_logits_from_padding(const Case& call, int, Answer& answer) {
  if (!call.inputs.contains("lengths") || call.op == "encoder") return;
  Array& logits = answer.outputs[0];
  const std::int64_t width = logits.shape[1];
  logits = fixtures::slices(logits, 1,
                            std::vector<std::int64_t>(static_cast<std::size_t>(width), width - 1));
}

void cache_rows_change_places(const Case& call, int, Answer& answer) {
  if (call.op != "decoder" || answer.outputs.size() < 3 || batch_of(call) < 2) return;
  std::vector<std::int64_t> order;
  for (std::int64_t b = 0; b < batch_of(call); ++b) order.push_back((b + 1) % batch_of(call));
  answer.outputs[1] = fixtures::slices(answer.outputs[1], 1, order);
}

void halves_with_many_threads(const Case& call, int threads, Answer& answer) {
  if (call.op == "sampling" || threads < 6) return;
  float* logits = answer.outputs[0].as<float>();
  for (std::size_t i = 0; i < answer.outputs[0].count(); ++i)
    logits[i] = f32_from_bf16(bf16_from_f32(logits[i]));
}

void logits_a_little_off(const Case& call, int, Answer& answer) {
  if (call.op == "decoder") answer.outputs[0].as<float>()[0] *= 1.001f;
}

void token_of_another_row(const Case& call, int, Answer& answer) {
  if (call.op != "sampling") return;
  auto* tokens = answer.outputs[0].as<std::int64_t>();
  std::rotate(tokens, tokens + 1, tokens + answer.outputs[0].count());
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_right_implementation_writes_the_same_texts_in_every_arrangement) {
  for (const GenerationPlan& plan : plans()) {
    const TextAsker asker = [](const Case& call, int threads) { return plain()(call, threads); };
    const reports::GenerationResult golden = judge_golden(plan, asker);
    BOOST_TEST(reports::words_of(golden) == "right", plan.model.name << golden.first_wrong);
    BOOST_TEST(golden.tokens == 8);
    const auto texts = plain_texts(plan, asker);
    for (const Arrangement& each : arrangements(plan.model)) {
      const reports::GenerationResult result = judge_arrangement(plan, texts, each, asker);
      BOOST_TEST(reports::words_of(result) == "right",
                 plan.model.name << " " << each.name << ": " << result.first_wrong);
      BOOST_TEST(result.texts == 14);
      BOOST_TEST(result.tokens == 14 * 8);
    }
  }
}

BOOST_AUTO_TEST_CASE(texts_are_not_all_alike) {
  const GenerationPlan& plan = plans().front();
  std::set<std::vector<std::int64_t>> seen;
  const auto groups =
      plain_texts(plan, [](const Case& call, int threads) { return plain()(call, threads); });
  for (const std::vector<WrittenText>& group : groups) {
    for (const WrittenText& each : group) {
      std::vector<std::int64_t> tokens;
      for (const WrittenToken& token : each) tokens.push_back(token.token);
      seen.insert(tokens);
    }
  }
  BOOST_TEST(seen.size() > 10u);  // a greedy one may repeat another
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_on_the_way_to_a_token_is_caught_where_it_shows) {
  const std::string right = "padded at the right", left = "padded at the left";
  const std::string golden = "golden prefixes", chunks = "in chunks of 2";
  const std::vector<std::tuple<const char*, TextAsker, std::string>> mistakes = {
      {"position from the slot", misread(position_from_the_slot), left},
      {"position from the chunk", misread(position_from_the_chunk), chunks},
      {"positions of the first row", misread(position_of_the_first_row), right},
      {"stream is the row", misread(stream_is_the_row), right},
      {"one stream for all", misread(one_stream_for_all), right},
      {"left padding is read", misread(left_padding_is_read), left},
      {"padding of the source is read", misread(memory_padding_is_read), right},
      {"history of another row", misread(history_of_the_batch), right},
      {"temperature twice", misread(temperature_twice), golden},
      {"seed off by one", misread(seed_off_by_one), golden},
      {"step counted by calls", step_counted_by_calls(), chunks},
      {"last logits from the padding", misanswered(last_logits_from_padding), right},
      {"cache rows change places", misanswered(cache_rows_change_places), right},
      {"bf16 with many threads", misanswered(halves_with_many_threads), "6 threads"},
      {"logits a little off", misanswered(logits_a_little_off), golden},
      {"token of another row", misanswered(token_of_another_row), right},
  };
  for (const auto& [mistake, asker, arrangement] : mistakes) {
    BOOST_TEST(is_caught(arrangement, asker), mistake << " was not caught: " << arrangement);
  }
}

BOOST_AUTO_TEST_CASE(a_token_that_rounding_explains_is_counted_and_not_wrong) {
  // Every golden token as if its logits stood just beside an edge: the reference draws both.
  const GenerationPlan& plan = plans().front();
  const GoldenText& text = plan.golden.front();
  const auto* want = text.logits[0].want.as<double>();
  const std::vector<double> logits(want, want + text.logits[0].want.count());
  const TextRequest& request = text.group.texts[0];
  const std::vector<double> loose(logits.size(), 100.0);
  const auto drawn = [&](const std::vector<double>& slack, std::int64_t token) {
    return may_be_drawn(text.group, 0, request.stream, logits, slack, request.prompt, token);
  };
  const std::int64_t other = (text.tokens[0] + 1) % plan.model.vocab_size();
  BOOST_TEST(drawn({}, text.tokens[0]));
  BOOST_TEST(!drawn({}, other));
  BOOST_TEST(!drawn(own_rounding(logits), other));
  std::int64_t reached = 0;
  for (std::int64_t token = 0; token < plan.model.vocab_size(); ++token)
    reached += drawn(loose, token);
  BOOST_TEST(reached > 5);
}

}  // namespace assay::suites

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "worker") {
    return assay::suites::worker_main(argc, argv);
  }
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
