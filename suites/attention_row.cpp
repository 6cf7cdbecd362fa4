// SPDX-License-Identifier: Apache-2.0
#include "suites/attention_row.h"

#include <algorithm>
#include <cstring>

#include "reference/softmax.h"
#include "reference/visibility.h"

namespace assay::suites {
namespace {

using fixtures::Array;

/// A tensor of rank 4 seen as batch, heads, sequence, channel, whatever its layout; an axis of
/// extent 1 holds for every index.
struct Tensor {
  const Array* array = nullptr;
  bool is_bshd = false;

  [[nodiscard]] std::int64_t extent(std::size_t axis) const {
    if (is_bshd && (axis == 1 || axis == 2)) axis = 3 - axis;
    return array->shape[axis];
  }
  [[nodiscard]] std::size_t place(std::int64_t b, std::int64_t h, std::int64_t i,
                                  std::int64_t d) const {
    const std::int64_t index[] = {b, h, i, d};
    const std::size_t order[] = {0, is_bshd ? 2u : 1u, is_bshd ? 1u : 2u, 3};
    std::int64_t place = 0;
    for (const std::size_t axis : order) {
      place = place * extent(axis) + (extent(axis) == 1 ? 0 : index[axis]);
    }
    return static_cast<std::size_t>(place);
  }
  void copy(std::size_t from, Array& to, std::size_t at) const {
    const std::size_t size = size_of(array->dtype);
    std::memcpy(to.bytes.data() + at * size, array->bytes.data() + from * size, size);
  }
};

class BigCall {
 public:
  explicit BigCall(const fixtures::Case& big) : big_(big) {
    is_bshd_ = big.attributes.at("layout") == Attribute(std::string("bshd"));
    q_ = laid_out("q");
    k_ = laid_out("k");
    v_ = laid_out("v");
    past_k_ = {input("past_k"), false};
    past_v_ = {input("past_v"), false};
    mask_ = {input("mask"), false};
    keep_ = {input("keep"), false};
    past_len_ = past_k_.array == nullptr ? 0 : past_k_.extent(2);
    total_len_ = past_len_ + k_.extent(2);
    group_ = q_.extent(1) / k_.extent(1);
  }

  [[nodiscard]] RowSample row(const AttentionRow& row) const {
    std::vector<std::vector<std::uint8_t>> sees;
    std::int64_t keys = 1;  // a row that sees nothing keeps one key that is masked
    for (std::int64_t n = 0; n < group_; ++n) {
      sees.push_back(visible_keys(row, row.kv_head * group_ + n));
      const auto last = std::find(sees.back().rbegin(), sees.back().rend(), 1);
      keys = std::max<std::int64_t>(keys, sees.back().rend() - last);
    }
    RowSample sample;
    sample.small = big_;
    sample.small.outputs.clear();
    sample.small.inputs = inputs_of(row, sees, keys);
    sample.small.attributes["causal"] = std::string("none");
    sample.small.attributes["window"] = std::int64_t{-1};
    sample.small.attributes["layout"] = std::string("bhsd");
    sample.places["out"] = places_of(row);
    return sample;
  }

 private:
  [[nodiscard]] const Array* input(const char* name) const {
    const auto found = big_.inputs.find(name);
    return found == big_.inputs.end() ? nullptr : &found->second;
  }
  [[nodiscard]] Tensor laid_out(const char* name) const { return {input(name), is_bshd_}; }

  /// The mask rows of one query and head as views of a single row, so that the big mask is never
  /// converted.
  [[nodiscard]] std::vector<std::uint8_t> visible_keys(const AttentionRow& row,
                                                       std::int64_t head) const {
    reference::Visibility<double> visible;
    visible.causal = reference::causal_of(std::get<std::string>(big_.attributes.at("causal")));
    visible.window = std::get<std::int64_t>(big_.attributes.at("window"));
    visible.seq_len = q_.extent(2);
    visible.past_len = past_len_;
    visible.total_len = total_len_;
    const auto total_len = static_cast<std::size_t>(total_len_);
    // Only the batch entry, head and query at hand are looked at: rows repeated along those axes
    // say what the whole tensors say there.
    const std::array<std::size_t, 4> every = {static_cast<std::size_t>(row.batch + 1),
                                              static_cast<std::size_t>(head + 1),
                                              static_cast<std::size_t>(row.query + 1), total_len};
    const Array keep_row = mask_row(keep_, row, head), added = mask_row(mask_, row, head);
    const Array wide = mask_.array == nullptr ? added : converted(added, DType::f64, true);
    visible.keep = reference::View<const std::uint8_t, 4>::absent();
    visible.mask = reference::View<const double, 4>::absent();
    visible.key_lengths = reference::View<const std::int64_t, 1>::absent();
    const std::array<std::size_t, 4> one_row = {1, 1, 1, total_len};
    if (keep_.array != nullptr) {
      visible.keep = reference::View<const std::uint8_t, 4>(keep_row.as<std::uint8_t>(), one_row)
                         .broadcast_to(every);
    }
    if (mask_.array != nullptr) {
      visible.mask =
          reference::View<const double, 4>(wide.as<double>(), one_row).broadcast_to(every);
    }
    if (const Array* lengths = input("key_lengths")) {
      visible.key_lengths = {lengths->as<std::int64_t>(), {lengths->count()}};
    }
    std::vector<std::uint8_t> sees(total_len);
    for (std::size_t j = 0; j < total_len; ++j) {
      sees[j] = visible(static_cast<std::size_t>(row.batch), static_cast<std::size_t>(head),
                        static_cast<std::size_t>(row.query), j);
    }
    return sees;
  }

