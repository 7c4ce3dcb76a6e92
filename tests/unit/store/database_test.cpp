#include "store/database.hpp"

#include <SQLiteCpp/Column.h>
#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "store/database_error.hpp"
#include "unit/store/child_process.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace rostersync::store;
using namespace rostersync::test;

namespace {

constexpr std::int32_t ours = 0x1234;
const Layout one_step = {ours, {"CREATE TABLE a (x); INSERT INTO a VALUES (1);"}, {"a"}};
const Layout two_steps = {ours, {one_step.steps[0], "ALTER TABLE a ADD COLUMN y DEFAULT 2;"}, {"a"}};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 0777U;
}

std::int64_t ask(Database& database, const char* query) {
  return database.handle().execAndGet(query).getInt64();
}

struct Folder : TemporaryFolder {
  const std::filesystem::path file = path() / "journal.db";
  const std::filesystem::path log = path() / "journal.db-wal";

  // What lies there once another process has opened it so, done `sql`, and been killed.
  void leave(const Layout& layout, const std::string& sql) const {
    ChildProcess child([&](const auto& say) {
      Database database(file, layout);
      database.handle().exec(sql);
      say("done");
      ::pause();
    });
    REQUIRE(child.hear() == "done");
  }
  std::string refusal(const Layout& layout = one_step) const {
    try {
      Database(file, layout, std::chrono::milliseconds(20));
    } catch (const base::CannotRun& error) {
      return error.what();
    }
    return "opened";
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(Folder,
                  "a new database is private from the first moment, whatever the umask, and so are its side files") {
  for (const mode_t mask : {mode_t{0}, mode_t{0277}}) {
    CAPTURE(mask);
    std::filesystem::remove(file);
    const mode_t before = ::umask(mask);
    Database database(file, one_step);
    database.write(Durability::lasting, [&] { database.handle().exec("INSERT INTO a VALUES (2)"); });
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) CHECK(mode_of(file.string() + suffix) == 0600);
  }
}

TEST_CASE_FIXTURE(Folder, "it says whose it is and of which version, logs ahead, and holds references to their word") {
  Database database(file, one_step);
  CHECK(ask(database, "PRAGMA application_id") == ours);
  CHECK(ask(database, "PRAGMA user_version") == 1);
  CHECK(ask(database, "PRAGMA foreign_keys") == 1);
  CHECK(database.handle().execAndGet("PRAGMA journal_mode").getString() == "wal");
}

TEST_CASE_FIXTURE(Folder, "an older version is brought up to date, each step once") {
  Database(file, one_step);
  Database(file, two_steps);
  Database database(file, two_steps);
  CHECK(ask(database, "PRAGMA user_version") == 2);
  CHECK(ask(database, "SELECT sum(x + y) FROM a") == 3);
}

TEST_CASE_FIXTURE(Folder, "a step that fails leaves the version before it") {
  Layout broken = two_steps;
  broken.steps[1] = "CREATE TABLE b (x); CREATE TABLE a (x);";
  Database(file, one_step);
  CHECK(contains(refusal(broken), "already exists"));
  Database database(file, one_step);
  CHECK(ask(database, "PRAGMA user_version") == 1);
  CHECK(ask(database, "SELECT count(*) FROM sqlite_schema") == 1);
}

TEST_CASE_FIXTURE(Folder, "what is not ours, or not whole, is refused and left byte for byte as it is") {
  Database(file, one_step);
  const std::string whole = base::read_file(file);
  std::string no_tree = whole;
  no_tree.replace(4096, 16, std::string(16, '\xAB'));
  struct Case {
    const char* name;
    std::string bytes;
    const char* words;
  };
  const std::vector<Case> cases = {
      {"no database", "these are the notes of somebody\n", "damaged"},
      {"no database, of whole pages", std::string(8192, 'x'), "damaged"},
      {"cut off within the first page", whole.substr(0, 1000), "damaged"},
      {"cut off after the first page", whole.substr(0, 4096), "damaged"},
      {"a page overwritten", no_tree, "damaged"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    write("journal.db", one.bytes);
    CHECK(contains(refusal(), one.words));
    CHECK(contains(refusal(), file.string()));
    CHECK(base::read_file(file) == one.bytes);
  }
}

TEST_CASE_FIXTURE(Folder, "a large file is searched for damage where it counts") {
  leave(one_step,
        "CREATE TABLE ballast (x); INSERT INTO ballast VALUES (zeroblob(70000000)); PRAGMA wal_checkpoint(TRUNCATE);");
  std::string bytes = base::read_file(file);
  bytes.replace(4096, 16, std::string(16, '\xAB'));
  write("journal.db", bytes);
  CHECK(contains(refusal(), "damaged"));
}

TEST_CASE_FIXTURE(Folder, "a database of another program, or of a newer version, is refused and left as it is") {
  struct Case {
    const char* name;
    Layout layout;
    const char* sql;
    std::string words;
  };
  const std::vector<Case> cases = {
      {"another program's", {0x77, {"CREATE TABLE b (x)"}, {}}, "INSERT INTO b VALUES (1)", "of another program"},
      {"one that does not say whose it is", one_step, "PRAGMA application_id = 0; PRAGMA user_version = 0",
       "of another program"},
      {"newer", two_steps, "INSERT INTO a VALUES (7, 7)", "is of version 2, and this program knows versions up to 1"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    std::filesystem::remove(file);
    std::filesystem::remove(log);
    leave(one.layout, one.sql);
    const std::string before = base::read_file(file);
    const std::string log_before = base::read_file(log);
    REQUIRE_FALSE(log_before.empty());
    CHECK(contains(refusal(), one.words));
    CHECK(base::read_file(file) == before);
    CHECK(base::read_file(log) == log_before);
  }
}

TEST_CASE_FIXTURE(Folder, "what a process leaves that was killed while making it counts as new") {
  write("journal.db", "");
  CHECK(refusal() == "opened");
  std::filesystem::remove(file);
  leave({0, {}, {}}, "PRAGMA user_version");  // in WAL mode, and nothing in it
  CHECK(refusal() == "opened");
}

TEST_CASE_FIXTURE(Folder, "a log whose database is gone is not deleted with what it holds") {
  for (const bool emptied : {true, false}) {
    CAPTURE(emptied);
    std::filesystem::remove(file);
    std::filesystem::remove(log);
    leave(one_step, "INSERT INTO a VALUES (2)");
    const std::string before = base::read_file(log);
    std::filesystem::remove(file);
    if (emptied) write("journal.db", "");
    CHECK(contains(refusal(), "damaged"));
    CHECK(base::read_file(log) == before);
  }
}

TEST_CASE_FIXTURE(Folder, "a name that looks like a URI is a name") {
  const auto back = std::filesystem::current_path();
  std::filesystem::create_directories(path() / "file:x?mode=memory");
  std::filesystem::current_path(path());
  { Database database("file:x?mode=memory/journal.db", one_step); }
  std::filesystem::current_path(back);
  CHECK(std::filesystem::file_size(path() / "file:x?mode=memory" / "journal.db") > 0);
}

TEST_CASE_FIXTURE(Folder, "what cannot be written is told as such") {
  struct Case {
    const char* name;
    bool made;
    mode_t directory;
    mode_t database;
    const char* words;
  };
  const std::vector<Case> cases = {
      {"nothing there, in a read-only directory", false, 0555, 0, "Permission denied"},
      {"a read-only directory", true, 0555, 0644, "read-only"},
      {"a read-only file", true, 0777, 0444, "read-only"},
      {"a file that cannot be read", true, 0777, 0000, "read-only"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    std::filesystem::remove(file);
    if (one.made) {
      Database(file, one_step);
      ::chmod(file.c_str(), one.database);
    }
    ::chmod(path().c_str(), one.directory);
    ChildProcess child([&](const auto& say) {
      if (::geteuid() == 0 && ::setuid(65534) != 0) say("cannot become nobody");
      say(refusal());
    });
    const std::string heard = child.hear();
    CHECK_MESSAGE(contains(heard, one.words), heard);
    CHECK(contains(heard, file.string()));
    ::chmod(path().c_str(), 0755);
  }
}

TEST_CASE_FIXTURE(Folder, "whoever holds it too long is told of, and readers need not wait") {
  Database first(file, one_step);
  Database second(file, one_step, std::chrono::milliseconds(20));
  first.write(Durability::lasting, [&] {
    first.handle().exec("INSERT INTO a VALUES (2)");
    CHECK_THROWS_WITH_AS(second.write(Durability::lasting, [] {}), doctest::Contains("locked"), base::CannotRun);
    CHECK(second.read([&] { return ask(second, "SELECT count(*) FROM a"); }) == 1);
    CHECK(refusal() == "opened");
  });
  CHECK(ask(second, "SELECT count(*) FROM a") == 2);
}

TEST_CASE_FIXTURE(Folder, "what throws within a transaction undoes it") {
  Database database(file, one_step);
  CHECK_THROWS_AS(database.write(Durability::lasting,
                                 [&] {
                                   database.handle().exec("INSERT INTO a VALUES (2)");
                                   throw std::logic_error("half way");
                                 }),
                  std::logic_error);
  CHECK(ask(database, "SELECT count(*) FROM a") == 1);
}

TEST_CASE("each of SQLite's errors has a sentence") {
  struct Case {
    const char* name;
    int code;
    int system_error;
    const char* words;
  };
  const std::vector<Case> cases = {
      {"full", SQLITE_FULL, 0, "the disk is full"},
      {"full, as the system says it", SQLITE_IOERR_WRITE, ENOSPC, "the disk is full"},
      {"a quota", SQLITE_IOERR_WRITE, EDQUOT, "the disk is full"},
      {"a limit on the size of files", SQLITE_IOERR_WRITE, EFBIG, "the disk is full"},
      {"no room for the index of the log", SQLITE_IOERR_SHMSIZE, 0, "the disk is full"},
      {"no room for another file", SQLITE_CANTOPEN, ENOSPC, "the disk is full"},
      {"read-only", SQLITE_READONLY, 0, "read-only"},
      {"a directory that is read-only", SQLITE_READONLY_DIRECTORY, 0, "read-only"},
      {"a file system that became read-only", SQLITE_IOERR_WRITE, EROFS, "read-only"},
      {"a file that may not be opened", SQLITE_CANTOPEN, EACCES, "read-only"},
      {"a failing disk", SQLITE_IOERR_FSYNC, EIO, "Input/output error"},
      {"no descriptors left", SQLITE_CANTOPEN, EMFILE, "Too many open files"},
      {"damaged", SQLITE_CORRUPT, 0, "damaged"},
      {"damaged in a way", SQLITE_CORRUPT_INDEX, 0, "damaged"},
      {"no database", SQLITE_NOTADB, 0, "damaged"},
      {"locked", SQLITE_BUSY, 0, "locked"},
      {"locked while it recovers", SQLITE_BUSY_RECOVERY, 0, "locked"},
      {"anything else, in SQLite's words", SQLITE_CONSTRAINT, 0, "of all things"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const std::string sentence = sentence_of({one.code, "of all things", one.system_error}, "/state/journal.db");
    CHECK_MESSAGE(contains(sentence, one.words), sentence);
    CHECK(contains(sentence, "/state/journal.db"));
  }
}
