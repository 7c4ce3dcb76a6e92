// What is written is what is read, and nothing else is; two plans that say the same are the same file.
#include "plan/plan_file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <random>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "model/value.hpp"
#include "plan/change_json.hpp"
#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;
using model::Action;
using model::AttributeChange;
using model::Change;
using plan::SavedChange;
using plan::SavedPlan;

namespace {

const Schema the_schema = schema();

// All that a change is, for comparing; of a secret only that there is one.
std::string told(const Change& change, std::uint32_t line) {
  std::vector<std::string> sides;
  for (const AttributeChange& one : change.attributes) {
    const bool secret = the_schema[one.attribute].type == Type::secret;
    sides.push_back(fmt::format("{} {}<{}>{}<{}>", the_schema[one.attribute].name,
                                static_cast<int>(one.before_presence), secret ? "" : one.before,
                                static_cast<int>(one.after_presence), secret ? "" : one.after));
  }
  std::sort(sides.begin(), sides.end());
  std::string text =
      fmt::format("{} {} {} {} {}", model::to_string(change.action), change.user_id, change.key, change.row, line);
  for (const auto& side : sides) text += "\n  " + side;
  text += fmt::format("\n  {:x} {:x}", change.planned_on.hash.high, change.planned_on.hash.low);
  for (const auto index : change.planned_on.over) text += " " + the_schema[index].name;
  return text;
}

std::vector<std::string> told(const std::vector<SavedChange>& changes) {
  std::vector<std::string> all;
  for (const auto& one : changes) all.push_back(told(one.change, one.line));
  std::sort(all.begin(), all.end());
  return all;
}

class Maker {
 public:
  explicit Maker(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_); }

  std::vector<SavedChange> changes(std::size_t count) {
    std::vector<SavedChange> made;
    for (std::size_t i = 0; i < count; ++i) {
      SavedChange one;
      one.change = change(i);
      one.line = one.change.row == model::no_row ? 0 : static_cast<std::uint32_t>(i + 2);
      made.push_back(std::move(one));
    }
    std::shuffle(made.begin(), made.end(), engine_);
    return made;
  }

  std::mt19937& engine() { return engine_; }

 private:
  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",       " ",    "é",      "\"",   "\\",      "\n",  "{\"secret\": true}",
        "null",    "true", "\u202e", "Zoë ", "[]",      "[1]", "12",
        "unknown", "]",    "\x01",   "日本", "e\u0301", "😀",   "(secret)"};
    std::string made;
    for (std::size_t n = below(4); n-- > 0;) made += pieces[below(pieces.size())];
    return made;
  }

  // Mostly canonical; sometimes a text that an API answered against its own type.
  std::string value(const Attribute& attribute) {
    if (below(5) == 0) return text();
    switch (attribute.type) {
      case Type::integer:
        return std::to_string(below(1000));
      case Type::boolean:
        return below(2) == 0 ? "true" : "false";
      case Type::text_set:
        return model::canonical_from_json(attribute, Json::array({"b" + text(), "c"})).text;
      case Type::integer_set_set:
        return model::canonical_from_json(attribute, Json::array({Json::array({below(9), 7}), Json::array({5})})).text;
      default:
        return model::canonical_from_json(attribute, Json("x" + text())).text;
    }
  }

  AttributeChange attribute_change(AttributeIndex index, Action action) {
    AttributeChange one;
    one.attribute = index;
    const Attribute& attribute = the_schema[index];
    one.before_presence = action == Action::create ? Presence::absent
                          : !attribute.readable    ? Presence::unknown
                          : below(3) == 0          ? Presence::clear
                                                   : Presence::value;
    if (one.before_presence == Presence::value) one.before = value(attribute);
    one.after_presence = action != Action::create && below(4) == 0 ? Presence::clear : Presence::value;
    if (one.after_presence == Presence::value) one.after = value(attribute);
    return one;
  }

  Change change(std::size_t number) {
    Change made;
    made.action = std::array{Action::create, Action::update, Action::deactivate}[below(3)];
    made.row = made.action == Action::deactivate ? model::no_row : static_cast<model::Row>(number);
    made.key = fmt::format("{}{}@x.com", below(2) == 0 ? "P" : "p", number);
    if (made.action != Action::create) made.user_id = fmt::format("u{}", number);
    for (AttributeIndex index = 1; index < attribute_count; ++index) {
      if (below(3) == 0) made.attributes.push_back(attribute_change(index, made.action));
      if (made.action != Action::create && below(3) == 0) made.planned_on.over.push_back(index);
    }
    if (!made.planned_on.over.empty())
      made.planned_on.hash = {engine_(), (std::uint64_t{engine_()} << 32U) + engine_()};
    std::shuffle(made.attributes.begin(), made.attributes.end(), engine_);
    return made;
  }

  std::mt19937 engine_;
};

