#include "roster/value_rules.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace rostersync;

TEST_CASE("email_fault") {
  struct Row {
    const char* name;
    std::string address;
    std::string says;  // empty: an address
  };
  const std::string label(63, 'a');
  const std::vector<Row> rows = {
      {"plain", "perceval@kaamelott.com", ""},
      {"plus, apostrophe, digits", "o'neil+hr.7@mail-1.example.co.uk", ""},
      {"international", "zoë@exämple.fr", ""},
      {"longest local part and label", std::string(64, 'l') + "@" + label + ".fr", ""},
      {"no @", "perceval", "no @"},
      {"two @", "a@b@c.fr", "more than one @"},
      {"empty local part", "@kaamelott.com", "before the @"},
      {"empty domain", "perceval@", "after the @"},
      {"a host alone", "perceval@localhost", "no domain name"},
      {"empty label", "a@b..fr", "no domain name"},
      {"ends in a dot", "a@b.fr.", "no domain name"},
      {"label begins with a hyphen", "a@-b.fr", "no domain name"},
      {"label ends with a hyphen", "a@b-.fr", "no domain name"},
      {"underscore in the domain", "a@b_c.fr", "no domain name"},
      {"label too long", "a@" + label + "a.fr", "no domain name"},
      {"space", "a b@c.fr", "white space"},
      {"no-break space", "a\xC2\xA0z@c.fr", "white space"},
      {"line end", "a@c.fr\nb", "white space"},
      {"zero-width space", "a\xE2\x80\x8B@c.fr", "cannot be seen"},
      {"control", "a\x01@c.fr", "cannot be seen"},
      {"quotes", "\"a\"@c.fr", "must not stand there"},
      {"angle brackets", "Anna<a@c.fr>", "must not stand there"},
      {"two addresses", "a,b@c.fr", "must not stand there"},
      {"dot first", ".a@c.fr", "a dot"},
      {"two dots", "a..b@c.fr", "a dot"},
      {"local part too long", std::string(65, 'l') + "@c.fr", "longer"},
      {"address too long", "a@" + label + "." + label + "." + label + "." + label + ".fr", "longer"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const std::string fault(roster::email_fault(row.address));
    CAPTURE(fault);
    CHECK(fault.empty() == row.says.empty());
    CHECK(fault.find(row.says) != std::string::npos);
  }
}
