#include <doctest/doctest.h>

#include "text/text.hpp"
#include "unit/report/fixture.hpp"

namespace rostersync::report {

using model::Outcome;
using test::Story;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a dry run reads like a plan") {
  Story story("plan");
  story.add(Outcome::unchanged, "arthur@kaamelott.test", "u1");
  const auto created = story.add(Outcome::planned_create, "perceval@kaamelott.test");
  story.set(created, test::first_name, "Perceval");
  story.set(created, test::role, "GROUP_MANAGER");
  story.set(created, test::password, "hunter2");
  const auto updated = story.add(Outcome::planned_update, "karadoc@kaamelott.test", "u2");
  story.change(updated, test::last_name, "de Vannes", "");
  story.change(updated, test::business_ids, R"(["a","b"])", R"(["a","c"])");
  story.change(updated, test::disabled, "false", "true");
  story.change(updated, test::role, "USER", "ORG_ADMIN");
  story.run.orphans->push_back({"u9", "me@kaamelott.test", "own_user", ""});
  story.run.http = {12, 12, 0, 1, 0, 4096, 1.26};
  story.run.run.exit_code = 2;
  CHECK(story.summary({.report_path = "reports/report.json"}) ==
        R"(rostersync plan: people at https://api.example.test/v2
Roster people.csv: 3 rows, csv, utf-8, delimiter ";"
DRY RUN: nothing was written.

  + row 2, line 3, perceval@kaamelott.test: would be created
        first_name: "Perceval"
        role:       "GROUP_MANAGER"
        password:   (secret)

  ~ row 3, line 4, karadoc@kaamelott.test: would be updated
        last_name:    "de Vannes" -> (none)
        business_ids: ["a", "b"] -> ["a", "c"]
      ! disabled:     false -> true  (disables this account)
      ! role:         "USER" -> "ORG_ADMIN"  (privileged)

Not in the roster: 1 user of the directory, left as they are
  me@kaamelott.test (the user behind the credentials)

3 rows: 1 unchanged, 1 would be created, 1 would be updated
12 requests (12 reads, 0 writes, 1 retry) in 1.3 s

To carry this out: rostersync sync people.csv, with the same options.
Full report: reports/report.json
)");
}

TEST_CASE("what needs a person is told row by row, what is alike is counted") {
  Story story;
  const auto rejected = story.add(Outcome::rejected, "guenievre@kaamelott.test");
  story.run.detail(rejected).faults = {{"invalid_value", "Role", "\"QUEEN\" is not a role"},
                                       {"missing_required", "", "a last name is needed"}};
  const auto failed = story.add(Outcome::failed, "leodagan@kaamelott.test", "u3");
  story.explain(failed, "api_refused", "You cannot edit this user");
  story.run.entries[failed].http_status = 403;
  story.run.entries[failed].attempts = 3;
  story.run.detail(failed).request_ids = {"r1", "r2"};
  story.explain(story.add(Outcome::conflict, ""), "duplicate_key", "");
  for (int i = 0; i < 5; ++i) story.explain(story.add(Outcome::skipped, "a@b.test"), "create_disabled", "No creates.");
  story.run.detail(story.add(Outcome::unchanged, "c@d.test")).warnings = {
      {"matched_disabled", "The user is disabled."}};
  story.run.warnings = {{"read_only_column", "The column \"created\" is ignored."}};
  story.run.orphans.reset();
  story.run.run.exit_code = 3;
  CHECK(story.summary() == R"(rostersync sync: people at https://api.example.test/v2
Roster people.csv: 9 rows, csv, utf-8, delimiter ";"

Problems: 3 rows
  rejected  row 1, line 2, guenievre@kaamelott.test
      Role: "QUEEN" is not a role (invalid_value)
      a last name is needed (missing_required)
  failed    row 2, line 3, leodagan@kaamelott.test: api_refused (HTTP 403, 3 attempts, request r2)
      You cannot edit this user
  conflict  row 3, line 4: duplicate_key

Skipped: 5 rows
  create_disabled: 5 rows (row 4, 5, 6, …)
      No creates.

Warnings
  read_only_column: The column "created" is ignored.
  matched_disabled: 1 row (row 9, line 10, c@d.test)
      The user is disabled.

Not in the roster: unknown, for the directory was not read whole.

9 rows: 1 unchanged, 1 rejected, 1 conflict, 1 failed, 5 skipped

A person is needed for 3 rows. The rest is done; correct what is listed above and run it again.
)");
}

