// SPDX-License-Identifier: Apache-2.0
#include "suites/fault_handler.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace assay::suites {
namespace {

// A signal handler reaches nothing but what is static. Set once, before any foreign code runs.
WorkerStatus* noted_status = nullptr;

struct Machine {
  std::uint64_t stack_pointer = 0;
  bool is_write = false;
};

Machine machine_of(const ucontext_t& context) {
#if defined(__x86_64__)
  // Intel SDM volume 3, 4.7: bit 1 of a page fault's error code says that it was a write.
  return {static_cast<std::uint64_t>(context.uc_mcontext.gregs[REG_RSP]),
          (context.uc_mcontext.gregs[REG_ERR] & 2) != 0};
#elif defined(__aarch64__)
  return {context.uc_mcontext.sp, false};
#else
  (void)context;
  return {};
#endif
}

void note(int signal_number, siginfo_t* info, void* context) {
  WorkerStatus& status = *noted_status;
  const Machine machine = machine_of(*static_cast<ucontext_t*>(context));
  // si_code > 0: the processor raised it, not somebody's kill(); SI_KERNEL (0x80) has no address.
  const bool has_address = (signal_number == SIGSEGV || signal_number == SIGBUS) &&
                           info->si_code > 0 && info->si_code != SI_KERNEL;
  const auto address = reinterpret_cast<std::uint64_t>(info->si_addr);
  constexpr std::uint64_t near = 1 << 16;
  status.fault_has_address = has_address;
  status.fault_address = has_address ? address : 0;
  status.fault_is_write = has_address && machine.is_write;
  status.fault_on_stack = has_address && machine.stack_pointer != 0 &&
                          address + near > machine.stack_pointer &&
                          address < machine.stack_pointer + near;
  status.fault_in_background = syscall(SYS_gettid) != getpid();
  status.fault_signal = signal_number;
  // SA_RESETHAND: raised again on return, with the usual effect. A signal that was sent is not, so
  // it is sent once more.
  if (info->si_code <= 0) raise(signal_number);
}

}  // namespace

void note_faults(WorkerStatus& status) {
  noted_status = &status;
  constexpr std::size_t stack_size = 64 * 1024;
  stack_t stack{};
  stack.ss_sp =
      mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack.ss_size = stack_size;
  if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, nullptr) != 0) {
    throw std::system_error(errno, std::generic_category(), "a stack for signals");
  }
  struct sigaction action {};
  action.sa_sigaction = note;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int each : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    sigaction(each, &action, nullptr);
}

}  // namespace assay::suites
