// The remote API itself: one request in, one answer out, the users changed as the pages say. It knows no sockets, no
// rate and no faults. Not for several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "sandbox/query.hpp"
#include "sandbox/request.hpp"
#include "sandbox/store.hpp"

namespace rostersync::sandbox {

struct ApiRules {
  std::set<std::string> forbidden;      // e-mails (without case) and ids that may not be updated: 403
  std::set<std::string> listing_omits;  // attributes that items of a listing lack
  std::set<std::string> ignores;        // attributes that a write takes, and does not keep
  unsigned lag = 0;                     // so many reads by id show a user as before the write
  bool hide_disabled = false;           // disabled users are in no listing
};

class Api {
 public:
  Api(Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // Answers a request that is let in (its key is good).
  Answer answer(const Request& request, const Route& route, const ApiRules& rules);

 private:
  Answer search(const Request& request, const ApiRules& rules);
  Answer read(const Request& request, std::optional<Store::Index> index) const;
  Answer read_by_id(const Request& request, const std::string& id);
  Answer create(const Request& request, const ApiRules& rules);
  Answer update(const Request& request, const std::string& id, const ApiRules& rules);

  bool key_is_provider() const;
  // What refuses a body before anybody is looked up: the media type, the JSON, the schema, attributes that the key may
  // not set. Nothing: it may go on.
  std::optional<Answer> body_refusal(const Request& request, const json::Json& schema) const;
  std::optional<Answer> email_refusal(const json::Json& body, std::optional<Store::Index> own) const;
  std::string fresh_id(std::int64_t created_at);
  // From now on, so many reads by id show that text of the user; an empty one: they are not there.
  void lag_behind(const std::string& id, const std::string& text, unsigned reads);

  struct Past {
    std::string text;
    unsigned reads = 0;
  };

  Store& store_;
  const base::Clock& clock_;
  std::map<std::string, Past> past_;  // by user id: what is still shown
  std::uint32_t created_ = 0;
};

}  // namespace rostersync::sandbox
