#include "job/job.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;

namespace {

const std::filesystem::path config_directory = std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config";

job::Job load(const std::string& text) {
  const TemporaryFolder folder;
  return job::load(folder.write("job.json", text), config_directory);
}

std::string fault_of(const std::string& text) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.write("job.json", text);
  try {
    job::load(file, config_directory);
  } catch (const base::CannotRun& error) {
    const std::string sentence = error.what();
    CHECK(sentence.starts_with(file.string() + ":"));
    return sentence.substr(folder.path().string().size() + 1);
  }
  return "no fault";
}

}  // namespace

TEST_CASE("an empty configuration is all defaults") {
  const job::Job job = load("{}");
  CHECK(job.profile.empty());
  CHECK(job.base_url.empty());
  CHECK(job.credentials.empty());
  CHECK(job.create);
  CHECK(job.update);
  CHECK(job.roster.columns.empty());
  CHECK(job.roster.blank == job::Blank::keep);
  CHECK(job.roster.delimiter == "auto");
  CHECK(job.protect.empty());
  CHECK(job.limits.creates.percent == 20.0);
  CHECK(job.limits.updates.percent == 20.0);
  CHECK(job.limits.floor == 25);
  CHECK(job.limits.deactivations.percent == 5.0);
  CHECK(job.limits.deactivations_floor == 3);
  CHECK(job.limits.attributes.empty());
  CHECK(job.limits.privileged == 0);
  CHECK_FALSE(job.http.rate.has_value());
  CHECK_FALSE(job.http.max_in_flight.has_value());
  CHECK(job.http.timeout == std::chrono::seconds(30));
  CHECK(job.http.retries == 5);
  CHECK(job.http.max_wait == std::chrono::minutes(15));
  CHECK(job.http.fetch == job::Fetch::automatic);
  CHECK(job.report_dir == "./reports");
  CHECK(job.report_formats == std::vector<std::string>{"json", "csv"});
}

TEST_CASE("a full configuration is read") {
  const job::Job job = load(R"({
    "$schema": "../job.schema.json", "profile": "partoo", "base_url": "https://api.example.com/v2/",
    "token_url": "https://login.example.com/token/",
    "credentials": {"api_key": {"env": "THE_KEY"}, "other": {"file": "/secrets/other"}, "third": {"systemd": "the.key"}},
    "roster": {"columns": {"Desk": null, "Work e-mail": "email"},
               "defaults": {"accesses": [[1, 2]], "lang": "fr", "org_id": 42, "sso_only": true},
               "blank": {"phone": "clear", "*": "keep"}, "delimiter": "\t", "encoding": "utf-8"},
    "create": false, "update": false, "missing": "report", "password_updates": false,
    "protect": ["*@example.com", {"role": "ORG_ADMIN", "disabled": true, "org_id": 42}],
    "limits": {"creates": "2.5%", "updates": 500, "floor": 0, "deactivations": "0%", "deactivations_floor": 1,
               "attributes": {"email": 7}, "privileged": 2},
    "http": {"rate": "10/s", "max_in_flight": 4, "timeout": "500ms", "retries": 0, "max_wait": "2h", "fetch": "by-key"},
    "report": {"formats": ["csv"]}
  })");
  CHECK(job.profile == "partoo");
  CHECK(job.base_url == "https://api.example.com/v2");
  CHECK(job.credentials.at("api_key").environment == "THE_KEY");
  CHECK(job.credentials.at("api_key").file.empty());
  CHECK(job.credentials.at("other").file == "/secrets/other");
  CHECK(job.credentials.at("other").systemd.empty());
  CHECK(job.credentials.at("third").systemd == "the.key");
  CHECK(job.token_url == "https://login.example.com/token/");
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(job.roster.columns == Pairs{{"Desk", ""}, {"Work e-mail", "email"}});
  CHECK(job.roster.defaults == Pairs{{"accesses", "[[1,2]]"}, {"lang", "fr"}, {"org_id", "42"}, {"sso_only", "true"}});
  CHECK(job.roster.blank == job::Blank::keep);
  CHECK(job.roster.blank_by_attribute == std::map<std::string, job::Blank>{{"phone", job::Blank::clear}});
  CHECK(job.roster.delimiter == "\t");
  CHECK_FALSE(job.create);
  CHECK_FALSE(job.update);
  REQUIRE(job.protect.size() == 2);
  CHECK(job.protect[0].email_glob == "*@example.com");
  CHECK(job.protect[1].email_glob.empty());
  CHECK(job.protect[1].attributes == Pairs{{"disabled", "true"}, {"org_id", "42"}, {"role", "ORG_ADMIN"}});
  CHECK(job.limits.creates.percent == 2.5);
  CHECK_FALSE(job.limits.updates.percent.has_value());
  CHECK(job.limits.updates.count == 500);
  CHECK(job.limits.floor == 0);
  CHECK(job.limits.deactivations.percent == 0.0);
  CHECK(job.limits.deactivations_floor == 1);
  CHECK(job.limits.attributes.at("email").count == 7);
  CHECK(job.limits.privileged == 2);
  REQUIRE(job.http.rate.has_value());
  CHECK(job.http.rate->requests == 10);
  CHECK(job.http.rate->per == std::chrono::seconds(1));
  CHECK_FALSE(job.http.rate->automatic);
  CHECK(job.http.max_in_flight == 4);
  CHECK(job.http.timeout == std::chrono::milliseconds(500));
  CHECK(job.http.retries == 0);
  CHECK(job.http.max_wait == std::chrono::hours(2));
  CHECK(job.http.fetch == job::Fetch::by_key);
  CHECK(job.report_formats == std::vector<std::string>{"csv"});
}

