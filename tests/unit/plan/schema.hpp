// A directory of users with every kind of attribute that the rules of matching and comparing know, and tables of people
// over it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/schema.hpp"
#include "model/text_column.hpp"
#include "model/users.hpp"

namespace rostersync::test {

using model::Attribute;
using model::AttributeIndex;
using model::Presence;
using model::Schema;
using model::Type;

// In the order of schema().attributes.
enum : AttributeIndex {
  id,
  email,
  first_name,
  last_name,
  role,
  business_ids,
  accesses,
  status,
  disabled,
  phone,
  password,
  lang,
  sso_only,
  custom_role,
  attribute_count
};

inline Attribute attribute_of(std::string name, Type type) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type;
  attribute.fold_case = type == Type::email;
  return attribute;
}

inline Schema schema() {
  Schema made;
  const auto add = [&](std::string name, Type type) -> Attribute& {
    made.attributes.push_back(attribute_of(std::move(name), type));
    return made.attributes.back();
  };
  Attribute& the_id = add("id", Type::text);
  the_id.on_create = false;
  the_id.on_update = model::OnUpdate::no;
  add("email", Type::email).required = true;
  add("first_name", Type::text).required = true;
  add("last_name", Type::text).required = true;
  Attribute& the_role = add("role", Type::text);
  the_role.required = true;
  the_role.why = "without it the user would be an administrator";
  the_role.values = {"ORG_ADMIN", "ORG_MANAGER", "GROUP_MANAGER", "BUSINESS_MANAGER", "PUBLISHER"};
  the_role.never = {{"PROVIDER", std::nullopt, "a provider's role is not ours to change"}};
  the_role.privileged = {"ORG_ADMIN"};
  Attribute& businesses = add("business_ids", Type::text_set);
  businesses.clearable = true;
  businesses.applies_when = {{role, {"BUSINESS_MANAGER"}}};
  Attribute& groups = add("accesses", Type::integer_set_set);
  groups.clearable = true;
  groups.applies_when = {{role, {"GROUP_MANAGER"}}};
  Attribute& state = add("status", Type::text);
  state.values = {"active", "invited"};
  state.never = {{"active", "invited", "who is active is not invited again"}};
  Attribute& off = add("disabled", Type::boolean);
  off.on_create = false;
  off.initial = "false";
  Attribute& telephone = add("phone", Type::text);
  telephone.readable = false;
  telephone.on_create = false;
  telephone.clearable = true;
  Attribute& pass = add("password", Type::secret);
  pass.readable = false;
  pass.on_update = model::OnUpdate::on_request;
  add("lang", Type::text).values = {"fr", "en", "es"};
  add("sso_only", Type::boolean).initial = "false";
  add("custom_role", Type::text).clearable = true;
  made.key = email;
  made.name = {first_name, last_name};
  made.deactivation = model::Deactivation{disabled, "true"};
  return made;
}

// One cell of a person; what is not mentioned is absent in a roster and empty in the directory.
struct Said {
  AttributeIndex attribute;
  Presence presence;
  std::string text;
};
inline Said is(AttributeIndex attribute, std::string text) {
  return {attribute, Presence::value, std::move(text)};
}
inline Said cleared(AttributeIndex attribute) {
  return {attribute, Presence::clear, {}};
}
inline Said unread(AttributeIndex attribute) {
  return {attribute, Presence::unknown, {}};
}
using Person = std::vector<Said>;

inline std::vector<AttributeIndex> all_columns() {
  std::vector<AttributeIndex> columns;
  for (AttributeIndex index = 0; index < attribute_count; ++index) columns.push_back(index);
  return columns;
}

inline model::Users table(const std::vector<Person>& people, Presence unsaid,
                          std::vector<AttributeIndex> columns = all_columns()) {
  model::Users users(attribute_count, std::move(columns));
  for (const Person& person : people) {
    const model::Row row = users.add();
    for (const AttributeIndex column : users.columns()) users.set(row, column, unsaid);
    for (const Said& said : person) users.set(row, said.attribute, said.presence, said.text);
  }
  return users;
}

// The stable keys of a roster's rows.
inline model::TextColumn texts(const std::vector<std::string>& by_row) {
  model::TextColumn column;
  for (const std::string& text : by_row) column.add(text);
  return column;
}

// People as a roster has them.
inline model::Users roster_of(const std::vector<Person>& people) {
  return table(people, Presence::absent);
}

// People as a full read of the directory has them: what is not there is empty, what cannot be read is unknown.
inline model::Users directory_of(const std::vector<Person>& people) {
  std::vector<AttributeIndex> readable;
  for (const AttributeIndex index : all_columns()) {
    if (index != phone && index != password) readable.push_back(index);
  }
  return table(people, Presence::clear, readable);
}

}  // namespace rostersync::test
