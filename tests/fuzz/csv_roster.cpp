// A roster as CSV: whatever the bytes are, it is read or refused; every record is accounted for; and what was read is
// what it would be had it been written with every cell in quotes, or packed.
#include <fmt/format.h>
#include <zlib.h>

#include <array>

#include "base/error.hpp"
#include "fuzz/roster.hpp"
#include "fuzz/support.hpp"
#include "roster/csv_reader.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;

namespace {

using Records = std::vector<roster::CsvRecord>;

// Records with a delimiter that is given; refused (false), or to the end.
bool records_of(const std::string& path, char delimiter, Records& records) {
  try {
    roster::Source source(path);
    roster::TextStream stream(source);
    roster::CsvReader reader(stream, std::string(1, delimiter), [](std::string_view) { return false; });
    roster::CsvRecord record;
    while (reader.next(record)) records.push_back(record);
    return true;
  } catch (const base::Refused&) {
    return false;
  }
}

std::string quoted_csv(const Records& records, char delimiter) {
  std::string text;
  for (const roster::CsvRecord& record : records) {
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      text += i > 0 ? std::string(1, delimiter) + "\"" : "\"";
      for (const char c : record.fields[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

void check_records(const std::string& path, std::size_t lines, char delimiter) {
  Records records;
  if (!records_of(path, delimiter, records)) return;
  std::uint32_t before = 0;
  for (const roster::CsvRecord& record : records) {
    require(record.line > before && record.line <= lines, "records have ascending lines of the file");
    require(!record.fields.empty(), "a record has a field");
    before = record.line;
  }
  const MemoryFile again(quoted_csv(records, delimiter));
  Records same;
  require(records_of(again.path(), delimiter, same), "what is quoted can be read");
  require(same.size() == records.size(), "what is quoted has as many records");
  for (std::size_t i = 0; i < records.size(); ++i) {
    require(same[i].fields == records[i].fields, "what is quoted has the same cells", fmt::format("record {}", i + 1));
  }
}

std::string packed(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  std::string in(bytes);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Of what was read: as many rows as its delimiter finds records below the header.
void check_count(const std::string& path, const roster::Roster& read) {
  if (read.facts.format != "csv") return;
  Records records;
  require(records_of(path, read.facts.delimiter.at(0), records), "what was read has records");
  require(read.facts.rows + 1 == records.size(), "every record below the header is a row");
  for (model::Row row = 0; row < read.users.size(); ++row) {
    require(read.lines[row] == records[row + 1].line, "a row's line is where its record begins");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  const MemoryFile file(bytes);
  const std::size_t lines = lines_of(bytes);
  for (const char delimiter : {',', ';', '\t', '|'}) check_records(file.path(), lines, delimiter);

  const Told told = read_and_check(file.path(), lines, fuzz_options());
  if (!told.roster) return 0;
  check_count(file.path(), *told.roster);
  if (is_packed(bytes)) return 0;
  const MemoryFile packed_file(packed(bytes));
  const Told unpacked = read_and_check(packed_file.path(), lines, fuzz_options());
  require(unpacked.roster.has_value(), "packed, it can be read as well", unpacked.refusal);
  require(all_cells(*unpacked.roster) == all_cells(*told.roster), "packed, the cells are the same");
  return 0;
}
