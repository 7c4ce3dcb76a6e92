#include "sync/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "sync/asked.hpp"
#include "sync/settings.hpp"
#include "sync/tasks.hpp"

namespace rostersync::sync {

namespace {

void take_secrets(model::Change& change, const model::Schema& schema, const model::Users& users, model::Row row) {
  if (row >= users.size()) return;
  for (model::AttributeChange& one : change.attributes) {
    if (schema[one.attribute].type == model::Type::secret && one.after_presence == model::Presence::value) {
      one.after = std::string(users.text(row, one.attribute));
    }
  }
}

// The roster's row of an entry: its own, but for a plan's.
model::Row row_of(const std::map<model::Row, model::Row>& roster_rows, model::Row entry) {
  const auto found = roster_rows.find(entry);
  return found == roster_rows.end() ? entry : found->second;
}

void skip(Session& session, const model::Change& change, const std::string& why) {
  session.result.entry(change.row).outcome = model::Outcome::skipped;
  model::EntryDetail& detail = session.result.detail(change.row);
  detail.reason = "secret_unavailable";
  detail.message = fmt::format("not sent, because its secret is not to be had: {}; run sync with the roster", why);
  detail.changes = change.attributes;
}

}  // namespace

std::optional<roster::Roster> same_roster(const Order& order, const std::string& sha256, std::string& why) {
  if (order.roster_path == "-") {
    why = "the roster came from standard input";
    return std::nullopt;
  }
  try {
    auto read = roster::read(order.roster_path, order.profile.schema, roster_options(order));
    if (read.facts.sha256 == sha256) return read;
    why = fmt::format("{} is not the roster that it was", order.roster_path);
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
  Order asked = session.order;
  ask_again(asked, run.options);
  if (const auto roster = same_roster(asked, run.facts.roster.sha256, why)) {
    const auto rows = roster_rows_of(run.options);
    for (store::OpenChange& one : open) take_secrets(one.change, schema, roster->users, row_of(rows, one.change.row));
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

void fill_in_secrets(Session& session, std::vector<model::Change>& changes) {
  const model::Schema& schema = session.order.profile.schema;
  const auto lacks = [&](const model::Change& one) { return lacks_secret(schema, one); };
  if (std::none_of(changes.begin(), changes.end(), lacks)) return;
  std::string why = "the roster does not hold it";
  if (const auto roster = same_roster(session.order, session.result.run.roster.sha256, why)) {
    for (model::Change& one : changes) {
      if (lacks(one)) take_secrets(one, schema, roster->users, row_of(session.roster_rows, one.row));
    }
  }
  const auto kept = std::stable_partition(changes.begin(), changes.end(), [&](const auto& one) { return !lacks(one); });
  if (kept != changes.end()) base::log::warning("secrets cannot be sent: {}", why);
  for (auto one = kept; one != changes.end(); ++one) skip(session, *one, why);
  changes.erase(kept, changes.end());
}

}  // namespace rostersync::sync
