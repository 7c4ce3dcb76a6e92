#include "http/url.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace rostersync::http;

TEST_CASE("origin_of: scheme, host and port, however they are written") {
  struct Row {
    const char* name;
    const char* url;
    std::optional<std::string> origin;
  };
  const Row rows[] = {
      {"port by default, https", "https://api.example.com/v2", "https://api.example.com:443"},
      {"port by default, http", "http://api.example.com", "http://api.example.com:80"},
      {"port written", "https://api.example.com:8443/x?y#z", "https://api.example.com:8443"},
      {"upper case", "HTTPS://API.Example.COM/", "https://api.example.com:443"},
      {"user in front of a host", "https://api.example.com@evil.example/", "https://evil.example:443"},
      {"IPv6", "http://[::1]:8080/", "http://[::1]:8080"},
      {"another scheme", "ftp://example.com/", std::nullopt},
      {"relative", "/v2/user", std::nullopt},
      {"empty", "", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(origin_of(row.url) == row.origin);
  }
}

TEST_CASE("resolve: a Location against the URL that was asked for") {
  struct Row {
    const char* name;
    const char* reference;
    const char* resolved;
  };
  const Row rows[] = {
      {"absolute path", "/v3/user?page=2", "https://a.example/v3/user?page=2"},
      {"relative path", "search", "https://a.example/v2/search"},
      {"up", "../v3/user", "https://a.example/v3/user"},
      {"query only", "?page=3", "https://a.example/v2/user?page=3"},
      {"another host without a scheme", "//b.example/x", "https://b.example/x"},
      {"absolute", "http://b.example:81/x", "http://b.example:81/x"},
      {"fragment", "/x#part", "https://a.example/x"},
      {"blank", "/a b", "https://a.example/a%20b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(resolve("https://a.example/v2/user?page=1", row.reference) == std::string(row.resolved));
  }
  CHECK_FALSE(resolve("nonsense", "/x").has_value());
}

TEST_CASE("path_of leaves out what may name a person or hold a key") {
  CHECK(path_of("https://a.example/v2/user?email=a%40b.fr#x") == "/v2/user");
  CHECK(path_of("https://a.example") == "/");
  CHECK(path_of("no url") == "");
}

TEST_CASE("is_loopback") {
  for (const char* url :
       {"http://localhost:8080/", "http://LOCALHOST/", "http://127.0.0.1/", "http://127.8.8.8:1/", "http://[::1]:2/"}) {
    CAPTURE(url);
    CHECK(is_loopback(url));
  }
  for (const char* url : {"http://127.0.0.1.example.com/", "http://localhost.example.com/", "http://10.0.0.1/",
                          "http://[::2]/", "http://localhost@example.com/", "nonsense"}) {
    CAPTURE(url);
    CHECK_FALSE(is_loopback(url));
  }
}

TEST_CASE("percent_encode keeps the unreserved and nothing else") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a+b@c.fr") == "a%2Bb%40c.fr");
  CHECK(percent_encode("/?#[]&= %") == "%2F%3F%23%5B%5D%26%3D%20%25");
  CHECK(percent_encode("é") == "%C3%A9");
  CHECK(percent_encode(std::string_view("\0", 1)) == "%00");
  CHECK(percent_encode("") == "");
}
