// Reading operations. The dispatcher repeats what failed on the way; here an answer that arrives whole but makes no
// sense (a proxy's page, a document cut off before it was compressed) is asked for again.
#include <fmt/format.h>

#include "directory/operation.hpp"

namespace rostersync::directory {

bool succeeded(const http::Answer& answer) {
  return answer.verdict == http::Verdict::answered && answer.response.status >= 200 && answer.response.status < 300;
}

bool tells_nothing(const http::Answer& answer) {
  const bool server_fault = answer.verdict == http::Verdict::answered && answer.response.status >= 500;
  return answer.verdict == http::Verdict::unknown || server_fault;
}

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
  } else if (error.meaning == profile::Meaning::credentials) {
    done.status = Status::credentials;
  } else if (answer.response.status == 404) {
    done.status = Status::absent;
  } else {
    done.status = error.meaning == profile::Meaning::exists ? Status::exists : Status::refused;
  }
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
        succeeded(answer) ? understood(answer.response, exchange) : failed(answer, exchange.answers());
    if (!done && ++senseless_ <= exchange.persistence().retries) {
      exchange.send(request(exchange), exchange.pause(senseless_));
      return std::nullopt;
    }
    if (!done) {
      done = Done{};
      done->status = Status::gave_up;
      done->message = fmt::format("HTTP {} with a body that is not what this operation answers with (asked {} times)",
                                  answer.response.status, senseless_);
    }
    done->attempts = attempts_;
    done->http_status = static_cast<std::uint16_t>(answer.response.status);
    return done;
  }

 private:
  http::Request request(const Exchange& exchange) const {
    const Requests& requests = exchange.requests();
    if (const auto* list = std::get_if<ListPage>(&operation_)) return requests.list_page(list->page, list->size);
    if (const auto* read = std::get_if<ReadUser>(&operation_)) return requests.read(read->id);
    if (const auto* find = std::get_if<FindUser>(&operation_)) return requests.find(find->key);
    if (const auto* find = std::get_if<FindByName>(&operation_)) return requests.find_by_name(find->name, find->page);
    return requests.own_user();
  }

  // What a 2xx answer says; nothing if it makes no sense.
  std::optional<Done> understood(const http::Response& response, const Exchange& exchange) const {
    Done done;
    if (const auto* list = std::get_if<ListPage>(&operation_)) {
      if (!take_page(exchange.answers().page(exchange.wire().list, response), list->page, done)) return std::nullopt;
    } else if (const auto* named = std::get_if<FindByName>(&operation_)) {
      if (!take_page(exchange.answers().page(exchange.wire().find_name, response), named->page, done)) {
        return std::nullopt;
      }
    } else if (const auto* find = std::get_if<FindUser>(&operation_)) {
      done.users = exchange.answers().found(find->key, response);
      if (!done.users) return std::nullopt;
      if (done.users->size() == 0) done.status = Status::absent;
    } else {
      done.users = exchange.answers().full_user(response);
      if (!done.users) return std::nullopt;
    }
    return done;
  }

  static bool take_page(std::optional<Answers::Page> page, std::uint64_t number, Done& done) {
    if (!page) return false;
    done.users = std::move(page->users);
    done.page = page->facts;
    done.page.page = number;
    return true;
  }

  Operation operation_;
  base::Duration delay_;
  unsigned attempts_ = 0;
  unsigned senseless_ = 0;
};

}  // namespace

std::unique_ptr<OperationState> make_read(const Operation& operation, base::Duration delay) {
  return std::make_unique<Read>(operation, delay);
}

}  // namespace rostersync::directory
