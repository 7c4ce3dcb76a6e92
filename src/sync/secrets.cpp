#include "sync/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "sync/asked.hpp"
#include "sync/settings.hpp"
#include "sync/tasks.hpp"

namespace rostersync::sync {

namespace {

void take_secrets(model::Change& change, const model::Schema& schema, const model::Users& users) {
  for (model::AttributeChange& one : change.attributes) {
    if (schema[one.attribute].type == model::Type::secret && one.after_presence == model::Presence::value) {
      one.after = std::string(users.text(change.row, one.attribute));
    }
  }
}

void skip(Session& session, const model::Change& change, const std::string& why) {
  session.result.entry(change.row).outcome = model::Outcome::skipped;
  model::EntryDetail& detail = session.result.detail(change.row);
  detail.reason = "secret_unavailable";
  detail.message = fmt::format("not sent, because its secret is not to be had: {}; run sync with the roster", why);
  detail.changes = change.attributes;
}

}  // namespace

std::optional<roster::Roster> same_roster(Session& session, const store::RunRecord& run, std::string& why) {
  Order asked = session.order;
  ask_again(asked, run.options);
  if (asked.roster_path == "-") {
    why = "the roster came from standard input";
    return std::nullopt;
  }
  try {
    auto read = roster::read(asked.roster_path, asked.profile.schema, roster_options(asked));
    if (read.facts.sha256 == run.facts.roster.sha256) return read;
    why = fmt::format("{} is not the roster that it was", asked.roster_path);
  } catch (const base::Error& error) {
    why = error.what();
  }
  return std::nullopt;
}

void fill_in_secrets(Session& session, const store::RunRecord& run) {
  const model::Schema& schema = session.order.profile.schema;
  auto& open = session.recorded->open;
  const auto lacks = [&](const store::OpenChange& one) { return lacks_secret(schema, one.change); };
  if (std::none_of(open.begin(), open.end(), lacks)) return;
  std::string why;
  if (const auto roster = same_roster(session, run, why)) {
    for (store::OpenChange& one : open) take_secrets(one.change, schema, roster->users);
    return;
  }
  base::log::warning("secrets cannot be sent: {}", why);
  std::vector<model::Row> skipped;
  for (const store::OpenChange& one : open) {
    if (!lacks(one) || one.claimed) continue;
    skip(session, one.change, why);
    skipped.push_back(one.change.row);
  }
  session.journal->settle(skipped, session.result, http_facts(session));
}

}  // namespace rostersync::sync
