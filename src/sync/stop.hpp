// Why a run ends before its work is done.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace rostersync::sync {

// Asked between waits: why the run should stop (a signal), if it should.
using StopRequested = std::function<std::optional<std::string>()>;

// A signal, or the deadline.
class StopCondition {
 public:
  // `clock` must outlive it.
  StopCondition(const base::Clock& clock, StopRequested requested, std::optional<base::Instant> deadline = {});

  // Why to stop, in words; nothing: go on.
  std::optional<std::string> reached() const;
  // How long a wait may last before reached() must be asked again.
  base::Duration patience() const;
  std::optional<base::Instant> deadline() const { return deadline_; }

 private:
  const base::Clock& clock_;
  StopRequested requested_;
  std::optional<base::Instant> deadline_;
};

// A clean stop outside the execution: exit 6.
struct Stopped : base::Error {
  explicit Stopped(const std::string& sentence) : Error(base::ExitCode::stopped, sentence) {}
};

// The circuit breaker: opens when operations given up are 20 in a row, or 60 of the last 100.
class Breaker {
 public:
  void count(bool given_up);
  bool open() const { return in_a_row_ >= limit_in_a_row || given_up_ >= limit_of_last; }

 private:
  static constexpr std::size_t limit_in_a_row = 20;
  static constexpr std::size_t limit_of_last = 60;
  static constexpr std::size_t window = 100;
  std::size_t in_a_row_ = 0;
  std::size_t given_up_ = 0;  // of last_
  std::deque<bool> last_;
};

}  // namespace rostersync::sync