TEST_CASE("a rate may be left to be found out") {
  const job::Job job = load(R"({"http": {"rate": "auto"}})");
  REQUIRE(job.http.rate.has_value());
  CHECK(job.http.rate->automatic);
}

TEST_CASE("\"blank\" may be one word, and \"*\" the rest") {
  CHECK(load(R"({"roster": {"blank": "clear"}})").roster.blank == job::Blank::clear);
  const job::Job job = load(R"({"roster": {"blank": {"*": "clear", "phone": "keep"}}})");
  CHECK(job.roster.blank == job::Blank::clear);
  CHECK(job.roster.blank_by_attribute == std::map<std::string, job::Blank>{{"phone", job::Blank::keep}});
}

TEST_CASE("a manifest must hold where it is there, in any case, or not at all") {
  CHECK(load("{}").roster.manifest == job::Manifest::automatic);
  CHECK(load(R"({"roster": {"manifest": "auto"}})").roster.manifest == job::Manifest::automatic);
  CHECK(load(R"({"roster": {"manifest": "required"}})").roster.manifest == job::Manifest::required);
  CHECK(load(R"({"roster": {"manifest": "off"}})").roster.manifest == job::Manifest::off);
}

TEST_CASE("relative paths are relative to the file") {
  const TemporaryFolder folder;
  const std::string text = R"({"profile": "./mine.json", "state_dir": "../state", "report": {"dir": "reports"},
                               "credentials": {"a": {"file": "key"}, "b": {"file": "/abs"}}})";
  const job::Job job = job::load(folder.write("deep/job.json", text), config_directory);
  CHECK(job.profile == (folder.path() / "deep/mine.json").string());
  CHECK(job.state_dir == folder.path() / "state");
  CHECK(job.report_dir == folder.path() / "deep/reports");
  CHECK(job.credentials.at("a").file == folder.path() / "deep/key");
  CHECK(job.credentials.at("b").file == "/abs");
}

