// SPDX-License-Identifier: Apache-2.0
#include "suites/float_environment.h"

#include <fmt/format.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace assay::suites {
namespace {

struct Bit {
  std::uint32_t mask;
  const char* name;
};

#if defined(__x86_64__)
// Intel SDM volume 1, 10.2.3: bits 0-5 of MXCSR are sticky flags.
constexpr std::uint32_t control_mask = 0xffc0;
constexpr Bit bits[] = {{1u << 15, "flush-to-zero"}, {1u << 6, "denormals-are-zero"}};
constexpr int rounding_shift = 13;
constexpr const char* rounding_names[] = {"to nearest", "downward", "upward", "toward zero"};
#elif defined(__aarch64__)
// Arm ARM, FPCR: FZ is bit 24, FZ16 bit 19, the rounding mode bits 22-23.
constexpr std::uint32_t control_mask = 0x07ffff00;
constexpr Bit bits[] = {{1u << 24, "flush-to-zero"}, {1u << 19, "flush-to-zero of f16"}};
constexpr int rounding_shift = 22;
constexpr const char* rounding_names[] = {"to nearest", "upward", "downward", "toward zero"};
#else
#error "Say here where this processor keeps its rounding and flushing modes."
#endif
constexpr std::uint32_t rounding_mask = 3u << rounding_shift;
// Intel SDM volume 1, 8.1.5: bits 10-11 of the x87 control word.
constexpr std::uint32_t x87_rounding_mask = 3u << 10;

}  // namespace

FloatEnvironment FloatEnvironment::current() {
  FloatEnvironment environment;
#if defined(__x86_64__)
  environment.control = _mm_getcsr() & control_mask;
  std::uint16_t word = 0;
  asm volatile("fnstcw %0" : "=m"(word));
  environment.x87_control = word;
#else
  std::uint64_t word = 0;
  asm volatile("mrs %0, fpcr" : "=r"(word));
  environment.control = static_cast<std::uint32_t>(word) & control_mask;
#endif
  return environment;
}

void FloatEnvironment::restore() const {
#if defined(__x86_64__)
  _mm_setcsr(control);
  const auto word = static_cast<std::uint16_t>(x87_control);
  asm volatile("fldcw %0" : : "m"(word));
#else
  const std::uint64_t word = control;
  asm volatile("msr fpcr, %0" : : "r"(word));
#endif
}

std::string difference(const FloatEnvironment& before, const FloatEnvironment& after) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  const std::uint32_t changed = before.control ^ after.control;
  std::uint32_t named = 0;
  for (const Bit& bit : bits) {
    named |= bit.mask;
    if (changed & bit.mask)
      add(fmt::format("{} is {}", bit.name, after.control & bit.mask ? "on" : "off"));
  }
  if (changed & rounding_mask) {
    add(fmt::format("rounding is {}",
                    rounding_names[(after.control & rounding_mask) >> rounding_shift]));
  }
  if (changed & ~(named | rounding_mask)) {
    add(fmt::format("control bits are {:#x}, were {:#x}", after.control, before.control));
  }
  // fesetround() changes both units: said once is enough.
  const std::uint32_t said = changed & rounding_mask ? x87_rounding_mask : 0;
  if ((before.x87_control ^ after.x87_control) & ~said) {
    add(fmt::format("the x87 control word is {:#x}, was {:#x}", after.x87_control,
                    before.x87_control));
  }
  return text;
}

}  // namespace assay::suites
