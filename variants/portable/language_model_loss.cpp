// SPDX-License-Identifier: Apache-2.0
// The loss of a language model: which id every place is to name is settled first, for all places,
// and then the rows of those that count are summed up. What is added up over places is double.
#include "variants/portable/portable.h"
#include "variants/portable/row_sum.h"

namespace assay::variants::portable {
namespace {

constexpr std::int64_t nothing = -1;

/// The id that every place is to name, or `nothing`.
std::vector<std::int64_t> ids_to_name(const Invocation& call, std::int64_t vocab_size) {
  const assay_tensor* const tensor = call.input("ids");
  const assay_tensor* const mask_tensor = call.input("loss_mask");
  const std::int64_t batch = tensor->dl.shape[0], seq_len = tensor->dl.shape[1];
  const auto* ids = static_cast<const std::int64_t*>(tensor->dl.data);
  const auto* mask =
      mask_tensor == nullptr ? nullptr : static_cast<const std::uint8_t*>(mask_tensor->dl.data);
  const bool next = call.string("objective") == "next_token";
  const std::int64_t end_token = call.i64("end_token"), ignored = call.i64("ignore_index");
  std::vector<std::int64_t> targets;
  for (std::int64_t n = 0; n < batch * seq_len; ++n) {
    const bool last = n % seq_len == seq_len - 1;
    const std::int64_t source = next && !last ? n + 1 : n;
    std::int64_t target = next && last ? end_token : ids[source];
    const bool hidden = mask != nullptr && mask[source] == 0;
    if (hidden || target == ignored || (next && last && end_token < 0)) {
      target = nothing;
    } else if (target < 0 || target >= vocab_size) {
      throw CallError("language_model_loss: row " + std::to_string(n / seq_len) + ", place " +
                      std::to_string(n % seq_len) + " should name id " + std::to_string(target) +
                      " and the vocabulary has " + std::to_string(vocab_size));
    }
    targets.push_back(target);
  }
  return targets;
}

}  // namespace

template <class Number>
void language_model_loss(const Invocation& call, Operands<Number>& operands) {
  const assay_tensor* const tensor = call.input("logits");
  const auto vocab_size = static_cast<std::size_t>(tensor->dl.shape[2]);
  const Number* logits = operands.read(tensor);
  Number* losses = operands.write(call.output("losses"));
  double total = 0, counted = 0;
  for (const std::int64_t target : ids_to_name(call, tensor->dl.shape[2])) {
    *losses = 0;
    if (target != nothing) {
      *losses = -row_sum(logits, vocab_size).log_of(logits[target]);
      total += static_cast<double>(*losses);
      counted += 1;
    }
    logits += vocab_size;
    ++losses;
  }
  const double mean = total / counted;
  if (Number* loss = operands.write(call.output("loss"))) *loss = static_cast<Number>(mean);
  if (Number* perplexity = operands.write(call.output("perplexity"))) {
    *perplexity = static_cast<Number>(std::exp(mean));
  }
}

template void language_model_loss(const Invocation&, Operands<float>&);
template void language_model_loss(const Invocation&, Operands<double>&);

}  // namespace assay::variants::portable
