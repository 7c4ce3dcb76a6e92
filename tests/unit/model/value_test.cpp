#include "model/value.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace rostersync::model;
using rostersync::json::Json;

namespace {

Attribute of(Type type) {
  Attribute attribute;
  attribute.name = "attribute";
  attribute.type = type;
  attribute.fold_case = type == Type::email;
  return attribute;
}

struct Reading {
  std::string name;
  Type type;
  const char* input;                     // JSON
  std::optional<std::string> canonical;  // nothing: a fault; "": clear
};

const std::string nfd_zoe = "Zoe\xCC\x88";  // Zoë, decomposed
const std::string nfc_zoe = "Zo\xC3\xAB";   // Zoë, composed

}  // namespace

TEST_CASE("JSON becomes one canonical text by type, leniently where the meaning is plain") {
  const std::vector<Reading> rows = {
      {"text", Type::text, R"("de Galles")", "de Galles"},
      {"text is trimmed", Type::text, R"("  de Galles\t\u00a0")", "de Galles"},
      {"inner space stays", Type::text, R"("a  b")", "a  b"},
      {"text null", Type::text, "null", ""},
      {"text empty", Type::text, R"("")", ""},
      {"text of white space", Type::text, R"("   ")", ""},
      {"number for a text", Type::text, "75001", "75001"},
      {"boolean for a text", Type::text, "true", "true"},
      {"leading zeros stay", Type::text, R"("01234")", "01234"},
      {"list for a text", Type::text, R"(["a"])", std::nullopt},
      {"object for a text", Type::text, R"({"a":1})", std::nullopt},

      {"e-mail keeps its case for sending", Type::email, R"("Perceval@Kaamelott.com")", "Perceval@Kaamelott.com"},
      {"e-mail trimmed", Type::email, R"(" p@k.com ")", "p@k.com"},

      {"integer", Type::integer, "42", "42"},
      {"negative integer", Type::integer, "-42", "-42"},
      {"largest integer", Type::integer, "9223372036854775807", "9223372036854775807"},
      {"smallest integer", Type::integer, "-9223372036854775808", "-9223372036854775808"},
      {"beyond 64 bit", Type::integer, "9223372036854775808", std::nullopt},
      {"digits for an integer", Type::integer, R"("42")", "42"},
      {"digits with space", Type::integer, R"(" 42 ")", "42"},
      {"leading zeros mean the number", Type::integer, R"("007")", "7"},
      {"minus nothing is nothing", Type::integer, R"("-0")", "0"},
      {"whole float", Type::integer, "42.0", "42"},
      {"broken float", Type::integer, "42.5", std::nullopt},
      {"huge float", Type::integer, "1e300", std::nullopt},
      {"words", Type::integer, R"("forty")", std::nullopt},
      {"digits and more", Type::integer, R"("42 rue")", std::nullopt},
      {"boolean for an integer", Type::integer, "true", std::nullopt},
      {"integer null", Type::integer, "null", ""},
      {"integer empty", Type::integer, R"("")", ""},
      {"integer of white space", Type::integer, R"("  ")", ""},

      {"true", Type::boolean, "true", "true"},
      {"false is a value, not an absence", Type::boolean, "false", "false"},
      {"word true", Type::boolean, R"("True")", "true"},
      {"word yes", Type::boolean, R"(" YES ")", "true"},
      {"word no", Type::boolean, R"("no")", "false"},
      {"digit 1", Type::boolean, R"("1")", "true"},
      {"number 1", Type::boolean, "1", "true"},
      {"number 0", Type::boolean, "0", "false"},
      {"number 2", Type::boolean, "2", std::nullopt},
      {"word oui", Type::boolean, R"("oui")", std::nullopt},
      {"list for a boolean", Type::boolean, "[true]", std::nullopt},
      {"boolean null", Type::boolean, "null", ""},
      {"boolean of white space", Type::boolean, R"("  ")", ""},

      {"set is sorted", Type::text_set, R"(["b","a","c"])", R"(["a","b","c"])"},
      {"set has no repetition", Type::text_set, R"(["b","a","b"])", R"(["a","b"])"},
      {"set sorted by bytes", Type::text_set, R"(["é","z","B","a"])", R"(["B","a","z","é"])"},
      {"set of numbers", Type::text_set, "[2,10]", R"(["10","2"])"},
      {"number and its text are one", Type::text_set, R"([7,"7"])", R"(["7"])"},
      {"one text for a set of one", Type::text_set, R"("a")", R"(["a"])"},
      {"items are trimmed", Type::text_set, R"([" a ","a","b "])", R"(["a","b"])"},
      {"empty items fall away", Type::text_set, R"(["","a","  "])", R"(["a"])"},
      {"set of nothing", Type::text_set, "[]", ""},
      {"set of empty items", Type::text_set, R"(["",""])", ""},
      {"set null", Type::text_set, "null", ""},
      {"set empty text", Type::text_set, R"("")", ""},
      {"set of white space", Type::text_set, R"("  ")", ""},
      {"items that need escaping", Type::text_set, R"(["a\"b","\u00e9\n"])", R"(["a\"b","é"])"},
      {"list in a set", Type::text_set, R"([["a"]])", std::nullopt},
      {"null in a set", Type::text_set, "[null]", std::nullopt},
      {"object for a set", Type::text_set, R"({"a":1})", std::nullopt},

      {"sets of sets", Type::integer_set_set, "[[3,1],[2,1]]", "[[1,2],[1,3]]"},
      {"sorted as numbers", Type::integer_set_set, "[[10,9],[2]]", "[[2],[9,10]]"},
      {"no repetition in or out", Type::integer_set_set, "[[1,2,2],[2,1]]", "[[1,2]]"},
      {"texts of digits", Type::integer_set_set, R"([["2","1"]])", "[[1,2]]"},
      {"empty inner sets fall away", Type::integer_set_set, "[[],[1]]", "[[1]]"},
      {"nothing but empty sets", Type::integer_set_set, "[[]]", ""},
      {"no sets", Type::integer_set_set, "[]", ""},
      {"flat list", Type::integer_set_set, "[1,2]", std::nullopt},
      {"text item", Type::integer_set_set, R"([["a"]])", std::nullopt},
      {"broken number", Type::integer_set_set, "[[1.5]]", std::nullopt},
      {"number", Type::integer_set_set, "1", std::nullopt},

      {"secret is taken to the letter", Type::secret, R"(" Pass word ")", " Pass word "},
      {"secret null", Type::secret, "null", ""},
      {"secret empty", Type::secret, R"("")", ""},
      {"secret of digits", Type::secret, "12345678", "12345678"},
      {"list for a secret", Type::secret, R"(["a"])", std::nullopt},
  };
  for (const Reading& row : rows) {
    CAPTURE(row.name);
    const Canonical read = canonical_from_json(of(row.type), Json::parse(row.input));
    CHECK(read.fault.empty() == row.canonical.has_value());
    if (!row.canonical) continue;
    CHECK(read.presence == (row.canonical->empty() ? Presence::clear : Presence::value));
    CHECK(read.text == *row.canonical);
  }
}

