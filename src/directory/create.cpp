// Creating a user, once. A create that may have been carried out is looked up by key before anything is sent: found and
// equal, it was; found and different, somebody else is there. What a create cannot carry follows in one completing
// update, unless reading has shown that it is there already.
#include <fmt/format.h>

#include <utility>

#include "directory/find_created.hpp"
#include "directory/operation.hpp"
#include "directory/proof.hpp"
#include "directory/update_write.hpp"

namespace rostersync::directory {

namespace {

class Create final : public OperationState {
 public:
  explicit Create(const CreateUser& operation) : operation_(operation), change_(*operation.change) {}

  void begin(Exchange& exchange) override {
    for (const auto& attribute : change_.attributes) {
      (exchange.schema()[attribute.attribute].on_create ? at_once_ : afterwards_).push_back(attribute);
    }
    if (operation_.approach == Approach::send) return send(exchange);
    if (operation_.approach != Approach::check_first) {
      doubt_ = "its create may have been sent before the run was interrupted";
      may_still_arrive_ = operation_.may_still_arrive;
    }
    look_up(exchange, {});
  }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    if (completion_) return completed(completion_->on_answer(answer, exchange));
    if (finding_) return seen_created(finding_->on_answer(answer, exchange), exchange);
    if (!looking_) return created(answer, exchange);
    auto seen = looking_->on_answer(answer, exchange);
    if (!seen) return std::nullopt;
    looking_.reset();
    if (!seen->users) return unseen(std::move(*seen));
    if (sends_ == 0 || !found_id_.empty()) http_status_ = seen->http_status;  // else the send's own says more
    return found_id_.empty() ? found(*seen->users, exchange) : read({&*seen->users, 0}, exchange);
  }

 private:
  void send(Exchange& exchange) {
    ++sends_;
    exchange.send(exchange.requests().create(at_once_), sends_ == 1 ? base::Duration{} : exchange.pause(sends_ - 1));
  }

  void look_up(Exchange& exchange, base::Duration delay) {
    found_id_.clear();
    looking_ = make_read(FindUser{change_.key}, delay);
    looking_->begin(exchange);
  }

  std::optional<Done> created(const http::Answer& answer, Exchange& exchange) {
    attempts_ += answer.attempts;
    http_status_ = static_cast<std::uint16_t>(answer.response.status);
    refusal_.reset();
    if (const std::string id = request_id(answer.response); !id.empty()) request_ids_.push_back(id);
    if (succeeded(answer)) {
      if (exchange.wire().create.names == profile::Names::nobody) return created_somebody(answer, exchange);
      if (const auto id = exchange.answers().created_id(answer.response)) return complete(*id, exchange);
      return lost("an answer without the new user's id", exchange.persistence().timeout, exchange);
    }
    Done done = failed(answer, exchange.answers());
    if (tells_nothing(answer)) {
      const bool by_the_clock = answer.response.failure == http::Failure::timed_out;
      return lost(done.message, by_the_clock ? exchange.persistence().timeout : base::Duration{}, exchange);
    }
    const int status = answer.response.status;
    const bool may_be_there = done.status == Status::exists ||
                              (done.status == Status::refused && (status == 400 || status == 409 || status == 422));
    if (!may_be_there) return not_sent(std::move(done));
    refusal_ = std::move(done);
    look_up(exchange, {});
    return std::nullopt;
  }

  // By an API that does not say whom: it may say nothing at all, but a page of a proxy confirms nothing.
  std::optional<Done> created_somebody(const http::Answer& answer, Exchange& exchange) {
    const bool confirmed = answer.response.body.empty() || exchange.answers().is_json(answer.response);
    if (confirmed) {
      finding_.emplace(change_.key).begin(exchange);
      return std::nullopt;
    }
    return lost("an answer that makes no sense", exchange.persistence().timeout, exchange);
  }

  std::optional<Done> seen_created(std::optional<Done> done, Exchange& exchange) {
    if (!done) return std::nullopt;
    finding_.reset();
    return done->status == Status::ok ? complete(done->user_id, exchange) : finish(std::move(*done));
  }

  std::optional<Done> lost(const std::string& trouble, base::Duration may_still_arrive, Exchange& exchange) {
    doubt_ = fmt::format("the answer to its create was lost ({})", trouble);
    may_still_arrive_ = may_still_arrive;
    look_up(exchange, {});
    return std::nullopt;
  }

  // The last send certainly was not carried out. Whoever goes on with a run that stops here must know that an earlier
  // one may yet have been.
  Done not_sent(Done done) const {
    const bool to_be_gone_on_with = done.status == Status::stopped || done.status == Status::credentials;
    if (doubt_.empty() || !to_be_gone_on_with) return finish(std::move(done));
    done.message = fmt::format("{}; nobody was found, and it was not sent again: {}", doubt_, done.message);
    return finish(left_in_doubt(std::move(done)));
  }

  std::optional<Done> found(const model::Users& users, Exchange& exchange) {
    if (users.size() == 0) return not_there(exchange);
    found_id_ = std::string(users.text(0, model::id_attribute));
    const bool may_be_as_asked = !doubt_.empty() || (operation_.approach == Approach::check_first && sends_ == 0);
    if (!may_be_as_asked) return is_there(exchange.schema());
    looking_ = make_read(ReadUser{found_id_});
    looking_->begin(exchange);
    return std::nullopt;
  }

