// Looking somebody up by key. A search may be fuzzy, and the one who is meant may be on any of its pages: all are
// looked at before anybody is called absent.
#include <fmt/format.h>

#include <utility>

#include "directory/operation.hpp"

namespace rostersync::directory {

namespace {

constexpr std::uint64_t most_pages = 100;

class Find final : public OperationState {
 public:
  Find(std::string key, base::Duration delay) : key_(std::move(key)), delay_(delay) {}

  void begin(Exchange& exchange) override { exchange.send(exchange.requests().find(key_, asked_), delay_); }

  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange) override {
    attempts_ += answer.attempts;
    auto done = on_page(answer, exchange);
    if (!done) return std::nullopt;
    done->attempts = attempts_;
    done->http_status = static_cast<std::uint16_t>(answer.response.status);
    return done;
  }

 private:
  std::optional<Done> on_page(const http::Answer& answer, Exchange& exchange) {
    if (!succeeded(answer)) return refused(answer, exchange);
    auto page = page_done(exchange.answers().found(key_, answer.response, asked_), exchange.wire().find, exchange);
    if (!page) return ask_again(answer, exchange);
    if (page->status != Status::ok) return page;
    const std::string next = std::exchange(page->page.next, {});
    take(std::move(*page->users));
    if (next.empty() || next == asked_.after) return whole();
    if (asked_.page == most_pages) return endless();
    ++asked_.page;
    asked_.after = next;
    exchange.send(exchange.requests().find(key_, asked_), {});
    return std::nullopt;
  }

  // No such page: by number, that is the end. Where the page before led there, whoever is on it was not seen.
  Done refused(const http::Answer& answer, const Exchange& exchange) {
    Done done = failed(answer, exchange.answers());
    if (done.status != Status::absent || asked_.page == 1) return done;
    if (exchange.wire().find.in_numbered_pages()) return whole();
    done.status = Status::gave_up;
    return done;
  }

  void take(model::Users users) {
    if (!found_) {
      found_ = std::move(users);
      return;
    }
    for (model::Row row = 0; row < users.size(); ++row) {
      const model::Row copy = found_->add();
      for (const auto column : users.columns()) {
        found_->set(copy, column, users.presence(row, column), users.text(row, column));
      }
    }
  }

  Done whole() {
    Done done;
    done.status = found_->size() == 0 ? Status::absent : Status::ok;
    done.users = std::move(found_);
    return done;
  }

  static Done endless() {
    Done done;
    done.status = Status::gave_up;
    done.message = fmt::format("the search for one user did not end within {} pages", most_pages);
    return done;
  }

  std::optional<Done> ask_again(const http::Answer& answer, Exchange& exchange) {
    if (++senseless_ > exchange.persistence().retries) {
      return senseless(answer, senseless_, FindUser{key_}, exchange.wire());
    }
    exchange.send(exchange.requests().find(key_, asked_), exchange.pause(senseless_));
    return std::nullopt;
  }

  std::string key_;
  base::Duration delay_;
  ListPage asked_;
  std::optional<model::Users> found_;
  unsigned attempts_ = 0;
  unsigned senseless_ = 0;
};

}  // namespace

std::unique_ptr<OperationState> make_find(const FindUser& operation, base::Duration delay) {
  return std::make_unique<Find>(operation.key, delay);
}

}  // namespace rostersync::directory
