// Reading the directory in virtual time: rows of a roster against the API in memory.
#pragma once

#include <doctest/doctest.h>

#include "sync/fetch.hpp"
#include "unit/directory/harness.hpp"

template <>
struct doctest::StringMaker<std::vector<std::string>> {
  static doctest::String convert(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += text + "; ";
    return all.c_str();
  }
};

namespace rostersync::test {

using job::Fetch;
using plan::Coverage;
using sync::Fetched;

struct Cell {
  model::AttributeIndex attribute;
  std::string text;
};
using Person = std::vector<Cell>;

struct FetchBench : Remote {
  FetchBench() { api.own_id = api.add("admin@x.com"); }

  void people(int count) {
    for (int n = 1; n <= count; ++n) api.add("p" + std::to_string(n) + "@x.com", {{"title", "Squire"}});
  }

  Fetched fetch(const std::vector<Person>& rows, Fetch mode = Fetch::automatic,
                std::vector<model::AttributeIndex> columns = {id, email, first_name, title}) {
    roster = std::make_unique<model::Users>(profile.schema.size(), std::move(columns));
    for (const Person& row : rows) {
      const auto made = roster->add();
      for (const Cell& cell : row) roster->set(made, cell.attribute, model::Presence::value, cell.text);
    }
    rejected.assign(rows.size(), false);
    for (const model::Row row : rejected_rows) rejected[row] = true;
    planner = std::make_unique<plan::Planner>(profile.schema, *roster, rejected, options);
    const sync::StopCondition stop(clock, [this] { return stop_requested(); });
    const sync::ProgressSink progress = [](const sync::Progress& told) {
      CHECK(told.stage == sync::Progress::Stage::reading);
      if (told.all) CHECK(told.done <= *told.all);
    };
    sync::Fetcher fetcher(profile.schema, *roster, *rest, *planner, reading_by(mode), stop, progress);
    return fetcher.run();
  }

  sync::Reading reading_by(Fetch mode) const {
    sync::Reading made = reading;
    made.mode = mode;
    made.searches = searches;
    return made;
  }

  // What the rows come to: "create", "update", else outcome and reason.
  std::vector<std::string> settled(Coverage coverage) {
    model::Reconciliation out;
    out.entries.resize(roster->size());
    out.users = roster.get();
    out.schema = &profile.schema;
    const auto changes = planner->settle(coverage, out);
    std::vector<std::string> told;
    for (model::Row row = 0; row < roster->size(); ++row) {
      const auto change = std::find_if(changes.begin(), changes.end(), [&](const auto& one) { return one.row == row; });
      if (change != changes.end()) {
        told.push_back(change->action == model::Action::create ? "create" : "update " + change->user_id);
        continue;
      }
      const auto* detail = out.find_detail(row);
      told.emplace_back(model::to_string(out.entries[row].outcome));
      if (detail != nullptr && !detail->reason.empty()) told.back() += "/" + detail->reason;
    }
    return told;
  }

  std::unique_ptr<model::Users> roster;
  std::vector<bool> rejected;
  const model::TextColumn* stable(const std::vector<std::string>& by_row) {
    stable_keys = {};
    for (const std::string& text : by_row) stable_keys.add(text);
    return &stable_keys;
  }

  std::vector<model::Row> rejected_rows;
  model::TextColumn stable_keys;
  plan::Options options;
  bool searches = true;
  sync::Reading reading;  // but for these
  std::unique_ptr<plan::Planner> planner;
  sync::StopRequested stop_requested = [] { return std::nullopt; };
};

inline Person new_person(int n) {
  return {{email, "new" + std::to_string(n) + "@x.com"}, {first_name, "New"}};
}
inline Person same(int n) {
  return {{email, "p" + std::to_string(n) + "@x.com"}, {first_name, "Karadoc"}};
}

}  // namespace rostersync::test
