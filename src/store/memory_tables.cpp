#include "store/memory_tables.hpp"

#include <fmt/format.h>

#include <charconv>

#include "json/json.hpp"

namespace rostersync::store {

namespace {

using model::Presence;

std::string hex(const KeyedHash& hash) {
  std::string digits;
  for (const char byte : hash) digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return digits;
}

// Database::guarded takes it for the damage that it is.
[[noreturn]] void damaged() {
  throw json::Json::other_error::create(501, "no keyed hash", nullptr);
}

KeyedHash hash_of(const std::string& digits) {
  KeyedHash hash{};
  if (digits.size() != 2 * hash.size()) damaged();
  for (std::size_t i = 0; i < hash.size(); ++i) {
    unsigned char byte = 0;
    const char* end = digits.data() + 2 * i + 2;
    if (std::from_chars(end - 2, end, byte, 16).ptr != end) damaged();
    hash[i] = static_cast<char>(byte);
  }
  return hash;
}

TextOrNull stored(Presence presence, std::string_view text) {
  return {presence == Presence::value ? text : std::string_view()};
}

std::uint32_t count_of(const SQLite::Column& column) {
  return static_cast<std::uint32_t>(column.getInt64());
}

}  // namespace

LinkTable::LinkTable(Database& database)
    : load_(database, "SELECT key, user_id FROM link"),
      keep_(database, "INSERT OR REPLACE INTO link (key, user_id) VALUES (?, ?)"),
      forget_(database, "DELETE FROM link WHERE key = ?") {}

std::unordered_map<std::string, std::string> LinkTable::load() {
  std::unordered_map<std::string, std::string> links;
  load_.each(
      [&](const SQLite::Statement& row) { links.emplace(row.getColumn(0).getString(), row.getColumn(1).getString()); });
  return links;
}

void LinkTable::edit(const Edits<Link, std::string>& edits) {
  for (const std::string& key : edits.forget) forget_.run(key);
  for (const Link& link : edits.keep) keep_.run(link.key, link.user_id);
}

SettledTable::SettledTable(Database& database)
    : load_(database, "SELECT key, user_id FROM settled"),
      keep_(database, "INSERT OR REPLACE INTO settled (key, user_id) VALUES (?, ?)"),
      forget_(database, "DELETE FROM settled WHERE key = ?") {}

std::unordered_map<std::string, std::optional<std::string>> SettledTable::load() {
  std::unordered_map<std::string, std::optional<std::string>> settled;
  load_.each([&](const SQLite::Statement& row) {
    auto& user_id = settled[row.getColumn(0).getString()];
    if (!row.getColumn(1).isNull()) user_id = row.getColumn(1).getString();
  });
  return settled;
}

void SettledTable::edit(const Edits<Settled, std::string>& edits) {
  for (const std::string& key : edits.forget) forget_.run(key);
  for (const Settled& one : edits.keep) keep_.run(one.key, TextOrNull{one.user_id ? *one.user_id : std::string_view()});
}

ConfirmedTable::ConfirmedTable(Database& database)
    : load_(database, "SELECT user_id, attribute, hash FROM confirmed"),
      keep_(database, "INSERT OR REPLACE INTO confirmed (user_id, attribute, hash) VALUES (?, ?, ?)"),
      forget_(database, "DELETE FROM confirmed WHERE user_id = ? AND attribute = ?"),
      forget_all_(database, "DELETE FROM confirmed"),
      key_name_(database, "SELECT name FROM hash_key"),
      name_key_(database, "INSERT OR REPLACE INTO hash_key (only, name) VALUES (1, ?)") {}

std::string ConfirmedTable::key_name() {
  std::string name;
  key_name_.each([&](const SQLite::Statement& row) { name = row.getColumn(0).getString(); });
  return name;
}

void ConfirmedTable::use(const MemoryKey& key) {
  if (key_name() == key.name()) return;
  forget_all_.run();
  name_key_.run(key.name());
}

ConfirmedValues ConfirmedTable::load(const MemoryKey& key) {
  if (key_name() != key.name()) return {};
  ConfirmedValues values(key);
  load_.each([&](const SQLite::Statement& row) {
    values.add(row.getColumn(0).getString(), row.getColumn(1).getString(), hash_of(row.getColumn(2).getString()));
  });
  values.done();
  return values;
}

void ConfirmedTable::edit(const Edits<Confirmed, AttributeOfUser>& edits, const std::optional<MemoryKey>& key) {
  for (const AttributeOfUser& one : edits.forget) forget_.run(one.user_id, one.attribute);
  if (edits.keep.empty()) return;
  use(key.value());
  for (const Confirmed& one : edits.keep) {
    keep_.run(one.user_id, one.attribute, hex(key->hash(one.user_id, one.attribute, one.presence, one.text)));
  }
}

WrittenTable::WrittenTable(Database& database)
    : load_(database,
            "SELECT user_id, attribute, sent, replaced, times, first, last, last_run FROM written ORDER BY user_id, "
            "attribute"),
      keep_(database,
            "INSERT OR REPLACE INTO written (user_id, attribute, sent, replaced, times, first, last, last_run) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      forget_(database, "DELETE FROM written WHERE user_id = ? AND attribute = ?") {}

std::vector<model::Written> WrittenTable::load() {
  std::vector<model::Written> all;
  load_.each([&](const SQLite::Statement& row) {
    const auto presence = [&](int column) {
      return row.getColumn(column).isNull() ? Presence::clear : Presence::value;
    };
    all.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(), presence(2),
                   row.getColumn(2).getString(), presence(3), row.getColumn(3).getString(), count_of(row.getColumn(4)),
                   row.getColumn(5).getString(), row.getColumn(6).getString(), row.getColumn(7).getString()});
  });
  return all;
}

