// The seam between the sandbox and the APIs that it plays: a Profile says what is true of an API at any time, an Api
// answers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "json/document.hpp"
#include "sandbox/account.hpp"
#include "sandbox/rate.hpp"
#include "sandbox/request.hpp"
#include "sandbox/store.hpp"

namespace rostersync::sandbox {

// Of the sessions that a client signs in to.
struct SessionRules {
  std::chrono::seconds life{3600};
  std::optional<unsigned> requests;  // a session is good for so many
  bool refresh = true;               // a session can be refreshed
};

struct ApiRules {
  std::set<std::string> forbidden;      // e-mails (without case) and ids that may not be updated: 403
  std::set<std::string> listing_omits;  // attributes that items of a listing lack
  std::set<std::string> ignores;        // attributes that a write takes, and does not keep
  unsigned lag = 0;                     // so many reads by id show a user as before the write
  bool hide_disabled = false;           // disabled users are in no listing
  bool revoked = false;                 // the credentials are no longer good
  SessionRules sessions;
};

// One remote API: one request in, one answer out, the users changed as the pages say. It knows no sockets, no rate and
// no faults. Not for several threads at once.
class Api {
 public:
  virtual ~Api() = default;

  // What becomes of a request whose credentials are not good; nothing: it may go on.
  virtual std::optional<Answer> refusal(const Request& request, const Route& route, const ApiRules& rules) = 0;

  // Answers a request that is let in.
  virtual Answer answer(const Request& request, const Route& route, const ApiRules& rules) = 0;
};

class Profile {
 public:
  virtual ~Profile() = default;

  virtual std::string base_path() const = 0;               // of base_url
  virtual Route route(const Request& request) const = 0;   // by its method and its target
  virtual std::optional<Rate> published_rate() const = 0;  // nothing: none is
  virtual std::set<std::string> attributes() const = 0;    // of the published answer
  virtual std::vector<std::string> secrets() const = 0;    // what no record may hold
  virtual bool has_sessions() const = 0;                   // a client signs in
  virtual json::OrderedJson published_access() const = 0;  // the credentials that nobody chose, for the ready line
  virtual Answer failure(int status, const std::string& words) const = 0;  // in the shape of the API's errors

  virtual FactsOf facts() const = 0;
  // A file of people (people_file.hpp). Throws CannotRun naming file and line.
  virtual std::vector<Account> accounts_from(const json::Document& people) const = 0;
  // Hands `count` people to `take`, one after the other, the same for the same seed. The first is "me".
  virtual void seed_people(std::size_t count, std::uint64_t seed,
                           const std::function<void(const Account&)>& take) const = 0;

  // `store` and `clock` must outlive the Api.
  virtual std::unique_ptr<Api> open(Store& store, const base::Clock& clock) const = 0;
};

}  // namespace rostersync::sandbox
