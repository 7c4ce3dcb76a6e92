// Whom a create has made, of an API that confirms it and does not say: found by key.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "directory/operation.hpp"

namespace rostersync::directory {

class FindCreated {
 public:
  explicit FindCreated(std::string key) : key_(std::move(key)) {}

  void begin(Exchange& exchange);
  // ok with the user's id; else why it is not known, and the create is never to be sent again.
  std::optional<Done> on_answer(const http::Answer& answer, Exchange& exchange);

 private:
  std::optional<Done> not_yet(const std::string& trouble, Exchange& exchange);

  std::string key_;
  std::unique_ptr<OperationState> looking_;
  unsigned looks_ = 0;
};

}  // namespace rostersync::directory
