#include "sandbox/body_check.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "json/document.hpp"
#include "json/schema.hpp"

namespace rostersync::sandbox {

namespace {

bool alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > 253 || domain.find('.') == std::string_view::npos) return false;
  while (true) {
    const auto label = domain.substr(0, domain.find('.'));
    const bool letters = std::all_of(label.begin(), label.end(), [](char c) { return alphanumeric(c) || c == '-'; });
    if (label.empty() || label.size() > 63 || !letters || label.front() == '-' || label.back() == '-') return false;
    if (label.size() == domain.size()) return true;
    domain.remove_prefix(label.size() + 1);
  }
}

// The schema library speaks of files and lines; what stands after the place is the fault itself.
std::string without_place(std::string fault, const json::Document& document) {
  const std::string place = document.place("") + ": ";
  if (fault.starts_with(place)) fault.erase(0, place.size());
  if (fault.starts_with(": ")) fault.erase(0, 2);
  return fault;
}

std::optional<std::string> format_fault(const json::Json& schema, const json::Json& value) {
  if (!schema.contains("x-format") || !value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (schema["x-format"] == "email" && !is_email(text)) return "Not a valid email address";
  if (schema["x-format"] == "password" && !is_strong_password(text)) {
    return "Password must have one upper case letter, one lower case letter and one special character";
  }
  return std::nullopt;
}

std::optional<std::string> value_fault(const json::Json& schema, const std::string& name, const json::Json& value) {
  json::Document document;
  document.name = name;
  document.root = value;
  const auto faults = json::schema_faults(schema, document);
  if (!faults.empty()) return without_place(faults.front(), document);
  return format_fault(schema, value);
}

}  // namespace

bool is_email(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const auto local = text.substr(0, at);
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) return false;
  constexpr std::string_view symbols = ".!#$%&'*+/=?^_`{|}~-";
  const bool atoms = std::all_of(local.begin(), local.end(),
                                 [&](char c) { return alphanumeric(c) || symbols.find(c) != std::string_view::npos; });
  return atoms && is_domain(text.substr(at + 1));
}

bool is_strong_password(std::string_view text) {
  const auto has = [&](int (*kind)(int)) {
    return std::any_of(text.begin(), text.end(), [&](char c) { return kind(static_cast<unsigned char>(c)) != 0; });
  };
  return has(std::isupper) && has(std::islower) && has(std::ispunct);
}

json::OrderedJson body_faults(const json::Json& schema, const json::Json& body) {
  json::OrderedJson faults = json::OrderedJson::object();
  if (!body.is_object()) {
    faults["body"] = "Expected an object";
    return faults;
  }
  for (const auto& name : schema.value("required", json::Json::array())) {
    const auto& key = name.get_ref<const std::string&>();
    if (!body.contains(key)) faults[key] = "Missing data for required field";
  }
  const json::Json& known = schema.at("properties");
  for (const auto& [name, value] : body.items()) {
    if (!known.contains(name)) {
      faults[name] = "Unknown field";
    } else if (const auto fault = value_fault(known.at(name), name, value)) {
      faults[name] = *fault;
    }
  }
  return faults;
}

}  // namespace rostersync::sandbox
