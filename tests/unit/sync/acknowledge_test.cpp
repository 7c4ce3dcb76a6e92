#include "sync/acknowledge.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/directory/api_profile.hpp"

using namespace rostersync;
using namespace rostersync::test;
using job::Acknowledgement;
using model::Outcome;
using model::Presence;

namespace {

constexpr const char* today = "2026-03-10";

// Rows by their e-mail addresses, with all else that may name them.
struct Rows {
  profile::Profile profile = api_profile();
  roster::Roster roster{model::Users(profile.schema.size(), {id, email})};
  model::Reconciliation result;

  Rows() {
    result.schema = &profile.schema;
    result.users = &roster.users;
  }
  Rows& add(const std::string& key, const std::string& stable_key = {}, const std::string& own_id = {},
            const std::string& raw = {}) {
    const model::Row row = roster.users.add();
    if (!key.empty()) roster.users.set(row, email, Presence::value, key);
    if (!own_id.empty()) roster.users.set(row, id, Presence::value, own_id);
    if (!raw.empty()) roster.raw_keys.emplace(row, raw);
    roster.stable_keys.add(stable_key);
    result.entries.emplace_back().outcome = Outcome::conflict;
    return *this;
  }
  // The keys of what marks each row, "-" where nothing does.
  std::vector<std::string> marks(const std::vector<Acknowledgement>& all) {
    sync::mark_acknowledged(result, all, &roster, today);
    std::vector<std::string> marks;
    for (model::Row row = 0; row < result.entries.size(); ++row) {
      const model::EntryDetail* detail = result.find_detail(row);
      marks.push_back(detail != nullptr && detail->acknowledged ? detail->acknowledged->key : "-");
    }
    return marks;
  }
  std::vector<std::string> warnings(const std::vector<Acknowledgement>& all) {
    sync::warn_of_acknowledgements(result, all, today);
    sync::warn_of_needless_acknowledgements(result);
    std::vector<std::string> codes;
    for (const auto& one : result.warnings) codes.push_back(one.code + ": " + one.message);
    return codes;
  }
};

Acknowledgement of(std::string key, std::optional<std::string> until = std::nullopt) {
  return {std::move(key), "known", std::move(until)};
}

using Marks = std::vector<std::string>;

}  // namespace

TEST_CASE("a row is named by its key without case, and exactly by id, stable key and what stands for its key") {
  Rows rows;
  rows.add("Jo@x.com").add("b@x.com", "Aé7").add("c@x.com", "aé7").add("d@x.com", "", "42").add("", "", "", "Jo at X");
  CHECK(rows.marks({of("jo@X.com")}) == Marks{"jo@X.com", "-", "-", "-", "-"});
  CHECK(rows.marks({of("Aé7"), of("42"), of("jo AT x")}) == Marks{"jo@X.com", "Aé7", "-", "42", "jo AT x"});
}

TEST_CASE("a row is named by the user whom it was matched to") {
  Rows rows;
  rows.add("jo@x.com");
  rows.result.set_user_id(0, "u7");
  CHECK(rows.marks({of("u7")}) == Marks{"u7"});
}

TEST_CASE("the last day counts, and the day after does not") {
  for (const char* until : {"2026-03-10", "2026-03-11", "2030-01-01"}) {
    CHECK(Rows().add("jo@x.com").marks({of("jo@x.com", until)}) == Marks{"jo@x.com"});
  }
  for (const char* until : {"2026-03-09", "2025-12-31"}) {
    CHECK(Rows().add("jo@x.com").marks({of("jo@x.com", until)}) == Marks{"-"});
  }
  Rows renewed;
  renewed.add("jo@x.com");
  CHECK(renewed.marks({of("jo@x.com", "2026-03-09"), of("JO@x.com")}) == Marks{"JO@x.com"});
}

TEST_CASE("one that has run out, and one that names no row, are told of") {
  Rows rows;
  rows.add("jo@x.com");
  const std::vector<Acknowledgement> all = {of("jo@x.com", "2026-03-09"), of("al@x.com")};
  rows.marks(all);
  const auto warnings = rows.warnings(all);
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0].starts_with("acknowledgement_expired: \"jo@x.com\" was acknowledged until 2026-03-09 (known)"));
  CHECK(warnings[1].starts_with("acknowledgement_unused: \"al@x.com\" is acknowledged (known), and no row has this"));
}

TEST_CASE("one whose row is in order is told of, unless nobody can know that yet") {
  struct Case {
    Outcome outcome;
    const char* reason;
    bool told;
  };
  for (const Case& one : std::vector<Case>{{Outcome::unchanged, "", true},
                                           {Outcome::created, "", true},
                                           {Outcome::updated, "", true},
                                           {Outcome::skipped, "merged", true},
                                           {Outcome::skipped, "inactive", true},
                                           {Outcome::conflict, "unknown_id", false},
                                           {Outcome::rejected, "", false},
                                           {Outcome::failed, "refused", false},
                                           {Outcome::failed, "gave_up", false},
                                           {Outcome::planned_update, "", false},
                                           {Outcome::skipped, "only", false},
                                           {Outcome::skipped, "limit", false},
                                           {Outcome::skipped, "not_compared", false},
                                           {Outcome::skipped, "stopped", false}}) {
    CAPTURE(one.reason);
    Rows rows;
    rows.add("jo@x.com");
    rows.marks({of("jo@x.com")});
    rows.result.entries[0].outcome = one.outcome;
    rows.result.detail(0).reason = one.reason;
    const auto warnings = rows.warnings({of("jo@x.com")});
    CHECK(warnings.size() == (one.told ? 1 : 0));
    if (one.told) CHECK(warnings[0].find("and row 1 needs nobody any more") != std::string::npos);
    CHECK(rows.warnings({of("jo@x.com")}).size() == warnings.size());  // told once
  }
}

TEST_CASE("one that two rows have is needed while one of them needs it") {
  Rows rows;
  rows.add("jo@x.com").add("jo@x.com");
  rows.marks({of("jo@x.com")});
  rows.result.entries[0].outcome = Outcome::unchanged;
  CHECK(rows.warnings({of("jo@x.com")}).empty());
}
