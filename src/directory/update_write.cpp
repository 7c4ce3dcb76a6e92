#include "directory/update_write.hpp"

#include <fmt/format.h>

#include <utility>

namespace rostersync::directory {

void UpdateWrite::begin(Exchange& exchange) {
  const base::Duration delay = sends_ == 0 ? base::Duration{} : exchange.pause(sends_);
  ++sends_;
  preparing_ = exchange.wire().update.whole;
  exchange.send(preparing_ ? exchange.requests().read(user_id_) : exchange.requests().update(user_id_, changes_),
                delay);
}

void UpdateWrite::begin_after_interruption(Proof seen, Exchange& exchange) {
  doubt_ = "it may have been sent before the run was interrupted";
  seen_ = seen;
  may_still_arrive_ = true;
  begin(exchange);
}

std::optional<Done> UpdateWrite::on_answer(const http::Answer& answer, Exchange& exchange) {
  if (preparing_) return prepared(answer, exchange);
  if (!reading_) return sent(answer, exchange);
  auto read = reading_->on_answer(answer, exchange);
  if (!read) return std::nullopt;
  reading_.reset();
  return settled(std::move(*read), exchange);
}

std::optional<Done> UpdateWrite::prepared(const http::Answer& answer, Exchange& exchange) {
  if (succeeded(answer)) {
    if (auto user = exchange.answers().user_object(answer.response)) {
      preparing_ = false;
      exchange.send(exchange.requests().update_whole(user_id_, std::move(*user), changes_), {});
      return std::nullopt;
    }
    if (++senseless_ <= exchange.persistence().retries) {
      exchange.send(exchange.requests().read(user_id_), exchange.pause(senseless_));
      return std::nullopt;
    }
  }
  Done done = succeeded(answer) ? senseless(answer, senseless_, ReadUser{user_id_}, exchange.wire())
                                : failed(answer, exchange.answers());
  if (http_status_ == 0) http_status_ = done.http_status;
  const bool is_final = done.status == Status::absent || doubt_.empty();
  if (done.status != Status::stopped && done.status != Status::absent) {
    done.message = fmt::format("not sent, because reading the user first failed: {}", done.message);
  }
  if (!is_final) done.message = fmt::format("{}, and {}", doubt_, done.message);
  return finish(is_final ? std::move(done) : left_in_doubt(std::move(done)));
}

// An API that answers with the user as written shows at once what it did not keep.
std::optional<Done> UpdateWrite::confirmed(const http::Response& response, Exchange& exchange) {
  if (!exchange.wire().update.user) return finish(Done{});
  const auto user = exchange.answers().written_user(response);
  if (!user) {
    doubt_ = "its answer does not show the user as written";
    read_back(exchange, {});
    return std::nullopt;
  }
  const Changes differ = not_kept(exchange.schema(), changes_, {&*user, 0});
  return finish(differ.empty() ? Done{} : not_kept(Done{}, differ, {&*user, 0}, exchange.schema()));
}

std::optional<Done> UpdateWrite::sent(const http::Answer& answer, Exchange& exchange) {
  attempts_ += answer.attempts;
  http_status_ = static_cast<std::uint16_t>(answer.response.status);
  if (const std::string id = request_id(answer.response); !id.empty()) request_ids_.push_back(id);
  const bool senseless = succeeded(answer) && !exchange.answers().is_json(answer.response);
  if (succeeded(answer) && !senseless) return confirmed(answer.response, exchange);
  Done done = failed(answer, exchange.answers());
  if (tells_nothing(answer) || senseless) {
    doubt_ = fmt::format("its answer was lost ({})", senseless ? "an answer that was cut off" : done.message);
    may_still_arrive_ = may_still_arrive_ || answer.response.failure == http::Failure::timed_out;
    read_back(exchange, {});
    return std::nullopt;
  }
  if (done.status == Status::gave_up) return give_up(std::move(done), exchange);
  const bool to_be_gone_on_with = done.status == Status::stopped || done.status == Status::credentials;
  if (doubt_.empty() || !to_be_gone_on_with) return finish(std::move(done));
  done.message = fmt::format("{}, and it was not sent again: {}", doubt_, done.message);
  return finish(left_in_doubt(std::move(done)));
}

void UpdateWrite::read_back(Exchange& exchange, base::Duration delay) {
  reading_ = make_read(ReadUser{user_id_}, delay);
  reading_->begin(exchange);
}

std::optional<Done> UpdateWrite::settled(Done read, Exchange& exchange) {
  if (read.users) {
    seen_ = proof_in(exchange.schema(), changes_, {&*read.users, 0});
    if (seen_ != Proof::carried_out) return send_again(exchange);
    http_status_ = read.http_status;
    Done done;
    done.read_back = true;
    return finish(std::move(done));
  }
  read.message = fmt::format("{}, and reading the user back failed: {}", doubt_, read.message);
  return finish(read.status == Status::absent ? std::move(read) : left_in_doubt(std::move(read)));
}

std::optional<Done> UpdateWrite::send_again(Exchange& exchange) {
  if (sends_ <= exchange.persistence().retries) {
    begin(exchange);
    return std::nullopt;
  }
  Done done;
  done.status = Status::gave_up;
  done.message = fmt::format("not carried out in {} attempts; of the last, {}", attempts_, doubt_);
  return give_up(std::move(done), exchange);
}

// Only where it is certain that nothing of it was, or will be, carried out.
std::optional<Done> UpdateWrite::give_up(Done done, Exchange& exchange) {
  if (std::exchange(may_still_arrive_, false)) {
    read_back(exchange, exchange.persistence().timeout);
    return std::nullopt;
  }
  if (seen_ != Proof::none) return finish(std::move(done));
  done.message = fmt::format("{}, and nothing that can be read tells whether it was carried out", doubt_);
  return finish(left_in_doubt(std::move(done)));
}

Done UpdateWrite::finish(Done done) const {
  done.sent = attempts_ > 0;
  done.attempts = attempts_;
  if (http_status_ != 0) done.http_status = http_status_;
  done.user_id = user_id_;
  done.request_ids = request_ids_;
  done.users.reset();
  return done;
}

}  // namespace rostersync::directory
