#include "model/fingerprint.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "model/value.hpp"

namespace rostersync::model {

namespace {

bool known(Presence presence) {
  return presence == Presence::value || presence == Presence::clear;
}

// With its size before it, so that no two sequences of texts read the same.
void append(std::string& bytes, std::string_view text) {
  bytes += std::to_string(text.size());
  bytes += ':';
  bytes += text;
}

base::WideHash hash_of(const Schema& schema, std::vector<AttributeIndex> over, UserView user) {
  std::sort(over.begin(), over.end(),
            [&](AttributeIndex a, AttributeIndex b) { return schema[a].name < schema[b].name; });
  std::string bytes;
  for (const AttributeIndex index : over) {
    const Attribute& attribute = schema[index];
    const Meaning meaning = effective(attribute, user.presence(index), user.text(index));
    append(bytes, attribute.name);
    bytes += meaning.presence == Presence::value ? '=' : '-';
    append(bytes, comparable(attribute, meaning.text));
  }
  return base::wide_hash(bytes);
}

}  // namespace

Fingerprint fingerprint(const Schema& schema, const std::vector<AttributeIndex>& managed, UserView user) {
  Fingerprint made;
  for (const AttributeIndex index : managed) {
    if (index != id_attribute && schema[index].readable && known(user.presence(index))) made.over.push_back(index);
  }
  std::sort(made.over.begin(), made.over.end());
  if (!made.over.empty()) made.hash = hash_of(schema, made.over, user);
  return made;
}

bool matches(const Schema& schema, const Fingerprint& planned_on, UserView user) {
  if (planned_on.over.empty()) return true;
  const auto is_known = [&](AttributeIndex index) { return known(user.presence(index)); };
  return std::all_of(planned_on.over.begin(), planned_on.over.end(), is_known) &&
         hash_of(schema, planned_on.over, user) == planned_on.hash;
}

}  // namespace rostersync::model
