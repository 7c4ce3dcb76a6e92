#include "profile/read_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "json/pointer.hpp"
#include "model/value.hpp"
#include "text/text.hpp"

namespace rostersync::profile {
namespace {

using json::child_pointer;

model::Type type_of(const std::string& name) {
  if (name == "email") return model::Type::email;
  if (name == "integer") return model::Type::integer;
  if (name == "boolean") return model::Type::boolean;
  if (name == "set<text>") return model::Type::text_set;
  if (name == "set<set<integer>>") return model::Type::integer_set_set;
  if (name == "secret") return model::Type::secret;
  return model::Type::text;
}

bool is_set(model::Type type) {
  return type == model::Type::text_set || type == model::Type::integer_set_set;
}

// A direction may be left out (there it is), true, false or a place.
bool goes(const Reader& reader, const std::string& pointer) {
  return reader.at(pointer) != json::Json(false);
}

model::OnUpdate on_update(const Reader& reader, const std::string& pointer) {
  if (reader.at(pointer) == json::Json("on_request")) return model::OnUpdate::on_request;
  return goes(reader, pointer) ? model::OnUpdate::yes : model::OnUpdate::no;
}

model::Policy read_policy(const json::Json& policy) {
  if (policy.is_null()) return {};
  return {policy.value("min_length", std::size_t{0}),
          policy.value("max_length", std::size_t{0}),
          policy.value("max_items", std::size_t{0}),
          policy.value("upper", false),
          policy.value("lower", false),
          policy.value("special", false)};
}

std::vector<model::Never> read_never(const json::Json& rules) {
  std::vector<model::Never> never;
  for (const json::Json& rule : rules) {
    model::Never& one = never.emplace_back();
    if (rule.contains("from")) one.from = rule["from"].get<std::string>();
    if (rule.contains("to")) one.to = rule["to"].get<std::string>();
    one.why = rule["why"].get<std::string>();
  }
  return never;
}

class SchemaReader {
 public:
  explicit SchemaReader(Reader& reader) : reader_(reader) {}

  model::Schema read() {
    model::Attribute& id = schema_.attributes.emplace_back();
    id.name = "id";
    id.on_create = false;
    id.on_update = model::OnUpdate::no;
    id.description = "The directory's own, immutable id. Its column is optional; a row that has one is matched by it.";
    for (const std::string& name : reader_.members("/attributes")) add(name);
    for (const std::string& name : reader_.members("/attributes")) add_conditions(name);
    read_user();
    read_deactivation();
    return std::move(schema_);
  }

 private:
  void add(const std::string& name) {
    const std::string here = child_pointer("/attributes", name);
    if (name == "id") reader_.fault(here, "the attribute \"id\" is there by itself, from user.id; leave it out");
    model::Attribute attribute;
    attribute.name = name;
    attribute.type = type_of(reader_.text(here + "/type"));
    attribute.fold_case = attribute.type == model::Type::email;
    attribute.readable = goes(reader_, here + "/read");
    attribute.on_create = goes(reader_, here + "/create");
    attribute.on_update = on_update(reader_, here + "/update");
    attribute.required = reader_.at(here + "/required") == json::Json(true);
    attribute.clearable = reader_.has(here + "/clear");
    attribute.values = values(attribute, here);
    attribute.never = read_never(reader_.at(here + "/never"));
    attribute.policy = read_policy(reader_.at(here + "/policy"));
    attribute.description = reader_.text(here + "/description");
    attribute.why = reader_.text(here + "/why");
    attribute.deprecated = reader_.text(here + "/deprecated");
    check(attribute, here);
    if (reader_.has(here + "/initial")) attribute.initial = canonical(attribute, here + "/initial");
    schema_.attributes.push_back(std::move(attribute));
  }

