#include "sandbox/partoo_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <set>
#include <utility>

#include "text/text.hpp"

namespace rostersync::sandbox::partoo {

namespace {

constexpr std::size_t largest_page = 100;

std::optional<std::int64_t> integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text::fold(text) + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

// Reads one parameter into the query; answers what is wrong with it, or nothing.
using Fault = std::optional<std::string>;

Fault read_order(Query& query, const std::string& value) {
  constexpr std::array keys = {"email", "first_name", "last_name", "role", "org_id", "status"};
  query.selection.reversed = value.starts_with('-');
  query.selection.order_by = query.selection.reversed ? value.substr(1) : value;
  if (std::find(keys.begin(), keys.end(), query.selection.order_by) != keys.end()) return std::nullopt;
  return "Must be one of: email, first_name, last_name, role, org_id, status, with - before it to reverse";
}

Fault read_number(std::size_t& target, const std::string& value, std::size_t most) {
  const auto number = integer(value);
  if (!number) return "Not a valid integer";
  if (*number < 1) return "Must be at least 1";
  if (static_cast<std::size_t>(*number) > most) return fmt::format("Must be at most {}", most);
  target = static_cast<std::size_t>(*number);
  return std::nullopt;
}

Fault read_parameter(Query& query, const std::string& name, const std::string& value) {
  if (name == "display_business_ids") {
    if (value != "true" && value != "false") return "Not a valid boolean";
    query.business_ids = value == "true";
  } else if (name == "email") {
    if (value.empty()) return "Must not be empty";
    query.selection.email = value;
  } else if (name == "query") {
    query.selection.parts = words_of(value);
  } else if (name == "org_id") {
    query.selection.org_id = integer(value);
    if (!query.selection.org_id) return "Not a valid integer";
  } else if (name == "status") {
    if (value != "active" && value != "invited") return "Must be one of: active, invited";
    query.selection.status = value;
  } else if (name == "page") {
    return read_number(query.page, value, 1'000'000'000);
  } else if (name == "per_page") {
    return read_number(query.per_page, value, largest_page);
  } else if (name == "order_by") {
    return read_order(query, value);
  }
  return std::nullopt;
}

Query read_query(const Request& request, std::initializer_list<std::string_view> known) {
  Query query;
  std::set<std::string> seen;
  for (const auto& [name, value] : request.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      query.faults[name] = "Unknown field";
    } else if (text::first_invalid_utf8(value)) {
      query.faults[name] = "Not valid UTF-8";
    } else if (!seen.insert(name).second) {
      query.faults[name] = "Given more than once";
    } else if (const Fault fault = read_parameter(query, name, value)) {
      query.faults[name] = *fault;
    }
  }
  return query;
}

}  // namespace

Query search_query(const Request& request) {
  return read_query(request,
                    {"email", "query", "org_id", "status", "display_business_ids", "page", "per_page", "order_by"});
}

Query user_query(const Request& request) {
  return read_query(request, {"display_business_ids"});
}

Query no_query(const Request& request) {
  return read_query(request, {});
}

}  // namespace rostersync::sandbox::partoo
