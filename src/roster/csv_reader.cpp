#include "roster/csv_reader.hpp"

#include <csv.h>
#include <fmt/format.h>

#include <array>
#include <new>
#include <tuple>

#include "base/error.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

namespace {

constexpr std::array delimiters = {',', ';', '\t', '|'};  // in order of preference
constexpr std::size_t sample_lines = 64;
constexpr std::size_t sample_bytes = std::size_t{1} << 16;

int never_space(unsigned char) {
  return 0;
}

bool is_blank_line(std::string_view line, char delimiter) {
  return line.find(delimiter) == std::string_view::npos && text::trim(line).empty();
}

std::optional<char> fixed_delimiter(const std::string& option) {
  if (option == "auto") return std::nullopt;
  if (option == "tab" || option == "\\t") return '\t';
  for (const char delimiter : delimiters) {
    if (option.size() == 1 && option[0] == delimiter) return delimiter;
  }
  throw base::CannotRun(fmt::format("\"roster.delimiter\" is {}; it can be \"auto\", \",\", \";\", \"\\t\" or \"|\"",
                                    text::quoted(option)));
}

}  // namespace

// libcsv fed one physical line at a time, so that it is known where a record and an open quote began.
class CsvReader::Parser {
 public:
  enum class State { between, inside, complete, wrong };

  explicit Parser(char delimiter) {
    if (csv_init(&csv_, CSV_STRICT) != 0) throw std::bad_alloc();
    csv_set_delim(&csv_, static_cast<unsigned char>(delimiter));
    csv_set_space_func(&csv_, never_space);  // RFC 4180, 2.4: spaces are part of a field
    csv_set_blk_size(&csv_, 4096);
  }
  ~Parser() { csv_free(&csv_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // inside: a quoted field goes on in the next line. complete: record() is one.
  State feed(const Line& line) {
    if (state_ != State::inside) begin(line.number);
    field_seen_ = state_ != State::inside;
    size_ += line.text.size();
    const bool whole =
        csv_parse(&csv_, line.text.data(), line.text.size(), on_field, on_record, this) == line.text.size();
    if (field_seen_) quote_line_ = line.number;
    return state_ = whole ? (ended_ ? State::complete : State::inside) : failure();
  }

  CsvRecord& record() { return record_; }
  const CsvRecord& record() const { return record_; }
  bool in_quotes() const { return csv_.quoted != 0; }
  // Where the field that was open at the end of the last line fed began.
  std::uint32_t quote_line() const { return quote_line_; }
  std::size_t size() const { return size_; }

 private:
  void begin(std::uint32_t line) {
    record_.line = line;
    record_.fields.clear();
    quote_line_ = line;
    size_ = 0;
    ended_ = false;
  }

  State failure() {
    if (csv_error(&csv_) != CSV_EPARSE) throw std::bad_alloc();
    return State::wrong;
  }

  static void on_field(void* bytes, std::size_t size, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    parser.record_.fields.emplace_back(static_cast<const char*>(bytes), size);
    parser.field_seen_ = true;
  }
  static void on_record(int, void* self) { static_cast<Parser*>(self)->ended_ = true; }

  csv_parser csv_{};
  CsvRecord record_;
  State state_ = State::between;
  std::uint32_t quote_line_ = 0;
  std::size_t size_ = 0;
  bool field_seen_ = false;
  bool ended_ = false;
};

CsvReader::CsvReader(TextStream& stream, const std::string& delimiter, const Known& known) : stream_(stream) {
  const auto fixed = fixed_delimiter(delimiter);
  if (!fixed) sample();
  delimiter_ = fixed ? *fixed : sniff(known);
  parser_ = std::make_unique<Parser>(delimiter_);
}

CsvReader::~CsvReader() = default;

bool CsvReader::take_line() {
  if (!sampled_.empty()) {
    line_ = std::move(sampled_.front());
    sampled_.pop_front();
    return true;
  }
  line_.number = stream_.line();
  return stream_.read_line(line_.text);
}

void CsvReader::sample() {
  std::size_t bytes = 0;
  Line line;
  while (sampled_.size() < sample_lines && bytes < sample_bytes) {
    line.number = stream_.line();
    if (!stream_.read_line(line.text)) return;
    bytes += line.text.size();
    sampled_.push_back(line);
  }
}

char CsvReader::sniff(const Known& known) const {
  using Score =
      std::tuple<std::size_t, double>;  // headers known; share of records as wide as the header, if wider than one
  char best = delimiters.front();
  Score best_score{0, 0.0};
  for (const char delimiter : delimiters) {
    Parser parser(delimiter);
    std::size_t headers = 0;
    std::size_t width = 0;
    double records = 0;
    double consistent = 0;
    auto state = Parser::State::between;
    for (const Line& line : sampled_) {
      if (state != Parser::State::inside && is_blank_line(line.text, delimiter)) continue;
      state = parser.feed(line);
      if (state == Parser::State::inside) continue;
      const auto& fields = parser.record().fields;
      if (records == 0) {
        width = fields.size();
        for (const std::string& field : fields) headers += known(field) ? 1 : 0;
      }
      ++records;
      consistent += state == Parser::State::complete && fields.size() == width ? 1 : 0;
      if (state == Parser::State::wrong) break;
    }
    const Score score{headers, width > 1 ? consistent / records : 0.0};
    if (score > best_score) {
      best = delimiter;
      best_score = score;
    }
  }
  return best;
}

bool CsvReader::next(CsvRecord& record) {
  auto state = Parser::State::between;
  while (state != Parser::State::complete) {
    if (!take_line()) {
      if (state == Parser::State::between) return false;
      stream_.refuse(parser_->quote_line(),
                     fmt::format("the quote that is opened in column {} of this line is never closed",
                                 parser_->record().fields.size() + 1));
    }
    if (state == Parser::State::between && is_blank_line(line_.text, delimiter_)) continue;
    state = parser_->feed(line_);
    if (state == Parser::State::wrong || parser_->size() > max_record) refuse_quote();
  }
  std::swap(record, parser_->record());
  return true;
}

void CsvReader::refuse_quote() const {
  const std::size_t field = parser_->record().fields.size() + 1;
  const std::uint32_t opened = parser_->quote_line();
  if (parser_->size() > max_record) {
    stream_.refuse(opened,
                   fmt::format("the record that begins here is longer than {} MiB; a quote that is opened and never "
                               "closed does that: look at its column {}",
                               max_record >> 20, field));
  }
  if (!parser_->in_quotes()) {
    stream_.refuse(line_.number,
                   fmt::format("a quote (\") stands inside column {}, which does not begin with one; put such a "
                               "cell in quotes, without a space before them, and double those in it: "
                               "\"say \"\"hello\"\"\"",
                               field));
  }
  stream_.refuse(
      line_.number,
      fmt::format("text follows the closing quote of column {}, which was opened in line {}; a quote is missing "
                  "there, or one inside the cell is not doubled",
                  field, opened));
}

}  // namespace rostersync::roster