  // The permitted values: those that are told, else those that have a code.
  std::vector<std::string> values(const model::Attribute& attribute, const std::string& here) {
    std::vector<std::string> told = reader_.texts(here + "/values");
    const std::vector<std::string> coded = reader_.members(here + "/codes");
    if (coded.empty()) return told;
    check_codes(attribute, coded, here);
    for (const std::string& value : told) {
      if (std::find(coded.begin(), coded.end(), value) != coded.end()) continue;
      reader_.fault(here + "/values", fmt::format("\"{}\" has no code under \"codes\"", value));
    }
    return told.empty() && attribute.type == model::Type::text ? coded : told;
  }

  void check_codes(const model::Attribute& attribute, const std::vector<std::string>& coded, const std::string& here) {
    if (attribute.type != model::Type::text && attribute.type != model::Type::boolean) {
      reader_.fault(here + "/codes", "only the types text and boolean have codes");
    }
    if (attribute.type == model::Type::boolean && coded.size() == 1) {
      reader_.fault(here + "/codes", "a boolean has two codes, one for \"true\" and one for \"false\"");
    }
    for (std::size_t i = 0; i < coded.size(); ++i) {
      const std::string pointer = child_pointer(here + "/codes", coded[i]);
      if (attribute.type == model::Type::boolean && coded[i] != "true" && coded[i] != "false") {
        reader_.fault(pointer, "a boolean is \"true\" or \"false\"");
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (code_text(pointer) == code_text(child_pointer(here + "/codes", coded[j]))) {
          reader_.fault(pointer, fmt::format("\"{}\" has this code already", coded[j]));
        }
      }
    }
  }

  // A number and its text are the same code.
  std::string code_text(const std::string& pointer) const {
    const json::Json& code = reader_.at(pointer);
    return code.is_string() ? code.get<std::string>() : code.dump();
  }

  void check(const model::Attribute& attribute, const std::string& here) {
    using model::Type;
    if (attribute.required && !attribute.on_create) {
      reader_.fault(here + "/required", "what a create cannot carry cannot be required");
    }
    if (!attribute.readable && !attribute.writable()) {
      reader_.fault(here, "an attribute that is neither read nor written is of no use; leave it out");
    }
    if (attribute.clearable && (is_set(attribute.type) != reader_.at(here + "/clear").is_array() ||
                                attribute.type == Type::integer || attribute.type == Type::boolean)) {
      reader_.fault(here + "/clear", "a text is cleared as \"\", a set as [], and other types cannot be cleared");
    }
    if (!attribute.values.empty() && attribute.type != Type::text && attribute.type != Type::text_set) {
      reader_.fault(here + "/values", "only the types text and set<text> have permitted values");
    }
    const model::Policy& policy = attribute.policy;
    if (policy.max_length > 0 && policy.min_length > policy.max_length) {
      reader_.fault(here + "/policy", "min_length is above max_length");
    }
    if (policy.max_items > 0 && !is_set(attribute.type)) {
      reader_.fault(here + "/policy/max_items", "only a set has items");
    }
    if (reader_.has(here + "/as_number") && attribute.type != Type::text) {
      reader_.fault(here + "/as_number", "only a text may be sent as a number");
    }
  }

  // The canonical text of the value at `pointer`, which must be one the attribute may have.
  std::string canonical(const model::Attribute& attribute, const std::string& pointer) {
    const model::Canonical value = model::canonical_from_json(attribute, reader_.at(pointer));
    if (!value.fault.empty() || value.presence != model::Presence::value) {
      reader_.fault(pointer,
                    fmt::format("expected {}", value.fault.empty() ? "a value that is not empty" : value.fault));
    } else if (attribute.type == model::Type::text) {
      check_value(attribute, value.text, pointer);
    }
    return value.text;
  }

