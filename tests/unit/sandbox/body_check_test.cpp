#include "sandbox/body_check.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::sandbox;

TEST_CASE("e-mail addresses") {
  for (const char* good :
       {"a@example.com", "o'brien+x@sub.example.co", "A.B-c_d@x-y.example", "!#$%&*/=?^`{|}~@example.com"}) {
    CAPTURE(good);
    CHECK(is_email(good));
  }
  const std::string long_local(65, 'a');
  for (const std::string& bad :
       {std::string(""), std::string("@example.com"), std::string("a@"), std::string("a@localhost"),
        std::string("a b@example.com"), std::string("a@ex ample.com"), std::string(".a@example.com"),
        std::string("a..b@example.com"), std::string("a@-x.com"), std::string("a@x-.com"), std::string("a@x..com"),
        std::string("a@b@example.com"), std::string("zoë@example.com"), std::string("a@example.com "),
        long_local + "@example.com"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_email(bad));
  }
}

TEST_CASE("password policy") {
  CHECK(is_strong_password("Secret!pw"));
  CHECK_FALSE(is_strong_password("secret!pw"));
  CHECK_FALSE(is_strong_password("SECRET!PW"));
  CHECK_FALSE(is_strong_password("Secretpw8"));
}
