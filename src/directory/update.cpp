#include "directory/update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hpp"

namespace rostersync::directory {

std::optional<bool> carried_out(const model::Schema& schema, const std::vector<model::AttributeChange>& changes,
                                model::UserView user) {
  bool any = false;
  for (const model::AttributeChange& change : changes) {
    const model::Attribute& attribute = schema[change.attribute];
    if (!attribute.readable) continue;
    any = true;
    const auto now = model::effective(attribute, user.presence(change.attribute), user.text(change.attribute));
    const auto wanted = model::effective(attribute, change.after_presence, change.after);
    if (!model::same_meaning(attribute, wanted.presence, wanted.text, now.presence, now.text)) return false;
  }
  if (!any) return std::nullopt;
  return true;
}

void UpdateWrite::begin(Exchange& exchange) {
  stage_ = Stage::sending;
  ++sends_;
  exchange.send(exchange.requests().update(user_id_, changes_),
                sends_ == 1 ? base::Duration{} : exchange.pause(sends_ - 1));
}

std::optional<Done> UpdateWrite::on_answer(const http::Answer& answer, Exchange& exchange) {
  return stage_ == Stage::sending ? sent(answer, exchange) : settled(answer, exchange);
}

std::optional<Done> UpdateWrite::sent(const http::Answer& answer, Exchange& exchange) {
  attempts_ += answer.attempts;
  http_status_ = static_cast<std::uint16_t>(answer.response.status);
  if (const std::string id = request_id(answer.response); !id.empty()) request_ids_.push_back(id);
  const bool senseless = succeeded(answer) && !exchange.answers().is_json(answer.response);
  if (tells_nothing(answer) || senseless) {
    last_trouble_ = senseless ? "an answer that was cut off" : failed(answer, exchange.answers()).message;
    stage_ = Stage::settling;
    exchange.send(exchange.requests().read(user_id_), {});
    return std::nullopt;
  }
  return finish(succeeded(answer) ? Done{} : failed(answer, exchange.answers()));
}

std::optional<Done> UpdateWrite::settled(const http::Answer& answer, Exchange& exchange) {
  if (succeeded(answer)) {
    const auto user = exchange.answers().full_user(answer.response);
    if (!user && ++senseless_ <= exchange.persistence().retries) {
      exchange.send(exchange.requests().read(user_id_), exchange.pause(senseless_));
      return std::nullopt;
    }
    if (user) {
      if (!shows_in(exchange.schema(), {&*user, 0})) return send_again(exchange);
      http_status_ = static_cast<std::uint16_t>(answer.response.status);
      return finish(Done{});
    }
  }
  Done done = failed(answer, exchange.answers());
  done.in_doubt = done.status != Status::absent;
  if (done.status != Status::credentials && done.status != Status::absent) done.status = Status::unsettled;
  done.message =
      fmt::format("its answer was lost ({}), and reading the user back failed: {}", last_trouble_, done.message);
  return finish(std::move(done));
}

// Whether reading proves that it was carried out. Where nothing is known of before, as after a create, a value that is
// there proves nothing of one that cannot be read.
bool UpdateWrite::shows_in(const model::Schema& schema, model::UserView user) const {
  const bool known_before = std::any_of(changes_.begin(), changes_.end(), [&](const model::AttributeChange& change) {
    return schema[change.attribute].readable && change.before_presence != model::Presence::absent;
  });
  const bool all_readable = std::all_of(changes_.begin(), changes_.end(), [&](const model::AttributeChange& change) {
    return schema[change.attribute].readable;
  });
  return (known_before || all_readable) && carried_out(schema, changes_, user).value_or(false);
}

std::optional<Done> UpdateWrite::send_again(Exchange& exchange) {
  if (sends_ <= exchange.persistence().retries) {
    begin(exchange);
    return std::nullopt;
  }
  Done done;
  done.status = Status::gave_up;
  done.message = fmt::format("not carried out in {} attempts; the last: {}", attempts_, last_trouble_);
  return finish(std::move(done));
}

Done UpdateWrite::finish(Done done) const {
  done.sent = attempts_ > 0;
  done.attempts = attempts_;
  if (http_status_ != 0) done.http_status = http_status_;
  done.user_id = user_id_;
  done.request_ids = request_ids_;
  return done;
}

namespace {

class Update final : public OperationState {
 public:
  explicit Update(const model::Change& change) : write_(change.user_id, change.attributes) {}
  void begin(Exchange& exchange) override { write_.begin(exchange); }
  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    return write_.on_answer(answer, exchange);
  }

 private:
  UpdateWrite write_;
};

}  // namespace

std::unique_ptr<OperationState> make_update(const UpdateUser& operation) {
  return std::make_unique<Update>(*operation.change);
}

}  // namespace rostersync::directory
