#include "json/json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "unit/report/fixture.hpp"

namespace rostersync::report {

using json::OrderedJson;
using model::Outcome;
using test::Story;

namespace {

OrderedJson parsed(const Story& story) {
  return OrderedJson::parse(story.json());
}

std::string keys(const OrderedJson& object) {
  std::string out;
  for (const auto& [key, value] : object.items()) out += (out.empty() ? "" : " ") + key;
  return out;
}

}  // namespace

TEST_CASE("report.json has the promised members, in the promised order") {
  Story story;
  story.add(Outcome::unchanged, "arthur@kaamelott.test", "u1");
  story.run.orphans->push_back({"u9", "merlin@kaamelott.test", "", ""});
  story.run.warnings.push_back({"read_only_column", "The column \"created\" is ignored."});
  const OrderedJson report = parsed(story);
  CHECK(keys(report) == "schema run totals http directory warnings orphans entries");
  CHECK(report["schema"] == "rostersync.report/1");
  CHECK(keys(report["run"]) ==
        "id command dry_run plan undoes started_at finished_at version profile base_url roster changes_digest "
        "exit_code message");
  CHECK(keys(report["run"]["roster"]) == "path sha256 rows encoding delimiter format bom");
  CHECK(keys(report["totals"]) ==
        "rows unchanged planned_create planned_update created updated rejected conflict failed skipped orphans "
        "deactivated planned_deactivate deactivate_failed deactivate_skipped");
  CHECK(keys(report["http"]) == "requests reads writes retries throttled bytes_received seconds");
  CHECK(keys(report["directory"]) == "users complete");
  CHECK(keys(report["orphans"][0]) == "user_id email outcome reason http_status message changes attempts");
  CHECK(report["warnings"][0] ==
        OrderedJson({{"code", "read_only_column"}, {"message", "The column \"created\" is ignored."}}));
  CHECK(keys(report["entries"][0]) ==
        "row line key user_id outcome changes reason message warnings notes faults attempts http_status request_ids "
        "acknowledged");
}

TEST_CASE("an updated row is told as the contract shows it") {
  Story story;
  const auto row = story.add(Outcome::updated, "perceval@kaamelott.test", "5309c3a2");
  story.change(row, test::last_name, "Galles", "de Galles");
  story.run.entries[row].attempts = 1;
  story.run.entries[row].http_status = 200;
  CHECK(parsed(story)["entries"][0] == OrderedJson::parse(R"({
      "row": 1, "line": 2, "key": "perceval@kaamelott.test", "user_id": "5309c3a2", "outcome": "updated",
      "changes": [{"attribute": "last_name", "before": "Galles", "after": "de Galles"}],
      "reason": null, "message": null, "warnings": [], "notes": [], "faults": [],
      "attempts": 1, "http_status": 200, "request_ids": [], "acknowledged": null})"));
}

TEST_CASE("what is acknowledged is told where it counts") {
  Story story;
  const auto acknowledge = [&](model::Row row, std::optional<std::string> until) {
    story.run.detail(row).acknowledged = model::Acknowledged{"a@b.test", "leaves in June", std::move(until)};
  };
  const auto rejected = story.add(Outcome::rejected, "a@b.test");
  acknowledge(rejected, "2030-06-30");
  const auto refused = story.add(Outcome::failed, "b@b.test");
  story.explain(refused, "refused", "No.");
  acknowledge(refused, std::nullopt);
  const auto gave_up = story.add(Outcome::failed, "c@b.test");
  story.explain(gave_up, "gave_up", "No answer.");
  acknowledge(gave_up, std::nullopt);
  acknowledge(story.add(Outcome::unchanged, "d@b.test"), std::nullopt);
  const OrderedJson entries = parsed(story)["entries"];
  CHECK(entries[0]["acknowledged"] == OrderedJson({{"reason", "leaves in June"}, {"until", "2030-06-30"}}));
  CHECK(entries[1]["acknowledged"] == OrderedJson({{"reason", "leaves in June"}, {"until", nullptr}}));
  CHECK(entries[2]["acknowledged"].is_null());
  CHECK(entries[3]["acknowledged"].is_null());
}

TEST_CASE("before and after are JSON by type") {
  struct {
    const char* name;
    model::AttributeIndex attribute;
    std::string before, after;
    const char* expected_before;
    const char* expected_after;
  } rows[] = {
      {"text", test::last_name, "a", "b", R"("a")", R"("b")"},
      {"clear is null", test::last_name, "a", "", R"("a")", "null"},
      {"boolean", test::disabled, "false", "true", "false", "true"},
      {"set", test::business_ids, R"(["a"])", R"(["a","b"])", R"(["a"])", R"(["a","b"])"},
      {"set of sets", test::accesses, "", "[[1,2],[3]]", "null", "[[1,2],[3]]"},
      {"secret", test::password, "", "hunter2", "null", R"j("(secret)")j"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Story story;
    story.change(story.add(Outcome::updated, "a@b.test"), row.attribute, row.before, row.after);
    const OrderedJson change = parsed(story)["entries"][0]["changes"][0];
    CHECK(change["before"] == OrderedJson::parse(row.expected_before));
    CHECK(change["after"] == OrderedJson::parse(row.expected_after));
  }
}

TEST_CASE("what is not known is null, never an empty text") {
  Story story;
  story.add(Outcome::unchanged, "");
  story.run.run.roster = {"-", "", 1, "", "", "json", false};
  story.run.orphans.reset();
  story.run.directory = {};
  const OrderedJson report = parsed(story);
  CHECK(report["run"]["message"].is_null());
  CHECK(report["run"]["roster"]["sha256"].is_null());
  CHECK(report["run"]["roster"]["delimiter"].is_null());
  CHECK(report["orphans"].is_null());
  CHECK(report["totals"]["orphans"].is_null());
  CHECK(report["directory"]["users"].is_null());
  for (const char* name : {"key", "user_id", "reason", "message", "http_status"}) {
    CAPTURE(name);
    CHECK(report["entries"][0][name].is_null());
  }
}

TEST_CASE("a rejected row takes its reason and message from its faults") {
  Story story;
  const auto row = story.add(Outcome::rejected, "a@b.test");
  story.run.detail(row).faults = {{"invalid_value", "Role", "\"KING\" is not a role"},
                                  {"missing_required", "", "no name"}};
  const OrderedJson entry = parsed(story)["entries"][0];
  CHECK(entry["reason"] == "invalid_value");
  CHECK(entry["message"] == "Role: \"KING\" is not a role; no name");
  CHECK(entry["faults"].size() == 2);
  CHECK(entry["faults"][0] ==
        OrderedJson({{"reason", "invalid_value"}, {"column", "Role"}, {"message", "\"KING\" is not a role"}}));
  CHECK(entry["faults"][1]["column"].is_null());
}

TEST_CASE("a row's own words win over its faults'") {
  Story story;
  const auto row = story.add(Outcome::rejected, "a@b.test");
  story.explain(row, "missing_required", "A new person needs a role.");
  story.run.detail(row).faults = {{"invalid_value", "Role", "no"}};
  const OrderedJson entry = parsed(story)["entries"][0];
  CHECK(entry["reason"] == "missing_required");
  CHECK(entry["message"] == "A new person needs a role.");
}

TEST_CASE("warnings are codes, their sentences are notes") {
  Story story;
  const auto row = story.add(Outcome::unchanged, "a@b.test");
  story.run.detail(row).warnings = {{"not_applicable", "business_ids has no effect"},
                                    {"matched_disabled", "is disabled"}};
  const OrderedJson entry = parsed(story)["entries"][0];
  CHECK(entry["warnings"] == OrderedJson({"not_applicable", "matched_disabled"}));
  CHECK(entry["notes"] == OrderedJson({"business_ids has no effect", "is disabled"}));
}

TEST_CASE("the outcomes in totals add up to the rows") {
  Story story;
  for (const Outcome outcome : model::all_outcomes) {
    for (int i = 0; i <= static_cast<int>(outcome); ++i) story.add(outcome, "a@b.test");
  }
  const OrderedJson totals = parsed(story)["totals"];
  std::uint64_t sum = 0;
  for (const Outcome outcome : model::all_outcomes) {
    const auto count = totals[std::string(model::to_string(outcome))].get<std::uint64_t>();
    CHECK(count == static_cast<std::uint64_t>(outcome) + 1);
    sum += count;
  }
  CHECK(totals["rows"] == sum);
  CHECK(totals["orphans"] == 0);
  CHECK(totals["deactivated"] == 0);
}

TEST_CASE("a report that does not add up is not begun") {
  Story story;
  story.add(Outcome::unchanged, "a@b.test");
  story.run.run.roster.rows = 2;
  std::size_t pieces = 0;
  CHECK_THROWS_AS(write_json(story.run, [&](std::string_view) { ++pieces; }), std::logic_error);
  CHECK_THROWS_AS(write_csv(story.run, [&](std::string_view) { ++pieces; }), std::logic_error);
  CHECK(pieces == 0);
}

TEST_CASE("bytes that are not UTF-8 are replaced wherever they come from") {
  Story story;
  const auto row = story.add(Outcome::failed, "caf\xE9@b.test", "u\xFF");
  story.change(row, test::last_name, "\xC3", "\x80x");
  story.change(row, test::business_ids, "", "[\"a\xE9\"]");
  story.explain(row, "api", "\xF0\x28\x8C\x28");
  story.run.detail(row).request_ids = {"r\xFE"};
  story.run.run.roster.path = "caf\xE9.csv";
  story.run.run.message = "\xED\xA0\x80";
  const OrderedJson report = parsed(story);
  CHECK(report["run"]["roster"]["path"] == "caf\uFFFD.csv");
  CHECK(report["entries"][0]["key"] == "caf\uFFFD@b.test");
  CHECK(report["entries"][0]["changes"][1]["after"][0] == "a\uFFFD");
}

TEST_CASE("one entry a line") {
  Story story;
  for (int i = 0; i < 3; ++i) story.explain(story.add(Outcome::failed, "a@b.test"), "x", "two\nlines");
  const std::string text = story.json();
  const auto entries = text.substr(text.find("\"entries\""));
  CHECK(std::count(entries.begin(), entries.end(), '\n') == 6);  // after the [, each of the 3, the ], the }
}

TEST_CASE("a hundred thousand rows stream out in small pieces") {
  Story story;
  for (int i = 0; i < 100'000; ++i) {
    const auto row = story.add(Outcome::updated, "somebody@kaamelott.test", "5309c3a237bbc544d8e26737");
    story.change(row, test::last_name, "Galles", "de Galles");
  }
  std::size_t largest = 0;
  std::size_t total = 0;
  const auto sink = [&](std::string_view piece) {
    largest = std::max(largest, piece.size());
    total += piece.size();
  };
  write_json(story.run, sink);
  CHECK(total > 20'000'000);
  CHECK(largest < 1'000);
  total = 0;
  write_csv(story.run, sink);
  CHECK(total > 5'000'000);
  CHECK(largest < 1'000);
}

}  // namespace rostersync::report
