#include "store/memory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "store/database.hpp"
#include "store/memory_layout.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace rostersync::store;
using model::Presence;

namespace {

using Links = std::unordered_map<std::string, std::string>;

struct State : TemporaryFolder {
  const std::filesystem::path file = path() / "memory.db";
  const std::filesystem::path key_file = path() / "memory.key";

  void remember(const Lesson& lesson) const { Memory(path()).remember(lesson); }
  ConfirmedValues confirmed() const { return Memory(path()).confirmed(); }
  void confirm(const std::string& user, const std::string& attribute, const std::string& text) const {
    Lesson lesson;
    lesson.confirmed.keep = {{user, attribute, text.empty() ? Presence::clear : Presence::value, text}};
    remember(lesson);
  }
  // Whether any file of the state directory holds these bytes.
  bool holds(const std::string& bytes) const {
    for (const auto& each : std::filesystem::directory_iterator(path())) {
      if (base::read_file(each.path()).find(bytes) != std::string::npos) return true;
    }
    return false;
  }
};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

model::Written written(const std::string& user, std::uint32_t times) {
  return {user,
          "last_name",
          Presence::value,
          "de Galles",
          Presence::clear,
          "",
          times,
          "2024-03-01T02:00:00Z",
          "2024-03-02T02:00:00Z",
          "run-2"};
}

}  // namespace

TEST_CASE_FIXTURE(State, "looking for what is remembered makes nothing") {
  CHECK_FALSE(Memory::exists(path()));
  CHECK(Memory::find(path()) == nullptr);
  CHECK(Memory::find(path() / "not there") == nullptr);
  CHECK(std::filesystem::is_empty(path()));
}

TEST_CASE_FIXTURE(State, "reading leaves the file as it is, and makes no key") {
  Lesson lesson;
  lesson.links.keep = {{"42", "u1"}};
  remember(lesson);
  const std::string before = base::read_file(file);
  {
    const auto memory = Memory::find(path());
    REQUIRE(memory);
    CHECK(memory->links().size() == 1);
    CHECK(memory->confirmed().size() == 0);
  }
  CHECK(base::read_file(file) == before);
  CHECK_FALSE(std::filesystem::exists(key_file));
}

TEST_CASE_FIXTURE(State, "what is kept is there in the next run, and what is forgotten is not") {
  Lesson lesson;
  lesson.links.keep = {{"42", "u1"}, {"43", "u2"}};
  lesson.settled.keep = {{"arthur@new.fr", "u1"}, {"merlin@new.fr", std::nullopt}};
  lesson.written.keep = {written("u2", 1), written("u1", 2)};
  lesson.missing.keep = {{"u3", 1, "2024-03-01T02:00:00Z"}};
  lesson.baseline = {12, "r1"};
  REQUIRE_FALSE(lesson.empty());
  remember(lesson);
  {
    Memory memory(path());
    CHECK(memory.links() == Links{{"42", "u1"}, {"43", "u2"}});
    CHECK(memory.settled().at("arthur@new.fr") == "u1");
    CHECK(memory.settled().at("merlin@new.fr") == std::nullopt);
    const auto all = memory.written();
    REQUIRE(all.size() == 2);
    CHECK(all[0].user_id == "u1");
    CHECK(all[0].attribute == "last_name");
    CHECK(all[0].sent_presence == Presence::value);
    CHECK(all[0].sent == "de Galles");
    CHECK(all[0].replaced_presence == Presence::clear);
    CHECK(all[0].replaced.empty());
    CHECK(all[0].times == 2);
    CHECK(all[0].first == "2024-03-01T02:00:00Z");
    CHECK(all[0].last == "2024-03-02T02:00:00Z");
    CHECK(all[0].last_run == "run-2");
    CHECK(memory.missing().at("u3").runs == 1);
    CHECK(memory.missing().at("u3").since == "2024-03-01T02:00:00Z");
    CHECK(memory.baseline()->rows == 12);
    CHECK(memory.baseline()->run_id == "r1");
  }
  Lesson next;
  next.links.keep = {{"43", "u9"}};
  next.links.forget = {"42", "43", "never seen"};
  next.settled.forget = {"merlin@new.fr"};
  next.written.forget = {{"u1", "last_name"}, {"u2", "first_name"}};
  next.missing.keep = {{"u3", 2, "2024-03-01T02:00:00Z"}};
  remember(next);
  Memory memory(path());
  CHECK(memory.links() == Links{{"43", "u9"}});
  CHECK(memory.settled().size() == 1);
  REQUIRE(memory.written().size() == 1);
  CHECK(memory.written()[0].user_id == "u2");
  CHECK(memory.missing().at("u3").runs == 2);
  CHECK(memory.baseline()->rows == 12);
}

