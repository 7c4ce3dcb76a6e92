// What a user is in one remote directory: its attributes, and what they mean. Roster, plan and report read only this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rostersync::model {

using AttributeIndex = std::uint16_t;

enum class Type {
  text,
  email,    // text of the form local@domain, compared without case
  integer,  // 64 bit
  boolean,
  text_set,         // texts without order or repetition
  integer_set_set,  // sets of integers, in a set
  secret            // text that is never shown, logged or reported
};

// Whether an update carries the attribute.
enum class OnUpdate { yes, no, on_request };

// The attribute has an effect only where `attribute` has one of `values` after the write.
struct AppliesWhen {
  AttributeIndex attribute = 0;
  std::vector<std::string> values;
};

// A transition that is never sent: from `from` (any if absent) to `to` (any if absent), canonical values.
struct Never {
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::string why;
};

// Rules for a value beyond its type. Lengths in code points; zero means no rule.
struct Policy {
  std::size_t min_length = 0;
  std::size_t max_length = 0;
  std::size_t max_items = 0;
  bool upper = false;    // at least one upper-case letter
  bool lower = false;    // at least one lower-case letter
  bool special = false;  // at least one character that is neither letter nor digit nor space
};

struct Attribute {
  std::string name;
  Type type = Type::text;
  bool fold_case = false;  // compare without case (e-mail)
  bool readable = true;    // a full read returns it
  bool on_create = true;
  OnUpdate on_update = OnUpdate::yes;
  bool required = false;            // a create without it is rejected
  bool clearable = false;           // a roster may empty it
  std::vector<std::string> values;  // permitted canonical values of text (or of the items of a text_set); empty: any
  std::optional<std::string>
      initial;  // canonical value where nothing is said: absent from a full read, or after a create
  std::vector<AppliesWhen> applies_when;  // all must hold
  std::vector<Never> never;
  std::vector<std::string> privileged;  // canonical values whose granting counts against the limit "privileged"
  Policy policy;
  std::string description;
  std::string why;         // why it is required, or read-only
  std::string deprecated;  // why, if it is

  bool writable() const { return on_create || on_update != OnUpdate::no; }
};

// The index of the attribute that holds the directory's immutable id, in every schema.
inline constexpr AttributeIndex id_attribute = 0;

struct Deactivation {
  AttributeIndex attribute = 0;
  std::string value;  // canonical
};

struct Schema {
  std::vector<Attribute> attributes;  // [id_attribute] is "id"
  AttributeIndex key = 0;             // what people are matched by, e.g. email
  std::vector<AttributeIndex>
      name;  // the attributes that make a person's name, in order; the first names them to others
  std::vector<AttributeIndex> signs;    // readable ones that hardly two people share, such as a phone number
  std::vector<AttributeIndex> guarded;  // besides the key, those whose changes have a limit of their own by default
  std::optional<Deactivation> deactivation;
  std::optional<AttributeIndex> organization;  // what tells one tenant of the API from another

  const Attribute& operator[](AttributeIndex index) const { return attributes[index]; }
  std::size_t size() const { return attributes.size(); }
  // By exact name; nothing if there is none.
  std::optional<AttributeIndex> find(std::string_view attribute_name) const;
};

}  // namespace rostersync::model
