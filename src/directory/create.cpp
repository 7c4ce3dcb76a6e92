// Creating a user, once. A create whose answer is lost is looked up by key before anything is sent again: found and
// equal, it was carried out; found and different, somebody else is there. What a create cannot carry follows in one
// completing update.
#include <fmt/format.h>

#include "directory/operation.hpp"
#include "directory/update.hpp"

namespace rostersync::directory {

namespace {

class Create final : public OperationState {
 public:
  explicit Create(const model::Change& change) : change_(change) {}

  void begin(Exchange& exchange) override {
    split(exchange.schema());
    send(exchange, {});
  }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    switch (stage_) {
      case Stage::creating:
        return created(answer, exchange);
      case Stage::finding:
        return found(answer, exchange);
      case Stage::reading:
        return read(answer, exchange);
      case Stage::completing:
        return completed(answer, exchange);
    }
    return std::nullopt;
  }

 private:
  enum class Stage { creating, finding, reading, completing };

  void split(const model::Schema& schema) {
    for (const auto& attribute : change_.attributes) {
      (schema[attribute.attribute].on_create ? at_once_ : afterwards_).push_back(attribute);
    }
  }

  void send(Exchange& exchange, base::Duration delay) {
    stage_ = Stage::creating;
    ++sends_;
    exchange.send(exchange.requests().create(at_once_), delay);
  }

  void look_up(Exchange& exchange, base::Duration delay) {
    stage_ = Stage::finding;
    exchange.send(exchange.requests().find(change_.key), delay);
  }

  std::optional<Done> created(const http::Answer& answer, Exchange& exchange) {
    attempts_ += answer.attempts;
    http_status_ = static_cast<std::uint16_t>(answer.response.status);
    refusal_.reset();
    looks_ = 0;
    timed_out_ = answer.response.failure == http::Failure::timed_out;
    if (const std::string id = request_id(answer.response); !id.empty()) request_ids_.push_back(id);
    if (succeeded(answer)) {
      if (const auto id = exchange.answers().created_id(answer.response)) return complete(*id, exchange);
      return doubtful("an answer without the new user's id", exchange);
    }
    Done done = failed(answer, exchange.answers());
    if (tells_nothing(answer)) return doubtful(done.message, exchange);
    const int status = answer.response.status;
    const bool may_be_there = done.status == Status::exists ||
                              (done.status == Status::refused && (status == 400 || status == 409 || status == 422));
    if (!may_be_there) return finish(std::move(done));
    refusal_ = std::move(done);
    look_up(exchange, {});
    return std::nullopt;
  }

  std::optional<Done> doubtful(std::string trouble, Exchange& exchange) {
    in_doubt_ = true;
    last_trouble_ = std::move(trouble);
    look_up(exchange, {});
    return std::nullopt;
  }

  std::optional<Done> found(const http::Answer& answer, Exchange& exchange) {
    std::optional<model::Users> users;
    if (succeeded(answer)) {
      users = exchange.answers().found(change_.key, answer.response);
      if (!users && ++senseless_ <= exchange.persistence().retries) {
        look_up(exchange, exchange.pause(senseless_));
        return std::nullopt;
      }
    }
    if (!users) return unreadable(answer, exchange);
    if (users->size() == 0) return not_there(exchange);
    found_id_ = std::string(users->text(0, model::id_attribute));
    if (!in_doubt_) return refused_as_there();
    stage_ = Stage::reading;
    exchange.send(exchange.requests().read(found_id_), {});
    return std::nullopt;
  }

  std::optional<Done> not_there(Exchange& exchange) {
    if (refusal_) return finish(std::move(*refusal_));
    if (timed_out_ && ++looks_ < 2) {  // it may still be on its way
      look_up(exchange, exchange.persistence().timeout);
      return std::nullopt;
    }
    if (sends_ <= exchange.persistence().retries) {
      send(exchange, exchange.pause(sends_));
      return std::nullopt;
    }
    Done done;
    done.status = Status::gave_up;
    done.message = fmt::format("not created in {} attempts; the last: {}", attempts_, last_trouble_);
    return finish(std::move(done));
  }