  /// One row of a mask, spread out to all keys; empty without that mask.
  [[nodiscard]] Array mask_row(const Tensor& mask, const AttentionRow& row,
                               std::int64_t head) const {
    if (mask.array == nullptr) return {};
    Array spread = Array::zeros(mask.array->dtype, {1, 1, 1, total_len_});
    for (std::int64_t j = 0; j < total_len_; ++j) {
      mask.copy(mask.place(row.batch, head, row.query, j), spread, static_cast<std::size_t>(j));
    }
    return spread;
  }

  [[nodiscard]] std::map<std::string, Array> inputs_of(
      const AttentionRow& row, const std::vector<std::vector<std::uint8_t>>& sees,
      std::int64_t keys) const {
    std::map<std::string, Array> inputs;
    const std::int64_t first_head = row.kv_head * group_;
    Array q = Array::zeros(q_.array->dtype, {1, group_, 1, q_.extent(3)});
    std::size_t at = 0;
    for (std::int64_t n = 0; n < group_; ++n) {
      for (std::int64_t d = 0; d < q_.extent(3); ++d) {
        q_.copy(q_.place(row.batch, first_head + n, row.query, d), q, at++);
      }
    }
    inputs["q"] = std::move(q);
    inputs["k"] = joined(past_k_, k_, row, keys);
    inputs["v"] = joined(past_v_, v_, row, keys);
    Array keep = Array::zeros(DType::boolean, {1, group_, 1, keys});
    for (std::size_t n = 0; n < sees.size(); ++n) {
      std::copy_n(sees[n].begin(), keys,
                  keep.as<std::uint8_t>() + n * static_cast<std::size_t>(keys));
    }
    inputs["keep"] = std::move(keep);
    if (mask_.array == nullptr) return inputs;
    Array mask = Array::zeros(mask_.array->dtype, {1, group_, 1, keys});
    at = 0;
    for (std::int64_t n = 0; n < group_; ++n) {
      for (std::int64_t j = 0; j < keys; ++j) {
        mask_.copy(mask_.place(row.batch, first_head + n, row.query, j), mask, at++);
      }
    }
    inputs["mask"] = std::move(mask);
    return inputs;
  }

  /// The first `keys` of past and new ones of a single head.
  [[nodiscard]] Array joined(const Tensor& past, const Tensor& fresh, const AttentionRow& row,
                             std::int64_t keys) const {
    const std::int64_t channels = fresh.extent(3);
    Array all = Array::zeros(fresh.array->dtype, {1, 1, keys, channels});
    std::size_t at = 0;
    for (std::int64_t j = 0; j < keys; ++j) {
      const bool is_past = j < past_len_;
      const Tensor& from = is_past ? past : fresh;
      for (std::int64_t d = 0; d < channels; ++d) {
        from.copy(from.place(row.batch, row.kv_head, is_past ? j : j - past_len_, d), all, at++);
      }
    }
    return all;
  }

  [[nodiscard]] std::vector<std::size_t> places_of(const AttentionRow& row) const {
    const std::int64_t channels = v_.extent(3), heads = q_.extent(1), queries = q_.extent(2);
    std::vector<std::size_t> places;
    for (std::int64_t n = 0; n < group_; ++n) {
      const std::int64_t head = row.kv_head * group_ + n;
      const std::int64_t place = is_bshd_ ? (row.batch * queries + row.query) * heads + head
                                          : (row.batch * heads + head) * queries + row.query;
      for (std::int64_t d = 0; d < channels; ++d) {
        places.push_back(static_cast<std::size_t>(place * channels + d));
      }
    }
    return places;
  }

  const fixtures::Case& big_;
  bool is_bshd_ = false;
  Tensor q_, k_, v_, past_k_, past_v_, mask_, keep_;
  std::int64_t past_len_ = 0, total_len_ = 0, group_ = 1;
};

}  // namespace

RowSample attention_row(const fixtures::Case& big, const AttentionRow& row) {
  return BigCall(big).row(row);
}

}  // namespace assay::suites
