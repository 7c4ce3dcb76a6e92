// Partoo v2: its answers.
#pragma once

#include <cstdint>
#include <string>

#include "sandbox/api.hpp"
#include "sandbox/lag.hpp"

namespace rostersync::sandbox::partoo {

// {"errors": {kind: detail}}, the shape of every published error.
Answer error_answer(int status, const std::string& kind, const json::OrderedJson& detail);

Route route(const Request& request);

class PartooApi final : public Api {
 public:
  // `key` is what x-APIKey must hold; `store` and `clock` must outlive this.
  PartooApi(Store& store, const base::Clock& clock, base::Secret key)
      : store_(store), clock_(clock), key_(std::move(key)) {}

  std::optional<Answer> refusal(const Request& request, const Route& route, const ApiRules& rules) override;
  Answer answer(const Request& request, const Route& route, const ApiRules& rules) override;

 private:
  Answer search(const Request& request, const ApiRules& rules);
  Answer read(const Request& request, std::optional<Store::Index> index) const;
  Answer read_by_id(const Request& request, const std::string& id);
  Answer create(const Request& request, const ApiRules& rules);
  Answer update(const Request& request, const std::string& id, const ApiRules& rules);

  bool key_is_provider() const;
  // What refuses a body before anybody is looked up: the media type, the JSON, the schema, attributes that the key may
  // not set. Nothing: it may go on.
  std::optional<Answer> body_refusal(const Request& request, const json::Json& schema) const;
  std::optional<Answer> email_refusal(const json::Json& body, std::optional<Store::Index> own) const;
  std::string fresh_id(std::int64_t created_at);

  Store& store_;
  const base::Clock& clock_;
  base::Secret key_;
  Lag lag_;
  std::uint32_t created_ = 0;
};

}  // namespace rostersync::sandbox::partoo
