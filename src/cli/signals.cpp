#include "cli/signals.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace rostersync::cli {

namespace {

volatile std::sig_atomic_t handlers_descriptor = -1;

// From here on a signal has its usual effect, wherever the program is: reading a roster that never ends, say.
extern "C" void note_signal(int number) {
  const int saved = errno;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  const auto value = static_cast<std::uint64_t>(number);
  [[maybe_unused]] const auto put = ::write(handlers_descriptor, &value, sizeof value);
  errno = saved;
}

}  // namespace

Signals::Signals() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  handlers_descriptor = descriptor_;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  ::sigaction(SIGINT, &action, &interrupt_before_);
  ::sigaction(SIGTERM, &action, &terminate_before_);
}

Signals::~Signals() {
  ::sigaction(SIGINT, &interrupt_before_, nullptr);
  ::sigaction(SIGTERM, &terminate_before_, nullptr);
  handlers_descriptor = -1;
  ::close(descriptor_);
}

std::optional<std::string> Signals::received() {
  std::uint64_t number = 0;
  if (!received_ && ::read(descriptor_, &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
    received_ = fmt::format("SIG{} was received", ::sigabbrev_np(static_cast<int>(number)));
  }
  return received_;
}

}  // namespace rostersync::cli
