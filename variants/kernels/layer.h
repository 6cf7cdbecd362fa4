// SPDX-License-Identifier: Apache-2.0
// One layer of a transformer out of the ops of this variant. Heads are never moved where no cache
// is: the channels of a token lie as batch seq_len heads head_dim, which rope and attention take as
// they are.
#pragma once

#include "variants/kernels/sequence.h"

namespace assay::variants {

/// What all layers of a stack share.
template <class Number>
struct Surroundings {
  Sequence sequence = {};
  const std::int64_t* positions = nullptr;  // batch seq_len
  Tensor<Number> bias = {};                 // 1 or batch, n_heads seq_len slots; or absent
  Tensor<Number> memory =
      {};  // what an encoder made: batch and memory_len together, d_model; or absent
  const std::int64_t* memory_lengths = nullptr;  // batch, or null
};

/// The keys and values of one layer in a cache, batch n_kv_heads capacity head_dim; or null.
template <class Number>
struct LayerCache {
  Number *k = nullptr, *v = nullptr;
};

/// What the distance of tokens adds to their scores, where the model's positions are of that kind:
/// the same for every layer.
template <class Number>
Tensor<Number> position_bias(Composition<Number>& composition, const Sequence& sequence,
                             const std::string& relative_bias);

/// The stream that leaves the layer whose weights have this prefix; x: tokens d_model.
template <class Number>
Tensor<Number> through_layer(Composition<Number>& composition, const std::string& prefix,
                             const Surroundings<Number>& around, const Sight& sight,
                             LayerCache<Number> cache, Tensor<Number> x);

}  // namespace assay::variants