TEST_CASE("a configuration that is faulty is refused with line, key and remedy") {
  struct Row {
    const char* name;
    const char* text;
    const char* sentence;
  };
  for (
      const Row& row : std::vector<Row>{
          {"misspelt key", "{\n\"protct\": []}", "job.json:2: \"protct\" is not a key here; did you mean \"protect\"?"},
          {"misspelt key below", "{\"limits\": {\n\"update\": 3}}",
           "job.json:2: limits: \"update\" is not a key here; did you mean \"updates\"?"},
          {"misspelt key of http", "{\"http\": {\n\"max_inflight\": 3}}", "did you mean \"max_in_flight\"?"},
          {"wrong type", "{\n\n\"create\": \"yes\"}", "job.json:3: create: expected true or false, found \"yes\""},
          {"no limit", "{\"limits\": {\n\"creates\": \"lots\"}}",
           "job.json:2: limits.creates: expected a percentage such as \"20%\" or a whole number (at most \"100%\", "
           "never "
           "negative), found \"lots\""},
          {"too large a share", "{\"limits\": {\"attributes\": {\n\"role\": \"150%\"}}}",
           "job.json:2: limits.attributes.role: expected a percentage"},
          {"a share just above all", "{\"limits\": {\"creates\": \"100.1%\"}}", "found \"100.1%\""},
          {"negative share", "{\"limits\": {\"updates\": \"-5%\"}}", "limits.updates: expected a percentage"},
          {"negative count", "{\"limits\": {\"updates\": -5}}", "found -5"},
          {"half a count", "{\"limits\": {\"updates\": 2.5}}", "found 2.5"},
          {"negative floor", "{\"limits\": {\n\"floor\": -1}}",
           "job.json:2: limits.floor: expected a whole number of 0 or more, found -1"},
          {"time-out of nothing", "{\"http\": {\n\"timeout\": \"0s\"}}",
           "job.json:2: http.timeout: expected a duration above zero such as \"500ms\", \"30s\", \"20m\" or \"2h\", "
           "found "
           "\"0s\""},
          {"time-out without a unit", "{\"http\": {\"timeout\": 30}}", "http.timeout: expected a duration above zero"},
          {"rate of nothing", "{\"http\": {\"rate\": \"0/s\"}}",
           "http.rate: expected \"auto\", or a rate such as \"240/min\""},
          {"a word that is no rate", "{\"http\": {\n\"rate\": \"automatic\"}}",
           "job.json:2: http.rate: expected \"auto\", or a rate such as \"240/min\" or \"10/s\", found \"automatic\""},
          {"none in flight", "{\"http\": {\"max_in_flight\": 0}}",
           "http.max_in_flight: expected a whole number from 1 to 256, found 0"},
          {"misspelt word", "{\"http\": {\n\"fetch\": \"byid\"}}",
           "job.json:2: http.fetch: expected \"auto\", \"list\", \"by-id\" or \"by-key\", found \"byid\"; did you mean "
           "\"by-id\"?"},
          {"misspelt blank", "{\"roster\": {\n\"blank\": \"kep\"}}",
           "job.json:2: roster.blank: expected \"keep\", \"clear\""},
          {"misspelt blank of one", "{\"roster\": {\"blank\": {\n\"phone\": \"cler\"}}}",
           "job.json:2: roster.blank.phone: expected \"keep\" or \"clear\", found \"cler\"; did you mean \"clear\"?"},
          {"a column to nothing", "{\"roster\": {\"columns\": {\n\"Desk\": 3}}}",
           "job.json:2: roster.columns.Desk: expected the name of an attribute, or null to ignore the column, found 3"},
          {"a default that clears", "{\"roster\": {\"defaults\": {\n\"lang\": null}}}",
           "job.json:2: roster.defaults.lang: "},
          {"a stable key of nothing", "{\"roster\": {\n\"key\": \" \"}}",
           "job.json:2: roster.key: expected a text that is not blank, found \" \""},
          {"misspelt fate of the missing", "{\n\"missing\": \"deactivat\"}",
           "job.json:2: missing: expected \"report\" or \"deactivate\", found \"deactivat\"; did you mean "
           "\"deactivate\"?"},
          {"grace without a unit", "{\n\"missing_after\": 3}",
           "job.json:2: missing_after: expected a number of runs above zero, such as \"3 runs\" or \"1 run\", found 3"},
          {"grace of nothing", "{\"missing_after\": \"0 runs\"}",
           "missing_after: expected a number of runs above zero"},
          {"managed by nothing", "{\n\"manage\": {}}",
           "job.json:2: manage: expected an object such as {\"email\": [\"*@example.com\"]}, not empty, found an "
           "object"},
          {"managed by no glob", "{\"manage\": {\n\"email\": []}}",
           "job.json:2: manage.email: expected a glob such as \"*@example.com\", or a list of them that is not empty"},
          {"managed by a blank", "{\"manage\": {\"email\": [\"a\",\n\"\"]}}",
           "job.json:2: manage.email.1: expected a text that is not blank"},
          {"domains as a list", "{\n\"email_domains\": [\"x\"]}",
           "job.json:2: email_domains: expected an object such as {\"old.example\": \"new.example\"}, found a list"},
          {"an address as a new domain", "{\"email_domains\": {\n\"a.com\": \"me@b.com\"}}",
           "job.json:2: email_domains.a.com: expected a domain such as \"example.com\", without \"@\", found "
           "\"me@b.com\""},
          {"an old domain with its @", "{\"email_domains\": {\n\"@a.com\": \"b.com\"}}",
           "job.json:2: email_domains.@a.com: expected a domain such as \"example.com\", without \"@\", found "
           "\"@a.com\""},
          {"a domain that stays", "{\"email_domains\": {\n\"a.com\": \"A.com\"}}",
           "job.json:2: email_domains.a.com: a domain cannot change into itself"},
          {"a domain that changes twice", "{\"email_domains\": {\"b.com\": \"c.com\",\n\"a.com\": \"B.com\"}}",
           "job.json:2: email_domains.a.com: \"b.com\" is itself an old domain, of \"c.com\"; say for each old domain "
           "which one people have now, without a step between"},
          {"domains in a circle", "{\"email_domains\": {\"b.com\": \"a.com\", \"a.com\": \"b.com\"}}",
           "is itself an old domain"},
          {"an old domain twice", "{\"email_domains\": {\"a.com\": \"b.com\",\n\"A.com\": \"c.com\"}}",
           "a.com: this domain is there twice, in upper and lower case"},
          {"merge of a word", "{\n\"merge\": \"business_ids\"}",
           "job.json:2: merge: expected a list of attributes such as [\"business_ids\"], each at most once, found "
           "\"business_ids\""},
          {"merge twice", "{\n\"merge\": [\"keywords\", \"keywords\"]}",
           "job.json:2: merge: expected a list of attributes"},
          {"acknowledged without a reason", "{\"acknowledge\": [\n{\"key\": \"a\"}]}",
           "job.json:2: acknowledge.0: the key \"reason\" is missing"},
          {"acknowledged for a blank reason", "{\"acknowledge\": [{\"key\": \"a\",\n\"reason\": \" \"}]}",
           "job.json:2: acknowledge.0.reason: expected a text that is not blank"},
          {"a key of an acknowledgement misspelt",
           "{\"acknowledge\": [{\"key\": \"a\", \"reason\": \"b\",\n\"untill\": \"2030-01-01\"}]}",
           "job.json:2: acknowledge.0: \"untill\" is not a key here; did you mean \"until\"?"},
          {"no date", "{\"acknowledge\": [{\"key\": \"a\", \"reason\": \"b\",\n\"until\": \"next year\"}]}",
           "job.json:2: acknowledge.0.until: expected a date such as \"2030-06-30\", found \"next year\""},
          {"a date that there is not",
           "{\"acknowledge\": [{\"key\": \"a\", \"reason\": \"b\",\n\"until\": \"2030-02-29\"}]}",
           "job.json:2: acknowledge.0.until: expected a date that there is, such as \"2030-06-30\", found "
           "\"2030-02-29\""},
          {"acknowledged twice",
           "{\"acknowledge\": [{\"key\": \"a\", \"reason\": \"b\"},\n{\"key\": \" a\", \"reason\": \"c\"}]}",
           "job.json:2: acknowledge.1.key: the same key as that of acknowledge.0; keep one of them"},
          {"a word for passwords", "{\n\"password_updates\": \"yes\"}",
           "job.json:2: password_updates: expected true or false, found \"yes\""},
          {"misspelt rule for the manifest", "{\"roster\": {\n\"manifest\": \"require\"}}",
           "job.json:2: roster.manifest: expected \"auto\", \"required\" or \"off\", found \"require\"; did you mean "
           "\"required\"?"},
          {"odd delimiter", "{\"roster\": {\"delimiter\": \":\"}}", "roster.delimiter: expected \"auto\", \",\""},
          {"a protection of nobody", "{\"protect\": [{}]}", "protect.0: expected an e-mail glob"},
          {"a protection by number alone", "{\"protect\": [\"a\",\n3]}",
           "job.json:2: protect.1: expected an e-mail glob"},
          {"a list as a protected value", "{\"protect\": [{\n\"role\": []}]}",
           "job.json:2: protect.0.role: expected a text, a number, true or false, found a list"},
          {"no host", "{\n\"base_url\": \"https:///v2\"}", "job.json:2: base_url: expected an address"},
          {"no scheme", "{\n\"base_url\": \"api.example.com\"}", "job.json:2: base_url: expected an address"},
          {"no text", "{\n\"base_url\": 3}", "job.json:2: base_url: expected an address"},
          {"a key twice", "{\"create\": true,\n\"create\": false}", "job.json:2:1: the key \"create\" is there twice"},
          {"bad JSON", "{\n\"create\": yes}", "job.json:2:"},
          {"no object", "[]", "job.json:1: expected an object"}}) {
    CAPTURE(row.name);
    const std::string fault = fault_of(row.text);
    CAPTURE(fault);
    CHECK(fault.find(row.sentence) != std::string::npos);
  }
}