plan::PlanHeader header_of(const std::vector<SavedChange>& changes) {
  plan::PlanHeader header;
  header.run.id = "20260101T000000Z-abcdef";
  header.run.command = "plan";
  header.run.started_at = "2026-01-01T00:00:00Z";
  header.run.version = "1.2";
  header.run.profile = "example";
  header.run.base_url = "https://api.example.com";
  header.run.roster = {"/srv/people.csv", std::string(64, 'a'), 7, "utf-8", ";", "csv", true};
  header.organization = "42";
  header.directory.users = 100;
  header.directory.complete = true;
  header.enabled = 90;
  std::vector<Change> plain;
  for (const auto& one : changes) plain.push_back(one.change);
  header.run.changes_digest = plan::changes_digest(the_schema, plain);
  return header;
}

std::string written(const std::vector<SavedChange>& changes) {
  return plan::write_plan(header_of(changes), changes, the_schema);
}

SavedChange update(std::vector<AttributeChange> attributes) {
  return {{0, Action::update, "u1", "a@x.com", std::move(attributes), {{email, role}, {1, 2}}}, 2};
}

std::string refusal(const std::string& text) {
  try {
    const SavedPlan read(text, "plan.json");
    read.changes(the_schema);
  } catch (const base::CannotRun& error) {
    return error.what();
  }
  return "(accepted)";
}

}  // namespace

TEST_CASE("what is written is what is read") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    const auto changes = Maker(seed).changes(seed % 12);
    const std::string text = written(changes);
    const SavedPlan read(text, "plan.json");
    const auto back = read.changes(the_schema);
    CHECK(told(back) == told(changes));
    CHECK(plan::write_plan(read.header(), back, the_schema) == text);
  }
}

TEST_CASE("the header comes back") {
  const auto made = header_of({});
  auto refused = made;
  refused.refused = "too many; add --allow updates=30";
  refused.organization.clear();
  refused.directory = {};
  refused.run.roster = {};
  for (const auto& one : {made, refused}) {
    const SavedPlan read(plan::write_plan(one, {}, the_schema), "plan.json");
    const auto& back = read.header();
    CHECK(back.run.id == one.run.id);
    CHECK(back.run.command == one.run.command);
    CHECK(back.run.started_at == one.run.started_at);
    CHECK(back.run.version == one.run.version);
    CHECK(back.run.profile == one.run.profile);
    CHECK(back.run.base_url == one.run.base_url);
    CHECK(back.run.roster.path == one.run.roster.path);
    CHECK(back.run.roster.sha256 == one.run.roster.sha256);
    CHECK(back.run.roster.rows == one.run.roster.rows);
    CHECK(back.run.roster.delimiter == one.run.roster.delimiter);
    CHECK(back.run.roster.bom == one.run.roster.bom);
    CHECK(back.organization == one.organization);
    CHECK(back.directory.users == one.directory.users);
    CHECK(back.directory.complete == one.directory.complete);
    CHECK(back.enabled == one.enabled);
    CHECK(back.refused == one.refused);
  }
}