TEST_CASE_FIXTURE(State, "the files are private") {
  confirm("u1", "phone", "+33 1");
  CHECK(mode_of(file) == 0600);
  CHECK(mode_of(key_file) == 0600);
  CHECK(base::read_file(key_file).size() == 32);
}

TEST_CASE_FIXTURE(State, "a confirmed value is told from others, and stands nowhere") {
  confirm("u1", "password", "Excalibur-7");
  confirm("u1", "keywords", "");
  const ConfirmedValues values = confirmed();
  struct Case {
    const char* name;
    const char* user;
    const char* attribute;
    Presence presence;
    const char* text;
    Confirmation expected;
  };
  const std::vector<Case> cases = {
      {"the same", "u1", "password", Presence::value, "Excalibur-7", Confirmation::same},
      {"another value", "u1", "password", Presence::value, "Excalibur-8", Confirmation::different},
      {"cleared since", "u1", "password", Presence::clear, "", Confirmation::different},
      {"clear as before", "u1", "keywords", Presence::clear, "", Confirmation::same},
      {"no longer clear", "u1", "keywords", Presence::value, "clear", Confirmation::different},
      {"another user", "u2", "password", Presence::value, "Excalibur-7", Confirmation::unknown},
      {"another attribute", "u1", "phone", Presence::value, "Excalibur-7", Confirmation::unknown},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(values.ask(one.user, one.attribute, one.presence, one.text) == one.expected);
  }
  CHECK_FALSE(holds("Excalibur"));
  CHECK(ConfirmedValues().ask("u1", "password", Presence::value, "x") == Confirmation::unknown);
}

TEST_CASE_FIXTURE(State, "the last confirmed value is the one that counts, until it is forgotten") {
  confirm("u1", "phone", "1");
  confirm("u1", "phone", "2");
  CHECK(confirmed().ask("u1", "phone", Presence::value, "1") == Confirmation::different);
  CHECK(confirmed().ask("u1", "phone", Presence::value, "2") == Confirmation::same);
  Lesson lesson;
  lesson.confirmed.forget = {{"u1", "phone"}};
  remember(lesson);
  CHECK(confirmed().ask("u1", "phone", Presence::value, "2") == Confirmation::unknown);
}

TEST_CASE_FIXTURE(State, "without its key, or under another, a hash is worth nothing") {
  confirm("u1", "phone", "1");
  const std::string first_key = base::read_file(key_file);
  std::filesystem::remove(key_file);
  CHECK(confirmed().ask("u1", "phone", Presence::value, "1") == Confirmation::unknown);
  CHECK_FALSE(std::filesystem::exists(key_file));
  confirm("u2", "phone", "1");
  CHECK(base::read_file(key_file) != first_key);
  CHECK(confirmed().ask("u1", "phone", Presence::value, "1") == Confirmation::unknown);
  CHECK(confirmed().ask("u2", "phone", Presence::value, "1") == Confirmation::same);
  write("memory.key", first_key);  // the old file comes back: the hashes of the other key are not its own
  CHECK(confirmed().ask("u2", "phone", Presence::value, "1") == Confirmation::unknown);
}

