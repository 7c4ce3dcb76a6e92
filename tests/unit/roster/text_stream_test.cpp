#include "roster/text_stream.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fixture.hpp"

using namespace rostersync;
using namespace rostersync::roster;
using namespace std::string_literals;

namespace {

struct Line {
  std::uint32_t number;
  std::string text;
  bool operator==(const Line&) const = default;
};

std::vector<Line> lines_of(std::string_view bytes) {
  const RosterFile file(bytes);
  Source source(file.path());
  TextStream stream(source);
  std::vector<Line> lines;
  Line line{stream.line(), {}};
  while (stream.read_line(line.text)) {
    lines.push_back(line);
    line.number = stream.line();
  }
  return lines;
}

constexpr std::size_t chunk = std::size_t{1} << 16;

}  // namespace

TEST_CASE("a line ends in CR, LF or CRLF") {
  CHECK(lines_of("").empty());
  CHECK(lines_of("a\nb\n") == std::vector<Line>{{1, "a\n"}, {2, "b\n"}});
  CHECK(lines_of("a\r\nb") == std::vector<Line>{{1, "a\r\n"}, {2, "b\n"}});
  CHECK(lines_of("a\rb\r") == std::vector<Line>{{1, "a\r"}, {2, "b\r"}});
  CHECK(lines_of("\n\r\n\rx") == std::vector<Line>{{1, "\n"}, {2, "\r\n"}, {3, "\r"}, {4, "x\n"}});
}

TEST_CASE("a chunk may end anywhere") {
  for (std::size_t shift = 0; shift < 6; ++shift) {
    CAPTURE(shift);
    const std::string filler(chunk - shift, 'x');
    CHECK(lines_of(filler + "\r\né😀\r\nz") == std::vector<Line>{{1, filler + "\r\n"}, {2, "é😀\r\n"}, {3, "z\n"}});
    CHECK(lines_of(filler + "😀\rz") == std::vector<Line>{{1, filler + "😀\r"}, {2, "z\n"}});
  }
}

TEST_CASE("a byte order mark is taken off and remembered") {
  const RosterFile file("\xEF\xBB\xBFx");
  Source source(file.path());
  TextStream stream(source);
  CHECK(stream.peek() == 'x');
  CHECK(stream.bom());
  CHECK(stream.get() == 'x');
  CHECK(stream.get() == TextStream::end);
  CHECK(stream.get() == TextStream::end);
}

TEST_CASE("first_solid looks ahead and takes nothing but white space") {
  const RosterFile file("\n  \t x");
  Source source(file.path());
  TextStream stream(source);
  CHECK(stream.first_solid() == 'x');
  CHECK(stream.get() == '\n');
  const RosterFile blank(std::string(3 * chunk, ' '));
  Source blank_source(blank.path());
  TextStream blank_stream(blank_source);
  CHECK_FALSE(blank_stream.first_solid());
}

TEST_CASE("bytes that are not UTF-8 are refused, with their line and the remedy") {
  struct Row {
    const char* name;
    std::string bytes;
    const char* place;
    const char* says;
  };
  const std::vector<Row> rows = {
      {"Windows-1252", "email\n\nJos\xE9,x\n", "roster.csv:3:", "0xE9 is not UTF-8"},
      {"after CR", "a\rb\rc\xE9zzzzz", "roster.csv:3:", "iconv -f WINDOWS-1252 -t UTF-8"},
      {"cut off at the end", "a\nb\xE2\x82", "roster.csv:2:", "0xE2 is not UTF-8"},
      {"in a later chunk", std::string(chunk, '\n') + "\xFF" + "abcdef", "roster.csv:65537:", "0xFF"},
      {"UTF-16 with a mark", "\xFF\xFE" + "e\0m\0"s, "roster.csv:1:", "iconv -f UTF-16 -t UTF-8"},
      {"UTF-16, big end first", "\xFE\xFF\0e"s, "roster.csv:1:", "looks like UTF-16"},
      {"UTF-16 without a mark", "e\0m\0\n\0"s, "roster.csv:1:", "iconv -f UTF-16LE"},
      {"UTF-16BE without a mark", "\0e\0m"s, "roster.csv:1:", "iconv -f UTF-16BE"},
      {"NUL further on", "a\nb\n\0"s, "roster.csv:3:", "NUL"},
      {"workbook", "PK\x03\x04zzzz", "roster.csv:1:", "Excel workbook"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto ending = ending_of(row.bytes);
    CAPTURE(ending.sentence);
    CHECK(ending.code == base::ExitCode::refused);
    CHECK(ending.says(row.place));
    CHECK(ending.says(row.says));
  }
}

TEST_CASE("a line without end is refused before it fills the memory") {
  const auto ending = ending_of(std::string(max_record + 2, 'x'));
  CHECK(ending.code == base::ExitCode::refused);
  CHECK(ending.says("longer than 16 MiB"));
}
