#include "store/database_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace rostersync::store {

namespace {

bool says_read_only(int system_error) {
  return system_error == EROFS || system_error == EACCES || system_error == EPERM;
}

bool has_system_error(const DatabaseError& error) {
  const int kind = error.code & 0xff;
  return (kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN) && error.system_error != 0;
}

bool is_full(const DatabaseError& error) {
  if ((error.code & 0xff) == SQLITE_FULL || error.code == SQLITE_IOERR_SHMSIZE) return true;
  return has_system_error(error) && says_full(error.system_error);
}

bool is_read_only(const DatabaseError& error) {
  const int kind = error.code & 0xff;
  if (kind == SQLITE_READONLY || kind == SQLITE_PERM) return true;
  return has_system_error(error) && says_read_only(error.system_error);
}

}  // namespace

std::string read_only_sentence(const std::filesystem::path& file) {
  return fmt::format("{} cannot be written: it, or the directory that it lies in, is read-only to this user",
                     file.string());
}

std::string damaged_sentence(const std::filesystem::path& file) {
  return fmt::format(
      "{} is damaged; it is left as it is: restore it, or move it away together with its -wal and -shm, or use another "
      "state directory (--state); then nothing is known of earlier runs, and a sync compares everything afresh",
      file.string());
}

bool says_full(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

std::string sentence_of(const DatabaseError& error, const std::filesystem::path& file) {
  if (is_full(error)) {
    return fmt::format("the disk is full, and {} cannot be written: make room there", file.string());
  }
  if (is_read_only(error)) return read_only_sentence(file);
  switch (error.code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged_sentence(file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return fmt::format("{} is locked by another program; wait for it to end", file.string());
    default:
      return fmt::format("cannot read or write {}: {} ({})", file.string(),
                         has_system_error(error) ? std::strerror(error.system_error) : error.words, error.code);
  }
}

}  // namespace rostersync::store