  void check_value(const model::Attribute& attribute, const std::string& value, const std::string& pointer) {
    const auto& values = attribute.values;
    if (values.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
    reader_.fault(pointer, fmt::format("\"{}\" is none of the values of \"{}\"{}", value, attribute.name,
                                       did_you_mean(value, values)));
  }

  template <class Names>
  static std::string did_you_mean(const std::string& name, const Names& names) {
    const auto near = text::nearest(name, names);
    return near ? fmt::format("; did you mean \"{}\"?", *near) : "";
  }

  std::optional<model::AttributeIndex> find(const std::string& name, const std::string& pointer) {
    const auto found = schema_.find(name);
    if (found) return found;
    std::vector<std::string> names;
    for (const model::Attribute& attribute : schema_.attributes) names.push_back(attribute.name);
    reader_.fault(pointer, fmt::format("\"{}\" is no attribute{}", name, did_you_mean(name, names)));
    return std::nullopt;
  }

  // Attribute -> some of its values, each held to what the attribute permits.
  std::vector<model::AppliesWhen> values_by_attribute(const std::string& here) {
    std::vector<model::AppliesWhen> all;
    for (const std::string& name : reader_.members(here)) {
      const std::string pointer = child_pointer(here, name);
      const auto index = find(name, pointer);
      if (!index) continue;
      const std::vector<std::string> values = reader_.texts(pointer);
      for (std::size_t i = 0; i < values.size(); ++i) {
        check_value(schema_[*index], values[i], child_pointer(pointer, i));
      }
      all.push_back({*index, values});
    }
    return all;
  }

  void add_conditions(const std::string& name) {
    const std::string here = child_pointer("/attributes", name);
    model::Attribute& attribute = schema_.attributes[*schema_.find(name)];
    attribute.applies_when = values_by_attribute(here + "/applies_when");
    for (std::size_t i = 0; i < attribute.never.size(); ++i) {
      const std::string to = child_pointer(here + "/never", i) + "/to";
      if (attribute.never[i].to) check_value(attribute, *attribute.never[i].to, to);
    }
  }

  void read_user() {
    const auto key = find(reader_.text("/user/key"), "/user/key");
    schema_.key = key.value_or(model::id_attribute);
    const model::Attribute& by = schema_[schema_.key];
    if (by.name == "id" || !by.readable || (by.type != model::Type::email && by.type != model::Type::text)) {
      reader_.fault("/user/key", "people are matched by a text or an e-mail that the API gives back");
    }
    if (reader_.has("/user/organization")) {
      schema_.organization = find(reader_.text("/user/organization"), "/user/organization");
    }
    const std::vector<std::string> names = reader_.texts("/user/name");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto index = find(names[i], child_pointer("/user/name", i))) schema_.name.push_back(*index);
    }
    read_signs();
    const std::vector<std::string> guarded = reader_.texts("/user/guarded");
    for (std::size_t i = 0; i < guarded.size(); ++i) {
      if (const auto index = find(guarded[i], child_pointer("/user/guarded", i))) schema_.guarded.push_back(*index);
    }
    for (model::AppliesWhen& rule : values_by_attribute("/user/privileged")) {
      schema_.attributes[rule.attribute].privileged = std::move(rule.values);
    }
  }

  // One that the API does not give back shows nothing.
  void read_signs() {
    const std::vector<std::string> names = reader_.texts("/user/signs");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto index = find(names[i], child_pointer("/user/signs", i));
      if (index && schema_[*index].readable) schema_.signs.push_back(*index);
    }
  }

  void read_deactivation() {
    const std::string set = "/operations/deactivate/set";
    for (const std::string& name : reader_.members(set)) {
      const std::string pointer = child_pointer(set, name);
      const auto index = find(name, pointer);
      if (!index) return;
      if (schema_[*index].on_update != model::OnUpdate::yes) {
        reader_.fault(pointer, fmt::format("\"{}\" is not sent on update, so it cannot deactivate", name));
      }
      schema_.deactivation = model::Deactivation{*index, canonical(schema_[*index], pointer)};
    }
  }

  Reader& reader_;
  model::Schema schema_;
};

}  // namespace

model::Schema read_schema(Reader& reader) {
  return SchemaReader(reader).read();
}

}  // namespace rostersync::profile
