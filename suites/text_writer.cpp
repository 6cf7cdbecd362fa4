// SPDX-License-Identifier: Apache-2.0
#include "suites/text_writer.h"

#include <algorithm>
#include <optional>

#include "reference/schema.h"
#include "suites/elements.h"

namespace assay::suites {
namespace {

using fixtures::Array;
using fixtures::Case;
using Tokens = std::vector<std::int64_t>;

/// Rows of tokens of one length. What is padding holds an id that means something, so that it shows
/// where somebody looks at it.
TokenBlock block_of(const std::vector<Tokens>& rows, bool left_padded, std::int64_t padding_id) {
  std::size_t longest = 0;
  for (const Tokens& row : rows) longest = std::max(longest, row.size());
  const Shape shape = {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(longest)};
  TokenBlock block{Array::zeros(DType::i64, shape), Array::zeros(DType::i64, shape)};
  for (std::size_t b = 0; b < rows.size(); ++b) {
    const std::size_t padding = longest - rows[b].size(), first = left_padded ? padding : 0;
    std::int64_t* ids = block.ids.as<std::int64_t>() + b * longest;
    std::int64_t* positions = block.positions.as<std::int64_t>() + b * longest;
    std::fill_n(ids, longest, padding_id);
    for (std::size_t i = 0; i < rows[b].size(); ++i) {
      ids[first + i] = rows[b][i];
      positions[first + i] = static_cast<std::int64_t>(i);
    }
    auto& counts = left_padded ? block.left_padding : block.lengths;
    counts.push_back(static_cast<std::int64_t>(left_padded ? padding : rows[b].size()));
  }
  return block;
}

/// Columns first ... first + count - 1 of a block that is padded at the right, or at the left.
TokenBlock columns_of(const TokenBlock& block, std::int64_t first, std::int64_t count) {
  const std::int64_t batch = block.ids.shape[0], width = block.ids.shape[1];
  TokenBlock part{Array::zeros(DType::i64, {batch, count}),
                  Array::zeros(DType::i64, {batch, count}),
                  {},
                  block.left_padding};
  for (std::int64_t b = 0; b < batch; ++b) {
    std::copy_n(block.ids.as<std::int64_t>() + b * width + first, count,
                part.ids.as<std::int64_t>() + b * count);
    std::copy_n(block.positions.as<std::int64_t>() + b * width + first, count,
                part.positions.as<std::int64_t>() + b * count);
  }
  for (const std::int64_t length : block.lengths)
    part.lengths.push_back(std::clamp<std::int64_t>(length - first, 0, count));
  return part;
}

/// The texts of one batch while they are written.
class Batch {
 public:
  Batch(const TextModel& model, const TextGroup& group, const Arrangement& arrangement,
        const TextAsker& ask, std::vector<TextRequest> rows)
      : model_(model), group_(group), arrangement_(arrangement), ask_(ask), rows_(std::move(rows)) {
    for (const TextRequest& each : rows_) all_.push_back(each.prompt);
    logits_ =
        Array::zeros(DType::f32, {static_cast<std::int64_t>(rows_.size()), model_.vocab_size()});
  }

  std::vector<WrittenText> written(const std::vector<Tokens>* forced) {
    std::vector<WrittenText> texts(rows_.size());
    if (model_.has_encoder) sources_ = source_block();
    for (std::int64_t step = 0; step < group_.new_tokens; ++step) {
      arrangement_.cached ? cached_logits(step) : full_logits();
      const Tokens tokens = drawn(step);
      for (std::size_t b = 0; b < rows_.size(); ++b) {
        texts[b].push_back({tokens[b], row_of_logits(b)});
        const auto at = static_cast<std::size_t>(step);
        all_[b].push_back(forced != nullptr ? (*forced)[b][at] : tokens[b]);
      }
    }
    return texts;
  }

 private:
  TokenBlock source_block() const {
    std::vector<Tokens> sources;
    for (const TextRequest& each : rows_) sources.push_back(each.source);
    return block_of(sources, false, padding_id());
  }

  [[nodiscard]] std::int64_t padding_id() const { return model_.vocab_size() / 2; }

  Answer asked(const Case& call) {
    Answer answer = ask_(call, arrangement_.threads);
    if (!answer.given()) throw NotWritten(answer);
    return answer;
  }

  /// The logits of row b stand in column `column` of what a call gave.
  void keep(const Array& given, std::size_t b, std::int64_t column) {
    const std::int64_t width = given.shape[1], vocab_size = given.shape[2];
    const auto row = static_cast<std::int64_t>(b);
    std::copy_n(given.as<float>() + (row * width + column) * vocab_size, vocab_size,
                logits_.as<float>() + row * vocab_size);
  }

  /// Everything anew.
  void full_logits() {
    const TokenBlock tokens = block_of(all_, arrangement_.left_padded, padding_id());
    const Case call = model_.has_encoder ? both_sides_call(model_, *sources_, tokens)
                                         : decoder_call(model_, tokens, nullptr, nullptr);
    const Answer answer = asked(call);
    const std::int64_t width = tokens.ids.shape[1];
    for (std::size_t b = 0; b < all_.size(); ++b) {
      const auto last = static_cast<std::int64_t>(all_[b].size()) - 1;
      keep(answer.outputs[0], b, arrangement_.left_padded ? width - 1 : last);
    }
  }

