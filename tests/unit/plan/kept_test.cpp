#include "plan/kept.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;
using model::AttributeChange;
using model::Written;
using plan::Effort;
using plan::Writings;

namespace {

constexpr Presence value = Presence::value;
constexpr Presence clear = Presence::clear;

Written record(std::string name, Presence sent_presence, std::string sent, Presence replaced_presence,
               std::string replaced, std::uint32_t times = 1) {
  return {"u1",     std::move(name), sent_presence, std::move(sent), replaced_presence, std::move(replaced), times,
          "monday", "tuesday",       "r2"};
}

model::RunFacts run_named(std::string id, std::string began) {
  model::RunFacts run;
  run.id = std::move(id);
  run.started_at = std::move(began);
  return run;
}

}  // namespace

TEST_CASE("what was sent before in place of the same is told from what was not") {
  const Schema schema = test::schema();
  struct Case {
    const char* name;
    Written before;
    AttributeChange change;
    Effort expected;
  };
  const AttributeChange to_galles{last_name, value, "Galles", value, "de Galles"};
  const std::vector<Case> cases = {
      {"the same in place of the same", record("last_name", value, "de Galles", value, "Galles"), to_galles,
       Effort::again},
      {"a second time again", record("last_name", value, "de Galles", value, "Galles", 2), to_galles, Effort::again},
      {"sent in three runs", record("last_name", value, "de Galles", value, "Galles", 3), to_galles, Effort::none},
      {"sent more often yet", record("last_name", value, "de Galles", value, "Galles", 9), to_galles, Effort::none},
      {"the roster says something else", record("last_name", value, "Gallois", value, "Galles", 3), to_galles,
       Effort::first},
      {"the directory had something else", record("last_name", value, "de Galles", value, "Carmelide", 3), to_galles,
       Effort::first},
      {"it is the other way round", record("last_name", value, "Galles", value, "de Galles", 3), to_galles,
       Effort::first},
      {"clear in place of the same",
       record("custom_role", clear, "", value, "shop"),
       {custom_role, value, "shop", clear, ""},
       Effort::again},
      {"clear then, a value now",
       record("custom_role", clear, "", value, "shop"),
       {custom_role, value, "shop", value, "till"},
       Effort::first},
      {"it was empty, and is again",
       record("custom_role", value, "shop", clear, "", 3),
       {custom_role, clear, "", value, "shop"},
       Effort::none},
      {"it was empty, and is not",
       record("custom_role", value, "shop", clear, "", 3),
       {custom_role, value, "till", value, "shop"},
       Effort::first},
      {"the same by meaning: an e-mail's case",
       record("email", value, "P@K.com", value, "old@k.com"),
       {email, value, "OLD@k.com", value, "p@k.com"},
       Effort::again},
      {"what cannot be read is never known to be lost",
       record("phone", value, "1", value, "2", 3),
       {phone, value, "2", value, "1"},
       Effort::first},
      {"nothing is known of what the directory had",
       record("last_name", value, "de Galles", value, "Galles", 3),
       {last_name, Presence::unknown, "", value, "de Galles"},
       Effort::first},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(plan::effort(schema[one.change.attribute], &one.before, one.change) == one.expected);
    CHECK(plan::effort(schema[one.change.attribute], nullptr, one.change) == Effort::first);
  }
}

TEST_CASE("records are found by user and attribute") {
  Written other = record("last_name", value, "x", value, "y");
  other.user_id = "u0";
  const Writings writings({record("lang", value, "fr", value, "en"), other, record("role", value, "a", value, "b")});
  CHECK(writings.of("u1").size() == 2);
  CHECK(writings.of("u").empty());
  CHECK(writings.of("u2").empty());
  CHECK(writings.find("u1", "role")->sent == "a");
  CHECK(writings.find("u0", "last_name")->sent == "x");
  CHECK(writings.find("u0", "role") == nullptr);
  CHECK(Writings().find("u1", "role") == nullptr);
}

TEST_CASE("what a run has written itself, before it was interrupted, is no earlier run's") {
  const auto times = [](std::uint32_t recorded, const char* run) {
    const Writings writings({record("lang", value, "fr", value, "en", recorded)}, run);
    const Written* found = writings.find("u1", "lang");
    return found == nullptr ? 0U : found->times;
  };
  CHECK(times(1, "r2") == 0);
  CHECK(times(3, "r2") == 2);
  CHECK(times(1, "r3") == 1);
  CHECK(times(3, "r3") == 3);
}

TEST_CASE("a record grows with each run that sends the same, and begins anew with anything else") {
  const Schema schema = test::schema();
  const AttributeChange change{last_name, value, "Galles", value, "de Galles"};
  const auto first = plan::written(schema, Writings(), "u1", change, run_named("r1", "monday"));
  REQUIRE(first);
  CHECK(first->times == 1);
  CHECK(first->attribute == "last_name");
  CHECK(first->sent == "de Galles");
  CHECK(first->replaced == "Galles");
  const auto second = plan::written(schema, Writings({*first}), "u1", change, run_named("r2", "tuesday"));
  REQUIRE(second);
  CHECK(second->times == 2);
  CHECK(second->first == "monday");
  CHECK(second->last == "tuesday");
  CHECK(second->last_run == "r2");
  const AttributeChange another{last_name, value, "Galles", value, "Gallois"};
  CHECK(plan::written(schema, Writings({*second}), "u1", another, run_named("r3", "friday"))->times == 1);
  CHECK(plan::written(schema, Writings({*second}), "u2", change, run_named("r3", "friday"))->times == 1);
  const Writings resumed({*second}, "r2");
  CHECK(plan::written(schema, resumed, "u1", change, run_named("r2", "tuesday"))->times == 2);
}

TEST_CASE("only what can be read back, and was read before, is recorded") {
  const Schema schema = test::schema();
  const auto records = [&](const AttributeChange& change) {
    return plan::written(schema, Writings(), "u1", change, run_named("r1", "monday")).has_value();
  };
  CHECK(records({custom_role, value, "shop", clear, ""}));
  CHECK(records({custom_role, clear, "", value, "shop"}));
  CHECK_FALSE(records({phone, Presence::unknown, "", value, "1"}));
  CHECK_FALSE(records({password, Presence::unknown, "", value, "Secret-1"}));
  CHECK_FALSE(records({last_name, Presence::absent, "", value, "of a create"}));
}

TEST_CASE("a fault names each attribute that is sent again, with its history") {
  const Schema schema = test::schema();
  model::Change change;
  change.user_id = "u1";
  change.attributes = {{last_name, value, "Galles", value, "de Galles"},
                       {custom_role, clear, "", value, "shop"},
                       {lang, value, "fr", value, "en"}};
  const Writings writings({record("last_name", value, "de Galles", value, "Galles"),
                           record("custom_role", value, "shop", clear, "", 2),
                           record("lang", value, "es", value, "fr")});
  const auto faults = plan::not_kept(schema, writings, change);
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].reason == "not_kept");
  CHECK(faults[0].column == "last_name");
  CHECK(faults[0].message == "written on monday; the directory had \"Galles\" again");
  CHECK(faults[1].message == "written on monday and tuesday; the directory had nothing again each time");
  CHECK(plan::history(schema[last_name], record("last_name", value, "x", value, "Galles", 3)) ==
        "written 3 times, first on monday and last on tuesday; the directory had \"Galles\" again each time");
  change.action = model::Action::create;
  CHECK(plan::not_kept(schema, writings, change).empty());
}
