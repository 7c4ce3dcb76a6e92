#include "plan/departures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hpp"
#include "plan/diff.hpp"
#include "text/text.hpp"

namespace rostersync::plan {

using model::Meaning;
using model::Presence;
using model::UserView;
using Standing = Unmatched::Standing;

namespace {

bool any_fits(const std::vector<std::string>& globs, const std::string& text) {
  return std::any_of(globs.begin(), globs.end(), [&](const auto& glob) { return text::glob_match(glob, text); });
}

// Whether a value, or an item of a set of texts, fits one of the globs. Something empty fits none but "*".
bool fits(const model::Attribute& attribute, Meaning has, const std::vector<std::string>& globs) {
  if (has.presence != Presence::value) return any_fits(globs, "");
  if (attribute.type != model::Type::text_set) return any_fits(globs, std::string(has.text));
  const json::Json items = model::json_from_canonical(attribute, has.text);
  return std::any_of(items.begin(), items.end(), [&](const json::Json& item) {
    return any_fits(globs, item.is_string() ? item.get<std::string>() : item.dump());
  });
}

const char* reason_of(Standing standing) {
  switch (standing) {
    case Standing::own_user:
      return "own_user";
    case Standing::guarded:
      return "protected";
    case Standing::disabled:
      return "disabled";
    case Standing::unread:
    case Standing::enabled:
      break;
  }
  return "";
}

}  // namespace

Departures::Departures(const model::Schema& schema, MissingOptions options, std::vector<Protection> protect,
                       std::string own_user_id, std::vector<model::AttributeIndex> columns)
    : schema_(schema),
      options_(std::move(options)),
      protect_(std::move(protect)),
      own_user_id_(std::move(own_user_id)),
      columns_(std::move(columns)) {
  columns_.push_back(schema_.key);
  if (schema_.deactivation) columns_.push_back(schema_.deactivation->attribute);
  std::sort(columns_.begin(), columns_.end());
  columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
}

void Departures::clear() {
  users_.clear();
  unread_.clear();
}

bool Departures::in_scope(UserView remote, bool& unknown) const {
  return std::all_of(options_.manage.begin(), options_.manage.end(), [&](const auto& rule) {
    const Meaning has = remote_meaning(schema_, remote, rule.first);
    if (has.presence == Presence::unknown) unknown = true;
    return has.presence == Presence::unknown || fits(schema_[rule.first], has, rule.second);
  });
}

Standing Departures::standing_of(UserView remote, bool& unknown) const {
  if (remote.text(model::id_attribute) == own_user_id_) return Standing::own_user;
  if (!options_.deactivate || !schema_.deactivation) return Standing::enabled;
  const Meaning now = remote_meaning(schema_, remote, schema_.deactivation->attribute);
  if (now.presence == Presence::value && now.text == schema_.deactivation->value) return Standing::disabled;
  const Protected guarded = is_protected(schema_, protect_, remote);
  if (guarded == Protected::yes) return Standing::guarded;
  if (now.presence == Presence::unknown || guarded == Protected::unknown) unknown = true;
  return unknown ? Standing::unread : Standing::enabled;
}

bool Departures::add(UserView remote) {
  std::string id(remote.text(model::id_attribute));
  unread_.erase(id);
  users_.erase(id);
  bool unknown = false;
  if (!in_scope(remote, unknown)) return false;
  Unmatched user;
  user.key = std::string(remote.text(schema_.key));
  user.standing = standing_of(remote, unknown);
  if (unknown) {
    unread_.insert(id);
    user.standing = Standing::unread;
  }
  if (options_.deactivate && user.standing == Standing::enabled) {
    const Meaning now = remote_meaning(schema_, remote, schema_.deactivation->attribute);
    user.before_presence = now.presence;
    user.before = std::string(now.text);
    user.planned_on = model::fingerprint(schema_, columns_, remote);
  }
  user.id = id;
  users_.emplace(std::move(id), std::move(user));
  return unknown;
}

std::vector<Unmatched> Departures::everybody() const {
  std::vector<Unmatched> all;
  all.reserve(users_.size());
  for (const auto& [id, user] : users_) all.push_back(user);
  return all;
}

std::uint64_t Departures::runs_missing(const std::string& id) const {
  const auto before = options_.runs.find(id);
  return before == options_.runs.end() ? 1 : before->second + 1;
}

model::Change Departures::disabling(const Unmatched& user) const {
  model::Change change;
  change.action = model::Action::deactivate;
  change.user_id = user.id;
  change.key = user.key;
  change.attributes.push_back({schema_.deactivation->attribute, user.before_presence, user.before, Presence::value,
                               schema_.deactivation->value});
  change.planned_on = user.planned_on;
  return change;
}

Departures::Verdict Departures::judge(const Unmatched& user, bool wanted) const {
  Verdict verdict;
  verdict.orphan = {user.id, user.key, reason_of(user.standing), {}};
  const bool may_depart = user.standing == Standing::enabled || user.standing == Standing::unread;
  if (!options_.deactivate || !may_depart) return verdict;
  const std::uint64_t runs = runs_missing(user.id);
  if (runs < options_.after) {
    verdict.orphan.reason = "grace";
    verdict.orphan.message =
        fmt::format("missing in {} of the {} runs in a row after which people are disabled", runs, options_.after);
    return verdict;
  }
  verdict.departs = verdict.orphan.departs = true;
  verdict.change = disabling(user);
  if (!wanted) {
    verdict.withheld = "only";
    verdict.message = "not among those that --only names";
  } else if (options_.unreadable_keys > 0) {
    verdict.withheld = "unreadable_key";
    verdict.message = fmt::format("the key of {} {} of the roster cannot be read, and may be theirs",
                                  options_.unreadable_keys, options_.unreadable_keys == 1 ? "row" : "rows");
  } else if (user.standing == Standing::unread) {
    verdict.withheld = "unreadable";
    verdict.message = "the user could not be read in full";
  }
  return verdict;
}

std::map<std::string, std::uint64_t> missing_now(const std::vector<model::Orphan>& orphans,
                                                 const std::map<std::string, std::uint64_t>& before) {
  std::map<std::string, std::uint64_t> now;
  for (const model::Orphan& orphan : orphans) {
    if (!orphan.departs && orphan.reason != "grace") continue;
    const auto found = before.find(orphan.user_id);
    now[orphan.user_id] = found == before.end() ? 1 : found->second + 1;
  }
  return now;
}

}  // namespace rostersync::plan
