#include "sandbox/partoo_profile.hpp"

#include "sandbox/partoo_account.hpp"
#include "sandbox/partoo_api.hpp"
#include "sandbox/partoo_people.hpp"
#include "sandbox/partoo_published.hpp"

namespace rostersync::sandbox::partoo {

namespace {

class PartooProfile final : public Profile {
 public:
  explicit PartooProfile(Credential key) : key_(std::move(key)) {}

  std::string base_path() const override { return "/v2"; }
  Route route(const Request& request) const override { return partoo::route(request); }
  std::optional<Rate> published_rate() const override { return Rate{}; }
  std::vector<std::string> secrets() const override { return {key_.value.reveal()}; }

  bool has_sessions() const override { return false; }

  std::set<std::string> attributes() const override {
    std::set<std::string> names;
    for (const auto& [name, schema] : user_schema().at("properties").items()) names.insert(name);
    return names;
  }

  json::OrderedJson published_access() const override {
    json::OrderedJson told = json::OrderedJson::object();
    if (key_.is_default) told["api_key"] = key_.value.reveal();
    return told;
  }

  Answer failure(int status, const std::string& words) const override {
    const char* kind = status == 429 ? "rate_limit" : status >= 500 ? "server" : "json";
    return error_answer(status, kind, words);
  }

  FactsOf facts() const override { return &facts_of; }
  std::vector<Account> accounts_from(const json::Document& people) const override {
    return partoo::accounts_from(people);
  }
  void seed_people(std::size_t count, std::uint64_t seed,
                   const std::function<void(const Account&)>& take) const override {
    partoo::seed_people(count, seed, take);
  }

  std::unique_ptr<Api> open(Store& store, const base::Clock& clock) const override {
    return std::make_unique<PartooApi>(store, clock, key_.value);
  }

 private:
  Credential key_;
};

}  // namespace

std::unique_ptr<const Profile> make_profile(const Access& access) {
  return std::make_unique<PartooProfile>(access.key);
}

}  // namespace rostersync::sandbox::partoo
