#include "directory/find_created.hpp"

#include <fmt/format.h>

#include <utility>

namespace rostersync::directory {

namespace {

Done unverified(std::string message) {
  Done done;
  done.status = Status::unverified;
  done.message = std::move(message);
  return done;
}

const std::string& name_of_key(const Exchange& exchange) {
  return exchange.schema()[exchange.schema().key].name;
}

}  // namespace

// A search may be slow to show what was just made.
void FindCreated::begin(Exchange& exchange) {
  looking_ = make_read(FindUser{key_}, looks_ == 0 ? base::Duration{} : exchange.pause(looks_));
  ++looks_;
  looking_->begin(exchange);
}

std::optional<Done> FindCreated::on_answer(const http::Answer& answer, Exchange& exchange) {
  auto seen = looking_->on_answer(answer, exchange);
  if (!seen) return std::nullopt;
  const bool to_be_gone_on_with = seen->status == Status::stopped || seen->status == Status::credentials;
  if (to_be_gone_on_with) {
    seen->message = fmt::format("created, and looking for the new user failed: {}", seen->message);
    return left_in_doubt(std::move(*seen));
  }
  if (!seen->users) return not_yet(seen->message, exchange);
  if (seen->users->size() == 0) return not_yet({}, exchange);
  if (seen->users->size() > 1) {
    return unverified(
        fmt::format("the API confirmed the create, and now several users have this {}", name_of_key(exchange)));
  }
  Done done;
  done.user_id = std::string(seen->users->text(0, model::id_attribute));
  return done;
}

std::optional<Done> FindCreated::not_yet(const std::string& trouble, Exchange& exchange) {
  if (looks_ <= exchange.persistence().retries) {
    begin(exchange);
    return std::nullopt;
  }
  return unverified(fmt::format("the API confirmed the create, and the new user could not be found by {}{}{}",
                                name_of_key(exchange), trouble.empty() ? "" : ": ", trouble));
}

}  // namespace rostersync::directory
