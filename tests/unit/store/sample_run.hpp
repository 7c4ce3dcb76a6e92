// Runs to be recorded: a directory with every type of attribute, runs made up from a seed, and everything that a run
// tells as one text, so that two can be compared.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "model/plan.hpp"
#include "store/journal.hpp"

namespace rostersync::test {

using model::AttributeIndex;
using model::Outcome;
using model::Presence;
using model::Row;

enum : AttributeIndex { id, email, first_name, logins, disabled, teams, accesses, password, attribute_count };

inline model::Schema directory_schema() {
  model::Schema schema;
  const std::pair<const char*, model::Type> attributes[] = {{"id", model::Type::text},
                                                            {"email", model::Type::email},
                                                            {"first_name", model::Type::text},
                                                            {"logins", model::Type::integer},
                                                            {"disabled", model::Type::boolean},
                                                            {"teams", model::Type::text_set},
                                                            {"accesses", model::Type::integer_set_set},
                                                            {"password", model::Type::secret}};
  for (const auto& [name, type] : attributes) {
    model::Attribute& made = schema.attributes.emplace_back();
    made.name = name;
    made.type = type;
  }
  schema.key = email;
  return schema;
}

// A run, and what its result points to.
struct Run {
  explicit Run(const model::Schema& schema) : users(schema.size(), {email}) {
    result.schema = &schema;
    result.users = &users;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // A row that is in the directory, as unchanged.
  Row add(const std::string& key) {
    const Row row = users.add();
    if (!key.empty()) users.set(row, email, Presence::value, key);
    model::Entry entry;
    entry.line = row + 2;
    entry.outcome = Outcome::unchanged;
    result.entries.push_back(entry);
    ++result.run.roster.rows;
    return row;
  }

  // An update of that row, whose entry is pending until it is settled.
  model::Change& change(Row row) {
    result.entry(row).outcome = Outcome::pending;
    model::Change& made = changes.emplace_back();
    made.row = row;
    made.user_id = fmt::format("u{}", row);
    made.key = std::string(result.key(row));
    made.attributes = {{first_name, Presence::value, "Perceval", Presence::value, "Karadoc"}};
    made.planned_on.over = {email, first_name};
    made.planned_on.hash = {0x0123456789abcdef, row};
    return made;
  }

  void settle(Row row, Outcome outcome = Outcome::updated) {
    model::Entry& entry = result.entry(row);
    entry.outcome = outcome;
    entry.attempts = 1;
    entry.http_status = 200;
    result.set_user_id(row, fmt::format("u{}", row));
    for (const model::Change& one : changes) {
      if (one.row == row) result.detail(row).changes = one.attributes;
    }
  }

  store::RunRecord record(const std::string& run_id) {
    result.run.id = run_id;
    result.run.command = "sync";
    store::RunRecord made;
    made.facts = result.run;
    made.options = R"({"roster":"people.csv"})";
    made.started = {1'700'000'000'000, 42, "this-boot"};
    return made;
  }

  model::Users users;
  model::Reconciliation result;
  std::vector<model::Change> changes;
};

inline std::string told(const model::Schema& schema, const std::vector<model::AttributeChange>& changes) {
  std::string out;
  for (const model::AttributeChange& one : changes) {
    const bool secret = schema[one.attribute].type == model::Type::secret;
    out += fmt::format(" {}[{}{}>{}{}]", schema[one.attribute].name, static_cast<int>(one.before_presence),
                       secret ? "" : one.before, static_cast<int>(one.after_presence), secret ? "" : one.after);
  }
  return out;
}

inline std::string told(const model::Schema& schema, const model::Change& change) {
  std::string out = fmt::format("row {} {} id {} key {}:{} on", change.row, static_cast<int>(change.action),
                                change.user_id, change.key, told(schema, change.attributes));
  for (const AttributeIndex index : change.planned_on.over) out += ' ' + schema[index].name;
  return out + fmt::format(" {:x}.{:x}\n", change.planned_on.hash.high, change.planned_on.hash.low);
}

inline std::string told(const model::EntryDetail* detail, const model::Schema& schema) {
  if (detail == nullptr) return {};
  std::string out;
  if (!detail->reason.empty()) out += " reason " + detail->reason;
  if (!detail->message.empty()) out += " message " + detail->message;
  for (const auto& fault : detail->faults)
    out += fmt::format(" fault({},{},{})", fault.reason, fault.column, fault.message);
  for (const auto& warning : detail->warnings) out += fmt::format(" warning({},{})", warning.code, warning.message);
  for (const auto& request : detail->request_ids) out += " request " + request;
  if (const auto& acknowledged = detail->acknowledged) {
    out += fmt::format(" acknowledged({},{},{})", acknowledged->key, acknowledged->reason,
                       acknowledged->until.value_or("for good"));
  }
  return out + told(schema, detail->changes);
}

inline std::string told_of_run(const model::RunFacts& run) {
  const model::RosterFacts& roster = run.roster;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n", run.id, run.command, run.started_at,
                     run.finished_at, run.version, run.profile, run.base_url, run.exit_code, run.message, roster.path,
                     roster.sha256, roster.rows, roster.encoding, roster.delimiter, roster.format, roster.bom);
}

inline std::string told(const model::HttpFacts& http) {
  return fmt::format("{}|{}|{}|{}|{}|{}|{}\n", http.requests, http.reads, http.writes, http.retries, http.throttled,
                     http.bytes_received, http.seconds);
}

// Everything that a report can say.
inline std::string told(const model::Reconciliation& result) {
  std::string out = told_of_run(result.run) + told(result.http);
  out += fmt::format("{} {} {}\n", result.directory.users ? std::to_string(*result.directory.users) : "none",
                     result.directory.complete, result.directory.withheld);
  for (const auto& warning : result.warnings) out += fmt::format("warning {} {}\n", warning.code, warning.message);
  if (!result.orphans) out += "orphans unknown\n";
  for (const auto& one : result.orphans.value_or(std::vector<model::Orphan>{})) {
    out += fmt::format("orphan {}|{}|{}|{}|{}\n", one.user_id, one.email, one.reason, one.message, one.departs);
  }
  for (Row row = 0; row < result.end_row(); ++row) {
    const model::Entry& entry = result.entry(row);
    out += fmt::format("{} line {} {} attempts {} status {} key {} id {}{}\n", row, entry.line,
                       entry.outcome == Outcome::pending ? "pending" : model::to_string(entry.outcome), entry.attempts,
                       entry.http_status, result.key(row), result.user_id(row),
                       told(result.find_detail(row), *result.schema));
  }
  return out;
}

// Values at random, for what is not written out by hand.
class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t end) { return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(engine_); }
  bool coin() { return below(2) == 0; }
  std::uint64_t number() {
    return coin() ? below(3) : coin() ? below(1'000'000) : below(UINT64_C(9'000'000'000'000'000'000));
  }
  std::string text() {
    static const std::vector<std::string> some = {"",        "a",      "Sinéad D’Arcy",         "\"quoted\" \\ back",
                                                  "a\nb\tc", "\x01",   "'); DROP TABLE run;--", "日本語",
                                                  "null",    "planned"};
    return coin() ? some[below(some.size())] : std::string(below(300), 'x');
  }
  std::string word() { return fmt::format("w{}", below(1'000'000)); }

 private:
  std::mt19937 engine_;
};

