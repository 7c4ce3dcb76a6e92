// Reading operations. The dispatcher repeats what failed on the way; here an answer that arrives whole but makes no
// sense (a proxy's page, a document cut off before it was compressed) is asked for again.
#include <fmt/format.h>

#include "directory/complaint.hpp"
#include "directory/operation.hpp"
#include "directory/sample.hpp"

namespace rostersync::directory {

bool succeeded(const http::Answer& answer) {
  return answer.verdict == http::Verdict::answered && answer.response.status >= 200 && answer.response.status < 300;
}

bool tells_nothing(const http::Answer& answer) {
  const bool server_fault = answer.verdict == http::Verdict::answered && answer.response.status >= 500;
  return answer.verdict == http::Verdict::unknown || server_fault;
}

namespace {

Status status_of(profile::Meaning meaning) {
  switch (meaning) {
    case profile::Meaning::credentials:
      return Status::credentials;
    case profile::Meaning::absent:
      return Status::absent;
    case profile::Meaning::exists:
      return Status::exists;
    case profile::Meaning::row:
      break;
  }
  return Status::refused;
}

}  // namespace

Done failed(const http::Answer& answer, const Answers& answers) {
  Done done;
  done.http_status = static_cast<std::uint16_t>(answer.response.status);
  if (answer.verdict == http::Verdict::stopped) {
    done.status = Status::stopped;
    done.message = "not sent, because the run stopped";
    return done;
  }
  done.unusable =
      answer.response.failure == http::Failure::too_large || answer.response.failure == http::Failure::insecure;
  if (answer.verdict == http::Verdict::no_session || answer.verdict == http::Verdict::not_accepted) {
    done.status = answer.verdict == http::Verdict::not_accepted ? Status::credentials : Status::gave_up;
    done.message = answer.response.detail;
    return done;
  }
  if (answer.response.failure != http::Failure::none || answer.response.status == 0) {
    done.status = Status::gave_up;
    done.message = fmt::format("no {}answer after {} attempt{}: {}", done.unusable ? "usable " : "", answer.attempts,
                               answer.attempts == 1 ? "" : "s", answer.response.detail);
    return done;
  }
  const ErrorAnswer error = answers.error(answer.response);
  done.message = error.message;
  for (const auto& [name, words] : error.fields) done.faults.push_back({"refused", name, words});
  if (answer.verdict == http::Verdict::gave_up) {
    done.status = Status::gave_up;
    done.message += fmt::format(" (after {} attempts)", answer.attempts);
  } else {
    done.status = status_of(error.meaning);
  }
  return done;
}

Done senseless(const http::Answer& last, unsigned asked, const Operation& operation, const profile::Wire& wire) {
  Done done;
  done.status = Status::gave_up;
  done.http_status = static_cast<std::uint16_t>(last.response.status);
  done.message = fmt::format("HTTP {} {} (asked {} times)", last.response.status,
                             complaint(wire, operation, last.response), asked);
  return done;
}

Done left_in_doubt(Done done) {
  done.in_doubt = true;
  if (done.status != Status::credentials) done.status = Status::unsettled;
  return done;
}

namespace {

class Read final : public OperationState {
 public:
  Read(Operation operation, base::Duration delay) : operation_(std::move(operation)), delay_(delay) {}

  void begin(Exchange& exchange) override { exchange.send(request(exchange), delay_); }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    attempts_ += answer.attempts;
    std::optional<Done> done =
        succeeded(answer) ? understood(answer.response, exchange) : not_answered(answer, exchange);
    if (!done && ++senseless_ <= exchange.persistence().retries) {
      exchange.send(request(exchange), exchange.pause(senseless_));
      return std::nullopt;
    }
    if (!done) done = senseless(answer, senseless_, operation_, exchange.wire());
    done->attempts = attempts_;
    done->http_status = static_cast<std::uint16_t>(answer.response.status);
    return done;
  }

 private:
  http::Request request(const Exchange& exchange) const {
    const Requests& requests = exchange.requests();
    if (const auto* list = std::get_if<ListPage>(&operation_)) return requests.list(*list);
    if (const auto* read = std::get_if<ReadUser>(&operation_)) return requests.read(read->id);
    if (std::holds_alternative<ReadSample>(operation_)) return requests.list({});
    if (const auto* named = std::get_if<FindByName>(&operation_)) {
      return requests.find_by_name(named->name, asked_for(*named));
    }
    return requests.own_user().value();
  }

  // Where nobody behind the credentials can be found, that is an answer too.
  Done not_answered(const http::Answer& answer, const Exchange& exchange) const {
    Done done = failed(answer, exchange.answers());
    const bool searched = std::holds_alternative<ReadOwnUser>(operation_) && exchange.wire().me.searches;
    if (searched && done.status == Status::absent) return {};
    return done;
  }

  static ListPage asked_for(const FindByName& named) { return {named.page, 0, named.after, 0}; }

  // What a 2xx answer says; nothing if it makes no sense.
  std::optional<Done> understood(const http::Response& response, const Exchange& exchange) const {
    const Answers& answers = exchange.answers();
    const profile::Wire& wire = exchange.wire();
    if (const auto* list = std::get_if<ListPage>(&operation_)) {
      return page_done(answers.page(wire.list, response, *list), wire.list, exchange);
    }
    if (const auto* named = std::get_if<FindByName>(&operation_)) {
      return page_done(answers.page(wire.find_name, response, asked_for(*named)), wire.find_name, exchange);
    }
    Done done;
    if (std::holds_alternative<ReadSample>(operation_)) {
      auto sample = sample_of(exchange.schema(), wire, answers, response);
      if (!sample) return std::nullopt;
      done.sample = std::make_shared<const Sample>(std::move(*sample));
      return done;
    }
    const bool own = std::holds_alternative<ReadOwnUser>(operation_);
    done.users = own ? answers.own_user(exchange.requests().own_name(), response) : answers.full_user(response);
    if (!done.users) return std::nullopt;
    return done;
  }

  Operation operation_;
  base::Duration delay_;
  unsigned attempts_ = 0;
  unsigned senseless_ = 0;
};

}  // namespace

std::optional<Done> page_done(std::optional<Answers::Page> page, const profile::ListOperation& list,
                              const Exchange& exchange) {
  if (!page) return std::nullopt;
  Done done;
  if (auto why = exchange.requests().foreign(list, page->facts.next)) {
    done.status = Status::gave_up;
    done.unusable = true;
    done.message = std::move(*why);
    return done;
  }
  done.users = std::move(page->users);
  done.page = std::move(page->facts);
  return done;
}

std::unique_ptr<OperationState> make_read(const Operation& operation, base::Duration delay) {
  if (const auto* find = std::get_if<FindUser>(&operation)) return make_find(*find, delay);
  return std::make_unique<Read>(operation, delay);
}

}  // namespace rostersync::directory