  Done refused_as_there() {
    Done done = std::move(*refusal_);
    done.status = Status::exists;
    done.user_id = found_id_;
    return finish(std::move(done));
  }

  std::optional<Done> read(const http::Answer& answer, Exchange& exchange) {
    std::optional<model::Users> user;
    if (succeeded(answer)) {
      user = exchange.answers().full_user(answer.response);
      if (!user && ++senseless_ <= exchange.persistence().retries) {
        exchange.send(exchange.requests().read(found_id_), exchange.pause(senseless_));
        return std::nullopt;
      }
    }
    if (!user) return unreadable(answer, exchange);
    http_status_ = static_cast<std::uint16_t>(answer.response.status);
    if (carried_out(exchange.schema(), at_once_, {&*user, 0}).value_or(false)) return complete(found_id_, exchange);
    Done done;
    done.status = Status::differs;
    done.user_id = found_id_;
    done.message = fmt::format(
        "the answer to its create was lost ({}), and the user who is there now is not as it was sent", last_trouble_);
    return finish(std::move(done));
  }

  Done unreadable(const http::Answer& answer, Exchange& exchange) {
    Done done = failed(answer, exchange.answers());
    if (!in_doubt_) return finish(done.status == Status::credentials ? std::move(done) : std::move(*refusal_));
    done.in_doubt = true;
    if (done.status != Status::credentials) done.status = Status::unsettled;
    done.message = fmt::format("the answer to its create was lost ({}), and looking it up failed: {}", last_trouble_,
                               done.message);
    return finish(std::move(done));
  }

  std::optional<Done> complete(const std::string& id, Exchange& exchange) {
    created_id_ = id;
    if (afterwards_.empty()) return finish(Done{});
    stage_ = Stage::completing;
    completion_.emplace(id, afterwards_);
    completion_->begin(exchange);
    return std::nullopt;
  }

  std::optional<Done> completed(const http::Answer& answer, Exchange& exchange) {
    auto done = completion_->on_answer(answer, exchange);
    if (!done) return std::nullopt;
    attempts_ += done->attempts;
    if (done->http_status != 0) http_status_ = done->http_status;
    request_ids_.insert(request_ids_.end(), done->request_ids.begin(), done->request_ids.end());
    if (done->status != Status::ok) {
      done->message =
          fmt::format("created as {}, but what a create cannot carry was not set: {}", created_id_, done->message);
      if (done->status == Status::absent || done->status == Status::exists) done->status = Status::refused;
      if (done->status == Status::stopped) done->status = Status::unsettled;
    }
    return finish(std::move(*done));
  }

  Done finish(Done done) const {
    done.sent = attempts_ > 0;
    done.attempts = attempts_;
    if (http_status_ != 0) done.http_status = http_status_;
    if (!created_id_.empty()) done.user_id = created_id_;
    done.request_ids = request_ids_;
    return done;
  }

  const model::Change& change_;
  std::vector<model::AttributeChange> at_once_;
  std::vector<model::AttributeChange> afterwards_;
  Stage stage_ = Stage::creating;
  std::optional<UpdateWrite> completion_;
  std::optional<Done> refusal_;
  bool in_doubt_ = false;   // some send of this create may have been carried out
  bool timed_out_ = false;  // the last send ended by the clock
  unsigned looks_ = 0;
  unsigned sends_ = 0;
  unsigned attempts_ = 0;
  unsigned senseless_ = 0;
  std::uint16_t http_status_ = 0;
  std::string last_trouble_;
  std::string found_id_;
  std::string created_id_;
  std::vector<std::string> request_ids_;
};

}  // namespace

std::unique_ptr<OperationState> make_create(const CreateUser& operation) {
  return std::make_unique<Create>(*operation.change);
}

}  // namespace rostersync::directory
