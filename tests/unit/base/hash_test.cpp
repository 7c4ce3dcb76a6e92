#include "base/hash.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace rostersync::base;

TEST_CASE("stable_hash is xxHash64 with seed 0, today and in every release") {
  // Vectors of the xxHash specification (XXH64, seed 0).
  CHECK(stable_hash("") == 0xEF46DB3751D8E999ULL);
  CHECK(stable_hash("a") == 0xD24EC4F1A98C6E5BULL);
  CHECK(stable_hash("abc") == 0x44BC2CF5AD770999ULL);
  CHECK(stable_hash(std::string("a\0", 2)) != stable_hash("a"));
}

TEST_CASE("wide_hash tells texts apart and is the same each time") {
  CHECK(wide_hash("5309c3a237bbc544d8e26737") == wide_hash(std::string("5309c3a237bbc544d8e26737")));
  CHECK(wide_hash("5309c3a237bbc544d8e26737") != wide_hash("5309c3a237bbc544d8e26738"));
  CHECK(wide_hash("").high == 0x99AA06D3014798D8ULL);  // XXH3_128bits of nothing, seed 0
  CHECK(wide_hash("").low == 0x6001C324468D497FULL);
}
