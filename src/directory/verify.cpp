// Reading back what the API has confirmed. An API may be slow to show what it took, so nobody is called different, or
// gone, by one read alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "directory/operation.hpp"
#include "directory/proof.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

namespace {

std::string shown(const model::Attribute& attribute, model::Presence presence, std::string_view text) {
  if (presence != model::Presence::value) return "nothing";
  return model::json_from_canonical(attribute, text).dump(-1, ' ', false, json::Json::error_handler_t::replace);
}

class Verified final : public OperationState {
 public:
  Verified(std::unique_ptr<OperationState> write, const model::Change& change)
      : write_(std::move(write)), change_(change) {}

  void begin(Exchange& exchange) override { write_->begin(exchange); }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    if (reading_) return seen(reading_->on_answer(answer, exchange), exchange);
    auto done = write_->on_answer(answer, exchange);
    if (!done) return std::nullopt;
    if (done->status != Status::ok || !done->sent || done->read_back) return done;
    written_ = std::move(*done);
    read({}, exchange);
    return std::nullopt;
  }

 private:
  void read(base::Duration delay, Exchange& exchange) {
    ++reads_;
    reading_ = make_read(ReadUser{written_.user_id}, delay);
    reading_->begin(exchange);
  }

  std::optional<Done> seen(std::optional<Done> read_back, Exchange& exchange) {
    if (!read_back) return std::nullopt;
    const bool absent = read_back->status == Status::absent;
    if (!absent && !read_back->users) return unseen(std::move(*read_back));
    Changes differ;
    if (!absent) differ = not_kept(exchange.schema(), change_.attributes, {&*read_back->users, 0});
    if (!absent && differ.empty()) {
      written_.read_back = true;
      return std::move(written_);
    }
    if (reads_ == 1) {
      read(exchange.persistence().back_off, exchange);
      return std::nullopt;
    }
    if (absent) {
      written_.status = Status::not_kept;
      written_.message = "the API confirmed the write, and says now that there is no such user";
      return std::move(written_);
    }
    return not_kept(std::move(written_), differ, {&*read_back->users, 0}, exchange.schema());
  }

  // The write stands, whatever became of the look at it: nobody may send it again.
  Done unseen(Done failed) {
    if (failed.status == Status::stopped) {
      written_.warnings.push_back(
          {"unverified", reads_ == 1 ? "confirmed by the API, and not read back, because the run stopped"
                                     : "confirmed by the API; reading back did not show it yet, and the run stopped"});
      return std::move(written_);
    }
    written_.status = Status::unverified;
    written_.message = fmt::format("the API confirmed the write, and reading the user back failed: {}", failed.message);
    if (failed.http_status != 0) written_.http_status = failed.http_status;
    return std::move(written_);
  }

  std::unique_ptr<OperationState> write_;
  const model::Change& change_;
  Done written_;
  std::unique_ptr<OperationState> reading_;  // once the write is confirmed
  unsigned reads_ = 0;
};

}  // namespace

Done not_kept(Done done, const Changes& differ, model::UserView user, const model::Schema& schema) {
  std::vector<std::string> words;
  for (const model::AttributeChange& sent : differ) {
    const model::Attribute& attribute = schema[sent.attribute];
    done.faults.push_back(
        {"not_kept", attribute.name,
         fmt::format("{} was sent, and {} is there", shown(attribute, sent.after_presence, sent.after),
                     shown(attribute, user.presence(sent.attribute), user.text(sent.attribute)))});
    words.push_back(fmt::format("{}: {}", attribute.name, done.faults.back().message));
  }
  done.status = Status::not_kept;
  done.message = fmt::format("the API confirmed the write, and did not keep it: {}", fmt::join(words, "; "));
  return done;
}

std::unique_ptr<OperationState> make_verified(std::unique_ptr<OperationState> write, const model::Change& change) {
  return std::make_unique<Verified>(std::move(write), change);
}

}  // namespace rostersync::directory
