#include "text/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace rostersync;
using namespace std::string_literals;

TEST_CASE("first_invalid_utf8 finds the first byte that is not UTF-8") {
  struct Row {
    const char* name;
    std::string bytes;
    std::optional<std::size_t> at;
  };
  const std::vector<Row> rows = {
      {"empty", "", std::nullopt},
      {"ascii longer than a word", "abcdefghijklmnop", std::nullopt},
      {"two, three and four bytes", "é € 😀", std::nullopt},
      {"NUL is well formed", "a\0b"s, std::nullopt},
      {"highest code point", "\xF4\x8F\xBF\xBF", std::nullopt},
      {"Windows-1252 e acute", "caf\xE9 au lait", 3},
      {"after a whole word of ASCII", "abcdefgh\xFF", 8},
      {"inside the second word", "abcdefghij\xFFxxxxxxx", 10},
      {"overlong slash", "ab\xC0\xAF", 2},
      {"overlong three bytes", "\xE0\x80\xAF", 0},
      {"surrogate", "x\xED\xA0\x80", 1},
      {"above U+10FFFF", "\xF4\x90\x80\x80", 0},
      {"lone continuation", "é\x80", 2},
      {"cut off at the end", "ab\xE2\x82", 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(text::first_invalid_utf8(row.bytes) == row.at);
  }
}

TEST_CASE("nfc composes and leaves what is composed") {
  CHECK(text::nfc("plain ASCII") == "plain ASCII");
  CHECK(text::nfc("") == "");
  CHECK(text::nfc("Zoe\xCC\x88") == "Zo\xC3\xAB");
  CHECK(text::nfc("Zo\xC3\xAB") == "Zo\xC3\xAB");
  CHECK(text::nfc("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "한");
  CHECK(text::nfc("\xE2\x84\xAB") == "Å");  // ANGSTROM SIGN
}

TEST_CASE("fold makes texts equal that differ in case or composition") {
  struct Row {
    const char* name;
    const char* a;
    const char* b;
    bool equal;
  };
  const std::vector<Row> rows = {
      {"ascii", "Perceval@Kaamelott.COM", "perceval@kaamelott.com", true},
      {"accents", "ÉLODIE", "élodie", true},
      {"sharp s", "STRASSE", "straße", true},
      {"final sigma", "ΟΔΟΣ", "οδος", true},
      {"decomposed against composed", "E\xCC\x81lodie", "élodie", true},
      {"accents matter", "elodie", "élodie", false},
      {"spaces matter", "a b", "ab", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK((text::fold(row.a) == text::fold(row.b)) == row.equal);
  }
}

TEST_CASE("trim takes Unicode white space off both ends") {
  struct Row {
    const char* name;
    const char* given;
    const char* wanted;
  };
  const std::vector<Row> rows = {
      {"nothing to do", "Anna", "Anna"},
      {"empty", "", ""},
      {"only white space", " \t\r\n\xC2\xA0\xE2\x80\x89", ""},
      {"inner white space stays", "  de \xC2\xA0 Galles\t", "de \xC2\xA0 Galles"},
      {"no-break space", "\xC2\xA0\xC3\x89lodie\xC2\xA0", "Élodie"},
      {"ideographic space", "\xE3\x80\x80山田\xE3\x80\x80", "山田"},
      {"zero-width no-break space", "\xEF\xBB\xBFx\xEF\xBB\xBF", "x"},
      {"one character", "é", "é"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(text::trim(row.given) == row.wanted);
  }
}

TEST_CASE("length counts code points") {
  CHECK(text::length("") == 0);
  CHECK(text::length("abc") == 3);
  CHECK(text::length("é€😀") == 3);
}

TEST_CASE("loose_name sets case, spaces, hyphens and underscores aside") {
  for (const char* const name : {"First Name", "first_name", "FIRST-NAME", " firstName ", "first\xC2\xA0name"}) {
    CAPTURE(name);
    CHECK(text::loose_name(name) == "firstname");
  }
  CHECK(text::loose_name("Prénom") == text::loose_name("PRE\xCC\x81NOM"));
  CHECK(text::loose_name("first.name") != text::loose_name("first_name"));
}

TEST_CASE("edit_distance counts insertions, deletions, replacements and swaps of neighbours") {
  CHECK(text::edit_distance("", "") == 0);
  CHECK(text::edit_distance("", "abc") == 3);
  CHECK(text::edit_distance("role", "role") == 0);
  CHECK(text::edit_distance("emial", "email") == 1);
  CHECK(text::edit_distance("frist_name", "first_name") == 1);
  CHECK(text::edit_distance("kitten", "sitting") == 3);
  CHECK(text::edit_distance("été", "ete") == 2);
}

TEST_CASE("nearest names the likely one, or nothing") {
  const std::vector<std::string> names = {"email", "first_name", "last_name", "role"};
  CHECK(text::nearest("e-mial", names) == "email");
  CHECK(text::nearest("Frist Name", names) == "first_name");
  CHECK(text::nearest("rolle", names) == "role");
  CHECK_FALSE(text::nearest("department", names));
  CHECK_FALSE(text::nearest("email", std::vector<std::string>{}));
}

TEST_CASE("kinds tells what a text is made of") {
  CHECK(text::kinds("abc").lower);
  CHECK_FALSE(text::kinds("abc1").upper);
  CHECK(text::kinds("É").upper);
  CHECK(text::kinds("ß").lower);
  CHECK_FALSE(text::kinds("abc 12é").special);
  CHECK(text::kinds("abc!").special);
  CHECK(text::kinds("a€").special);
  CHECK(text::kinds("a\xC2\xA0z").space);
  CHECK(text::kinds("a\nb").space);
  CHECK_FALSE(text::kinds("a\tb\r\nc").control);
  CHECK(text::kinds("a\x01").control);
  CHECK(text::kinds("a\x7F").control);
  CHECK(text::kinds("a\xC2\x85").space);  // NEXT LINE
  CHECK(text::kinds("a\xE2\x80\x8Bz").invisible);
  CHECK_FALSE(text::kinds("az").invisible);
}

TEST_CASE("quoted shortens and shows what cannot be seen") {
  CHECK(text::quoted("Anna") == "\"Anna\"");
  CHECK(text::quoted("say \"a\\b\"") == "\"say \\\"a\\\\b\\\"\"");
  CHECK(text::quoted("a\nb\xE2\x80\x8B") == "\"a\\u{000A}b\\u{200B}\"");
  CHECK(text::quoted("ééé", 2) == "\"éé…\"");
  CHECK(text::quoted("éé", 2) == "\"éé\"");
}

TEST_CASE("glob_match") {
  struct Row {
    const char* pattern;
    const char* text;
    bool matches;
  };
  const std::vector<Row> rows = {
      {"*@partoo.fr", "Anna@Partoo.FR", true},
      {"*@partoo.fr", "anna@partoo.fr.evil.com", false},
      {"anna@*", "anna@", true},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"a?c", "aéc", true},
      {"a?c", "ac", false},
      {"*a*b*c", "xxaxxbxxbc", true},
      {"*a*b*c", "xxaxxcxxb", false},
      {"ÉLODIE@*", "élodie@x.fr", true},
      {"**x", "abx", true},
      {"abc", "abcd", false},
      {"a.c", "abc", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    CHECK(text::glob_match(row.pattern, row.text) == row.matches);
  }
}
