// SPDX-License-Identifier: Apache-2.0
#include "suites/interruption.h"

#include <csignal>

namespace assay::suites {
namespace {

// A signal handler reaches nothing but statics.
volatile std::sig_atomic_t was_interrupted = 0;

constexpr int watched[] = {SIGINT, SIGTERM};

extern "C" void note_interruption(int) { was_interrupted = 1; }

void set_handler(void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  for (const int signal : watched) sigaction(signal, &action, nullptr);
}

}  // namespace

Interruption::Interruption() {
  was_interrupted = 0;
  set_handler(note_interruption, SA_RESTART | static_cast<int>(SA_RESETHAND));
}

Interruption::~Interruption() { set_handler(SIG_DFL, 0); }

bool Interruption::wanted() const { return was_interrupted != 0; }

}  // namespace assay::suites