TEST_CASE("what this version does not do is refused, and said to be so") {
  for (const char* member : {"\"roster\": {\"encoding\": \"utf-16\"}", "\"report\": {\"formats\": [\"html\"]}"}) {
    CAPTURE(member);
    const std::string fault = fault_of(std::string("{\n") + member + "}");
    CAPTURE(fault);
    CHECK(fault.starts_with("job.json:2: "));
    CHECK(fault.find("not supported in this version") != std::string::npos);
    CHECK(fault.find('\n') == std::string::npos);
  }
}

TEST_CASE("whom the roster speaks for, and what is known of single people") {
  const job::Job none = load("{}");
  CHECK(none.roster.key.empty());
  CHECK(none.missing == job::Missing::report);
  CHECK(none.missing_after == 1);
  CHECK(none.manage.empty());
  CHECK(none.email_domains.empty());
  CHECK(none.merge.empty());
  CHECK(none.acknowledge.empty());
  CHECK_FALSE(none.password_updates);

  const job::Job job = load(R"({
    "roster": {"key": " employee_number "}, "missing": "deactivate", "missing_after": "3 runs",
    "manage": {"email": "*@x.com", "city": ["Par*", "Lyon"]},
    "email_domains": {"Old.example": "NEW.example", "older.example": "new.example"},
    "merge": ["business_ids", "keywords"], "password_updates": true,
    "acknowledge": [{"key": "jo@x.com", "reason": "leaves in June", "until": "2028-02-29"},
                    {"key": " 4711 ", "reason": "no e-mail yet"}]
  })");
  CHECK(job.roster.key == "employee_number");
  CHECK(job.missing == job::Missing::deactivate);
  CHECK(job.missing_after == 3);
  using Globs = std::map<std::string, std::vector<std::string>>;
  CHECK(job.manage == Globs{{"email", {"*@x.com"}}, {"city", {"Par*", "Lyon"}}});
  using Domains = std::map<std::string, std::string>;
  CHECK(job.email_domains == Domains{{"old.example", "new.example"}, {"older.example", "new.example"}});
  CHECK(job.merge == std::vector<std::string>{"business_ids", "keywords"});
  REQUIRE(job.acknowledge.size() == 2);
  CHECK(job.acknowledge[0].key == "jo@x.com");
  CHECK(job.acknowledge[0].reason == "leaves in June");
  CHECK(job.acknowledge[0].until == "2028-02-29");
  CHECK(job.acknowledge[1].key == "4711");
  CHECK_FALSE(job.acknowledge[1].until.has_value());
  CHECK(job.password_updates);
  CHECK(load(R"({"missing_after": "1 run"})").missing_after == 1);
}

