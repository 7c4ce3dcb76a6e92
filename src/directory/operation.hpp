// One operation in progress: a small state machine over the answers to its requests.
#pragma once

#include <memory>
#include <optional>

#include "directory/answers.hpp"
#include "directory/directory.hpp"
#include "directory/proof.hpp"
#include "directory/requests.hpp"
#include "http/dispatcher.hpp"

namespace rostersync::directory {

// How long an operation insists.
struct Persistence {
  unsigned retries = 5;  // sends beyond the first, of a write whose fate reading has settled as "not done"
  std::chrono::milliseconds timeout{30000};  // of one request: how long a lost write may still arrive
  std::chrono::milliseconds back_off{500};   // before the first further send; doubles, with jitter
  std::chrono::milliseconds longest{30000};
};

// What an operation may do: build requests, read answers, and send.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual void send(http::Request request, base::Duration delay) = 0;
  virtual const Requests& requests() const = 0;
  virtual const Answers& answers() const = 0;
  virtual const model::Schema& schema() const = 0;
  virtual const profile::Wire& wire() const = 0;
  virtual const Persistence& persistence() const = 0;
  // The jittered pause before the n-th further send (n from 1).
  virtual base::Duration pause(unsigned n) const = 0;
};

class OperationState {
 public:
  virtual ~OperationState() = default;
  // Sends the first request.
  virtual void begin(Exchange& exchange) = 0;
  // Takes the answer to the request in flight: either sends the next one (nothing) or is done.
  virtual std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) = 0;
};

// `delay`: before its first request. Its Done has `users` where an answer was understood, and only there.
std::unique_ptr<OperationState> make_read(const Operation& operation, base::Duration delay = {});
std::unique_ptr<OperationState> make_find(const FindUser& operation, base::Duration delay);
std::unique_ptr<OperationState> make_update(const UpdateUser& operation);
std::unique_ptr<OperationState> make_create(const CreateUser& operation);
// `write`, and then a look at what became of it. `change` must outlive it.
std::unique_ptr<OperationState> make_verified(std::unique_ptr<OperationState> write, const model::Change& change);

// Shared by the state machines: what an answer that is no success means.
Done failed(const http::Answer& answer, const Answers& answers);
bool succeeded(const http::Answer& answer);
// Of answers that are good by their status, and make no sense: after how many of them.
Done senseless(const http::Answer& last, unsigned asked, const Operation& operation, const profile::Wire& wire);
// A page as an operation answers it; nothing if it makes no sense. gave_up where the next one must not be asked for.
std::optional<Done> page_done(std::optional<Answers::Page> page, const profile::ListOperation& list,
                              const Exchange& exchange);
// Of a write that the API confirmed, and that these attributes of `user` show not to have been kept.
Done not_kept(Done done, const Changes& differ, model::UserView user, const model::Schema& schema);
// Of a write: whether it may have been carried out, for all that its answer says (a gateway's 524 comes after a
// commit).
bool tells_nothing(const http::Answer& answer);

// A write that ended while one of its requests may have been carried out: unsettled, unless the key is not accepted.
Done left_in_doubt(Done done);

}  // namespace rostersync::directory