TEST_CASE_FIXTURE(State, "a damaged key is told as such, and left as it is") {
  confirm("u1", "phone", "1");
  for (const std::string& bytes : {std::string(), std::string(31, 'k'), std::string(33, 'k')}) {
    write("memory.key", bytes);
    CHECK_THROWS_WITH_AS(confirmed(), doctest::Contains("memory.key is damaged"), base::CannotRun);
    CHECK_THROWS_AS(confirm("u1", "phone", "2"), base::CannotRun);
    CHECK(base::read_file(key_file) == bytes);
  }
}

TEST_CASE_FIXTURE(State, "the parts of what is hashed cannot be shifted into one another") {
  const MemoryKey key = MemoryKey::find_or_make(path());
  CHECK(key.hash("u1", "a", Presence::value, "bc") != key.hash("u1", "ab", Presence::value, "c"));
  CHECK(key.hash("u1a", "b", Presence::value, "c") != key.hash("u1", "ab", Presence::value, "c"));
  CHECK(key.hash("u1", "a", Presence::clear, "") != key.hash("u1", "a", Presence::value, ""));
  CHECK(MemoryKey::find(path())->hash("u1", "a", Presence::value, "b") == key.hash("u1", "a", Presence::value, "b"));
  CHECK(MemoryKey::find(path())->name() == key.name());
}

TEST_CASE_FIXTURE(State, "a lesson is remembered whole or not at all") {
  Lesson lesson;
  lesson.links.keep = {{"42", "u1"}};
  remember(lesson);
  {
    Database database(file, memory_layout());
    database.handle().exec(
        "CREATE TRIGGER full BEFORE INSERT ON missing BEGIN SELECT RAISE(ABORT, 'no more of this'); END");
  }
  lesson.links.keep = {{"42", "u2"}};
  lesson.missing.keep = {{"u3", 1, ""}};
  CHECK_THROWS_AS(remember(lesson), base::CannotRun);
  CHECK(Memory(path()).links().at("42") == "u1");
}

TEST_CASE_FIXTURE(State, "what is not ours, newer or damaged is refused, and left as it is") {
  remember({});
  const std::string whole = base::read_file(file);
  std::string no_tree = whole;
  no_tree.replace(4096, 16, std::string(16, '\xAB'));
  for (const std::string& bytes : {std::string("notes of somebody\n"), whole.substr(0, 4096), no_tree}) {
    write("memory.db", bytes);
    CHECK_THROWS_WITH_AS(Memory::find(path()), doctest::Contains("memory.db"), base::CannotRun);
    CHECK_THROWS_WITH_AS(remember({}), doctest::Contains("damaged"), base::CannotRun);
    CHECK(base::read_file(file) == bytes);
  }
  write("memory.db", whole);
  { Database(file, memory_layout()).handle().exec("PRAGMA user_version = 2"); }
  CHECK_THROWS_WITH_AS(Memory::find(path()), doctest::Contains("is of version 2"), base::CannotRun);
}

TEST_CASE_FIXTURE(State, "a hash that is none is damage") {
  confirm("u1", "phone", "1");
  for (const char* hash : {"", "00", "zz112233445566778899aabbccddeeff"}) {
    Database(file, memory_layout()).handle().exec(fmt::format("UPDATE confirmed SET hash = '{}'", hash));
    CHECK_THROWS_WITH_AS(confirmed(), doctest::Contains("damaged"), base::CannotRun);
  }
}

TEST_CASE_FIXTURE(State, "a hundred thousand people are remembered and known again") {
  constexpr std::size_t people = 100'000;
  Lesson lesson;
  for (std::size_t i = 0; i < people; ++i) {
    lesson.links.keep.push_back({fmt::format("{}", i), fmt::format("u{}", i)});
    lesson.confirmed.keep.push_back({fmt::format("u{}", i), "phone", Presence::value, fmt::format("{}", i)});
  }
  remember(lesson);
  Memory memory(path());
  CHECK(memory.links().at("99999") == "u99999");
  const ConfirmedValues values = memory.confirmed();
  CHECK(values.size() == people);
  std::size_t same = 0;
  for (std::size_t i = 0; i < people; ++i) {
    if (values.ask(fmt::format("u{}", i), "phone", Presence::value, fmt::format("{}", i)) == Confirmation::same) ++same;
  }
  CHECK(same == people);
}