TEST_CASE("a fault says what the value should have been, never what a secret is") {
  CHECK(canonical_from_json(of(Type::integer), "x").fault == "a whole number");
  CHECK(canonical_from_json(of(Type::boolean), "x").fault == "true or false (also yes, no, 1, 0)");
  CHECK(canonical_from_json(of(Type::text_set), Json::parse("[[1]]")).fault == "a list of texts");
  const std::string fault = canonical_from_json(of(Type::secret), Json::parse(R"(["hunter2"])")).fault;
  CHECK_FALSE(fault.empty());
  CHECK(fault.find("hunter2") == std::string::npos);
}

TEST_CASE("NFD and NFC spell one value, in every type that holds text") {
  for (const Type type : {Type::text, Type::email, Type::text_set, Type::secret}) {
    CAPTURE(static_cast<int>(type));
    CHECK(canonical_from_json(of(type), nfd_zoe).text == canonical_from_json(of(type), nfc_zoe).text);
  }
  CHECK(canonical_from_json(of(Type::text), nfd_zoe).text == nfc_zoe);
  CHECK(canonical_from_json(of(Type::text_set), Json::array({nfd_zoe, nfc_zoe})).text == "[\"" + nfc_zoe + "\"]");
}

TEST_CASE("what is sent reads back as the same canonical text") {
  struct Row {
    std::string name;
    Type type;
    const char* canonical;
    const char* sent;  // JSON
  };
  const std::vector<Row> rows = {
      {"text", Type::text, "75001", R"("75001")"},
      {"text that looks like JSON", Type::text, "[1]", R"("[1]")"},
      {"e-mail", Type::email, "P@k.com", R"("P@k.com")"},
      {"secret", Type::secret, " a b ", R"(" a b ")"},
      {"integer", Type::integer, "-42", "-42"},
      {"largest integer", Type::integer, "9223372036854775807", "9223372036854775807"},
      {"true", Type::boolean, "true", "true"},
      {"false", Type::boolean, "false", "false"},
      {"set", Type::text_set, R"(["10","2","é\""])", R"(["10","2","é\""])"},
      {"sets of sets", Type::integer_set_set, "[[1,2],[1,3]]", "[[1,2],[1,3]]"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Json sent = json_from_canonical(of(row.type), row.canonical);
    CHECK(sent == Json::parse(row.sent));
    CHECK(canonical_from_json(of(row.type), sent).text == row.canonical);
  }
}

