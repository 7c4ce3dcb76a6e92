// Writing an update until it is known to have been carried out or refused. One whose answer is lost is settled by
// reading the user before it is sent again. Of an API that replaces all there is, the user is read before each send.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/operation.hpp"
#include "directory/proof.hpp"

namespace rostersync::directory {

class UpdateWrite {
 public:
  // `changes` must outlive it.
  UpdateWrite(std::string user_id, const Changes& changes) : user_id_(std::move(user_id)), changes_(changes) {}

  void begin(Exchange& exchange);
  // Likewise, where an earlier process may have sent it, and a read has just shown this of it.
  void begin_after_interruption(Proof seen, Exchange& exchange);
  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange);

 private:
  std::optional<Done> prepared(const http::Answer& answer, Exchange& exchange);
  std::optional<Done> sent(const http::Answer& answer, Exchange& exchange);
  std::optional<Done> confirmed(const http::Response& response, Exchange& exchange);
  void read_back(Exchange& exchange, base::Duration delay);
  std::optional<Done> settled(Done read, Exchange& exchange);
  std::optional<Done> send_again(Exchange& exchange);
  std::optional<Done> give_up(Done done, Exchange& exchange);
  Done finish(Done done) const;

  std::string user_id_;
  const Changes& changes_;
  std::unique_ptr<OperationState> reading_;  // while it is being settled
  bool preparing_ = false;                   // the user is read, to be sent as a whole
  unsigned senseless_ = 0;                   // answers to that which made no sense
  std::optional<Proof> seen_;      // what reading last showed of what left without an answer; nothing: none did
  std::string doubt_;              // why it may have been carried out, in words; empty: it cannot have been
  bool may_still_arrive_ = false;  // a send ended by the clock, and was looked for at once only
  unsigned sends_ = 0;             // that reading found not carried out, and the one under way
  unsigned attempts_ = 0;          // requests that wrote
  std::uint16_t http_status_ = 0;
  std::vector<std::string> request_ids_;
};

}  // namespace rostersync::directory
