#include "sandbox/tenovos_profile.hpp"

#include <utility>

#include "sandbox/tenovos_account.hpp"
#include "sandbox/tenovos_answers.hpp"
#include "sandbox/tenovos_api.hpp"
#include "sandbox/tenovos_people.hpp"
#include "sandbox/tenovos_published.hpp"

namespace rostersync::sandbox::tenovos {

namespace {

class TenovosProfile final : public Profile {
 public:
  TenovosProfile(Version version, Access access) : version_(version), access_(std::move(access)) {}

  std::string base_path() const override { return tenovos::base_path(version_); }
  Route route(const Request& request) const override { return tenovos::route(request, version_); }
  std::optional<Rate> published_rate() const override { return std::nullopt; }
  bool has_sessions() const override { return true; }

  std::vector<std::string> secrets() const override {
    std::vector<std::string> all;
    for (const auto& [name, credential] : asked_for()) all.push_back(credential.value.reveal());
    return all;
  }

  std::set<std::string> attributes() const override {
    const auto& names = answered_names(version_);
    return {names.begin(), names.end()};
  }

  json::OrderedJson published_access() const override {
    json::OrderedJson told = json::OrderedJson::object();
    for (const auto& [name, credential] : asked_for()) {
      if (credential.is_default) told[name] = credential.value.reveal();
    }
    return told;
  }

  Answer failure(int status, const std::string& words) const override { return message_answer(status, words); }

  FactsOf facts() const override { return &facts_of; }
  std::vector<Account> accounts_from(const json::Document& people) const override {
    return tenovos::accounts_from(people, username(), version_);
  }
  void seed_people(std::size_t count, std::uint64_t seed,
                   const std::function<void(const Account&)>& take) const override {
    tenovos::seed_people(count, seed, username(), version_, take);
  }

  std::unique_ptr<Api> open(Store& store, const base::Clock& clock) const override {
    return std::make_unique<TenovosApi>(version_, store, clock, access_);
  }

 private:
  const std::string& username() const { return access_.username.value.reveal(); }

  std::vector<std::pair<const char*, Credential>> asked_for() const {
    std::vector<std::pair<const char*, Credential>> all = {
        {"api_key", access_.key}, {"username", access_.username}, {"password", access_.password}};
    if (version_ == Version::v1) all.emplace_back("client_id", access_.client_id);
    return all;
  }

  Version version_;
  Access access_;
};

}  // namespace

std::unique_ptr<const Profile> make_profile(Version version, const Access& access) {
  return std::make_unique<TenovosProfile>(version, access);
}

}  // namespace rostersync::sandbox::tenovos
