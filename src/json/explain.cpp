#include "json/explain.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "json/pointer.hpp"
#include "text/text.hpp"

namespace rostersync::json {
namespace {

constexpr std::size_t longest_echo = 60;  // bytes

bool has_type(const std::string& type, const Json& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return value.is_null();
}

std::string type_in_words(const std::string& type) {
  if (type == "object") return "an object {…}";
  if (type == "array") return "a list […]";
  if (type == "string") return "a text";
  if (type == "boolean") return "true or false";
  if (type == "integer") return "a whole number";
  if (type == "number") return "a number";
  return "null";
}

std::string one_of(const Json& values) {
  std::string words;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) words += i + 1 == values.size() ? " or " : ", ";
    words += values[i].dump();
  }
  return words;
}

std::string range_in_words(const Json& schema) {
  const bool low = schema.contains("minimum");
  const bool high = schema.contains("maximum");
  if (low && high) return fmt::format(" from {} to {}", schema["minimum"].dump(), schema["maximum"].dump());
  if (low) return fmt::format(" of {} or more", schema["minimum"].dump());
  if (high) return fmt::format(" of {} or less", schema["maximum"].dump());
  return "";
}

std::string size_in_words(const Json& schema) {
  std::string words;
  if (schema.contains("minLength")) {
    words += schema["minLength"] == 1 ? " that is not empty"
                                      : fmt::format(" of {} characters or more", schema["minLength"].dump());
  }
  if (schema.contains("maxItems")) words += fmt::format(" of {} items or fewer", schema["maxItems"].dump());
  return words;
}

std::string did_you_mean(const std::string& found, const std::vector<std::string>& candidates) {
  const auto near = text::nearest(found, candidates);
  return near ? fmt::format("; did you mean \"{}\"?", *near) : "";
}

class Explainer {
 public:
  Explainer(const Json& root, const Verdict& verdict) : root_(root), verdict_(verdict) {}

  void value(const Json& schema_or_reference, const Json& it, const std::string& pointer) {
    if (!verdict_.fails(pointer)) return;
    const Json& schema = resolved(schema_or_reference);
    const std::size_t before = faults_.size();
    if (!schema.contains("x-refused")) {
      const Json& branch = alternative(schema, it);
      if (it.is_object()) members(branch, it, pointer);
      if (it.is_array() && branch.contains("items")) items(branch["items"], it, pointer);
    }
    if (faults_.size() == before) add(pointer, sentence(schema, it, pointer));
  }

  std::vector<SchemaFault> take() { return std::move(faults_); }

 private:
  void add(const std::string& pointer, std::string words) { faults_.push_back({pointer, std::move(words)}); }

  static std::string label(const std::string& pointer) { return pointer.empty() ? "" : readable_path(pointer) + ": "; }

  const Json& resolved(const Json& schema) const {
    if (!schema.contains("$ref")) return schema;
    const std::string reference = schema["$ref"].get<std::string>();  // within this schema: "#/definitions/limit"
    return resolved(root_.at(Json::json_pointer(reference.substr(1))));
  }

  // The alternative meant for a value of this type, or `schema` itself if it has none.
  const Json& alternative(const Json& schema, const Json& it) const {
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (!schema.contains(keyword)) continue;
      for (const Json& each : schema[keyword]) {
        const Json& branch = resolved(each);
        if (branch.contains("type") && branch["type"].is_string() && has_type(branch["type"], it)) return branch;
      }
    }
    return schema;
  }

  void members(const Json& schema, const Json& object, const std::string& pointer) {
    if (schema.contains("required")) {
      for (const Json& name : schema["required"]) {
        if (!object.contains(name)) add(pointer, fmt::format("{}the key {} is missing", label(pointer), name.dump()));
      }
    }
    const Json known = schema.contains("properties") ? schema["properties"] : Json::object();
    const Json others = schema.contains("additionalProperties") ? schema["additionalProperties"] : Json(true);
    for (const auto& [name, member] : object.items()) {
      const std::string child = child_pointer(pointer, name);
      if (known.contains(name)) {
        value(known[name], member, child);
      } else if (others == Json(false)) {
        unknown_key(known, name, child);
      } else if (others.is_object()) {
        value(others, member, child);
      }
    }
  }

  void unknown_key(const Json& known, const std::string& name, const std::string& pointer) {
    std::vector<std::string> candidates;
    for (const auto& [candidate, schema] : known.items()) candidates.push_back(candidate);
    std::string hint = did_you_mean(name, candidates);
    if (hint.empty() && !candidates.empty()) hint = fmt::format("; the keys are {}", fmt::join(candidates, ", "));
    const std::string parent = pointer.substr(0, pointer.rfind('/'));
    add(pointer, fmt::format("{}{} is not a key here{}", label(parent), Json(name).dump(), hint));
  }

  void items(const Json& schema, const Json& array, const std::string& pointer) {
    for (std::size_t i = 0; i < array.size(); ++i) value(schema, array[i], child_pointer(pointer, i));
  }

  std::string sentence(const Json& schema, const Json& it, const std::string& pointer) const {
    if (schema.contains("x-refused")) return label(pointer) + schema["x-refused"].get<std::string>();
    const bool secret = schema.value("x-secret", false);
    std::string words = fmt::format("{}expected {}", label(pointer), expectation(schema, pointer));
    if (!secret) words += ", found " + in_words(it);
    if (!secret && it.is_string() && schema.contains("enum")) {
      std::vector<std::string> candidates;
      for (const Json& each : schema["enum"]) candidates.push_back(each.is_string() ? each.get<std::string>() : "");
      words += did_you_mean(it, candidates);
    }
    return words;
  }

  std::string expectation(const Json& schema, const std::string& pointer) const {
    if (schema.contains("x-expected")) return schema["x-expected"];
    if (schema.contains("const")) return schema["const"].dump();
    if (schema.contains("enum")) return one_of(schema["enum"]);
    if (schema.contains("type") && schema["type"].is_string()) {
      std::string words = type_in_words(schema["type"]) + range_in_words(schema) + size_in_words(schema);
      if (schema.contains("pattern")) words += fmt::format(" that matches {}", schema["pattern"].get<std::string>());
      if (schema.contains("minItems") || schema.contains("minProperties")) words += " that is not empty";
      if (schema.contains("uniqueItems")) words += " without repetition";
      return words;
    }
    return fmt::format("something else ({})", verdict_.failing.at(pointer));
  }

  const Json& root_;
  const Verdict& verdict_;
  std::vector<SchemaFault> faults_;
};

}  // namespace

std::string in_words(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (!value.is_string()) return value.dump();
  std::string words = value.get<std::string>();
  if (words.size() > longest_echo) {
    words.resize(longest_echo);
    words.resize(text::first_invalid_utf8(words).value_or(words.size()));
    words += "…";
  }
  return Json(words).dump();
}

std::vector<SchemaFault> explain(const Json& schema, const Json& value, const Verdict& verdict) {
  Explainer explainer(schema, verdict);
  explainer.value(schema, value, "");
  return explainer.take();
}

}  // namespace rostersync::json
