#include "base/file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "base/error.hpp"

using namespace rostersync::base;
namespace fs = std::filesystem;

namespace {

// A directory of this test's own, gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "rostersync-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }
  const fs::path& path() const { return path_; }
  std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(path_), fs::directory_iterator()); }

 private:
  fs::path path_;
};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const CannotRun& error) {
    CHECK(error.code() == ExitCode::could_not_run);
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("read_file gives every byte") {
  const Scratch scratch;
  const std::string bytes = std::string("a\0b\r\n", 5) + std::string(200'000, 'x') + "\xFF";
  std::ofstream(scratch / "file", std::ios::binary) << bytes;
  CHECK(read_file(scratch / "file") == bytes);
  std::ofstream(scratch / "empty").flush();
  CHECK(read_file(scratch / "empty").empty());
}

TEST_CASE("read_file names what it cannot read, and why") {
  const Scratch scratch;
  const std::string missing = message_of([&] { read_file(scratch / "none.csv"); });
  CHECK(missing.find("none.csv") != std::string::npos);
  CHECK(missing.find("No such file") != std::string::npos);
  CHECK(message_of([&] { read_file(scratch.path()); }).find("directory") != std::string::npos);
}

TEST_CASE("AtomicFile appears on commit, whole and private") {
  const Scratch scratch;
  const fs::path target = scratch / "report.json";
  AtomicFile file(target);
  file.write("first ");
  file.write(std::string(1'000'000, 'y'));  // more than it buffers
  CHECK_FALSE(fs::exists(target));
  file.commit();
  CHECK(read_file(target) == "first " + std::string(1'000'000, 'y'));
  CHECK(mode_of(target) == 0600U);
  CHECK(scratch.files() == 1);
}

TEST_CASE("AtomicFile replaces what was there, mode and all") {
  const Scratch scratch;
  const fs::path target = scratch / "report.json";
  std::ofstream(target) << "a longer text that was there before";
  REQUIRE(::chmod(target.c_str(), 0644) == 0);
  AtomicFile file(target);
  file.write("new");
  CHECK(read_file(target) == "a longer text that was there before");
  file.commit();
  CHECK(read_file(target) == "new");
  CHECK(mode_of(target) == 0600U);
}

TEST_CASE("AtomicFile without commit leaves nothing behind and the old file alone") {
  const Scratch scratch;
  const fs::path target = scratch / "report.json";
  std::ofstream(target) << "old";
  {
    AtomicFile file(target);
    file.write(std::string(1'000'000, 'z'));
    CHECK(scratch.files() == 2);
  }
  CHECK(scratch.files() == 1);
  CHECK(read_file(target) == "old");
}

TEST_CASE("AtomicFile says where it cannot write") {
  const Scratch scratch;
  const std::string message = message_of([&] { AtomicFile(scratch / "no-such-folder/report.json"); });
  CHECK(message.find("no-such-folder/report.json") != std::string::npos);

  fs::create_directory(scratch / "taken");  // a directory stands where the file should go
  AtomicFile file(scratch / "taken");
  file.write("x");
  CHECK_THROWS_AS(file.commit(), CannotRun);
}

TEST_CASE("create_private_directory makes parents, 0700, and leaves existing ones alone") {
  const Scratch scratch;
  REQUIRE(::chmod(scratch.path().c_str(), 0755) == 0);
  create_private_directory(scratch / "a/b/c");
  CHECK(mode_of(scratch / "a") == 0700U);
  CHECK(mode_of(scratch / "a/b/c") == 0700U);
  CHECK(mode_of(scratch.path()) == 0755U);
  create_private_directory(scratch / "a/b/c");  // again: nothing to do
  create_private_directory("");                 // the current directory: nothing to do

  std::ofstream(scratch / "file") << "x";
  CHECK(message_of([&] { create_private_directory(scratch / "file"); }).find("in the way") != std::string::npos);
  CHECK(message_of([&] { create_private_directory(scratch / "file/below"); }).find("in the way") != std::string::npos);
  const std::string long_name(300, 'x');  // more than a file system takes
  CHECK(message_of([&] { create_private_directory(scratch / long_name.c_str()); }).find("too long") !=
        std::string::npos);
}

TEST_CASE("DirectoryLock is exclusive until it goes") {
  const Scratch scratch;
  std::optional<DirectoryLock> first(std::in_place, scratch.path());
  CHECK(mode_of(scratch / "lock") == 0600U);
  try {
    DirectoryLock second(scratch.path());
    FAIL("the lock was taken twice");
  } catch (const Busy& busy) {
    CHECK(busy.code() == ExitCode::busy);
    CHECK(std::string(busy.what()).find(scratch.path().string()) != std::string::npos);
  }
  first.reset();
  CHECK_NOTHROW(DirectoryLock(scratch.path()));
}

TEST_CASE("DirectoryLock in a folder that is not there cannot run, and is not busy") {
  const Scratch scratch;
  CHECK_THROWS_AS(DirectoryLock(scratch / "none"), CannotRun);
}

TEST_CASE("Sha256 of known vectors (FIPS 180-4)") {
  struct Row {
    std::string name;
    std::string text;
    const char* digest;
  };
  const Row rows[] = {
      {"nothing", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a million a", std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Sha256 whole;
    whole.update(row.text);
    CHECK(whole.hex_digest() == row.digest);
    Sha256 pieces;
    for (std::size_t at = 0; at < row.text.size(); at += 7) pieces.update(std::string_view(row.text).substr(at, 7));
    CHECK(pieces.hex_digest() == row.digest);
  }
}
