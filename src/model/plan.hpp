// What a run intends, and what became of it. A plan is a value: built by plan/, carried out by sync/, rendered by
// report/.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/fingerprint.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"

namespace rostersync::model {

enum class Outcome : std::uint8_t {
  unchanged,
  planned_create,  // dry run only
  planned_update,  // dry run only
  created,
  updated,
  rejected,
  conflict,
  failed,
  skipped,
  pending  // not settled yet: no report is made of a run that leaves one so
};
inline constexpr std::array all_outcomes = {Outcome::unchanged, Outcome::planned_create, Outcome::planned_update,
                                            Outcome::created,   Outcome::updated,        Outcome::rejected,
                                            Outcome::conflict,  Outcome::failed,         Outcome::skipped};
std::string_view to_string(Outcome outcome);  // the name above, as reports spell it; not of pending

// A fault of one row, found before anything was sent.
struct Fault {
  std::string reason;  // invalid_value, missing_required, not_clearable, too_long, unreadable_key …
  std::string column;  // the roster's own header; may be empty
  std::string message;
};

// Something a person may want to know about a row that is otherwise in order.
struct Warning {
  std::string code;  // not_applicable, matched_disabled, duplicate_row …
  std::string message;
};

struct AttributeChange {
  AttributeIndex attribute = 0;
  Presence before_presence = Presence::absent;  // absent for creates
  std::string before;                           // canonical
  Presence after_presence = Presence::value;    // value or clear
  std::string after;                            // canonical
};

// deactivate: disabling a user because no row points to them. One that a row asks for is an update.
enum class Action : std::uint8_t { create, update, deactivate };
std::string_view to_string(Action action);                  // the names above
std::optional<Action> action_named(std::string_view name);  // nothing if it is none of them

// One intended write to one user; at most one per user and run.
struct Change {
  Row row = 0;  // of a deactivation: Reconciliation::orphan_row
  Action action = Action::update;
  std::string user_id;  // the remote, immutable id; empty for a create
  std::string key;      // as the roster has it; for a change without one, the remote's
  std::vector<AttributeChange> attributes;
  Fingerprint planned_on{};  // the user as read when this was planned; of no create
};

// What is told of one change or roster row. Rows that need no words cost only this struct.
struct Entry {
  Outcome outcome = Outcome::pending;
  std::uint16_t attempts = 0;
  std::uint16_t http_status = 0;      // 0: none
  std::uint32_t line = 0;             // physical line of the roster, from 1
  Cell user_id;                       // in Reconciliation::ids; absent if none
  std::uint32_t detail = UINT32_MAX;  // index into Reconciliation::details
};

// What somebody who knows of a row says of it.
struct Acknowledged {
  std::string key;  // by which the row was named
  std::string reason;
  std::optional<std::string> until;  // YYYY-MM-DD, the last day; absent: for good
};

struct EntryDetail {
  std::string reason;
  std::string message;
  std::vector<Fault> faults;
  std::vector<Warning> warnings;
  std::vector<AttributeChange> changes;
  std::vector<std::string> request_ids;
  std::optional<Acknowledged> acknowledged;  // whether it counts, Reconciliation::acknowledged() says
};

// A remote user that no row points to.
struct Orphan {
  std::string user_id;
  std::string email;     // the directory's key of that user
  std::string reason;    // why they are left as they are: own_user, protected, disabled, grace; empty: as configured
  std::string message;   // the same for people, where there is more to say
  bool departs = false;  // they are to be disabled: then `departure` accounts for that as a row's entry does
  Entry departure{};     // without a user_id of its own
};

// What became of them, as reports spell it: reported, planned_deactivate, deactivated, deactivate_failed,
// deactivate_skipped. Throws std::logic_error where that is not settled yet.
std::string_view outcome_of(const Orphan& orphan);

struct RosterFacts {
  std::string path;
  std::string sha256;
  std::uint64_t rows = 0;
  std::string encoding;   // "utf-8"
  std::string delimiter;  // ",", ";", "\t", "|"; empty where there is none (JSON)
  std::string format;     // csv, json, jsonl
  bool bom = false;
};

struct RunFacts {
  std::string id;
  std::string command;
  bool dry_run = false;    // nothing is to be written
  std::string plan;        // apply: the plan file
  std::string undoes;      // rollback: the run whose changes
  std::string started_at;  // RFC 3339, UTC
  std::string finished_at;
  std::string version;
  std::string profile;
  std::string base_url;
  RosterFacts roster;
  int exit_code = 0;
  std::string message;         // why a run was refused or stopped; empty otherwise
  std::string changes_digest;  // of the plan's changes (plan/change_json.hpp); empty where no plan was made
};

struct HttpFacts {
  std::uint64_t requests = 0;  // sent, retries among them
  std::uint64_t reads = 0;     // of `requests`
  std::uint64_t writes = 0;    // of `requests`
  std::uint64_t retries = 0;
  std::uint64_t throttled = 0;  // 429 answers
  std::uint64_t bytes_received = 0;
  double seconds = 0;
};

struct DirectoryFacts {
  std::optional<std::uint64_t> users;  // counted where the listing is complete, else as declared
  bool complete = false;               // the listing was proved whole
  // People who might have been disabled, had the listing been proved whole: who they are cannot be said for certain.
  std::uint64_t withheld = 0;
};

// A whole run, accounted for row by row.
struct Reconciliation {
  RunFacts run;
  HttpFacts http;
  DirectoryFacts directory;
  std::vector<Warning> warnings;  // of the run, not of one row
  std::vector<Entry> entries;     // by roster row: entries[i] is row i+1 to people
  std::deque<EntryDetail> details;
  TextPool ids;
  std::optional<std::vector<Orphan>> orphans;  // by user id; nothing where the listing was not whole
  const Users* users = nullptr;                // the roster's rows, for keys; may be null when there are no entries
  const Schema* schema = nullptr;

  // Roster rows come first, then orphans: this is the row of the n-th one.
  Row orphan_row(std::size_t position) const { return static_cast<Row>(entries.size() + position); }
  // The row just beyond both.
  Row end_row() const { return orphan_row(orphans ? orphans->size() : 0); }
  // The orphan of such a row; null for a roster row.
  const Orphan* orphan(Row row) const;

  Entry& entry(Row row);  // of either
  const Entry& entry(Row row) const;
  EntryDetail& detail(Row row);  // made on first use
  // What is acknowledged of a roster row that needs a person: rejected, in conflict, refused, or not kept. Null:
  // nothing is, or it would take something else to help.
  const Acknowledged* acknowledged(Row row) const;
  const EntryDetail* find_detail(Row row) const;  // null if there is none
  void set_user_id(Row row, std::string_view id);
  std::string_view user_id(Row row) const;  // empty if none
  std::string_view key(Row row) const;      // empty if the row has none
};

struct Totals {
  std::uint64_t rows = 0;
  std::array<std::uint64_t, all_outcomes.size()> by_outcome{};
  std::optional<std::uint64_t> orphans;
  std::uint64_t deactivated = 0;  // of the orphans, here and below
  std::uint64_t planned_deactivate = 0;
  std::uint64_t deactivate_failed = 0;
  std::uint64_t deactivate_skipped = 0;  // with those that were withheld unseen
  std::uint64_t of(Outcome outcome) const { return by_outcome[static_cast<std::size_t>(outcome)]; }
};

// Adds the entries up. Throws std::logic_error if the outcomes do not add up to the rows, or one is pending.
Totals totals(const Reconciliation& reconciliation);

}  // namespace rostersync::model
