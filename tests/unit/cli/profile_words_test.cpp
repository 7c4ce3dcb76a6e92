#include "cli/profile_words.hpp"

#include <doctest/doctest.h>

#include <string>

#include "unit/directory/api_profile.hpp"

using namespace rostersync;
using namespace rostersync::test;
using json::Json;

namespace {

struct Fixture {
  Fixture() {
    probe.request = "GET /users";
    probe.http_status = 200;
  }

  directory::SampledAttribute& add(model::AttributeIndex attribute, std::optional<Json> said, std::string understood,
                                   std::string fault = {}) {
    directory::SampledAttribute& one = sample.attributes.emplace_back();
    one.attribute = attribute;
    one.place = "/" + schema[attribute].name;
    one.said = std::move(said);
    one.understood = std::move(understood);
    one.fault = std::move(fault);
    return one;
  }
  std::string words() {
    probe.sample = std::make_shared<const directory::Sample>(sample);
    return cli::probe_in_words(schema, probe);
  }
  Json json() {
    probe.sample = std::make_shared<const directory::Sample>(sample);
    return Json::parse(cli::probe_in_json(schema, probe).dump());
  }
  // The line of that attribute.
  std::string line(const std::string& name) {
    const std::string all = words();
    const std::size_t at = all.find("\n  " + name + " ");
    return at == std::string::npos ? "(none)" : all.substr(at + 1, all.find('\n', at + 1) - at - 1);
  }

  model::Schema schema = api_schema();
  directory::Sample sample;
  sync::Probe probe;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is told of a profile that holds") {
  const profile::Assessment assessment{{{"Listing", "GET /users"}, {"By id", "GET /user/{id}"}}, {"No count: x."}};
  CHECK(cli::check_in_words("my.json", assessment) ==
        "my.json is valid.\n\n  Listing     GET /users\n  By id       GET /user/{id}\n"
        "\nWhat follows from what it says, and does not say:\n  - No count: x.\n");
  CHECK_FALSE(holds(cli::check_in_words("my.json", {{}, {}}), "follows"));
  CHECK(cli::check_in_json("my.json", assessment).dump() ==
        R"({"file":"my.json","valid":true,"facts":{"Listing":"GET /users","By id":"GET /user/{id}"},)"
        R"("consequences":["No count: x."]})");
}

TEST_CASE_FIXTURE(Fixture, "a page of nobody") {
  CHECK(words() ==
        "\nGET /users answered 200 with 0 users; it declares no count, and this is the last page.\n"
        "There is nobody to look at.\n");
  sample.facts.count = 0;
  CHECK(holds(words(), "it declares 0 in all"));
}

TEST_CASE_FIXTURE(Fixture, "how the first user is understood") {
  sample.users = 2;
  sample.facts.count = 250;
  sample.facts.next = "2";
  add(id, Json(17), "17");
  add(email, Json("A@b.c"), "A@b.c");
  add(first_name, Json(nullptr), "");
  add(last_name, std::nullopt, "").missing = 1;
  add(role, Json(7), "7", "no value has this code");
  CHECK(holds(words(), "GET /users answered 200 with 2 users; it declares 250 in all, and more pages follow."));
  CHECK(line("id").ends_with("17"));
  CHECK(line("email").ends_with("\"A@b.c\""));
  CHECK(line("first_name").ends_with("nothing"));
  CHECK(holds(line("last_name"), "(not there)"));
  CHECK(line("last_name").ends_with("not told here: read by id where it matters"));
  CHECK(line("role").ends_with("! no value has this code"));
  CHECK_FALSE(holds(words(), "Not found"));
  CHECK(holds(words(), "The profile mentions all that the API returned."));
}

TEST_CASE_FIXTURE(Fixture, "what nobody has, and what the profile does not mention") {
  sample.users = 2;
  add(title, std::nullopt, "").missing = 2;
  sample.unmentioned = {{"/locale", Json("fr"), 2}, {"/geo", Json{{"lat", 1}}, 1}};
  CHECK(holds(words(), "Not found:\n  title at /title: no user of the page has it."));
  CHECK(holds(words(), "does not mention:\n  /locale"));
  CHECK(holds(words(), "{\"lat\":1}"));
  CHECK(holds(words(), "of 2 users"));
}

TEST_CASE_FIXTURE(Fixture, "a long value is cut between two characters") {
  sample.users = 1;
  for (std::size_t shift = 0; shift < 2; ++shift) {
    CAPTURE(shift);
    sample.attributes.clear();
    std::string text(shift, 'x');
    for (int i = 0; i < 100; ++i) text += "é";
    add(city, Json(text), text);
    CHECK(holds(line("city"), "é…"));
    CHECK(line("city").size() < 200);
    CHECK_NOTHROW(Json(line("city")).dump());  // which is strict about UTF-8
  }
}

TEST_CASE_FIXTURE(Fixture, "the same for programs") {
  sample.users = 1;
  sample.facts.count = 3;
  add(email, Json("a@b.c"), "a@b.c");
  add(role, Json(7), "7", "no value has this code").missing = 0;
  add(title, std::nullopt, "").missing = 1;
  sample.unmentioned = {{"/locale", Json("fr"), 1}};
  probe.doubts = {"something is odd"};
  CHECK(json() == Json{{"request", "GET /users"},
                       {"http_status", 200},
                       {"users", 1},
                       {"count", 3},
                       {"doubts", {"something is odd"}},
                       {"more", false},
                       {"attributes",
                        {{{"name", "email"},
                          {"place", "/email"},
                          {"said", "a@b.c"},
                          {"understood", "a@b.c"},
                          {"fault", nullptr},
                          {"missing", 0}},
                         {{"name", "role"},
                          {"place", "/role"},
                          {"said", 7},
                          {"understood", "7"},
                          {"fault", "no value has this code"},
                          {"missing", 0}},
                         {{"name", "title"},
                          {"place", "/title"},
                          {"said", nullptr},
                          {"understood", nullptr},
                          {"fault", nullptr},
                          {"missing", 1}}}},
                       {"unmentioned", {{{"place", "/locale"}, {"said", "fr"}, {"users", 1}}}}});
  sample.facts.count.reset();
  sample.facts.next = "x";
  CHECK(json()["count"].is_null());
  CHECK(json()["more"] == true);
}
