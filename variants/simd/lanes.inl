// SPDX-License-Identifier: Apache-2.0
// Highway as the vector of the texts in kernels/. Included once per instruction set, inside
// HWY_NAMESPACE; includes nothing itself.

template <class T>
struct Lanes {
  using Number = T;
  using Tag = hn::ScalableTag<T>;
  using Bits = hn::RebindToUnsigned<Tag>;
  using Vector = hn::Vec<Tag>;
  static constexpr std::size_t lanes = HWY_MAX_BYTES / sizeof(T);

  // With 32 registers: 24 sums, 4 columns, 1 element; a 14 x 32 tile was up to 10 % slower. With
  // 16: 12 sums, 2 columns, 1 element.
  static constexpr std::size_t tile_rows = 6;
  static constexpr std::size_t tile_vectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;

  // Whether masked loads and stores leave what lies beyond the mask alone, so that they may stand
  // at the end of a page. Elsewhere a copy does.
  static constexpr bool masks_memory = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_AVX2;

  static HWY_INLINE Vector broadcast(T value) { return hn::Set(Tag(), value); }
  static HWY_INLINE Vector load(const T* from) { return hn::LoadU(Tag(), from); }
  static HWY_INLINE void store(Vector v, T* to) { hn::StoreU(v, Tag(), to); }
  /// Reads and writes nothing beyond `count` elements; the other lanes are `fill`.
  static HWY_INLINE Vector load_partial(const T* from, std::size_t count, T fill = 0) {
    if constexpr (masks_memory) {
      const auto mask = hn::FirstN(Tag(), count);
      const Vector v = hn::MaskedLoad(mask, Tag(), from);
      return hn::IfThenElse(mask, v, broadcast(fill));
    } else {
      T copy[lanes] = {};
      store(broadcast(fill), copy);
      for (std::size_t i = 0; i < count; ++i) copy[i] = from[i];
      return load(copy);
    }
  }
  static HWY_INLINE void store_partial(Vector v, T* to, std::size_t count) {
    if constexpr (masks_memory) {
      const auto mask = hn::FirstN(Tag(), count);
      hn::BlendedStore(v, mask, Tag(), to);
    } else {
      T copy[lanes] = {};
      store(v, copy);
      for (std::size_t i = 0; i < count; ++i) to[i] = copy[i];
    }
  }

  static HWY_INLINE Vector add(Vector a, Vector b) { return hn::Add(a, b); }
  static HWY_INLINE Vector sub(Vector a, Vector b) { return hn::Sub(a, b); }
  static HWY_INLINE Vector mul(Vector a, Vector b) { return hn::Mul(a, b); }
  static HWY_INLINE Vector div(Vector a, Vector b) { return hn::Div(a, b); }
  static HWY_INLINE Vector mul_add(Vector a, Vector b, Vector c) { return hn::MulAdd(a, b, c); }
  static HWY_INLINE Vector max(Vector a, Vector b) { return hn::Max(a, b); }
  static HWY_INLINE Vector min(Vector a, Vector b) { return hn::Min(a, b); }
  static HWY_INLINE bool all_less(Vector a, Vector b) {
    return hn::AllTrue(Tag(), hn::Lt(a, b));
  }
  static HWY_INLINE bool any_less(Vector a, Vector b) {
    return !hn::AllFalse(Tag(), hn::Lt(a, b));
  }
  static HWY_INLINE Vector if_less(Vector a, Vector b, Vector yes, Vector no) {
    return hn::IfThenElse(hn::Lt(a, b), yes, no);
  }
  static HWY_INLINE Vector if_equal(Vector a, Vector b, Vector yes, Vector no) {
    return hn::IfThenElse(hn::Eq(a, b), yes, no);
  }
  /// x where it is a NaN, else `otherwise`.
  static HWY_INLINE Vector nan_of(Vector x, Vector otherwise) {
    return hn::IfThenElse(hn::Eq(x, x), otherwise, x);
  }

  /// To the nearest integer, ties to even, for |v| below 2^22 (2^51): where the ulp is 1, addition
  /// rounds to integers.
  static HWY_INLINE Vector nearest(Vector v) {
    return sub(add(v, broadcast(integer_bits)), broadcast(integer_bits));
  }
  /// 2^n for integral n of normal results: the integer in the low bits becomes the exponent.
  static HWY_INLINE Vector power_of_two(Vector n) {
    constexpr int fraction_bits = sizeof(T) == 4 ? 23 : 52;
    const auto bits = hn::BitCast(Bits(), add(n, broadcast(integer_bits)));
    const auto one = hn::BitCast(Bits(), broadcast(1));
    return hn::BitCast(Tag(), hn::Add(hn::ShiftLeft<fraction_bits>(bits), one));
  }
  /// v 2^n; a subnormal result is rounded once.
  static HWY_INLINE Vector times_power_of_two(Vector v, Vector n) {
#if HWY_TARGET <= HWY_AVX3
    // One instruction instead of seven; Highway has no name for it.
    if constexpr (sizeof(T) == 4) {
      return Vector{_mm512_scalef_ps(v.raw, n.raw)};
    } else {
      return Vector{_mm512_scalef_pd(v.raw, n.raw)};
    }
#else
    const Vector half = nearest(mul(n, broadcast(T(0.5))));
    return mul(mul(v, power_of_two(half)), power_of_two(sub(n, half)));
#endif
  }

