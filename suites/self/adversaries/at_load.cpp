// SPDX-License-Identifier: Apache-2.0
// A plug-in that misbehaves while it is loaded, or describes itself with hostile texts: as the
// environment variable ADVERSARY_AT_LOAD says.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "variants/assay.h"

namespace {

bool is(const char* what) {
  const char* chosen = std::getenv("ADVERSARY_AT_LOAD");
  return chosen != nullptr && std::strcmp(chosen, what) == 0;
}

/// Runs before anybody can ask for a symbol.
__attribute__((constructor)) void when_loaded() {
  if (is("crash")) std::raise(11);
  if (is("abort")) std::abort();
  if (is("exit")) std::exit(0);
  for (; is("hang"); pause()) {
  }
  if (is("second-start")) {  // what ADVERSARY_MARK names is there from the first start on
    const char* mark = std::getenv("ADVERSARY_MARK");
    if (access(mark, F_OK) == 0) std::abort();
    std::fclose(std::fopen(mark, "w"));
  }
}

const char hostile[] = "<script>alert(1)</script>]]>\x1b[2J\x1b]0;owned\x07|`'\"&\r\n\xff";

const char* long_text() {
  static const std::string text = hostile + std::string(10'000, 'x');
  return text.c_str();
}

std::int32_t supports(const assay_call*, char* text, size_t text_size) {
  std::snprintf(text, text_size, "%s", long_text());
  return is("hostile-refusal") ? ASSAY_UNSUPPORTED : ASSAY_OK;
}

std::int32_t run(const assay_call*, void*) {
  std::fputs(long_text(), stdout);
  if (is("second-start")) std::abort();
  if (is("hostile-exception")) throw std::runtime_error(long_text());
  return ASSAY_FAILED;
}

}  // namespace

extern "C" const assay_implementation* assay_implementation_v1(void) {
  if (is("throw")) throw std::runtime_error("not today");
  if (is("null")) return nullptr;
  static assay_implementation it = {ASSAY_ABI_VERSION,
                                    sizeof(assay_implementation),
                                    "at-load",
                                    long_text(),
                                    long_text(),
                                    "",
                                    nullptr,
                                    nullptr,
                                    supports,
                                    nullptr,
                                    run,
                                    nullptr,
                                    long_text};
  static const std::string long_name(10'000, 'n');
  if (is("version")) it.abi_version = 77;
  if (is("size")) it.size = 16;
  if (is("html-name")) it.name = "<b>mine</b>";
  if (is("escape-name")) it.name = "mine\x1b[2J";
  if (is("long-name")) it.name = long_name.c_str();
  if (is("no-run")) it.run = nullptr;
  return &it;
}
