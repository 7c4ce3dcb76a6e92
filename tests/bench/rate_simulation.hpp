// Clients that share a server's quota, and the loop that runs them in virtual time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/rate_simulation_server.hpp"
#include "http/rate_limiter.hpp"
#include "http/retry_policy.hpp"

namespace rostersync::simulation {

// How one client decides when to send.
class Client {
 public:
  virtual ~Client() = default;
  // When the next request may go; Instant::max() if only an answer can change that.
  virtual Instant earliest(Instant now, std::size_t in_flight) = 0;
  virtual void sent(Instant now) = 0;
  // `attempts` counts how often this request was sent. When it may be sent again, if it was throttled.
  virtual Instant answered(Instant now, Instant sent, const Answer& answer, unsigned attempts) = 0;
};

// A rate limiter and the retry policy, put together as the dispatcher does it.
class LimiterClient final : public Client {
 public:
  LimiterClient(std::unique_ptr<http::RateLimiter> limiter, std::size_t max_in_flight, unsigned seed)
      : limiter_(std::move(limiter)), max_in_flight_(max_in_flight), random_(seed) {}

  Instant earliest(Instant now, std::size_t in_flight) override {
    if (in_flight >= std::min(max_in_flight_, limiter_->most_in_flight())) return Instant::max();
    return limiter_->earliest(now);
  }
  void sent(Instant now) override { limiter_->sent(now); }
  Instant answered(Instant now, Instant sent, const Answer& answer, unsigned) override {
    http::Observation observation;
    observation.result = answer.throttled ? http::Observation::Result::throttled : http::Observation::Result::answered;
    observation.sent = sent;
    observation.hint = answer.hint;
    observation.retry_after = answer.retry_after;
    limiter_->answered(now, observation);
    if (!answer.throttled) return now;
    const Instant again = now + pause(answer);
    limiter_->pause_until(again);
    return again;
  }
  const http::RateLimiter& limiter() const { return *limiter_; }

 private:
  Duration pause(const Answer& answer) {
    http::Response response;
    response.status = 429;
    if (answer.retry_after) {
      const auto count = std::chrono::duration_cast<std::chrono::seconds>(*answer.retry_after).count();
      response.headers.push_back({"Retry-After", std::to_string(count)});
    }
    http::RetryInput input;
    input.random = std::uniform_real_distribution<double>(0, 1)(random_);
    http::RetryOptions options;
    options.throttle_pause = std::chrono::milliseconds(0);  // the limiter finds out by itself how long to wait
    return http::decide(response, input, options).wait;
  }

  std::unique_ptr<http::RateLimiter> limiter_;
  std::size_t max_in_flight_;
  std::mt19937 random_;
};

struct Workload {
  std::size_t requests_each = 1000;
  Duration most = std::chrono::hours(1);            // ends then, even if there is work left
  Duration count_from{0};                           // what happens earlier is not counted
  Duration begin_within = std::chrono::seconds(1);  // each client begins at some time in it
  Duration latency_least = std::chrono::milliseconds(1);
  Duration latency_most = std::chrono::milliseconds(20);
};

struct Outcome {
  std::uint64_t admitted = 0;
  std::uint64_t throttled = 0;
  std::vector<std::uint64_t> admitted_of;  // by client
  Duration time{0};                        // from count_from to the last answer
  double per_thousand() const {
    return 1000.0 * static_cast<double>(throttled) / static_cast<double>(std::max<std::uint64_t>(admitted, 1));
  }
};

class Loop {
 public:
  Loop(Server& server, const Workload& workload, unsigned seed) : server_(server), work_(workload), random_(seed) {}

  // Before run(); the client must outlive the loop.
  void add(Client& client) { add(client, between(Duration::zero(), work_.begin_within), work_.requests_each); }
  void add(Client& client, Duration begin, std::size_t requests) {
    people_.push_back({&client, requests, 0, Instant::max(), {}});
    outcome_.admitted_of.push_back(0);
    wake(people_.size() - 1, begin_ + begin);
  }

  Outcome run() {
    while (!events_.empty() && events_.top().at <= begin_ + work_.most) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.at;
      happen(event);
    }
    return outcome_;
  }

 private:
  enum class What { wake, arrival, answer };
  struct Event {
    Instant at;
    std::uint64_t number;  // keeps the order of what happens at the same time
    What what;
    std::size_t who;
    Instant sent;
    unsigned attempts;
    Answer answer;
    bool operator<(const Event& other) const { return std::pair(at, number) > std::pair(other.at, other.number); }
  };
  struct Repeat {
    Instant at;
    unsigned attempts;
    bool operator<(const Repeat& other) const { return at > other.at; }
  };
  struct Person {
    Client* client;
    std::size_t fresh;
    std::size_t in_flight;
    Instant wakes;
    std::priority_queue<Repeat> repeats;
  };

  void happen(const Event& event) {
    Person& person = people_[event.who];
    switch (event.what) {
      case What::wake:
        if (person.wakes != event.at) return;  // another time was set since
        person.wakes = Instant::max();
        break;
      case What::arrival:
        return schedule(event.at + half_latency(), What::answer, event, server_.answer(now_));
      case What::answer:
        take(person, event);
        break;
    }
    send(event.who);
  }

  void take(Person& person, const Event& event) {
    --person.in_flight;
    const Instant again = person.client->answered(now_, event.sent, event.answer, event.attempts);
    if (event.answer.throttled) person.repeats.push({again, event.attempts});
    if (now_ < begin_ + work_.count_from) return;
    ++(event.answer.throttled ? outcome_.throttled : outcome_.admitted);
    if (!event.answer.throttled) ++outcome_.admitted_of[event.who];
    outcome_.time = now_ - begin_ - work_.count_from;
  }

  void send(std::size_t who) {
    Person& person = people_[who];
    while (person.fresh > 0 || !person.repeats.empty()) {
      const bool repeat = !person.repeats.empty() && (person.fresh == 0 || person.repeats.top().at <= now_);
      const Instant allowed = person.client->earliest(now_, person.in_flight);
      const Instant at = std::max(allowed, repeat ? person.repeats.top().at : now_);
      if (at > now_) return wake(who, at);
      const unsigned attempts = repeat ? person.repeats.top().attempts + 1 : 1;
      if (repeat) {
        person.repeats.pop();
      } else {
        --person.fresh;
      }
      ++person.in_flight;
      person.client->sent(now_);
      schedule(now_ + half_latency(), What::arrival, Event{{}, 0, {}, who, now_, attempts, {}}, {});
    }
  }

  void wake(std::size_t who, Instant at) {
    if (at == Instant::max()) return;
    people_[who].wakes = at;
    schedule(at, What::wake, Event{{}, 0, {}, who, {}, 0, {}}, {});
  }
  void schedule(Instant at, What what, const Event& from, Answer answer) {
    events_.push({at, ++events_so_far_, what, from.who, from.sent, from.attempts, std::move(answer)});
  }
  Duration between(Duration least, Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(random_));
  }
  Duration half_latency() { return between(work_.latency_least, work_.latency_most) / 2; }

  Server& server_;
  Workload work_;
  std::mt19937 random_;
  std::vector<Person> people_;
  std::priority_queue<Event> events_;
  std::uint64_t events_so_far_ = 0;
  Instant begin_ = Instant{} + std::chrono::hours(1);
  Instant now_ = begin_;
  Outcome outcome_;
};

}  // namespace rostersync::simulation
