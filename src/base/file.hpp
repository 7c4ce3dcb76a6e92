// Files as this program wants them: read whole, written whole or not at all, private to their owner.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rostersync::base {

// The bytes of a file. Throws CannotRun naming the path and the system's reason.
std::string read_file(const std::filesystem::path& path);

// Creates a directory and its parents with mode 0700 (existing ones keep theirs). Throws CannotRun.
void create_private_directory(const std::filesystem::path& path);

// A file that appears under its name only when commit() has synced it; mode 0600. Without commit() nothing is left
// behind. Every failure throws CannotRun.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);  // buffered
  void commit();

 private:
  void flush();

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::string buffer_;
  int descriptor_ = -1;
};

// An exclusive flock(2) on DIRECTORY/lock, held until destruction (or the end of the process, however it ends).
// Throws Busy when another process holds it, CannotRun when the file cannot be made.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  int descriptor_ = -1;
};

// SHA-256 as 64 lower-case hexadecimal digits, fed in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  std::string hex_digest();

 private:
  void* context_;
};

}  // namespace rostersync::base