TEST_CASE("rows that somebody knows of are counted apart, and stand last") {
  Story story;
  const auto known = story.add(Outcome::conflict, "a@b.test");
  story.explain(known, "unknown_id", "No such user.");
  story.run.detail(known).acknowledged = model::Acknowledged{"a@b.test", "leaves in June", "2030-06-30"};
  story.run.run.exit_code = 0;
  CHECK(story.summary().find("Problems: 1 row, 1 of them acknowledged\n") != std::string::npos);
  CHECK(story.summary().find("No such user.\n      acknowledged: leaves in June (until 2030-06-30)\n") !=
        std::string::npos);
  CHECK(story.summary().find("\n\nDone, but for 1 row that is acknowledged.\n") != std::string::npos);
  story.run.run.command = "validate";
  CHECK(story.summary().find("\n\nThe roster is valid, but for 1 row that is acknowledged.\n") != std::string::npos);
  story.run.run.command = "plan";
  story.run.run.dry_run = true;
  CHECK(story.summary().find("\n\nNothing to do, but for 1 row that is acknowledged.\n") != std::string::npos);

  story.run.run.command = "sync";
  story.run.run.dry_run = false;
  story.explain(story.add(Outcome::conflict, "c@b.test"), "duplicate_key", "Twice.");
  story.run.run.exit_code = 3;
  const std::string told = story.summary();
  CHECK(told.find("Problems: 2 rows, 1 of them acknowledged\n  conflict  row 2,") != std::string::npos);
  CHECK(told.find("A person is needed for 1 row. ") != std::string::npos);
}

TEST_CASE("the last words follow the exit status") {
  struct {
    const char* name;
    const char* command;
    int exit_code;
    const char* expected;
  } rows[] = {
      {"done", "sync", 0, "Done: the directory matches the roster."},
      {"nothing to do", "plan", 0, "Nothing to do: the directory matches the roster."},
      {"valid", "validate", 0, "The roster is valid."},
      {"could not run", "sync", 1, "COULD NOT RUN: nothing was written."},
      {"differences", "plan", 2, "To carry this out: rostersync sync people.csv, with the same options."},
      {"refused", "sync", 4, "REFUSED: nothing was written."},
      {"stopped", "sync", 6, "STOPPED EARLY. What is listed as done is done; \"rostersync resume\" goes on."},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Story story(row.command);
    story.add(Outcome::unchanged, "a@b.test");
    story.run.run.exit_code = row.exit_code;
    story.run.run.message = "Because of this.";
    CHECK(story.summary().ends_with(std::string("\n\n") + row.expected + "\n  Because of this.\n"));
  }
}

