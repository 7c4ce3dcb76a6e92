// JSON rosters as records, one in memory at a time: an array of objects, an object that holds one such array, or JSON
// Lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "roster/csv_reader.hpp"
#include "roster/json_record.hpp"
#include "roster/text_stream.hpp"

namespace rostersync::roster {

class JsonReader {
 public:
  // The text's first character that is no white space must be '[' or '{'. A member of the first object that holds an
  // array of objects (or an empty one) and is not a `known` attribute makes that object the one that holds the records.
  JsonReader(TextStream& stream, const Known& known);

  // The next record; false at the end. Throws base::Refused, naming the line, for what is no JSON or no object.
  bool next(JsonRecord& record);

  // "json" or "jsonl".
  const char* format() const { return lines_ ? "jsonl" : "json"; }

 private:
  bool open_object(const Known& known);
  bool at_records(const std::string& name, const Known& known);
  void skip_space();
  void take();
  void gather_space();
  void gather_string();
  void gather(std::size_t depth = 0);
  bool next_line();
  bool next_item();
  void close_array();
  void require_end();
  void parse(std::vector<JsonField>& fields) const;
  [[noreturn]] void refuse_here();

  TextStream& stream_;
  bool lines_ = false;
  bool wrapped_ = false;    // the array stands in an object
  bool first_item_ = true;  // of the array comes next
  bool ended_ = false;
  bool pending_ = false;         // text_ is a record that was read to find the format
  bool empty_array_ = false;     // the first object holds an empty array that is no attribute
  std::string text_;             // what is being gathered, and
  std::uint32_t text_line_ = 0;  // where it begins
};

}  // namespace rostersync::roster
