#include "store/database.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "store/database_error.hpp"

namespace rostersync::store {

namespace {

constexpr std::int64_t checked_whole = std::int64_t{64} << 20;  // bytes; takes a fifth of a second

// Never opens a file that is there: closing it again would drop the locks that SQLite, in this process, holds on it.
void make_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno == EEXIST) return;
  if (descriptor < 0) throw base::CannotRun(fmt::format("cannot create {}: {}", file.string(), std::strerror(errno)));
  ::fchmod(descriptor, 0600);  // whatever the umask took away
  ::close(descriptor);
}

std::uintmax_t size_of(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  return none ? 0 : size;
}

// Whether the file was emptied or removed while its log stayed behind: SQLite would delete the log. The log is looked
// at first, for whoever makes the database just now has written to the file before there is a log.
bool has_orphaned_log(const std::filesystem::path& file) {
  return size_of(file.string() + "-wal") > 0 && size_of(file) == 0;
}

std::int64_t number(SQLite::Database& database, const char* query) {
  return database.execAndGet(query).getInt64();
}

std::string answer(SQLite::Database& database, const std::string& query) {
  return database.execAndGet(query).getString();
}

// While it is not known whose file this is, closing it must not write the log back into it.
void keep_hands_off(SQLite::Database& database, bool off) {
  database.check(sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, off ? 1 : 0, nullptr));
}

}  // namespace

Database::Database(const std::filesystem::path& file, const Layout& layout, std::chrono::milliseconds patience)
    : file_(std::filesystem::absolute(file)) {  // a name that begins with "file:" would be taken for a URI
  if (has_orphaned_log(file_)) fail_damaged();
  make_private(file_);
  guarded([&] { open(layout, patience); });
}

void Database::open(const Layout& layout, std::chrono::milliseconds patience) {
  database_ = std::make_unique<SQLite::Database>(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                                                 static_cast<int>(patience.count()));
  if (sqlite3_db_readonly(database_->getHandle(), "main") == 1) throw base::CannotRun(read_only_sentence(file_));
  keep_hands_off(*database_, true);
  check_identity(layout);
  use_write_ahead_log();
  database_->exec("PRAGMA foreign_keys = ON");
  database_->exec("PRAGMA cache_size = -16384");  // KiB: a whole plan of 100,000 rows
  set(Durability::lasting);
  bring_up_to_date(layout);
  keep_hands_off(*database_, false);
}

void Database::check_identity(const Layout& layout) {
  const std::int64_t application = number(*database_, "PRAGMA application_id");
  const std::int64_t version = number(*database_, "PRAGMA user_version");
  if (application == 0 && version == 0 && number(*database_, "SELECT count(*) FROM sqlite_schema") == 0) return;
  if (application != layout.application_id || version < 1) {
    throw base::CannotRun(
        fmt::format("{} is a database of another program; it is left as it is: use another state "
                    "directory (--state)",
                    file_.string()));
  }
  if (version > static_cast<std::int64_t>(layout.steps.size())) {
    throw base::CannotRun(
        fmt::format("{} is of version {}, and this program knows versions up to {}; use a newer rostersync, or another "
                    "state directory (--state)",
                    file_.string(), version, layout.steps.size()));
  }
  check_health(layout);
}

void Database::check_health(const Layout& layout) {
  const auto check = [&](const std::string& what) {
    if (answer(*database_, fmt::format("PRAGMA quick_check({})", what)) != "ok") fail_damaged();
  };
  const std::int64_t size = number(*database_, "PRAGMA page_count") * number(*database_, "PRAGMA page_size");
  if (size <= checked_whole) return check("1");
  for (const std::string& table : layout.vital) check(table);
}

void Database::use_write_ahead_log() {
  if (answer(*database_, "PRAGMA journal_mode") == "wal") return;
  if (answer(*database_, "PRAGMA journal_mode = WAL") == "wal") return;
  throw base::CannotRun(
      fmt::format("{} lies on a file system that SQLite cannot share between processes; use another "
                  "state directory (--state)",
                  file_.string()));
}

void Database::bring_up_to_date(const Layout& layout) {
  const auto version = [&] { return static_cast<std::size_t>(number(*database_, "PRAGMA user_version")); };
  while (version() < layout.steps.size()) {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::size_t reached = version();  // another process may have been quicker
    if (reached >= layout.steps.size()) return;
    database_->exec(layout.steps[reached]);
    database_->exec(fmt::format("PRAGMA application_id = {}", layout.application_id));
    database_->exec(fmt::format("PRAGMA user_version = {}", reached + 1));
    transaction.commit();
  }
}

// Takes effect with the next transaction, and not within one.
void Database::set(Durability durability) {
  database_->exec(durability == Durability::lasting ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

void Database::fail(const SQLite::Exception& error, int last_errno) const {
  DatabaseError told;
  told.code = error.getExtendedErrorCode() > 0 ? error.getExtendedErrorCode() : error.getErrorCode();
  told.words = error.what();
  told.system_error = database_ ? sqlite3_system_errno(database_->getHandle()) : last_errno;
  if (told.system_error == 0 && says_full(last_errno)) told.system_error = last_errno;
  throw base::CannotRun(sentence_of(told, file_));
}

void Database::fail_damaged() const {
  throw base::CannotRun(damaged_sentence(file_));
}

}  // namespace rostersync::store
