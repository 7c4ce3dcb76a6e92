// A SQLite database that this program owns: opened with care, brought up to date, and its failures told in sentences.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "json/json.hpp"

namespace rostersync::store {

// What a database holds. Its version is the number of steps taken: step n brings version n-1 to n.
struct Layout {
  std::int32_t application_id = 0;
  std::vector<std::string> steps;  // SQL
  std::vector<std::string> vital;  // tables whose damage is looked for at every opening, however large the file
};

// Any commit outlives this process, however it ends. Through a power cut:
enum class Durability {
  lasting,     // it is on the disk when it returns (synchronous=FULL)
  best_effort  // it is there with the next lasting one, or after some seconds (synchronous=NORMAL)
};

class Database {
 public:
  // Opens `file`, or makes it (mode 0600, as its -wal and -shm get), in WAL mode with foreign keys enforced, and brings
  // it up to date. What is empty, as a process that was killed while making it leaves it, counts as new. Waits for
  // other processes for `patience`. Throws base::CannotRun; a file that is damaged, of another program or of a newer
  // version is left as it is, byte for byte.
  Database(const std::filesystem::path& file, const Layout& layout,
           std::chrono::milliseconds patience = std::chrono::seconds(10));

  // Runs `body` in one transaction, which is undone where it throws. Throws base::CannotRun for SQLite's errors.
  template <class Body>
  void write(Durability durability, const Body& body) {
    guarded([&] {
      set(durability);
      SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
      body();
      transaction.commit();
    });
  }

  // Runs `body`, to which the database stands still whatever others write. Throws as write() does.
  template <class Body>
  auto read(const Body& body) {
    return guarded([&] {
      SQLite::Transaction snapshot(*database_);
      return body();
    });
  }

  // Translates SQLite's errors, and those of JSON that it holds, into base::CannotRun.
  template <class Body>
  auto guarded(const Body& body) {
    errno = 0;
    try {
      return body();
    } catch (const SQLite::Exception& error) {
      fail(error, errno);
    } catch (const json::Json::exception&) {
      fail_damaged();
    }
  }

  [[noreturn]] void fail_damaged() const;

  SQLite::Database& handle() { return *database_; }

 private:
  void open(const Layout& layout, std::chrono::milliseconds patience);
  void check_identity(const Layout& layout);
  void check_health(const Layout& layout);
  void use_write_ahead_log();
  void bring_up_to_date(const Layout& layout);
  void set(Durability durability);
  // SQLite keeps the errno of most failures, but not of a commit's, which is then the last one that was set.
  [[noreturn]] void fail(const SQLite::Exception& error, int last_errno) const;

  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace rostersync::store
