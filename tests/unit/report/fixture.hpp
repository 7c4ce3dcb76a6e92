// A small directory and a roster of it, for the reports' tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hpp"
#include "report/report.hpp"

namespace rostersync::report::test {

enum : model::AttributeIndex {
  id,
  email,
  first_name,
  last_name,
  role,
  business_ids,
  accesses,
  disabled,
  password,
  size
};

inline model::Attribute attribute(std::string name, model::Type type) {
  model::Attribute made;
  made.name = std::move(name);
  made.type = type;
  return made;
}

inline model::Schema schema() {
  using model::Type;
  model::Schema made;
  made.attributes = {attribute("id", Type::text),
                     attribute("email", Type::email),
                     attribute("first_name", Type::text),
                     attribute("last_name", Type::text),
                     attribute("role", Type::text),
                     attribute("business_ids", Type::text_set),
                     attribute("accesses", Type::integer_set_set),
                     attribute("disabled", Type::boolean),
                     attribute("password", Type::secret)};
  made.attributes[role].privileged = {"ORG_ADMIN"};
  made.key = email;
  made.name = {first_name, last_name};
  made.deactivation = model::Deactivation{disabled, "true"};
  return made;
}

// A reconciliation that grows a row at a time. Not to be moved: the reconciliation points into it.
struct Story {
  model::Schema people = schema();
  model::Users users{size, {email}};
  model::Reconciliation run;

  explicit Story(std::string command = "sync") {
    run.run.id = "20260102T030405Z-1";
    run.run.dry_run = command == "plan" || command == "validate";
    run.run.command = std::move(command);
    run.run.started_at = "2026-01-02T03:04:05Z";
    run.run.finished_at = "2026-01-02T03:04:06Z";
    run.run.version = "0.1.0";
    run.run.profile = "people";
    run.run.base_url = "https://api.example.test/v2";
    run.run.roster = {"people.csv", "ab12", 0, "utf-8", ";", "csv", true};
    run.users = &users;
    run.schema = &people;
    run.orphans.emplace();
    run.directory = {200, true};
  }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  model::Row add(model::Outcome outcome, std::string_view key, std::string_view user_id = {}) {
    const model::Row row = users.add();
    if (!key.empty()) users.set(row, email, model::Presence::value, key);
    model::Entry entry;
    entry.outcome = outcome;
    entry.line = row + 2;
    run.entries.push_back(entry);
    if (!user_id.empty()) run.set_user_id(row, user_id);
    run.run.roster.rows = run.entries.size();
    return row;
  }

  // `before` and `after` are canonical; empty stands for clear.
  void change(model::Row row, model::AttributeIndex of, std::string before, std::string after) {
    const auto presence = [](const std::string& text) {
      return text.empty() ? model::Presence::clear : model::Presence::value;
    };
    const model::AttributeChange made{of, presence(before), before, presence(after), after};
    run.detail(row).changes.push_back(made);
  }

  // As a create has it: nothing was there before.
  void set(model::Row row, model::AttributeIndex of, std::string after) {
    run.detail(row).changes.push_back({of, model::Presence::absent, {}, model::Presence::value, std::move(after)});
  }

  void explain(model::Row row, std::string reason, std::string message) {
    run.detail(row).reason = std::move(reason);
    run.detail(row).message = std::move(message);
  }

  std::string json() const {
    std::string out;
    write_json(run, [&](std::string_view piece) { out += piece; });
    return out;
  }
  std::string csv() const {
    std::string out;
    write_csv(run, [&](std::string_view piece) { out += piece; });
    return out;
  }
  std::string summary(const SummaryOptions& options = {}) const { return report::summary(run, options); }
};

}  // namespace rostersync::report::test
