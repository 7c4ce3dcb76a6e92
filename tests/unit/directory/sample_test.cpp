#include "directory/sample.hpp"

#include <doctest/doctest.h>

#include <map>

#include "unit/directory/harness.hpp"

using namespace rostersync;
using namespace rostersync::test;
using directory::Sample;
using directory::SampledAttribute;
using json::Json;

namespace {

struct Fixture {
  profile::Profile profile = api_profile();

  std::optional<Sample> sample(const std::string& body) {
    const directory::Answers answers(profile.schema, profile.wire, all_readable(profile.schema));
    return directory::sample_of(profile.schema, profile.wire, answers, answer(200, body));
  }
  static const SampledAttribute& of(const Sample& sample, model::AttributeIndex index) {
    for (const SampledAttribute& one : sample.attributes) {
      if (one.attribute == index) return one;
    }
    FAIL("it is not among the attributes");
    return sample.attributes.front();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the first user of a page, attribute by attribute") {
  profile.wire.attributes[role].codes = {{"boss", 1}};
  const auto told = sample(R"({"count": 7, "last": 3, "users": [
      {"id": 17, "email": "A@b.c", "first_name": null, "role": 1, "address": {"city": "Vannes"}, "disabled": true},
      {"id": 18, "email": "d@b.c", "title": "King"}]})");
  REQUIRE(told);
  CHECK(told->users == 2);
  CHECK(told->facts.count == 7);
  CHECK(told->facts.next == "2");
  CHECK(told->attributes.size() == 9);  // neither phone nor password
  CHECK(of(*told, id).understood == "17");
  CHECK(of(*told, id).said == Json(17));
  CHECK(of(*told, id).fault.empty());
  CHECK(of(*told, email).understood == "A@b.c");
  CHECK(of(*told, first_name).said == Json(nullptr));
  CHECK(of(*told, first_name).understood.empty());
  CHECK(of(*told, first_name).missing == 1);
  CHECK(of(*told, role).understood == "boss");
  CHECK(of(*told, role).fault.empty());
  CHECK(of(*told, city).place == "/address/city");
  CHECK(of(*told, city).understood == "Vannes");
  CHECK(of(*told, disabled).understood == "true");
  CHECK_FALSE(of(*told, title).said);
  CHECK(of(*told, title).missing == 1);
  CHECK(of(*told, teams).missing == 2);
  CHECK(told->unmentioned.empty());
}

TEST_CASE_FIXTURE(Fixture, "a value that no roster can mean is called so") {
  profile.schema.attributes[title].values = {"King", "Knight"};
  profile.wire.attributes[role].codes = {{"boss", 1}};
  profile.wire.attributes[disabled].codes = {{"true", 0}, {"false", 1}};
  const auto told = sample(R"({"users": [{"id": "1", "first_name": ["x"], "teams": "a", "title": "Squire",
                                          "role": 2, "disabled": true, "last_name": 5}]})");
  REQUIRE(told);
  CHECK(of(*told, first_name).fault.starts_with("expected "));
  CHECK(of(*told, title).fault == "it is none of King, Knight");
  CHECK(of(*told, role).fault == "no value has this code");
  CHECK(of(*told, disabled).fault == "no value has this code");
  CHECK(of(*told, email).fault.empty());
}

TEST_CASE_FIXTURE(Fixture, "what no attribute is read from, with how many have it") {
  const auto told = sample(R"({"users": [
      {"id": "1", "locale": "fr", "address": {"city": "x", "zip": "56", "geo": {"lat": 1}}, "a/b": [1, 2]},
      {"id": "2", "locale": "en", "address": "none", "a/b": []}]})");
  REQUIRE(told);
  std::map<std::string, std::size_t> found;
  for (const auto& one : told->unmentioned) found[one.place] = one.users;
  CHECK(found ==
        std::map<std::string, std::size_t>{{"/a~1b", 2}, {"/address/geo", 1}, {"/address/zip", 1}, {"/locale", 2}});
  CHECK(told->unmentioned.back().said == Json("fr"));  // by the first who has it
}

TEST_CASE_FIXTURE(Fixture, "nobody to look at, and what is no page") {
  const auto nobody = sample(R"({"users": [], "count": 0})");
  REQUIRE(nobody);
  CHECK(nobody->users == 0);
  CHECK(nobody->attributes.empty());
  CHECK(nobody->facts.count == 0);
  for (const std::string body :
       {"", "<html>", "[]", R"({"users": {}})", R"({"users": [1]})", R"({"users": [{"email": "x"}]})"}) {
    CAPTURE(body);
    CHECK_FALSE(sample(body));
  }
}

TEST_CASE_FIXTURE(Fixture, "users within items, and items without a name") {
  profile.wire.list.items = "";
  profile.wire.list.user = "/node";
  const auto told = sample(R"([{"node": {"id": "1", "email": "a@b.c"}, "cursor": "x"}])");
  REQUIRE(told);
  CHECK(of(*told, email).understood == "a@b.c");
  CHECK(told->unmentioned.empty());
}

TEST_CASE_FIXTURE(Fixture, "whatever a page holds, nothing is thrown") {
  profile.wire.attributes[first_name].read = "/name/given";
  profile.wire.attributes[last_name].read = "/name/";
  profile.wire.attributes[title].read = "/name/99999999999999999999999/x";
  profile.wire.attributes[city].read = "/name/0/city";
  profile.wire.attributes[teams].read = "/name/-";
  for (const std::string thing :
       {"null", "true", "7", "1e400", "123456789012345678901234567890", R"("text")", "[]", R"(["x"])",
        R"([{"city": {"a": 1}}])", "{}", R"({"given": {"": []}})", R"({"given": 1, "given": [2]})",
        R"({"0": {"city": "x"}, "-": ["b", "a"]})", R"({"~": {"/": null}})"}) {
    CAPTURE(thing);
    CHECK_NOTHROW(sample(std::string(R"({"users": [{"id": "1", "name": )") + thing + R"(, "other": )" + thing + "}]}"));
    CHECK_NOTHROW(sample(thing));
  }
}

TEST_CASE("a sample is asked for like any page, and senseless ones again") {
  Remote remote;
  remote.api.add("a@b.c");
  const Done done = remote.only(directory::ReadSample{});
  CHECK(done.status == Status::ok);
  REQUIRE(done.sample);
  CHECK(done.sample->users == 1);
  CHECK(done.attempts == 1);
  CHECK(remote.story() == "list");
  remote.api.trouble["list"] = {page_of_a_proxy(), cut_off()};
  CHECK(remote.only(directory::ReadSample{}).sample);
  remote.api.trouble["list"] = std::deque<Trouble>(4, page_of_a_proxy());
  const Done never = remote.only(directory::ReadSample{});
  CHECK(never.status == Status::gave_up);
  CHECK_FALSE(never.sample);
}
