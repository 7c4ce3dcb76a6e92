// A network and a clock in virtual time: nothing sleeps, and a wait of an hour takes no time at all.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/transport.hpp"

namespace rostersync::http::testing {

class FakeClock final : public base::Clock {
 public:
  base::Instant now() const override { return base::Instant{} + elapsed; }
  base::WallTime wall() const override {
    return start + std::chrono::duration_cast<std::chrono::system_clock::duration>(elapsed);
  }
  void advance(base::Duration time) { elapsed += time; }

  base::Duration elapsed = std::chrono::hours(1);
  base::WallTime start{std::chrono::seconds(1'700'000'000)};
};

// Answers each request by a handler, `latency` after it was started. `nth` counts, from 1, how often this method and
// URL have been sent.
class FakeTransport final : public Transport {
 public:
  using Handler = std::function<Response(const Request& request, int nth)>;
  struct Sent {
    RequestId id;
    Request request;
    base::Instant at;
  };

  FakeTransport(FakeClock& clock, Handler handler) : clock_(&clock), handler_(std::move(handler)) {}

  void start(RequestId id, const Request& request) override {
    sent.push_back({id, request, clock_->now()});
    const int nth = ++times_[request.method + " " + request.url];
    due_.emplace(clock_->now() + latency(request), Completion{id, handler_(request, nth)});
    most_in_flight = std::max(most_in_flight, due_.size());
  }

  void wait(base::Duration max, std::vector<Completion>& completions) override {
    if (std::exchange(wake_, false)) return;
    if (due_.empty() && max > std::chrono::hours(24 * 365)) throw std::logic_error("waits for ever for nothing");
    const auto next = due_.empty() ? base::Instant::max() : due_.begin()->first;
    if (next - clock_->now() > max) return clock_->advance(max);
    if (next > clock_->now()) clock_->advance(next - clock_->now());
    while (!due_.empty() && due_.begin()->first <= clock_->now()) {
      completions.push_back(std::move(due_.begin()->second));
      due_.erase(due_.begin());
    }
  }

  std::size_t in_flight() const override { return due_.size(); }

  void wake() { wake_ = true; }  // the next wait() returns at once

  // How often requests with this method have been sent.
  std::size_t count(std::string_view method) const {
    std::size_t found = 0;
    for (const Sent& one : sent) found += one.request.method == method ? 1 : 0;
    return found;
  }

  std::vector<Sent> sent;  // everything, in order
  std::size_t most_in_flight = 0;
  std::function<base::Duration(const Request&)> latency = [](const Request&) { return std::chrono::milliseconds(10); };

 private:
  FakeClock* clock_;
  Handler handler_;
  std::multimap<base::Instant, Completion> due_;
  std::map<std::string, int> times_;
  bool wake_ = false;
};

inline Response answer(int status, std::string body = "{}", Headers headers = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers = std::move(headers);
  response.bytes_received = response.body.size();
  return response;
}

inline Response fault(Failure failure, std::string detail = "by the test") {
  Response response;
  response.failure = failure;
  response.detail = std::move(detail);
  return response;
}

inline Request get(std::string url) {
  return {"GET", std::move(url), {}, "", Effect::read};
}
inline Request post(std::string url, std::string body = "{}") {
  return {"POST", std::move(url), {}, std::move(body), Effect::write};
}

}  // namespace rostersync::http::testing
