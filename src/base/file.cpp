#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace rostersync::base {

namespace {

constexpr std::size_t buffer_limit = std::size_t{1} << 18;

std::string reason() {
  return std::strerror(errno);
}

[[noreturn]] void cannot(const char* what, const std::filesystem::path& path) {
  throw CannotRun(fmt::format("cannot {} {}: {}", what, path.string(), reason()));
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) cannot("read", path);
  std::string bytes;
  std::array<char, 1 << 16> chunk{};
  for (;;) {
    const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      ::close(descriptor);
      errno = error;
      cannot("read", path);
    }
    if (got == 0) break;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
  ::close(descriptor);
  return bytes;
}

void create_private_directory(const std::filesystem::path& path) {
  std::error_code unseen;  // the system's reason comes from mkdir
  if (path.empty() || std::filesystem::is_directory(path, unseen)) return;
  if (path.has_parent_path() && path.parent_path() != path) create_private_directory(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) cannot("create the directory", path);
  if (!std::filesystem::is_directory(path, unseen)) {
    throw CannotRun(fmt::format("{} is in the way: a directory is needed there", path.string()));
  }
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  std::string name = path_.string() + ".XXXXXX";
  descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);  // mkostemp creates with mode 0600
  if (descriptor_ < 0) cannot("write", path_);
  temporary_ = name;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= buffer_limit) flush();
}

void AtomicFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t put = ::write(descriptor_, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) cannot("write", path_);
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  buffer_.clear();
}

void AtomicFile::commit() {
  flush();
  if (::fsync(descriptor_) != 0) cannot("write", path_);
  ::close(descriptor_);
  descriptor_ = -1;
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) cannot("write", path_);
  temporary_.clear();
}

DirectoryLock::DirectoryLock(const std::filesystem::path& directory) {
  const auto path = directory / "lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) cannot("open the lock", path);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const bool held = errno == EWOULDBLOCK;
  ::close(descriptor_);
  if (!held) cannot("lock", path);
  throw Busy(
      fmt::format("another run holds the lock of {}; wait for it to end, or give this run a state directory of its own",
                  directory.string()));
}

DirectoryLock::~DirectoryLock() {
  ::close(descriptor_);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_));
}

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

std::string Sha256::hex_digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), digest.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace rostersync::base