TEST_CASE("a secret in the file is refused without repeating it") {
  for (const char* credentials :
       {"{\"api_key\": \"s3cr3t\"}", "{\"api_key\": [\"s3cr3t\"]}", "\"s3cr3t\"", "[\"s3cr3t\"]",
        "{\"api_key\": {\"env\": \"s3cr3t!\"}}", "{\"api_key\": {\"systemd\": \"s3c/r3t\"}}",
        "{\"api_key\": {\"value\": \"s3cr3t\"}}", "{\"api_key\": {\"env\": \"A\", \"file\": \"s3cr3t\"}}",
        "{\"api_key\": s3cr3t}", "{\"api_key\": \"s3cr3t\n\"}"}) {
    CAPTURE(credentials);
    const std::string fault = fault_of(std::string("{\n\"credentials\": ") + credentials + "}");
    CAPTURE(fault);
    CHECK(fault.starts_with("job.json:2:"));
    CHECK(fault.find("s3c") == std::string::npos);
  }
  const std::string remedy = fault_of("{\"credentials\": {\n\"api_key\": \"s3cr3t\"}}");
  CHECK(remedy.starts_with("job.json:2: credentials.api_key: expected where the secret is kept, {\"env\": "));
  CHECK(remedy.find("{\"file\": ") != std::string::npos);
  for (const std::string key : {"base_url", "token_url"}) {
    const std::string address = fault_of("{\"" + key + "\": \"https://me:s3cr3t@api.example.com\"}");
    CHECK(address.starts_with("job.json:1: " + key + ": "));
    CHECK(address.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("every fault is told at once, in the order of the file") {
  CHECK(fault_of("{\"create\": 1,\n\"protct\": [],\n\"http\": {\"retries\": -1}}").find("protct") != std::string::npos);
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.write("j.json", "{\"create\": 1,\n\"protct\": [],\n\"update\": 2}");
  try {
    job::load(file, config_directory);
    FAIL("no fault");
  } catch (const base::CannotRun& error) {
    const std::string place = file.string();
    const std::string words = error.what();
    CHECK(words == place + ":1: create: expected true or false, found 1\n" + place +
                       ":2: \"protct\" is not a key here; did you mean \"protect\"?\n" + place +
                       ":3: update: expected true or false, found 2");
  }
}

TEST_CASE("the shipped example is valid") {
  const job::Job job = job::load(config_directory / "rostersync.example.json", config_directory);
  CHECK(job.profile == "partoo");
  CHECK(job.credentials.at("api_key").environment == "PARTOO_API_KEY");
  CHECK(job.limits.creates.percent == 20.0);
}

TEST_CASE("a file that is not there is named") {
  CHECK_THROWS_WITH_AS(job::load("/nowhere/job.json", config_directory), doctest::Contains("/nowhere/job.json"),
                       base::CannotRun);
}

TEST_CASE("the state directory follows the XDG specification") {
  const char* before = getenv("XDG_STATE_HOME");
  const std::string kept = before != nullptr ? before : "";
  setenv("XDG_STATE_HOME", "/var/states", 1);
  CHECK(job::defaults().state_dir == "/var/states/rostersync");
  setenv("XDG_STATE_HOME", "relative", 1);
  CHECK(job::defaults().state_dir.string().ends_with(".local/state/rostersync"));
  unsetenv("XDG_STATE_HOME");
  CHECK(job::defaults().state_dir.is_absolute());
  if (before != nullptr) setenv("XDG_STATE_HOME", kept.c_str(), 1);
}