inline std::vector<model::AttributeChange> any_changes(Chance& chance) {
  static const std::vector<std::string> values = {"", "Karadoc", "12", "true", R"(["a","b"])", "[[1,2],[3]]", "s3cr3t"};
  std::vector<model::AttributeChange> changes;
  for (AttributeIndex index = email; index < attribute_count; ++index) {
    if (chance.coin()) continue;
    model::AttributeChange one;
    one.attribute = index;
    one.before_presence = static_cast<Presence>(chance.below(4));
    one.after_presence = chance.coin() ? Presence::value : Presence::clear;
    if (one.before_presence == Presence::value) one.before = chance.text();
    if (one.after_presence == Presence::value) one.after = values[index - 1];
    changes.push_back(one);
  }
  return changes;
}

inline void any_detail(Chance& chance, model::EntryDetail& detail) {
  detail.reason = chance.coin() ? chance.word() : "";
  detail.message = chance.text();
  while (chance.coin()) detail.faults.push_back({chance.word(), chance.text(), chance.text()});
  while (chance.coin()) detail.warnings.push_back({chance.word(), chance.text()});
  while (chance.coin()) detail.request_ids.push_back(chance.text());
  if (chance.coin()) detail.acknowledged = model::Acknowledged{chance.text(), chance.text(), std::nullopt};
  if (detail.acknowledged && chance.coin()) detail.acknowledged->until = chance.text();
  detail.changes = chance.coin() ? any_changes(chance) : std::vector<model::AttributeChange>{};
}

