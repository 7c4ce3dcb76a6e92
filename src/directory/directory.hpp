// A remote directory of users, as the rest of the program sees it: start operations, wait for what is done. An
// operation may take several requests (a create whose answer was lost is looked up before anything is sent again); no
// user is ever created twice, and a write is sent again only when reading has shown that it was not carried out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "model/plan.hpp"
#include "model/users.hpp"

namespace rostersync::directory {

using Ticket = std::uint64_t;

struct ListPage {
  std::uint64_t page = 1;  // from 1, wherever the API begins to count
  std::uint64_t size = 0;  // users wanted; 0: as many as the API gives
  std::string after = {};  // what the page before gave as `next`, in place of a number; empty: by number
  std::size_t pass = 0;    // which of the profile's listings
};
struct ReadUser {
  std::string id;
};
struct FindUser {
  std::string key;
};
// People who may have this name, as far as the API's own, fuzzy search goes: as a listing shows them, in pages where
// the profile says so. What they have in common with somebody is the caller's to judge.
struct FindByName {
  std::string name;
  std::uint64_t page = 1;  // from 1
  std::string after = {};  // as in ListPage
};
// The user behind the credentials. ok without a user: the profile has no way to tell who that is, or the API shows
// nobody such.
struct ReadOwnUser {};
// The first page of the listing, and how the profile understands it.
struct ReadSample {};
// How a write is begun.
enum class Approach {
  send,         // planned on what was read in this run, and nothing of it has left: send
  check_first,  // planned earlier, and nothing of it has left: read first. An update is sent where the user is still as
                // planned on; a create where nobody has the key. Either is ok without a request that writes where the
                // user is as asked already (a create: as far as that can be read)
  settle_first,   // it may have been carried out: read first, and send only what turns out not to have been
  complete_only,  // a create, likewise, but the create itself is never sent: only the update that completes it
  settle_only     // likewise, and nothing that writes is sent at all
};

// Whether a user is read back once the API has confirmed what was written, and compared with what was sent, for all
// that can be read of it. Where reading has shown it anyway (its answer was lost), they are not read twice.
enum class Verify { no, yes };

// The change must outlive the operation.
struct CreateUser {
  const model::Change* change = nullptr;
  Approach approach = Approach::send;
  // Where it may have been carried out: how much longer it may still arrive. A look-up that finds nobody is repeated
  // after that long, before anything is sent.
  base::Duration may_still_arrive{};
  Verify verify = Verify::no;
};
struct UpdateUser {
  const model::Change* change = nullptr;
  Approach approach = Approach::send;
  Verify verify = Verify::no;
};
using Operation =
    std::variant<ListPage, ReadUser, FindUser, FindByName, ReadOwnUser, ReadSample, CreateUser, UpdateUser>;

enum class Status {
  ok,               // read; or written, confirmed by the API or by reading back
  absent,           // no such user
  refused,          // a 4xx answer for this user alone: `message` has the API's words
  exists,           // a create was refused, or not sent, because the user is there, unseen
  differs,          // a create's answer was lost, and the user who is there now is not the one that was sent
  drifted,          // an update was not sent: the user is neither as asked nor as it was planned on
  not_carried_out,  // settle_only, complete_only: reading shows that it was not
  not_kept,         // the API confirmed the write, and the user is not as it was sent: `faults` says what differs
  unverified,       // the API confirmed the write, and reading the user back failed
  credentials,      // the key is not accepted
  gave_up,          // retries are used up
  unsettled,        // a write was sent, its answer lost, and it could not be settled by reading
  stopped           // not sent
};

struct PageFacts {
  std::uint64_t page = 0;
  std::optional<std::uint64_t> count;  // users in the directory, as declared
  std::optional<std::uint64_t> last;   // the last page's number, as declared; from 1
  std::string next;                    // what the page after this one is asked for by; empty: this was the last
};

struct Sample;  // sample.hpp

struct Done {
  Ticket ticket = 0;
  Status status = Status::ok;
  std::optional<model::Users>
      users;  // reads: those found; attributes that the answer lacks are unknown in a listing, clear in a full read
  PageFacts page;                        // ListPage and FindByName only
  std::shared_ptr<const Sample> sample;  // ReadSample only
  std::string user_id;                   // CreateUser: the new user's
  bool unusable = false;             // an answer came, or would have, and was refused here: its size, its certificate
  bool sent = false;                 // writes: at least one request that writes went out
  bool read_back = false;            // writes that are ok: a read has shown all of it that can be read
  bool in_doubt = false;             // writes: one may have been carried out, and reading could not tell
  unsigned attempts = 0;             // writes: requests that wrote; reads: requests
  std::uint16_t http_status = 0;     // of the last answer that decided
  std::string message;               // what went wrong, in one sentence
  std::vector<model::Fault> faults;  // a refused write: what the API says of single attributes that were sent
  std::vector<model::Warning> warnings;
  std::vector<std::string> request_ids;
};

class Directory {
 public:
  virtual ~Directory() = default;
  virtual Ticket start(Operation operation) = 0;
  // What is done by now; waits up to `max` if nothing is. Empty if nothing is under way, the time ran out or the wait
  // was interrupted.
  virtual std::vector<Done> wait(base::Duration max) = 0;
  virtual std::size_t under_way() const = 0;
  // Sends nothing more; what is in flight finishes.
  virtual void stop(const std::string& why) = 0;
  // Why nothing is sent any more, if so: stop(), or a server that asks for a longer wait than was allowed.
  virtual const std::optional<std::string>& stopped() const = 0;
};

}  // namespace rostersync::directory