TEST_CASE("a person can read it") {
  const auto text = written({update({{role, Presence::value, "PUBLISHER", Presence::value, "ORG_MANAGER"},
                                     {business_ids, Presence::value, R"(["b1","b2"])", Presence::clear, {}},
                                     {disabled, Presence::value, "false", Presence::value, "true"},
                                     {phone, Presence::unknown, {}, Presence::value, "+33"},
                                     {password, Presence::unknown, {}, Presence::value, "xs3cret"}})});
  CHECK(text.find("xs3cret") == std::string::npos);
  const Json read = Json::parse(text);
  CHECK(read["schema"] == "rostersync.plan/1");
  CHECK(read["refused"].is_null());
  CHECK(read["directory"] == Json{{"users", 100}, {"enabled", 90}, {"complete", true}});
  const Json& change = read["changes"].at(0);
  CHECK(change["action"] == "update");
  CHECK(change["user_id"] == "u1");
  CHECK(change["email"] == "a@x.com");
  CHECK(change["row"] == 1);
  CHECK(change["line"] == 2);
  CHECK(change["fingerprint"] == "00000000000000010000000000000002 over email role");
  CHECK(change["changes"] == Json::parse(R"([
    {"attribute": "business_ids", "before": ["b1", "b2"], "after": null},
    {"attribute": "disabled", "before": false, "after": true},
    {"attribute": "password", "before": {"unknown": true}, "after": {"secret": true}},
    {"attribute": "phone", "before": {"unknown": true}, "after": "+33"},
    {"attribute": "role", "before": "PUBLISHER", "after": "ORG_MANAGER"}])"));
  CHECK(text.starts_with("{\n  \"schema\": \"rostersync.plan/1\",\n  \"run\": {\n    \"id\": "));
}

TEST_CASE("the roster's order does not matter, to the digest or to the file") {
  Maker maker(7);
  auto changes = maker.changes(20);
  const auto digest = header_of(changes).run.changes_digest;
  std::vector<std::string> orders;
  for (int times = 0; times < 5; ++times) {
    std::shuffle(changes.begin(), changes.end(), maker.engine());
    for (auto& one : changes) std::shuffle(one.change.attributes.begin(), one.change.attributes.end(), maker.engine());
    CHECK(header_of(changes).run.changes_digest == digest);
    orders.push_back(written(changes));
    CHECK(orders.back() == orders.front());
  }
  for (auto& one : changes) {  // nor do the place in the roster, and what else was read
    one.change.row = 3;
    one.line = 17;
    one.change.planned_on = {};
  }
  CHECK(header_of(changes).run.changes_digest == digest);
}

TEST_CASE("the digest of changes tells any two apart") {
  const std::vector<SavedChange> all = {
      update({{last_name, Presence::value, "a", Presence::value, "b"}}),
      update({{last_name, Presence::value, "a", Presence::value, "c"}}),
      update({{last_name, Presence::value, "x", Presence::value, "b"}}),
      update({{last_name, Presence::value, "a", Presence::clear, {}}}),
      update({{last_name, Presence::clear, {}, Presence::value, "b"}}),
      update({{last_name, Presence::unknown, {}, Presence::value, "b"}}),
      update({{last_name, Presence::absent, {}, Presence::value, "b"}}),
      update({{first_name, Presence::value, "a", Presence::value, "b"}}),
      update({{sso_only, Presence::value, "maybe", Presence::value, "true"}}),
      update({{sso_only, Presence::value, "false", Presence::value, "true"}}),
      update({{password, Presence::unknown, {}, Presence::value, "x"}}),
      {{0, Action::update, "u2", "a@x.com", {{last_name, Presence::value, "a", Presence::value, "b"}}}, 2},
      {{0, Action::update, "u1", "b@x.com", {{last_name, Presence::value, "a", Presence::value, "b"}}}, 2},
      {{0, Action::create, "", "a@x.com", {{last_name, Presence::absent, {}, Presence::value, "b"}}}, 2},
      {{0, Action::deactivate, "u1", "a@x.com", {{last_name, Presence::value, "a", Presence::value, "b"}}}, 2},
  };
  std::set<std::string> digests = {header_of({}).run.changes_digest, header_of({all[0], all[1]}).run.changes_digest};
  for (const auto& one : all) digests.insert(header_of({one}).run.changes_digest);
  CHECK(digests.size() == all.size() + 2);
}

TEST_CASE("white space does no harm, and any other change is noticed") {
  const std::string text = written(Maker(3).changes(4));
  CHECK(refusal(text) == "(accepted)");
  CHECK(refusal(Json::parse(text).dump()) == "(accepted)");
  CHECK(refusal("\n " + json::OrderedJson::parse(text).dump(7) + "\n\n") == "(accepted)");
  std::mt19937 engine(11);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) continue;
    CAPTURE(at);
    std::string other = text;
    other[at] = other[at] == 'x' ? 'y' : 'x';
    CHECK(refusal(other).starts_with("plan.json"));
    other = text;
    other.erase(at, 1);
    CHECK(refusal(other).starts_with("plan.json"));
  }
}

