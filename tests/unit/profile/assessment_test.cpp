#include "profile/assessment.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using namespace rostersync;

namespace {

const std::filesystem::path config_directory = std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config";

struct Fixture {
  profile::Profile profile = profile::load("partoo", config_directory);

  std::string fact(const std::string& label) const {
    for (const auto& [name, words] : profile::assess(profile).facts) {
      if (name == label) return words;
    }
    return "(none)";
  }
  bool follows(const std::string& words) const {
    const auto all = profile::assess(profile).consequences;
    return std::any_of(all.begin(), all.end(), [&](const std::string& one) { return one.starts_with(words); });
  }
  profile::Paging& paging() { return *profile.wire.list.paging; }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "how everybody is listed") {
  CHECK(fact("Listing") == "GET /user/search, pages of 100 by number; it can be proved whole");
  paging().by = profile::PagingBy::offset;
  CHECK(fact("Listing").find("pages of 100 by offset") != std::string::npos);
  paging().by = profile::PagingBy::cursor;
  paging().max_size = 0;
  CHECK(fact("Listing").find("pages by cursor") != std::string::npos);
  paging().by = profile::PagingBy::link;
  paging().count.reset();
  CHECK(fact("Listing") == "GET /user/search, pages by link; it declares no count");
  paging().by = profile::PagingBy::none;
  CHECK(fact("Listing") == "GET /user/search, one page; it declares no count");
  profile.wire.list.passes.resize(2);
  CHECK(fact("Listing") == "GET /user/search, one page, 2 listings joined by id; it declares no count");
  profile.wire.list.paging.reset();
  CHECK(fact("Listing").starts_with("GET /user/search, one page"));
}

TEST_CASE_FIXTURE(Fixture, "how people are created, updated and told apart") {
  CHECK(fact("Create").ends_with("the answer has the id of the new user"));
  profile.wire.create.names = profile::Names::location;
  CHECK(fact("Create").ends_with("the answer's Location names the new user"));
  profile.wire.create.names = profile::Names::nobody;
  CHECK(fact("Create").ends_with("the new user is found by key"));
  CHECK(fact("Update").ends_with("what differs and nothing else"));
  profile.wire.update.whole = true;
  profile.wire.update.user = "";
  CHECK(fact("Update").ends_with("the whole user, read and sent back with what differs; verified from the answer"));
  CHECK(fact("Own user") == "GET /user/me");
  profile.wire.me.searches = true;
  CHECK(fact("Own user") == "GET /user/me: the one whose name signs in");
  profile.wire.me = {};
  CHECK(fact("Own user") == "not known");
  CHECK(fact("By name") != "not possible");
  profile.wire.find_name = {};
  CHECK(fact("By name") == "not possible");
}

TEST_CASE_FIXTURE(Fixture, "attributes are counted by direction") {
  profile.schema.attributes.resize(3);
  profile.schema.attributes[1].readable = true;
  profile.schema.attributes[1].on_create = true;
  profile.schema.attributes[1].on_update = model::OnUpdate::no;
  profile.schema.attributes[2].readable = false;
  profile.schema.attributes[2].on_create = true;
  profile.schema.attributes[2].on_update = model::OnUpdate::on_request;
  CHECK(fact("Attributes") == "2 and the id; 1 are read, 2 go with a create, 1 with an update");
}

TEST_CASE_FIXTURE(Fixture, "what follows from what a profile does not say") {
  for (const char* none : {"No count", "No find_name", "No me", "No deactivate", "No published rate", "The whole user",
                           "No errors.message"}) {
    CAPTURE(none);
    CHECK_FALSE(follows(none));
  }
  CHECK(follows("Not given back: "));
  profile.wire.find_name = {};
  CHECK(follows("No find_name: nobody is created unless the whole directory was listed."));
  paging().count.reset();
  CHECK(follows("No count: a listing is never proved whole"));
  CHECK(follows("No find_name and no count: nobody is created."));
  CHECK_FALSE(follows("No find_name: "));
  profile.wire.me = {};
  CHECK(follows("No me: "));
  profile.schema.deactivation.reset();
  CHECK(follows("No deactivate: "));
  profile.wire.rate.requests = 0;
  CHECK(follows("No published rate: "));
  profile.wire.update.whole = true;
  CHECK(follows("The whole user is sent: "));
  profile.wire.errors.messages.clear();
  CHECK(follows("No errors.message: "));
  for (auto& attribute : profile.schema.attributes) attribute.readable = true;
  CHECK_FALSE(follows("Not given back"));
}
