#include "http/link_header.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using rostersync::http::link_target;

TEST_CASE("the target of the link with a relation") {
  struct Case {
    std::string name;
    std::string field;
    std::string target;
  };
  const std::vector<Case> cases = {
      {"one link", R"(<https://api.example.com/users?page=2>; rel="next")", "https://api.example.com/users?page=2"},
      {"several links", R"(<?page=1>; rel="prev", <?page=3>; rel="next", <?page=9>; rel="last")", "?page=3"},
      {"no quotes", "</users?p=2>;rel=next", "/users?p=2"},
      {"several relations", R"(<?p=2>; rel="last next")", "?p=2"},
      {"in capitals, with other parameters", R"(<?p=2>; title="a, <b>; rel=\"x\""; REL="Next"; n=1)", "?p=2"},
      {"a comma and a semicolon in the target", R"(<?ids=1,2;3>; rel="next")", "?ids=1,2;3"},
      {"only the first rel of a link counts", R"(<?p=1>; rel="prev"; rel="next")", ""},
      {"a parameter without a value", R"(<?p=2>; crossorigin; rel="next")", "?p=2"},
      {"no next", R"(<?page=1>; rel="prev")", ""},
      {"a relation that only begins like it", R"(<?page=1>; rel="nextish")", ""},
      {"nothing", "", ""},
      {"no link", R"(hello, world; rel="next")", ""},
      {"what is no link is passed over", R"(hello, <?p=2>; rel="next")", "?p=2"},
      {"cut off", "<?p=2", ""},
      {"cut off in a value", R"(<?p=2>; rel="next)", "?p=2"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(link_target(one.field, "next") == one.target);
  }
}