TEST_CASE("what is no plan, or not one any more, is refused") {
  const std::string text = written(Maker(5).changes(3));
  const auto changed = [&](const std::function<void(Json&)>& change) {
    Json read = Json::parse(text);
    change(read);
    return read.dump(2);
  };
  CHECK(refusal("").find("is not a plan") != std::string::npos);
  CHECK(refusal("email,first_name\na@x.com,A\n").find("--out PLAN") != std::string::npos);
  CHECK(refusal("[]").find("is not a plan") != std::string::npos);
  CHECK(refusal(changed([](Json& plan) { plan["schema"] = "rostersync.plan/2"; })).find("rostersync.plan/2") !=
        std::string::npos);
  const std::string broken = "its digest does not hold";
  CHECK(refusal(changed([](Json& plan) { plan["changes"].erase(0); })).find(broken) != std::string::npos);
  CHECK(refusal(changed([](Json& plan) { std::swap(plan["changes"][0], plan["changes"][1]); })).find(broken) !=
        std::string::npos);
  CHECK(refusal(changed([](Json& plan) { plan["run"]["started_at"] = "2027-01-01T00:00:00Z"; })).find(broken) !=
        std::string::npos);
  CHECK(refusal(changed([](Json& plan) { plan["more"] = 1; })).find(broken) != std::string::npos);
  CHECK(refusal(changed([](Json& plan) { plan.erase("digest"); })).find(broken) != std::string::npos);
  std::string twice = text;  // what a reader would see, and what this program would do
  twice.insert(twice.find("\"refused\""), "\"refused\": \"by nobody\",\n  ");
  CHECK(refusal(twice).find("is not a plan") != std::string::npos);
  std::string abyss = text;
  abyss.insert(abyss.find("\"refused\""), "\"x\": " + std::string(100'000, '[') + std::string(100'000, ']') + ",\n  ");
  CHECK(refusal(abyss).find("is not a plan") != std::string::npos);
}

TEST_CASE("a plan whose digests were made to hold is still held to what it says") {
  const auto sealed = [](Json plan) {
    plan.erase("digest");
    base::Sha256 digest;
    digest.update(plan.dump());
    plan["digest"] = digest.hex_digest();
    return plan.dump(2);
  };
  Json plan = Json::parse(written({update({{last_name, Presence::value, "a", Presence::value, "b"}})}));
  CHECK(refusal(sealed(plan)) == "(accepted)");
  Json other = plan;
  other["changes"][0]["changes"][0]["after"] = "c";
  CHECK(refusal(sealed(other)).find("not those that their digest is of") != std::string::npos);
  other = plan;
  other["changes"][0]["action"] = "delete";
  CHECK(refusal(sealed(other)).find("not a plan that this program wrote") != std::string::npos);
  other = plan;
  other["changes"][0]["user_id"] = nullptr;
  CHECK(refusal(sealed(other)).find("not a plan that this program wrote") != std::string::npos);
  for (const Json& value : {Json{{"a", 1}, {"b", 2}}, Json{{"a", 1}}, Json::array(), Json("")}) {
    CAPTURE(value.dump());
    other = plan;
    other["changes"][0]["changes"][0]["after"] = value;
    CHECK(refusal(sealed(other)).find("not a plan that this program wrote") != std::string::npos);
  }
  for (const char* place : {"/run/roster/rows", "/directory/users", "/directory/enabled", "/changes/0/row"}) {
    CAPTURE(place);
    other = plan;
    other[Json::json_pointer(place)] = 1e30;
    CHECK(refusal(sealed(other)).find("not a plan that this program wrote") != std::string::npos);
  }
  other = plan;
  other["run"].erase("profile");
  CHECK(refusal(sealed(other)).find("not a plan that this program wrote") != std::string::npos);
  other = plan;
  other["changes"][0]["changes"][0]["attribute"] = "shoe_size";
  CHECK(refusal(sealed(other)).find("\"shoe_size\"") != std::string::npos);
  other = plan;
  other["changes"][0]["fingerprint"] = "00000000000000010000000000000002 over email shoe_size";
  CHECK(refusal(sealed(other)).find("\"shoe_size\"") != std::string::npos);
}
