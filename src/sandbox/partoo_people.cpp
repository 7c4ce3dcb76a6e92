#include "sandbox/partoo_people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sandbox/chance.hpp"
#include "sandbox/partoo_account.hpp"
#include "sandbox/persona.hpp"

namespace rostersync::sandbox::partoo {

namespace {

using json::OrderedJson;

constexpr std::uint64_t oldest = 1'546'300'800;  // 2019-01-01
constexpr std::uint64_t days = std::uint64_t{6} * 365;
constexpr std::uint64_t seconds_a_day = 86'400;
constexpr std::uint64_t groups = 40;

// A retail company: most people run one shop or a few.
struct Share {
  const char* role;
  unsigned of_thousand;
};
constexpr Share shares[] = {{"BUSINESS_MANAGER", 720}, {"GROUP_MANAGER", 190}, {"ORG_MANAGER", 50}, {"PUBLISHER", 40}};

const char* drawn_role(Chance& chance) {
  std::uint64_t point = chance.below(1000);
  for (const Share& share : shares) {
    if (point < share.of_thousand) return share.role;
    point -= share.of_thousand;
  }
  return shares[0].role;
}

OrderedJson drawn_accesses(Chance& chance) {
  OrderedJson accesses = OrderedJson::array();
  for (std::uint64_t lists = 1 + chance.below(3); lists > 0; --lists) {
    OrderedJson access = OrderedJson::array();
    for (std::uint64_t size = 1 + chance.below(3); size > 0; --size) {
      const auto group = 1 + chance.below(groups);
      if (std::find(access.begin(), access.end(), group) == access.end()) access.push_back(group);
    }
    accesses.push_back(std::move(access));
  }
  return accesses;
}

// Makes people one after the other, and remembers what only one of them may have.
class Maker {
 public:
  Maker(std::size_t count, std::uint64_t seed)
      : chance_(seed), businesses_(std::max<std::size_t>(20, count / 2)), seed_(seed) {}

  Account person() {
    const char* role = drawn_role(chance_);
    const Persona persona = personas_.draw(chance_);
    Account account = blank(role);
    account.user["first_name"] = persona.first_name;
    account.user["last_name"] = persona.last_name;
    account.user["email"] = persona.email;
    account.user["lang"] = persona.lang;
    return account;
  }

  Account known(const char* role, const char* first, const char* last, const char* email) {
    Account account = blank(role);
    account.user["first_name"] = first;
    account.user["last_name"] = last;
    account.user["email"] = email;
    account.user["lang"] = "fr";
    account.user["status"] = "active";
    account.user["disabled"] = false;
    account.user["sso_only"] = false;
    return account;
  }

 private:
  Account blank(const char* role) {
    Account account;
    account.user = blank_user();
    const std::uint64_t created = oldest + chance_.below(days * seconds_a_day);
    account.user["id"] = fmt::format("{:08x}{:010x}{:06x}", created, chance_.next() >> 24U, ++made_ & 0xffffff);
    account.user["role"] = role;
    account.user["created_at"] = created;
    account.user["accesses"] = drawn_accesses(chance_);
    account.user["business_ids"] = drawn_businesses();
    account.user["disabled"] = chance_.percent(4);
    account.user["sso_only"] = chance_.percent(3);
    if (chance_.percent(6)) account.user["status"] = "invited";
    if (chance_.percent(10)) account.user["sidebar_pages"] = {"messages", "review_management"};
    if (chance_.percent(8)) account.user["custom_role"] = "shift_lead";
    settle_by_role(account);
    return account;
  }

  OrderedJson drawn_businesses() {
    OrderedJson ids = OrderedJson::array();
    for (std::uint64_t number = 1 + chance_.below(5); number > 0; --number) {
      Chance business(seed_ * 31 + chance_.below(businesses_));
      const std::uint64_t front = business.next() >> 36U;
      std::string id = fmt::format("5{:07x}{:016x}", front, business.next());
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
    }
    return ids;
  }

  Chance chance_;
  std::uint64_t businesses_;
  std::uint64_t seed_;
  std::uint64_t made_ = 0;
  Personas personas_;
};

}  // namespace

void seed_people(std::size_t count, std::uint64_t seed, const std::function<void(const Account&)>& take) {
  Maker maker(count, seed);
  Account own = maker.known("ORG_ADMIN", "Arthur", "Pendragon", "arthur.pendragon@kaamelott.example");
  own.me = true;
  take(own);
  if (count > 1) take(maker.known("PROVIDER", "Merlin", "L'Enchanteur", "merlin.lenchanteur@provider.example"));
  for (std::size_t made = 2; made < count; ++made) take(maker.person());
}

}  // namespace rostersync::sandbox::partoo
