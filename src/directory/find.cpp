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
    if (!succeeded(answer)) return failed(answer, exchange.answers());
    auto page = page_done(exchange.answers().found(key_, answer.response, asked_), exchange.wire().find, exchange);
    if (!page) return senseless(answer.response.status, exchange);
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

  std::optional<Done> senseless(int status, Exchange& exchange) {
    if (++senseless_ <= exchange.persistence().retries) {
      exchange.send(exchange.requests().find(key_, asked_), exchange.pause(senseless_));
      return std::nullopt;
    }
    Done done;
    done.status = Status::gave_up;
    done.message = fmt::format("HTTP {} with a body that is not what this operation answers with (asked {} times)",
                               status, senseless_);
    return done;
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
