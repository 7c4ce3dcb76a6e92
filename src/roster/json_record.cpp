#include "roster/json_record.hpp"

namespace rostersync::roster {

using json::Json;

namespace {

constexpr std::size_t deepest = 32;  // far below what would trouble the parser, far above what a roster needs

class Builder : public Json::json_sax_t {
 public:
  explicit Builder(std::vector<JsonField>& fields) : fields_(fields) {}

  std::optional<std::size_t> error;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t, const string_t& written) override { return put(written); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return depth_ == 0 ? bool(++depth_) : open(Json::object()); }
  bool key(string_t& name) override {
    if (depth_ == 1) {
      fields_.push_back({std::move(name), nullptr});
    } else {
      names_.back() = std::move(name);
    }
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    error = position > 0 ? position - 1 : 0;
    return false;
  }

 private:
  // Where the next value goes: a field of the record, or the array or object that is open.
  Json& place(Json value) {
    if (open_.empty()) return fields_.back().value = std::move(value);
    if (open_.back()->is_object()) return (*open_.back())[names_.back()] = std::move(value);
    open_.back()->push_back(std::move(value));
    return open_.back()->back();
  }

  bool put(Json value) {
    if (depth_ == 0) return false;  // not an object
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (depth_ == 0 || depth_ == deepest) return false;
    open_.push_back(&place(std::move(container)));
    names_.emplace_back();
    ++depth_;
    return true;
  }

  bool close() {
    if (--depth_ == 0) return true;
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  std::vector<JsonField>& fields_;
  std::vector<Json*> open_;         // below the record itself
  std::vector<std::string> names_;  // the member being read, for each of open_
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<std::size_t> parse_object(std::string_view text, std::vector<JsonField>& fields) {
  fields.clear();
  Builder builder(fields);
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.error.value_or(0);
}

}  // namespace rostersync::roster