inline void any_end(Chance& chance, model::RunFacts& run, model::HttpFacts& http) {
  run.finished_at = chance.text();
  run.version = chance.text();
  run.exit_code = static_cast<int>(chance.below(7));
  run.message = chance.text();
  http = {chance.number(),
          chance.number(),
          chance.number(),
          chance.number(),
          chance.number(),
          chance.number(),
          static_cast<double>(chance.number()) / 7};
}

inline void any_outcome(Chance& chance, Run& run, Row row) {
  model::Entry& entry = run.result.entry(row);
  entry.outcome = model::all_outcomes[chance.below(model::all_outcomes.size())];
  entry.attempts = static_cast<std::uint16_t>(chance.below(65536));
  entry.http_status = static_cast<std::uint16_t>(chance.below(65536));
  if (chance.coin()) run.result.set_user_id(row, chance.text());
  if (chance.coin()) any_detail(chance, run.result.detail(row));
}

// `rows` rows, of which some have changes.
inline void fill(Chance& chance, Run& run, Row rows) {
  model::RunFacts& facts = run.result.run;
  facts.started_at = chance.text();
  facts.profile = chance.text();
  facts.base_url = chance.text();
  facts.roster = {chance.text(), chance.text(), 0, chance.text(), chance.text(), chance.text(), chance.coin()};
  any_end(chance, facts, run.result.http);
  if (chance.coin()) run.result.directory.users = chance.number();
  run.result.directory.complete = chance.coin();
  while (chance.coin()) run.result.warnings.push_back({chance.word(), chance.text()});
  if (chance.coin()) run.result.orphans.emplace();
  if (chance.coin()) run.result.directory.withheld = chance.number();
  while (run.result.orphans && chance.coin()) {
    run.result.orphans->push_back({chance.text(), chance.text(), chance.word(), chance.text(), chance.coin()});
  }
  for (Row row = 0; row < rows; ++row) {
    run.add(chance.text());
    run.result.entries[row].line = static_cast<std::uint32_t>(chance.below(UINT32_MAX));
    any_outcome(chance, run, row);
    if (chance.coin()) continue;
    model::Change& made = run.change(row);
    made.action = chance.coin() ? model::Action::create : model::Action::update;
    made.user_id = chance.text();
    made.key = chance.text();
    made.attributes = any_changes(chance);
    if (chance.coin()) made.planned_on = {};
  }
  for (std::size_t i = 0; run.result.orphans && i < run.result.orphans->size(); ++i) {
    if (!(*run.result.orphans)[i].departs) continue;
    const Row row = run.result.orphan_row(i);
    any_outcome(chance, run, row);
    if (chance.coin()) continue;
    model::Change& made = run.change(row);
    made.action = model::Action::deactivate;
    made.user_id = chance.text();
    made.attributes = any_changes(chance);
  }
}

}  // namespace rostersync::test