TEST_CASE("a text that is none of the type is itself, and throws nothing") {
  CHECK(json_from_canonical(of(Type::integer), "forty") == Json("forty"));
  CHECK(json_from_canonical(of(Type::boolean), "maybe") == Json("maybe"));
  CHECK(json_from_canonical(of(Type::text_set), "no JSON") == Json("no JSON"));
  CHECK(json_from_canonical(of(Type::integer_set_set), "[[1") == Json("[[1"));
}

TEST_CASE("same meaning") {
  struct Row {
    std::string name;
    Type type;
    Presence a_presence;
    std::string a;
    Presence b_presence;
    std::string b;
    bool same;
  };
  constexpr auto value = Presence::value;
  constexpr auto clear = Presence::clear;
  constexpr auto absent = Presence::absent;
  constexpr auto unknown = Presence::unknown;
  const std::vector<Row> rows = {
      {"equal texts", Type::text, value, "a", value, "a", true},
      {"case of a text counts", Type::text, value, "a", value, "A", false},
      {"case of an e-mail does not", Type::email, value, "Zoe@K.com", value, "zoe@k.COM", true},
      {"case of an accented e-mail", Type::email, value, "ZO\xC3\x8B@k.com", value, nfc_zoe + "@k.com", true},
      {"other e-mail", Type::email, value, "zoe@k.com", value, "zoe@k.co", false},
      {"empty and empty", Type::text, clear, "", clear, "", true},
      {"empty and value", Type::text, clear, "", value, "a", false},
      {"value and empty", Type::boolean, value, "false", clear, "", false},
      {"unknown and value", Type::text, unknown, "", value, "a", false},
      {"unknown and empty", Type::text, unknown, "", clear, "", false},
      {"unknown and unknown", Type::text, unknown, "", unknown, "", false},
      {"nothing said and empty", Type::text, absent, "", clear, "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(same_meaning(of(row.type), row.a_presence, row.a, row.b_presence, row.b) == row.same);
    CHECK(same_meaning(of(row.type), row.b_presence, row.b, row.a_presence, row.a) == row.same);
  }
}

TEST_CASE("empty stands for the initial value where there is one") {
  Attribute attribute = of(Type::boolean);
  CHECK(effective(attribute, Presence::clear, "").presence == Presence::clear);
  attribute.initial = "false";
  CHECK(effective(attribute, Presence::clear, "").presence == Presence::value);
  CHECK(effective(attribute, Presence::clear, "").text == "false");
  CHECK(effective(attribute, Presence::value, "true").text == "true");
  CHECK(effective(attribute, Presence::unknown, "").presence == Presence::unknown);
  CHECK(effective(attribute, Presence::absent, "").presence == Presence::absent);
}

TEST_CASE("comparable folds what compares without case, and nothing else") {
  CHECK(comparable(of(Type::email), "Zoe@K.COM") == "zoe@k.com");
  CHECK(comparable(of(Type::text), "5309C3a2") == "5309C3a2");
}
