// Sends requests as somebody who is signed in, where the profile says that it takes a session: between an operation and
// the dispatcher, and of the dispatcher's shape. There is one session for all requests. Where there is none, or it is
// about to end, requests wait until it has been got; one that is refused is sent again, once, under a new one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "directory/answers.hpp"
#include "directory/requests.hpp"
#include "http/dispatcher.hpp"

namespace rostersync::directory {

class Session {
 public:
  // How often, and after which pause before the n-th further time, something is asked again whose answer makes no
  // sense.
  struct Insistence {
    unsigned retries = 5;
    std::function<base::Duration(unsigned n)> pause;
  };
  // All references must outlive it. `requests` learns which secrets a session has. Without a way that has a session, it
  // only hands on.
  Session(Requests& requests, const Answers& answers, http::Dispatcher& dispatcher, base::Clock& clock,
          Insistence insistence);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // As the dispatcher's. An answer tells of the request alone, whatever it took to sign in; its id is the one that
  // submit() gave. Without a session, its verdict is no_session, or not_accepted where the API said so. Once the
  // dispatcher is stopped, what waits is answered `stopped` as soon as a sign-in that is under way has ended.
  http::RequestId submit(http::Request request, std::optional<base::Instant> not_before, http::Schedule::Turn turn);
  std::vector<http::Answer> wait(base::Duration max);  // empty, too, where an answer was of no request of submit()'s

 private:
  struct Held {
    http::RequestId id = 0;  // as submit() gave it
    http::Request request;   // without a session
    std::optional<base::Instant> not_before;
    http::Schedule::Turn turn = http::Schedule::Turn::first;
    std::uint64_t session = 0;  // under which it was sent last
    bool was_refused = false;   // under the session of its time
    unsigned attempts = 0;
    http::Response last;
  };

  void admit(Held held);
  void send(Held held);
  std::optional<http::Request> finished(http::RequestId id, const http::Request& request);
  void take(http::Answer answer);
  void take_back(Held held, http::Answer answer);
  bool is_refused(const http::Answer& answer) const;
  bool is_to_be_renewed() const;
  bool still_holds() const;

  void sign_in();
  void ask(http::Request request, base::Duration delay);
  void signed_in(const http::Answer& answer);
  void begin_session(const SessionAnswer& told);
  bool ask_again();
  void not_signed_in(const http::Answer& answer, const std::string& fault, bool is_final);
  std::string refusal(const http::Response& response) const;

  void let_go(const std::function<void(Held)>& where);
  void answer(const Held& held, http::Verdict verdict, http::Response response);

  Requests& requests_;
  const Answers& answers_;
  http::Dispatcher& dispatcher_;
  base::Clock& clock_;
  Insistence insistence_;
  bool is_needed_ = false;

  SessionValues values_;
  std::uint64_t number_ = 0;      // of the session; 0: there was none yet
  bool holds_ = false;            // nothing has shown that it does not
  base::Instant renew_at_{};      // only while it holds
  base::Instant ends_at_{};       // likewise
  std::string not_accepted_;      // why there will never be one
  std::uint16_t refused_as_ = 0;  // the status of that answer

  std::optional<http::RequestId> asking_;  // the dispatcher's id of what signs in
  bool refreshing_ = false;
  unsigned senseless_ = 0;

  std::vector<Held> waiting_;
  std::map<http::RequestId, Held> in_flight_;  // by the dispatcher's id
  std::vector<http::Answer> ready_;
  http::RequestId last_id_ = 0;
};

}  // namespace rostersync::directory
