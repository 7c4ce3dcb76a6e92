// What SQLite's errors mean to people.
#pragma once

#include <filesystem>
#include <string>

namespace rostersync::store {

struct DatabaseError {
  int code = 0;          // an extended result code
  std::string words;     // SQLite's own
  int system_error = 0;  // the errno behind it; 0 if none is known
};

// One sentence that names the file: the disk is full, or it is read-only, damaged, locked or failing.
std::string sentence_of(const DatabaseError& error, const std::filesystem::path& file);

// Whether an errno says that there is no room: a quota or a limit on the size of files is a full disk to who writes.
bool says_full(int system_error);

std::string read_only_sentence(const std::filesystem::path& file);
std::string damaged_sentence(const std::filesystem::path& file);

}  // namespace rostersync::store
