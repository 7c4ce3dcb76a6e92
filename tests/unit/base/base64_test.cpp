#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace rostersync;

TEST_CASE("base64, by the examples of RFC 4648 section 10, and beyond ASCII by those of RFC 7617") {
  struct Row {
    std::string bytes;
    const char* text;
  };
  for (const Row& row : std::vector<Row>{{"", ""},
                                         {"f", "Zg=="},
                                         {"fo", "Zm8="},
                                         {"foo", "Zm9v"},
                                         {"foobar", "Zm9vYmFy"},
                                         {"test:123\xC2\xA3", "dGVzdDoxMjPCow=="},
                                         {std::string("\0\xFF\xFE", 3), "AP/+"},
                                         {std::string(60, 'a'),
                                          "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
                                          "YWFhYWFhYWFhYWFhYWFhYWFhYWFh"}}) {
    CAPTURE(row.bytes);
    CHECK(base::base64(row.bytes) == row.text);
  }
}