TEST_CASE("a plan that is carried out, and the way back, are told as such") {
  struct {
    const char* name;
    const char* command;
    bool dry_run;
    int exit_code;
    const char* head;
    const char* expected;
  } rows[] = {
      {"applied", "apply", false, 0, "Plan plan.json: 1 row\n", "Done: the plan is carried out.\n"},
      {"applied in part", "apply", false, 3, "Plan plan.json: 1 row\n",
       "The rest is done; plan again for what is listed above.\n"},
      {"undone", "rollback", false, 0, "Undoing the run r-1: 1 row\n",
       "Done: what that run changed, and can be undone, is undone.\n"},
      {"to be undone", "rollback", true, 2, "DRY RUN: nothing was written.\n",
       "To carry this out: rostersync rollback r-1 --apply, with the same options.\n"},
      {"nothing to undo", "rollback", true, 0, "DRY RUN", "Nothing to do: nothing is left to undo of that run.\n"},
      {"stopped", "rollback", true, 6, "DRY RUN",
       "STOPPED EARLY. Nothing was written; run \"rostersync rollback\" again.\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Story story(row.command);
    story.run.run.dry_run = row.dry_run;
    (std::string(row.command) == "apply" ? story.run.run.plan : story.run.run.undoes) =
        std::string(row.command) == "apply" ? "plan.json" : "r-1";
    story.run.orphans.reset();
    story.add(row.exit_code == 3 ? Outcome::conflict : Outcome::unchanged, "a@b.test");
    story.run.run.exit_code = row.exit_code;
    const std::string text = story.summary();
    CHECK(contains(text, row.head));
    CHECK(text.ends_with(row.expected));
    CHECK_FALSE(contains(text, "Not in the roster"));
  }
  Story saved("plan");
  saved.add(Outcome::planned_update, "a@b.test");
  saved.run.run.exit_code = 2;
  CHECK(saved.summary({.plan_path = "my plan.json"})
            .ends_with("To carry this out: rostersync apply 'my plan.json', with the same options.\n"));
}

TEST_CASE("validate calls the rows that are in order valid") {
  Story story("validate");
  story.run.detail(story.add(Outcome::skipped, "a@b.test")).reason = "not_compared";
  story.run.detail(story.add(Outcome::rejected, "")).faults = {{"missing_required", "email", "is blank"}};
  story.run.directory = {};
  story.run.orphans.reset();
  story.run.run.exit_code = 3;
  const std::string text = story.summary();
  CHECK(contains(text, "2 rows: 1 rejected, 1 valid\n"));
  CHECK(contains(text, "1 row to be corrected in the roster."));
  CHECK_FALSE(contains(text, "Not in the roster"));
  CHECK_FALSE(contains(text, "request"));
}

TEST_CASE("a dry run with problems says what would still be carried out") {
  Story story("plan");
  story.explain(story.add(Outcome::conflict, "a@b.test"), "duplicate_key", "");
  story.add(Outcome::planned_update, "c@d.test");
  story.run.run.exit_code = 3;
  CHECK(story.summary().ends_with(
      "A person is needed for 1 row. \"rostersync sync\" would carry out the other 1 change.\n"));
}

TEST_CASE("a run that never came to read its roster has a summary too") {
  Story story;
  story.run.run.roster = {};
  story.run.users = nullptr;
  story.run.schema = nullptr;
  story.run.run.exit_code = 1;
  story.run.run.message = "people.csv: no such file";
  const std::string text = story.summary();
  CHECK_FALSE(contains(text, "Roster"));
  CHECK(contains(text, "COULD NOT RUN: nothing was written.\n  people.csv: no such file\n"));
}

TEST_CASE("nothing is said to be unwritten once writes were sent") {
  Story story;
  story.run.run.exit_code = 1;
  CHECK(contains(story.summary(), "nothing was written"));
  story.run.http.requests = story.run.http.writes = 1;
  CHECK_FALSE(contains(story.summary(), "nothing was written"));
}

TEST_CASE("what is shown is bounded, what is left out is counted") {
  Story story;
  for (int i = 0; i < 7; ++i) story.change(story.add(Outcome::updated, "a@b.test"), test::last_name, "x", "y");
  for (int i = 0; i < 6; ++i) story.explain(story.add(Outcome::failed, "c@d.test"), "why", "");
  for (int i = 0; i < 8; ++i) story.run.orphans->push_back({"u", "o@p.test", "", ""});
  const std::string text = story.summary({.max_changes = 4, .max_problems = 2});
  CHECK(contains(text, "row 4, line 5"));
  CHECK_FALSE(contains(text, "row 5, line 6"));
  CHECK(contains(text, "  … and 3 more changes, in the full report\n"));
  CHECK(contains(text, "row 9, line 10"));
  CHECK_FALSE(contains(text, "row 10, line 11"));
  CHECK(contains(text, "  … and 4 more, in the full report\n"));
  CHECK(contains(text, "  … and 3 more, in the full report\n"));
}

TEST_CASE("long values fit the page and still show what differs") {
  Story story;
  const auto row = story.add(Outcome::updated, "a@b.test");
  const std::string start(150, 'x');
  story.change(row, test::last_name, start + "OLD", start + "NEW");
  std::string before = "[";
  for (int i = 10; i < 60; ++i) before += (i == 10 ? "\"b" : ",\"b") + std::to_string(i) + "\"";
  const std::string after = before.substr(0, before.size() - 6) + R"(,"c1"])";
  story.change(row, test::business_ids, before + "]", after);
  const std::string text = story.summary();
  CHECK(contains(text, "last_name:    …xxxxxxxxxxxxOLD\"\n                      -> …xxxxxxxxxxxxNEW\"\n"));
  CHECK(contains(text, "business_ids: +\"c1\" -\"b59\" (50 -> 50 items)\n"));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    CHECK(text::length(text.substr(at, end - at)) <= 100);
    at = end + 1;
  }
}

TEST_CASE("a large set is listed as far as it fits") {
  Story story;
  std::string after = "[";
  for (int i = 100; i < 200; ++i) after += (i == 100 ? "\"" : ",\"") + std::to_string(i) + "\"";
  story.set(story.add(Outcome::created, "a@b.test"), test::business_ids, after + "]");
  const std::string text = story.summary();
  CHECK(contains(text, "business_ids: +\"100\" +\"101\""));
  CHECK(contains(text, "more (0 -> 100 items)"));
}

TEST_CASE("giving a privilege that was already there is no alarm") {
  Story story;
  story.people.attributes[test::business_ids].privileged = {"root"};
  const auto row = story.add(Outcome::updated, "a@b.test");
  story.change(row, test::business_ids, R"(["root"])", R"(["a","root"])");
  CHECK_FALSE(contains(story.summary(), "privileged"));
  story.change(row, test::business_ids, R"(["a"])", R"(["a","root"])");
  CHECK(contains(story.summary(), "privileged"));
}

