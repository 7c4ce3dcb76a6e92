#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "job/job.hpp"

using namespace rostersync;
using namespace std::chrono_literals;

TEST_CASE("durations") {
  struct Row {
    const char* text;
    std::chrono::milliseconds value;
  };
  for (const Row& row : std::vector<Row>{{"500ms", 500ms}, {"30s", 30s}, {"20m", 20min}, {"2h", 2h}, {"007s", 7s}}) {
    CAPTURE(row.text);
    CHECK(job::parse_duration(row.text, "--deadline") == row.value);
  }
  for (const char* text : {"", "s", "30", "0s", "-1s", "+1s", "1.5h", "30 s", "30S", "30sec", "99999999999999999999s",
                           "9999999999999999h"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(job::parse_duration(text, "--deadline"), doctest::Contains("--deadline: expected a duration"),
                         base::CannotRun);
  }
}

TEST_CASE("rates") {
  CHECK(job::parse_rate("240/min", "--rate").requests == 240);
  CHECK(job::parse_rate("240/min", "--rate").per == 1min);
  CHECK(job::parse_rate("10/s", "--rate").requests == 10);
  CHECK(job::parse_rate("10/s", "--rate").per == 1s);
  CHECK_FALSE(job::parse_rate("10/s", "--rate").automatic);
  CHECK(job::parse_rate("auto", "--rate").automatic);
  for (const char* text : {"", "10", "0/s", "-1/s", "10/h", "10/sec", "/s", "1.5/s", "99999999999999999999/s", "Auto",
                           "automatic", "auto/s"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(job::parse_rate(text, "--rate"), doctest::Contains("--rate: expected auto, or a rate"),
                         base::CannotRun);
  }
}

TEST_CASE("ways to fetch") {
  CHECK(job::parse_fetch("auto", "--fetch") == job::Fetch::automatic);
  CHECK(job::parse_fetch("list", "--fetch") == job::Fetch::list);
  CHECK(job::parse_fetch("by-id", "--fetch") == job::Fetch::by_id);
  CHECK(job::parse_fetch("by-key", "--fetch") == job::Fetch::by_key);
  CHECK_THROWS_WITH_AS(job::parse_fetch("bykey", "--fetch"),
                       "--fetch: expected auto, list, by-id or by-key, found \"bykey\"; did you mean by-key?",
                       base::CannotRun);
}

TEST_CASE("addresses") {
  struct Row {
    const char* text;
    const char* value;
  };
  for (const Row& row : std::vector<Row>{{"https://api.example.com/v2", "https://api.example.com/v2"},
                                         {"https://api.example.com/v2//", "https://api.example.com/v2"},
                                         {"https://api.example.com", "https://api.example.com"},
                                         {"https://api.example.com/", "https://api.example.com"},
                                         {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
                                         {"http://[::1]:8080/v2", "http://[::1]:8080/v2"},
                                         {"http://[::1]", "http://[::1]"}}) {
    CAPTURE(row.text);
    CHECK(job::parse_base_url(row.text, "--base-url") == row.value);
  }
  for (const char* text : {"",
                           "api.example.com",
                           "ftp://a",
                           "https://",
                           "https:///v2",
                           "http://",
                           "https://u:p@a/",
                           "https://a?x=1",
                           "https://a/#f",
                           "https://a b/",
                           "https://a:0/",
                           "https://a:70000/",
                           "https://a:x/",
                           "https://a:/",
                           "http://[::1",
                           "http://[]",
                           "http://[::1]x",
                           "http://a]",
                           "https://:80",
                           "https://a\n",
                           "https://a/{id}"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(job::parse_base_url(text, "--base-url"), doctest::Contains("--base-url: expected an address"),
                         base::CannotRun);
  }
}
