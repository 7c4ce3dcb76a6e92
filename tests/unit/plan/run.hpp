// One whole run of the planner over tables of people: listed in order, read in full where it asks, settled.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "plan/planner.hpp"
#include "unit/plan/schema.hpp"

namespace rostersync::test {

struct Run {
  Schema schema = test::schema();
  model::Users roster;
  std::vector<bool> rejected;
  plan::Planner planner;
  model::Reconciliation out;
  std::vector<model::Change> changes;
  bool open_until_carried_out = true;  // the planner left every change's outcome pending

  explicit Run(const std::vector<Person>& people, plan::Options options = {}, std::vector<bool> invalid = {})
      : roster(roster_of(people)),
        rejected(invalid.empty() ? std::vector<bool>(people.size()) : std::move(invalid)),
        planner(schema, roster, rejected, std::move(options)) {
    out.entries.resize(roster.size());
    out.run.roster.rows = roster.size();
    out.users = &roster;
    out.schema = &schema;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Offers people as a listing has them; true for those that must be read in full.
  std::vector<bool> list(const std::vector<Person>& people, plan::Seen seen = plan::Seen::listed) {
    const model::Users directory = directory_of(people);
    std::vector<bool> asks;
    for (model::Row row = 0; row < directory.size(); ++row) asks.push_back(planner.offer({&directory, row}, seen));
    return asks;
  }
  bool look_up(const Person& person) { return list({person}, plan::Seen::looked_up).front(); }

  Run& settle(plan::Coverage coverage = plan::Coverage::whole) {
    changes = planner.settle(coverage, out);
    for (const model::Change& change : changes) {
      open_until_carried_out = open_until_carried_out && out.entry(change.row).outcome == model::Outcome::pending;
      out.entry(change.row).outcome =
          change.action == model::Action::create ? model::Outcome::planned_create : model::Outcome::planned_update;
    }
    return *this;
  }

  // "planned" for a row with a change, else outcome and reason: "conflict/duplicate_key".
  std::string told(model::Row row) const {
    const auto change = change_of(row);
    if (change) return change->action == model::Action::create ? "create" : "update";
    std::string text(model::to_string(out.entries[row].outcome));
    const model::EntryDetail* detail = out.find_detail(row);
    if (detail != nullptr && !detail->reason.empty()) text += "/" + detail->reason;
    return text;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (model::Row row = 0; row < roster.size(); ++row) all.push_back(told(row));
    return all;
  }
  std::optional<model::Change> change_of(model::Row row) const {
    const auto found =
        std::find_if(changes.begin(), changes.end(), [&](const auto& change) { return change.row == row; });
    return found == changes.end() ? std::nullopt : std::optional(*found);
  }
  std::string message(model::Row row) const {
    const model::EntryDetail* detail = out.find_detail(row);
    return detail == nullptr ? std::string{} : detail->message;
  }
  std::vector<std::string> warnings(model::Row row) const {
    std::vector<std::string> all;
    if (const model::EntryDetail* detail = out.find_detail(row)) {
      for (const auto& warning : detail->warnings) all.push_back(warning.code);
    }
    return all;
  }
  std::vector<std::string> orphans() const {
    std::vector<std::string> ids;
    for (const auto& orphan : planner.orphans()) ids.push_back(orphan.id);
    return ids;
  }
};

}  // namespace rostersync::test