void WrittenTable::edit(const Edits<model::Written, AttributeOfUser>& edits) {
  for (const AttributeOfUser& one : edits.forget) forget_.run(one.user_id, one.attribute);
  for (const model::Written& one : edits.keep) {
    keep_.run(one.user_id, one.attribute, stored(one.sent_presence, one.sent),
              stored(one.replaced_presence, one.replaced), one.times, one.first, one.last, one.last_run);
  }
}

MissingTable::MissingTable(Database& database)
    : load_(database, "SELECT user_id, runs, since FROM missing"),
      keep_(database, "INSERT OR REPLACE INTO missing (user_id, runs, since) VALUES (?, ?, ?)"),
      forget_(database, "DELETE FROM missing WHERE user_id = ?") {}

std::unordered_map<std::string, Missing> MissingTable::load() {
  std::unordered_map<std::string, Missing> missing;
  load_.each([&](const SQLite::Statement& row) {
    const std::string user_id = row.getColumn(0).getString();
    missing[user_id] = {user_id, count_of(row.getColumn(1)), row.getColumn(2).getString()};
  });
  return missing;
}

void MissingTable::edit(const Edits<Missing, std::string>& edits) {
  for (const std::string& user_id : edits.forget) forget_.run(user_id);
  for (const Missing& one : edits.keep) keep_.run(one.user_id, one.runs, one.since);
}

BaselineTable::BaselineTable(Database& database)
    : load_(database, "SELECT rows, run_id FROM baseline"),
      keep_(database, "INSERT OR REPLACE INTO baseline (only, rows, run_id) VALUES (1, ?, ?)") {}

std::optional<Baseline> BaselineTable::load() {
  std::optional<Baseline> baseline;
  load_.each([&](const SQLite::Statement& row) {
    baseline = {static_cast<std::uint64_t>(row.getColumn(0).getInt64()), row.getColumn(1).getString()};
  });
  return baseline;
}

void BaselineTable::keep(const Baseline& baseline) {
  keep_.run(baseline.rows, baseline.run_id);
}

}  // namespace rostersync::store
