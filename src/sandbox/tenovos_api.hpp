// Tenovos, versions 1 and 1.5: its answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/access.hpp"
#include "sandbox/api.hpp"
#include "sandbox/lag.hpp"
#include "sandbox/tenovos_query.hpp"
#include "sandbox/tenovos_sessions.hpp"
#include "sandbox/tenovos_version.hpp"

namespace rostersync::sandbox::tenovos {

const char* base_path(Version version);
Route route(const Request& request, Version version);

class TenovosApi final : public Api {
 public:
  // `store` and `clock` must outlive this.
  TenovosApi(Version version, Store& store, const base::Clock& clock, Access access)
      : version_(version), store_(store), access_(std::move(access)), sessions_(clock) {}

  std::optional<Answer> refusal(const Request& request, const Route& route, const ApiRules& rules) override;
  Answer answer(const Request& request, const Route& route, const ApiRules& rules) override;

 private:
  Answer sign_in(const Request& request, const ApiRules& rules);
  Answer refresh(const Request& request, const ApiRules& rules);
  Answer search(const Request& request, const Route& route, const ApiRules& rules);
  // Takes out who is not there yet, and hands back the texts of those who are shown as they were.
  std::map<Store::Index, std::string> leave_to_the_past(std::vector<Store::Index>& found);
  Answer found_answer(const std::vector<Store::Index>& selected, const std::map<Store::Index, std::string>& past,
                      const Window& window, const ApiRules& rules) const;
  Answer read(const Request& request, const std::string& id);
  Answer catalogue(const Request& request, const Route& route) const;
  Answer create(const Request& request, const ApiRules& rules);
  Answer update(const Request& request, const std::string& id, const ApiRules& rules);

  bool caller_is_enabled() const;
  // What is wrong with a write; "": nothing.
  std::string body_fault_for(const Request& request, const json::Json& schema, std::optional<Store::Index> own) const;
  std::string taken_fault(const json::Json& body, std::optional<Store::Index> own) const;
  std::string fresh_id();

  Version version_;
  Store& store_;
  Access access_;
  Sessions sessions_;
  Lag lag_;
  std::uint64_t created_ = 0;
};

}  // namespace rostersync::sandbox::tenovos
