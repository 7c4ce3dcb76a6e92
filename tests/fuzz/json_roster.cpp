// A roster as JSON: what is read is JSON in the eyes of another parser too, object for object; and the records written
// as JSON Lines are the same records.
#include "base/error.hpp"
#include "fuzz/roster.hpp"
#include "fuzz/support.hpp"
#include "roster/json_reader.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;
using json::Json;

namespace {

struct Records {
  std::vector<roster::JsonRecord> all;
  std::string format;
};

bool known(std::string_view name) {
  return schema().find(name).has_value();
}

// Refused (nothing), or to the end.
std::optional<Records> records_of(const std::string& path) {
  try {
    roster::Source source(path);
    roster::TextStream stream(source);
    const auto first = stream.first_solid();
    if (!first || (*first != '[' && *first != '{')) return std::nullopt;
    roster::JsonReader reader(stream, known);
    Records records;
    roster::JsonRecord record;
    while (reader.next(record)) records.all.push_back(record);
    records.format = reader.format();
    return records;
  } catch (const base::Refused&) {
    return std::nullopt;
  }
}

// The array of records of a whole text: itself, or of an object's members the first that holds objects.
const Json* array_in(const Json& root) {
  if (root.is_array()) return &root;
  for (const auto& [name, value] : root.items()) {
    if (value.is_array() && !value.empty() && value.front().is_object() && !known(name)) return &value;
  }
  return nullptr;
}

void check_other_parser(std::string_view bytes, const Records& records) {
  if (records.format != "json") return;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const Json root = Json::parse(bytes, nullptr, false);
  require(!root.is_discarded(), "what is read as JSON is JSON");
  if (const Json* array = array_in(root)) {
    require(array->size() == records.all.size(), "each object of the array is a record");
  } else {
    require(records.all.empty(), "records come from an array");
  }
}

void check_round_trip(const Records& records) {
  if (records.format != "jsonl") return;  // one alone might be taken for an object that holds an array of records
  std::string text;
  for (const roster::JsonRecord& record : records.all) {
    text += '{';
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      text += (i > 0 ? "," : "") + Json(record.fields[i].name).dump() + ":" + record.fields[i].value.dump();
    }
    text += "}\n";
  }
  const MemoryFile file(text);
  const auto same = records_of(file.path());
  require(same && same->all.size() == records.all.size(), "written as JSON Lines, there are as many records", text);
  for (std::size_t i = 0; i < records.all.size(); ++i) {
    const auto& fields = records.all[i].fields;
    require(same->all[i].fields.size() == fields.size(), "the record has the same fields", text);
    for (std::size_t j = 0; j < fields.size(); ++j) {
      require(same->all[i].fields[j].name == fields[j].name && same->all[i].fields[j].value == fields[j].value,
              "the field is the same", fields[j].name);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  const MemoryFile file(bytes);
  const std::size_t lines = lines_of(bytes);
  if (const auto records = records_of(file.path())) {
    std::uint32_t before = 1;
    for (const roster::JsonRecord& record : records->all) {
      require(record.line >= before && record.line <= lines, "records have ascending lines of the file");
      before = record.line;
    }
    if (!is_packed(bytes)) check_other_parser(bytes, *records);
    check_round_trip(*records);
  }
  read_and_check(file.path(), lines, fuzz_options());
  return 0;
}
