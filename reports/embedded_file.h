// SPDX-License-Identifier: Apache-2.0
// A text file that was compiled into the program by assay_embed() of embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace assay {

struct EmbeddedFile {
  std::string_view name;  // without its folder
  std::string_view text;
};

}  // namespace assay