TEST_CASE("an account that a cleared attribute disables is marked too") {
  Story story;
  const auto row = story.add(Outcome::updated, "a@b.test");
  story.change(row, test::disabled, "false", "");
  CHECK_FALSE(contains(story.summary(), "disables"));
  story.people.attributes[test::disabled].initial = "true";
  CHECK(contains(story.summary(), "      ! disabled: false -> (none)  (disables this account)\n"));
}

TEST_CASE("colour marks what happens, and only on request") {
  Story story;
  story.set(story.add(Outcome::created, "a@b.test"), test::last_name, "x");
  story.change(story.add(Outcome::updated, "c@d.test"), test::last_name, "x", "y");
  story.add(Outcome::failed, "e@f.test");
  CHECK_FALSE(contains(story.summary(), "\x1b"));
  const std::string text = story.summary({.colour = Colour::yes});
  CHECK(contains(text, "\x1b[32m  + row 1"));
  CHECK(contains(text, "\x1b[33m  ~ row 2"));
  CHECK(contains(text, "\x1b[31mProblems"));
}

TEST_CASE("nothing in the data can act on the terminal") {
  const std::string evil = "\x1b]0;pwned\a\u202E\u009b2J\r\nDone: the directory matches the roster.\xFF";
  Story story(evil);
  story.run.run.profile = story.run.run.base_url = story.run.run.message = evil;
  story.run.run.roster = {evil, evil, 0, evil, evil, evil, false};
  const auto add = [&](Outcome outcome) {
    const auto row = story.add(outcome, evil, evil);
    story.change(row, test::last_name, evil, evil + "x");
    story.explain(row, evil, evil);
    story.run.detail(row).faults = {{evil, evil, evil}};
    story.run.detail(row).warnings = {{evil, evil}};
    story.run.detail(row).request_ids = {evil};
  };
  for (const Outcome outcome : model::all_outcomes) add(outcome);
  story.run.warnings = {{evil, evil}};
  story.run.orphans->push_back({evil, evil, evil, evil});
  for (const int exit_code : {0, 1, 2, 3, 4, 6}) {
    story.run.run.exit_code = exit_code;
    const std::string text = story.summary({.report_path = evil});
    for (const char* act : {"\x1b", "\a", "\r", "\u202E", "\u009b"}) CHECK_FALSE(contains(text, act));
    CHECK_FALSE(text::first_invalid_utf8(text));
  }
}

TEST_CASE("a secret is in no report") {
  Story story;
  for (const Outcome outcome : model::all_outcomes) {
    const auto row = story.add(outcome, "a@b.test");
    story.set(row, test::password, "hunter2");
    story.change(row, test::password, "hunter2", "hunter2-new");
    story.change(row, test::password, "hunter2", "");
  }
  for (const std::string& text : {story.summary(), story.json(), story.csv()}) {
    CHECK(contains(text, "(secret)"));
    CHECK_FALSE(contains(text, "hunter2"));
  }
}

TEST_CASE("display") {
  using model::Presence;
  const model::Schema schema = test::schema();
  struct {
    const char* name;
    model::AttributeIndex attribute;
    Presence presence;
    const char* canonical;
    const char* expected;
  } rows[] = {
      {"text", test::last_name, Presence::value, "de \"G\"", R"("de \"G\"")"},
      {"e-mail", test::email, Presence::value, "a@b.test", R"("a@b.test")"},
      {"boolean", test::disabled, Presence::value, "true", "true"},
      {"set", test::business_ids, Presence::value, R"(["a","b\nc"])", R"(["a", "b\nc"])"},
      {"set of sets", test::accesses, Presence::value, "[[1,2],[3]]", "[[1, 2], [3]]"},
      {"set that is none", test::business_ids, Presence::value, "oops", R"(["oops"])"},
      {"set of other things", test::business_ids, Presence::value, "[1,null]", "[1, null]"},
      {"boolean that is none", test::disabled, Presence::value, "per\x1bhaps", "per\\x1bhaps"},
      {"secret", test::password, Presence::value, "hunter2", "(secret)"},
      {"secret that is not there", test::password, Presence::absent, "", "(none)"},
      {"clear", test::last_name, Presence::clear, "", "(none)"},
      {"absent", test::last_name, Presence::absent, "", "(none)"},
      {"unknown", test::last_name, Presence::unknown, "", "(unknown)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(display(schema[row.attribute], row.presence, row.canonical) == row.expected);
  }
}

}  // namespace rostersync::report
