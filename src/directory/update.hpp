// Writing an update until it is known to have been carried out or refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "directory/operation.hpp"

namespace rostersync::directory {

// Whether `user` already means what `changes` ask for, as far as it can be read back; nothing if none of it can.
std::optional<bool> carried_out(const model::Schema& schema, const std::vector<model::AttributeChange>& changes,
                                model::UserView user);

// An update whose answer is lost is settled by reading the user before it is sent again.
class UpdateWrite {
 public:
  // `changes` must outlive it.
  UpdateWrite(std::string user_id, const std::vector<model::AttributeChange>& changes)
      : user_id_(std::move(user_id)), changes_(changes) {}

  void begin(Exchange& exchange);
  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange);

 private:
  enum class Stage { sending, settling };
  std::optional<Done> sent(const http::Answer& answer, Exchange& exchange);
  std::optional<Done> settled(const http::Answer& answer, Exchange& exchange);
  bool shows_in(const model::Schema& schema, model::UserView user) const;
  std::optional<Done> send_again(Exchange& exchange);
  Done finish(Done done) const;

  std::string user_id_;
  const std::vector<model::AttributeChange>& changes_;
  Stage stage_ = Stage::sending;
  unsigned sends_ = 0;     // that reading found not carried out, and the one under way
  unsigned attempts_ = 0;  // requests that wrote
  unsigned senseless_ = 0;
  std::uint16_t http_status_ = 0;
  std::string last_trouble_;
  std::vector<std::string> request_ids_;
};

}  // namespace rostersync::directory