  std::optional<Done> not_there(Exchange& exchange) {
    if (refusal_) return finish(std::move(*refusal_));
    if (may_still_arrive_ > base::Duration{}) {
      look_up(exchange, std::exchange(may_still_arrive_, {}));
      return std::nullopt;
    }
    const bool may_send =
        operation_.approach != Approach::complete_only && operation_.approach != Approach::settle_only;
    if (may_send && sends_ <= exchange.persistence().retries) {
      send(exchange);
      return std::nullopt;
    }
    Done done;
    done.status = may_send ? Status::gave_up : Status::not_carried_out;
    done.message = may_send ? fmt::format("not created in {} attempts; of the last, {}", attempts_, doubt_)
                            : "they were not created before the run was interrupted";
    return finish(std::move(done));
  }

  Done is_there(const model::Schema& schema) {
    Done done;
    if (refusal_) done = std::move(*refusal_);
    if (done.message.empty()) {
      done.message = fmt::format("not sent, because somebody has this {} now", schema[schema.key].name);
    }
    done.status = Status::exists;
    done.user_id = found_id_;
    return finish(std::move(done));
  }

  std::optional<Done> read(model::UserView user, Exchange& exchange) {
    if (doubt_.empty()) return read_before_sending(user, exchange.schema());
    if (carried_out(exchange.schema(), at_once_, user).value_or(false)) {
      const bool is_complete = proof_in(exchange.schema(), afterwards_, user) == Proof::carried_out;
      read_back_ = is_complete || afterwards_.empty();
      if (is_complete || operation_.approach == Approach::settle_only) afterwards_.clear();
      return complete(found_id_, exchange);
    }
    Done done;
    done.status = Status::differs;
    done.user_id = found_id_;
    done.message = fmt::format("{}, and the user who is there now is not as it was sent", doubt_);
    return finish(std::move(done));
  }

  // Nothing has left, and somebody has the key: whoever is as asked already, as far as can be seen, needs no create.
  Done read_before_sending(model::UserView user, const model::Schema& schema) {
    if (!carried_out(schema, change_.attributes, user).value_or(false)) return is_there(schema);
    Done done;
    done.user_id = found_id_;
    return finish(std::move(done));
  }

  // Looking failed.
  Done unseen(Done done) {
    if (!doubt_.empty()) {
      done.message = fmt::format("{}, and looking it up failed: {}", doubt_, done.message);
      return finish(left_in_doubt(std::move(done)));
    }
    if (refusal_) return finish(done.status == Status::credentials ? std::move(done) : std::move(*refusal_));
    if (done.status == Status::stopped) return finish(std::move(done));
    if (done.status == Status::absent || done.status == Status::exists) done.status = Status::refused;
    done.message = fmt::format("not sent, because looking up whether they are there failed: {}", done.message);
    return finish(std::move(done));
  }

  std::optional<Done> complete(const std::string& id, Exchange& exchange) {
    created_id_ = id;
    if (afterwards_.empty()) return finish(Done{});
    completion_.emplace(id, afterwards_);
    completion_->begin(exchange);
    return std::nullopt;
  }

  std::optional<Done> completed(std::optional<Done> done) {
    if (!done) return std::nullopt;
    attempts_ += done->attempts;
    if (done->http_status != 0) http_status_ = done->http_status;
    request_ids_.insert(request_ids_.end(), done->request_ids.begin(), done->request_ids.end());
    if (done->status == Status::ok) return finish(std::move(*done));
    done->message =
        fmt::format("created as {}, but what a create cannot carry was not set: {}", created_id_, done->message);
    if (done->status == Status::absent || done->status == Status::exists) done->status = Status::refused;
    const bool to_be_gone_on_with = done->status == Status::stopped || done->status == Status::credentials;
    return finish(to_be_gone_on_with ? left_in_doubt(std::move(*done)) : std::move(*done));
  }

  Done finish(Done done) const {
    done.sent = attempts_ > 0;
    done.read_back = read_back_;
    done.attempts = attempts_;
    if (http_status_ != 0) done.http_status = http_status_;
    if (!created_id_.empty()) done.user_id = created_id_;
    done.request_ids = request_ids_;
    return done;
  }

  CreateUser operation_;
  const model::Change& change_;
  Changes at_once_;
  Changes afterwards_;
  std::unique_ptr<OperationState> looking_;  // for somebody with this key, and then at them
  std::optional<FindCreated> finding_;       // for the one whom a confirmed create has made
  std::optional<UpdateWrite> completion_;
  std::optional<Done> refusal_;
  std::string doubt_;                  // why it may have been carried out, in words; empty: it cannot have been
  base::Duration may_still_arrive_{};  // how much later to look again, where nobody is found
  bool read_back_ = false;             // looking has shown the whole of it
  unsigned sends_ = 0;
  unsigned attempts_ = 0;
  std::uint16_t http_status_ = 0;
  std::string found_id_;
  std::string created_id_;
  std::vector<std::string> request_ids_;
};

}  // namespace

std::unique_ptr<OperationState> make_create(const CreateUser& operation) {
  return std::make_unique<Create>(operation);
}

}  // namespace rostersync::directory