  /// v - floor(v), which rounding may make 1; of an infinity 0 or NaN.
  static HWY_INLINE Vector fraction(Vector v) {
#if HWY_TARGET <= HWY_AVX3
    // One instruction instead of two, and it leaves floor_of() nothing to do.
    if constexpr (sizeof(T) == 4) {
      return Vector{_mm512_reduce_ps(v.raw, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)};
    } else {
      return Vector{_mm512_reduce_pd(v.raw, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)};
    }
#else
    return sub(v, hn::Floor(v));
#endif
  }
  /// What times_power_of_two_from() needs to know of v, whose fraction is given: its floor, or v
  /// itself where the instruction rounds down.
  static HWY_INLINE Vector floor_of(Vector v, [[maybe_unused]] Vector fraction_of_v) {
#if HWY_TARGET <= HWY_AVX3
    return v;
#else
    return sub(v, fraction_of_v);
#endif
  }

  /// v 2^n where x is not less than `least`, else 0, whatever v and n are there. A product that
  /// underflows is not even begun: a processor takes some 150 cycles for one.
  static HWY_INLINE Vector times_power_of_two_from(Vector least, Vector x, Vector v, Vector n) {
#if HWY_TARGET <= HWY_AVX3
    if constexpr (sizeof(T) == 4) {
      const auto counts = _mm512_cmp_ps_mask(x.raw, least.raw, _CMP_NLT_UQ);
      return Vector{_mm512_maskz_scalef_ps(counts, v.raw, n.raw)};
    } else {
      const auto counts = _mm512_cmp_pd_mask(x.raw, least.raw, _CMP_NLT_UQ);
      return Vector{_mm512_maskz_scalef_pd(counts, v.raw, n.raw)};
    }
#else
    const auto counts = hn::Not(hn::Lt(x, least));
    // Twice the largest exponent is enough for infinity.
    const Vector most = broadcast(sizeof(T) == 4 ? 256 : 2048);
    const Vector power = times_power_of_two(v, hn::IfThenElseZero(counts, min(n, most)));
    return hn::IfThenElseZero(counts, power);
#endif
  }

  /// Elements 0 ... columns_at_once - 1 of `lanes` rows, row_stride apart, as columns. Blocks of 16
  /// bytes are loaded to where they belong and transposed there, all blocks of a vector at once.
  static constexpr std::size_t columns_at_once = 16 / sizeof(T);
  static HWY_INLINE void load_columns(const T* rows, std::size_t row_stride, Vector* columns) {
    const Tag tag;
    if constexpr (sizeof(T) == 4) {
      const hn::RepartitionToWide<Tag> pairs;
      const Vector row0 = load_blocks(tag, rows, row_stride);
      const Vector row1 = load_blocks(tag, rows + row_stride, row_stride);
      const Vector row2 = load_blocks(tag, rows + 2 * row_stride, row_stride);
      const Vector row3 = load_blocks(tag, rows + 3 * row_stride, row_stride);
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(tag, row0, row1));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(tag, row2, row3));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(tag, row0, row1));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(tag, row2, row3));
      columns[0] = hn::BitCast(tag, hn::InterleaveLower(pairs, low01, low23));
      columns[1] = hn::BitCast(tag, hn::InterleaveUpper(pairs, low01, low23));
      columns[2] = hn::BitCast(tag, hn::InterleaveLower(pairs, high01, high23));
      columns[3] = hn::BitCast(tag, hn::InterleaveUpper(pairs, high01, high23));
    } else {
      const Vector row0 = load_blocks(tag, rows, row_stride);
      const Vector row1 = load_blocks(tag, rows + row_stride, row_stride);
      columns[0] = hn::InterleaveLower(tag, row0, row1);
      columns[1] = hn::InterleaveUpper(tag, row0, row1);
    }
  }

  static HWY_INLINE Vector swap_neighbours(Vector v) { return hn::Reverse2(Tag(), v); }
  static HWY_INLINE T sum(Vector v) { return hn::GetLane(hn::SumOfLanes(Tag(), v)); }
  static HWY_INLINE T largest(Vector v) { return hn::GetLane(hn::MaxOfLanes(Tag(), v)); }

 private:
  /// Block b: the first 16 bytes of row b * columns_at_once.
  template <class D>
  static HWY_INLINE hn::Vec<D> load_blocks(D tag, const T* rows, std::size_t row_stride) {
    if constexpr (MaxLanes(tag) <= columns_at_once) {
      return hn::LoadU(tag, rows);
    } else {
      const hn::Half<D> half;
      const T* const upper = rows + MaxLanes(half) * row_stride;
      return hn::Combine(tag, load_blocks(half, upper, row_stride),
                         load_blocks(half, rows, row_stride));
    }
  }

  /// 1.5 2^23 (1.5 2^52): adding it leaves integers in the low bits of the significand.
  static constexpr T integer_bits = sizeof(T) == 4 ? T(0x1.8p23) : T(0x1.8p52);
};
