// What is remembered from one run to the next, apart from the journal: SQLite in STATE/memory.db (mode 0600). Written
// at the end of runs that write, in one go; a dry run reads it, and leaves no trace in it. Holds people's data and
// never a secret: of a value that the directory does not give back it keeps a keyed hash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/memory.hpp"
#include "store/confirmed_values.hpp"

namespace rostersync::store {

// That the row with this value of `roster.key`, as it compares, is this user.
struct Link {
  std::string key;
  std::string user_id;
};

// What a person decided about a row that might have been a rename, by its comparable key.
struct Settled {
  std::string key;
  std::optional<std::string> user_id;  // the user whom it renames; nothing: a new person
};

struct Missing {
  std::string user_id;
  std::uint32_t runs = 0;  // in a row in which nobody pointed to them
  std::string since;       // when the first of these began, RFC 3339
};

// The last good run.
struct Baseline {
  std::uint64_t rows = 0;  // of its roster
  std::string run_id;
};

// The value that the directory has confirmed, in clear: hashed before it is kept.
struct Confirmed {
  std::string user_id;
  std::string attribute;
  model::Presence presence = model::Presence::value;  // or clear
  std::string text;                                   // canonical
};

struct AttributeOfUser {
  std::string user_id;
  std::string attribute;
};

// Records to keep, in place of what was known under the same key, and keys to forget; a key that is in both is kept.
template <class Record, class Key>
struct Edits {
  std::vector<Record> keep;
  std::vector<Key> forget;
};

// What a run has learned.
struct Lesson {
  Edits<Link, std::string> links;       // by key
  Edits<Settled, std::string> settled;  // by key
  Edits<Confirmed, AttributeOfUser> confirmed;
  Edits<model::Written, AttributeOfUser> written;
  Edits<Missing, std::string> missing;  // by user id
  std::optional<Baseline> baseline;

  bool empty() const;
};

// Every member throws base::CannotRun with one sentence that names the file where the disk is full, read-only or
// failing, or the database is damaged or of another version; a damaged one is never repaired, emptied or replaced.
class Memory {
 public:
  // Whether a state directory remembers anything.
  static bool exists(const std::filesystem::path& state_directory);

  // Opens the memory for reading; null, and nothing is made, where there is none.
  static std::unique_ptr<Memory> find(const std::filesystem::path& state_directory);

  // Opens the memory of a state directory whose lock the caller holds, and makes it where there is none.
  explicit Memory(const std::filesystem::path& state_directory);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // Whole tables: a run loads what it needs once.
  std::unordered_map<std::string, std::string> links();                   // key -> user id
  std::unordered_map<std::string, std::optional<std::string>> settled();  // key -> user id; nothing: a new person
  std::vector<model::Written> written();                                  // by user id and attribute
  std::unordered_map<std::string, Missing> missing();                     // by user id
  std::optional<Baseline> baseline();
  // Values whose hashes were made under another key than STATE/memory.key, or whose key is gone, are unknown.
  ConfirmedValues confirmed();

  // The whole lesson, or nothing of it; on the disk when this returns.
  void remember(const Lesson& lesson);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rostersync::store
