// CSV (RFC 4180) as records; the only place that knows libcsv.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "roster/text_stream.hpp"

namespace rostersync::roster {

// Whether a header or member name means something to whoever reads.
using Known = std::function<bool(std::string_view name)>;

struct CsvRecord {
  std::uint32_t line = 0;  // where it starts
  std::vector<std::string> fields;
};

class CsvReader {
 public:
  // `delimiter`: "auto" or one of , ; | and tab (also as "tab"); anything else throws base::CannotRun.
  // auto takes the one under which most headers are known, then the one that gives the most records the header's width.
  CsvReader(TextStream& stream, const std::string& delimiter, const Known& known);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // The next record, the header being the first; false at the end. Blank lines are passed over.
  // Throws base::Refused for an unclosed or misplaced quote, naming the line, and for a record above max_record.
  bool next(CsvRecord& record);

  char delimiter() const { return delimiter_; }

 private:
  class Parser;
  struct Line {
    std::uint32_t number = 0;
    std::string text;
  };

  bool take_line();
  void sample();
  char sniff(const Known& known) const;
  [[noreturn]] void refuse_quote() const;

  TextStream& stream_;
  std::deque<Line> sampled_;  // read ahead to find the delimiter
  Line line_;
  char delimiter_ = ',';
  std::unique_ptr<Parser> parser_;
};

}  // namespace rostersync::roster
