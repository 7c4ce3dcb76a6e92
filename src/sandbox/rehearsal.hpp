// The whole API as a client meets it: credentials, rate limit, faults and ledger around the answers. Safe to call from
// many threads.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "sandbox/api.hpp"
#include "sandbox/behaviour.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/kills.hpp"
#include "sandbox/ledger.hpp"
#include "sandbox/rate.hpp"
#include "sandbox/store.hpp"

namespace rostersync::sandbox {

// An answer, and how it gets to the client.
struct Delivery {
  Answer answer;
  Manner manner = Manner::whole;
  std::chrono::milliseconds delay{0};
};

class Rehearsal {
 public:
  // Kills the process at the other end of a connection, waits until it is gone, and says whether it is.
  using KillClient = std::function<bool(const Ports&)>;

  // `users` are of the profile; it and `clock` must outlive this.
  Rehearsal(const Profile& profile, Behaviour behaviour, Store users, const base::Clock& clock, KillClient kill_client);

  // What the client gets; waits for nothing but the end of a client that is to be killed.
  Delivery handle(const Request& request);

  // Called after every change of the users, while the change is still locked: it must be quick and must not call back.
  void on_change(std::function<void()> callback);

  const Profile& profile() const { return profile_; }
  std::size_t size() const;
  std::string users() const;  // a file of people (people_file.hpp), one a line
  void replace_users(Store users);

  json::OrderedJson behaviour() const;
  // Changes settings (behaviour.hpp). Counting of writes and attempts starts again. Throws CannotRun.
  void change(const json::Json& settings);

  std::string ledger() const;
  void clear_ledger();
  json::OrderedJson summary() const;

 private:
  Delivery decide(const Request& request, const Route& route, base::Instant now, Verdict& verdict);
  Delivery let_in(const Request& request, const Route& route, base::Instant now, Verdict& verdict);
  Delivery deliver(const Request& request, const Route& route, const Fault& fault);
  void kill(const Request& request, Kill when, Delivery& delivery, Verdict& verdict) const;
  ApiRules rules() const;
  Answer plain_answer(int status, base::Duration wait) const;
  std::string retry_after(base::Duration wait) const;

  const Profile& profile_;
  const base::Clock& clock_;
  KillClient kill_client_;

  mutable std::mutex mutex_;  // of everything below
  Behaviour behaviour_;
  Store store_;
  std::unique_ptr<Api> api_;
  Faults faults_;
  std::unique_ptr<RateGate> gate_;
  KillCount kill_count_;
  Ledger ledger_;
  std::function<void()> on_change_ = [] {};
  unsigned writes_done_ = 0;
};

}  // namespace rostersync::sandbox
