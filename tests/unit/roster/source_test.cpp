#include "roster/source.hpp"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;

namespace {

std::string gzip(std::string_view plain) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string read_all(Source& source, std::size_t step) {
  std::string all;
  std::string buffer(step, '\0');
  for (;;) {
    const std::size_t got = source.read(buffer);
    all.append(buffer, 0, got);
    if (got < step) return all;
  }
}

std::string read_all(std::string_view bytes, std::size_t step = 1000) {
  const RosterFile file(bytes);
  Source source(file.path());
  return read_all(source, step);
}

std::string numbers() {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a source gives the bytes of a file, unpacked") {
  const std::string plain = numbers();
  const std::string packed = gzip(plain);
  REQUIRE(packed.size() > (std::size_t{1} << 16));  // more than one read
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, plain.size(), plain.size() + 1}) {
    CAPTURE(step);
    CHECK(read_all(plain, step) == plain);
    CHECK(read_all(packed, step) == plain);
  }
  CHECK(read_all("") == "");
  CHECK(read_all("\x1f") == "\x1f");
}

TEST_CASE("gzip members follow each other, and zeros may pad the end") {
  CHECK(read_all(gzip("one\n") + gzip("two\n")) == "one\ntwo\n");
  CHECK(read_all(gzip("one\n") + std::string(512, '\0')) == "one\n");
  CHECK_THROWS_WITH_AS(read_all(gzip("one\n") + "junk"), doctest::Contains("other bytes follow"), base::Refused);
}

TEST_CASE("a gzip file that is cut off or damaged is refused") {
  const std::string packed = gzip(numbers().substr(0, 5000));
  for (std::size_t size = 2; size < packed.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_WITH_AS(read_all(packed.substr(0, size)), doctest::Contains("cut off"), base::Refused);
  }
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);  // in the checksum
  CHECK_THROWS_WITH_AS(read_all(damaged), doctest::Contains("damaged"), base::Refused);
}

TEST_CASE("the digest is that of the file as it lies there") {
  const std::string packed = gzip("abc");
  const RosterFile plain_file("abc");
  Source plain(plain_file.path());
  CHECK(read_all(plain, 100) == "abc");
  CHECK(plain.sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const RosterFile packed_file(packed);
  Source unpacked(packed_file.path());
  CHECK(read_all(unpacked, 100) == "abc");
  base::Sha256 hash;
  hash.update(packed);
  CHECK(unpacked.sha256() == hash.hex_digest());
}

TEST_CASE("what cannot be read is told by name") {
  CHECK_THROWS_WITH_AS(Source("/nowhere/roster.csv"), doctest::Contains("/nowhere/roster.csv: No such file"),
                       base::CannotRun);
  Source directory(std::filesystem::temp_directory_path().string());
  std::string buffer(10, '\0');
  CHECK_THROWS_WITH_AS(directory.read(buffer), doctest::Contains("Is a directory"), base::CannotRun);
}

TEST_CASE("\"-\" is standard input") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const int kept = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
  const std::string_view text = "email\nanna@example.com\n";
  REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  {
    const auto roster = read("-", people_schema(), {});
    CHECK(roster.users.size() == 1);
    CHECK(cell(roster, 0, "email") == "anna@example.com");
    CHECK(roster.facts.path == "-");
    Source again("-");
    CHECK(again.name() == "standard input");
  }
  CHECK(::dup2(kept, STDIN_FILENO) == STDIN_FILENO);  // a source leaves standard input open
  ::close(kept);
  ::close(ends[0]);
}