  void cached_logits(std::int64_t step) {
    if (step == 0) return read_prompts();
    const auto batch = static_cast<std::int64_t>(all_.size());
    TokenBlock tokens{Array::zeros(DType::i64, {batch, 1}),
                      Array::zeros(DType::i64, {batch, 1}),
                      {},
                      prompts_.left_padding};
    for (std::size_t b = 0; b < all_.size(); ++b) {
      tokens.ids.as<std::int64_t>()[b] = all_[b].back();
      tokens.positions.as<std::int64_t>()[b] = static_cast<std::int64_t>(all_[b].size()) - 1;
    }
    const Answer answer = through_cache(tokens);
    for (std::size_t b = 0; b < all_.size(); ++b) keep(answer.outputs[0], b, 0);
  }

  void read_prompts() {
    prompts_ = block_of(all_, arrangement_.left_padded, padding_id());
    const std::int64_t width = prompts_.ids.shape[1];
    cache_ = empty_cache(model_, static_cast<std::int64_t>(all_.size()), width + group_.new_tokens);
    if (model_.has_encoder) {
      const Answer read = asked(encoder_call(model_, *sources_));
      memory_ = TextMemory{read.outputs[0], sources_->lengths};
    }
    const std::int64_t length = arrangement_.chunk > 0 ? arrangement_.chunk : width;
    for (std::int64_t first = 0; first < width; first += length) {
      const std::int64_t count = std::min(length, width - first);
      const Answer answer = through_cache(columns_of(prompts_, first, count));
      for (std::size_t b = 0; b < all_.size(); ++b) {
        const std::int64_t last =
            arrangement_.left_padded ? width - 1 : static_cast<std::int64_t>(all_[b].size()) - 1;
        if (first <= last && last < first + count) keep(answer.outputs[0], b, last - first);
      }
    }
  }

  Answer through_cache(const TokenBlock& tokens) {
    Answer answer = asked(decoder_call(model_, tokens, &cache_, memory_ ? &*memory_ : nullptr));
    cache_.k = answer.outputs[1];
    cache_.v = answer.outputs[2];
    for (std::size_t b = 0; b < all_.size(); ++b)
      cache_.lengths[b] += tokens.lengths.empty() ? tokens.ids.shape[1] : tokens.lengths[b];
    return answer;
  }

  Tokens drawn(std::int64_t step) {
    const Answer answer = asked(sampling_call(group_, step, rows_, logits_, all_));
    const auto* tokens = answer.outputs[0].as<std::int64_t>();
    for (std::size_t b = 0; b < all_.size(); ++b) {
      if (tokens[b] >= 0 && tokens[b] < model_.vocab_size()) continue;
      throw NotWritten({reports::Verdict::broken,
                        "sampling gave token " + std::to_string(tokens[b]) +
                            " of a vocabulary of " + std::to_string(model_.vocab_size()),
                        {}});
    }
    return {tokens, tokens + all_.size()};
  }

  [[nodiscard]] std::vector<double> row_of_logits(std::size_t b) const {
    const auto size = static_cast<std::size_t>(model_.vocab_size());
    const float* first = logits_.as<float>() + b * size;
    return {first, first + size};
  }

  const TextModel& model_;
  const TextGroup& group_;
  const Arrangement& arrangement_;
  const TextAsker& ask_;
  const std::vector<TextRequest> rows_;
  std::vector<Tokens> all_;  // prompt and what was written, by row
  Array logits_;             // of the token to come: rows vocab_size
  TokenBlock prompts_;
  std::optional<TokenBlock> sources_;
  std::optional<TextMemory> memory_;
  TextCache cache_;
};

}  // namespace

Case sampling_call(const TextGroup& group, std::int64_t step, const std::vector<TextRequest>& rows,
                   const Array& logits, const std::vector<Tokens>& written) {
  Case call;
  call.op = "sampling";
  call.id = "text";
  call.attributes = group.sampling;
  call.attributes["step"] = step;
  const auto batch = static_cast<std::int64_t>(rows.size());
  Array stream = Array::zeros(DType::i64, {batch});
  std::size_t longest = 0;
  for (const Tokens& each : written) longest = std::max(longest, each.size());
  Array history = Array::zeros(DType::i64, {batch, static_cast<std::int64_t>(longest)});
  std::fill_n(history.as<std::int64_t>(), history.count(), -1);  // nothing
  for (std::size_t b = 0; b < rows.size(); ++b) {
    stream.as<std::int64_t>()[b] = rows[b].stream;
    std::copy(written[b].begin(), written[b].end(), history.as<std::int64_t>() + b * longest);
  }
  call.inputs = {{"logits", logits}, {"stream", stream}, {"history", history}};
  fixtures::Golden& token = call.outputs.emplace_back();
  token.name = "token";
  token.want = Array::zeros(DType::i64, {batch});
  return call;
}

std::vector<WrittenText> write_texts(const TextModel& model, const TextGroup& group,
                                     const Arrangement& arrangement, const TextAsker& ask,
                                     const std::vector<Tokens>* forced) {
  std::vector<WrittenText> texts;
  if (arrangement.alone) {
    for (std::size_t n = 0; n < group.texts.size(); ++n) {
      std::vector<Tokens> own;
      if (forced != nullptr) own.push_back((*forced)[n]);
      Batch batch(model, group, arrangement, ask, {group.texts[n]});
      texts.push_back(std::move(batch.written(forced != nullptr ? &own : nullptr)[0]));
    }
    return texts;
  }
  std::vector<TextRequest> rows = group.texts;
  if (arrangement.reversed) std::ranges::reverse(rows);
  texts = Batch(model, group, arrangement, ask, rows).written(forced);
  if (arrangement.reversed) std::ranges::reverse(texts);
  return texts;
}

}  // namespace assay::suites
