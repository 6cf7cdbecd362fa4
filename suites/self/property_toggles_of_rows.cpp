// SPDX-License-Identifier: Apache-2.0
// Norms, softmax and its kin, losses, sampling.
#include "suites/self/property_toggles.h"

namespace assay::suites::self {
namespace {

const PropertyCall layer_norm = {
    "layer_norm",
    {},
    {{"x", normal({3, 5}, 45, 0.01)}, {"weight", normal({5}, 46)}, {"bias", normal({5}, 47)}},
    {}};
const PropertyCall rms_norm = {
    "rms_norm", {}, {{"x", normal({3, 5}, 48, 0.01)}, {"weight", normal({5}, 49)}}, {}};
const PropertyCall sampling = {"sampling",
                               {},
                               {{"logits", normal({20, 9}, 50)}, {"stream", counted({20})}},
                               {"kept", "probs"}};
const PropertyCall cross_entropy = {
    "cross_entropy",
    {},
    {{"logits", normal({4, 5}, 65)}, {"labels", integers({4}, {3, 0, 1, 3})}},
    {"loss"}};
const PropertyCall language_model = {
    "language_model_loss",
    {},
    {{"logits", normal({2, 3, 5}, 69)}, {"ids", integers({2, 3}, {3, 0, 1, 2, 1, 3})}},
    {"loss", "perplexity"}};
const PropertyCall penalties = {
    "penalties",
    {{"repetition", "2"}, {"presence", "0.25"}, {"frequency", "0.25"}},
    {{"logits", normal({2, 5}, 70)}, {"history", integers({2, 3}, {1, 1, 4, -1, 0, 2})}},
    {}};
const PropertyCall penalised_sampling =
    sampling.with("history", integers({20, 1}, std::vector<std::int64_t>(20, 3)))
        .with("repetition_penalty", "1.5");
const PropertyCall search = {
    "beam_search",
    {{"n_beams", "3"}, {"max_len", "5"}, {"end_token", "1"}},
    {{"logits", normal({7, 5}, 93)},
     {"next_state", integers({7, 5}, {4, 0, 2, 6, 1, 3, 5, 5, 0, 2, 1, 3, 6, 4, 2, 0, 1, 5,
                                      3, 4, 6, 2, 0, 1, 5, 2, 4, 3, 6, 0, 5, 1, 4, 2, 3})},
     {"first_state", counted({4})},
     {"prompt_len", integers({4}, {9, 2, 5, 1})}},
    {}};

}  // namespace

Toggles toggles_of_rows() {
  Toggles toggles;
  toggles.attributes = {
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}}, {}}, "temperature", {"1", "0.5", "2"}},
      {{"log_softmax", {}, {{"x", normal({2, 5}, 66)}}, {}}, "temperature", {"1", "0.5", "2"}},
      {{"log_sum_exp", {}, {{"x", normal({2, 5}, 67)}}, {}}, "base", {"e", "2"}},
      {cross_entropy, "ignore_index", {"-100", "3", "0"}},
      {cross_entropy, "label_smoothing", {"0", "0.25", "1"}},
      {cross_entropy, "reduction", {"mean", "sum"}},
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}}, {}}, "plus_one", {"false", "true"}},
      {language_model, "objective", {"next_token", "masked"}},
      {language_model, "end_token", {"-1", "0", "3"}},
      {language_model, "ignore_index", {"-100", "1", "3"}},
      {{"merge",
        {},
        {{"partial_out", normal({3, 2, 4}, 77)}, {"partial_lse", normal({3, 2}, 78)}},
        {}},
       "base",
       {"e", "2"}},
      {penalties, "repetition", {"1", "2", "0.5"}},
      {penalties, "presence", {"0", "1", "-1"}},
      {penalties, "frequency", {"0", "1", "-1"}},
      {penalised_sampling, "repetition_penalty", {"1", "1.5", "0.5"}},
      {penalised_sampling, "presence_penalty", {"0", "1", "-1"}},
      {penalised_sampling, "frequency_penalty", {"0", "1", "-1"}},
      {layer_norm, "eps", {"0", "0.00000762939453125", "1"}},
      {layer_norm, "eps_placement", {"inside_root", "added_to_deviation"}},
      {rms_norm, "eps", {"0", "0.00000762939453125", "1"}},
      {rms_norm, "weight_form", {"weight", "one_plus_weight"}},
      {PropertyCall{"rms_norm",
                    {},
                    {{"x", floats({1, 3}, {1, 2, 7})}, {"weight", floats({3}, {1.5, 1.25, 3})}},
                    {},
                    "bf16"},
       "cast_order",
       {"weight_then_round", "round_then_weight"}},
      {sampling, "temperature", {"1", "0", "0.5", "3"}},
      {sampling, "top_k", {"0", "1", "4"}},
      {sampling, "top_p", {"1", "0", "0.5"}},
      {sampling, "min_p", {"0", "0.25", "1"}},
      {sampling, "typical_p", {"1", "0", "0.5"}},
      {search, "n_beams", {"1", "2", "3"}},
      {search, "max_len", {"1", "3", "5"}},
      {search, "end_token", {"-1", "0", "1"}},
      {search, "length_penalty", {"1", "0", "2", "-1"}},
      {search, "length_form", {"power", "gnmt"}},
      {search, "length_counts", {"generated", "with_prompt"}},
      {search.with("length_penalty", "3"), "stop", {"last_step", "enough_finished"}},
      {search.with("length_penalty", "0"), "stop", {"best_running", "enough_finished"}},
      {sampling.with("temperature", "2").with("top_p", "0.5"),
       "order",
       {"temperature,top_p", "top_p,temperature", "top_p", "temperature"}},
      {sampling, "seed", {"0", "1", "-1", "4294967296"}},
      {sampling, "step", {"0", "1", "-1", "4294967296"}},
  };
  toggles.inputs = {
      {{"linear",
        {},
        {{"x", normal({2, 3}, 57)}, {"w", normal({4, 3}, 58)}, {"b", normal({4}, 59)}},
        {}},
       {"b"}},
      {layer_norm, {"bias"}},
      {{"softmax", {}, {{"x", normal({2, 5}, 54)}, {"sinks", normal({2}, 76)}}, {}}, {"sinks"}},
      {language_model.with("loss_mask", booleans({2, 3}, {1, 0, 1, 1, 1, 0})), {"loss_mask"}},
      {penalised_sampling, {"history"}},
      {cross_entropy.with("class_weights", normal({5}, 68)), {"class_weights"}},
  };
  toggles.needs = {{search.with("length_counts", "with_prompt"), "prompt_len"}};
  return toggles;
}

}  // namespace assay::suites::self
