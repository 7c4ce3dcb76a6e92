// Updating a user: sent as planned, or only after a read has shown that it is still called for.
#include <fmt/format.h>

#include "directory/operation.hpp"
#include "directory/proof.hpp"
#include "directory/update_write.hpp"

namespace rostersync::directory {

namespace {

class Update final : public OperationState {
 public:
  explicit Update(const UpdateUser& operation)
      : change_(*operation.change), approach_(operation.approach), write_(change_.user_id, change_.attributes) {}

  void begin(Exchange& exchange) override {
    if (approach_ == Approach::send) return write_.begin(exchange);
    reading_ = make_read(ReadUser{change_.user_id});
    reading_->begin(exchange);
  }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    if (!reading_) return write_.on_answer(answer, exchange);
    auto read = reading_->on_answer(answer, exchange);
    if (!read) return std::nullopt;
    reading_.reset();
    if (!read->users) return finish(unread(std::move(*read)));
    const model::UserView user{&*read->users, 0};
    auto done = approach_ == Approach::check_first ? check(user, exchange) : settle(user, exchange);
    if (!done) return std::nullopt;
    done->http_status = read->http_status;
    return finish(std::move(*done));
  }

 private:
  // Nothing has left. What cannot be read back is certainly not there yet, whatever the rest looks like.
  std::optional<Done> check(model::UserView user, Exchange& exchange) {
    const model::Schema& schema = exchange.schema();
    const bool as_asked =
        all_readable(schema, change_.attributes) && carried_out(schema, change_.attributes, user).value_or(false);
    if (as_asked) return Done{};
    if (!as_planned(schema, change_, user)) return drifted(user, exchange);
    write_.begin(exchange);
    return std::nullopt;
  }

  // It may have been carried out. Of what proves nothing, a second time does no harm.
  std::optional<Done> settle(model::UserView user, Exchange& exchange) {
    const Proof proof = proof_in(exchange.schema(), change_.attributes, user);
    if (proof == Proof::carried_out) return Done{};
    if (proof == Proof::not_carried_out && !as_planned(exchange.schema(), change_, user)) {
      return drifted(user, exchange);
    }
    if (approach_ != Approach::settle_first) return not_carried_out();
    write_.begin_after_interruption(proof, exchange);
    return std::nullopt;
  }

  Done drifted(model::UserView user, const Exchange& exchange) const {
    Done done;
    done.status = Status::drifted;
    done.message = drift(exchange.schema(), change_, user);
    return done;
  }

  static Done not_carried_out() {
    Done done;
    done.status = Status::not_carried_out;
    done.message = "it was not carried out before the run was interrupted";
    return done;
  }

  Done unread(Done read) const {
    if (read.status == Status::absent) return read;
    if (approach_ == Approach::check_first) {
      if (read.status != Status::stopped) {
        read.message = fmt::format("not sent, because reading the user first failed: {}", read.message);
      }
      return read;
    }
    read.message = fmt::format(
        "it may have been sent before the run was interrupted, and reading the user back failed: {}", read.message);
    return left_in_doubt(std::move(read));
  }

  // Of what ends without a request that writes.
  Done finish(Done done) const {
    done.user_id = change_.user_id;
    done.attempts = 0;
    return done;
  }

  const model::Change& change_;
  Approach approach_;
  std::unique_ptr<OperationState> reading_;  // before anything is sent
  UpdateWrite write_;
};

}  // namespace

std::unique_ptr<OperationState> make_update(const UpdateUser& operation) {
  return std::make_unique<Update>(operation);
}

}  // namespace rostersync::directory
