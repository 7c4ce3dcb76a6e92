// Which attribute a header of the roster stands for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "roster/roster.hpp"

namespace rostersync::roster {

class Mapping {
 public:
  // `name`: what messages call the roster. Throws base::CannotRun for a configured column whose attribute is none.
  Mapping(std::string name, const model::Schema& schema, const Options& options);

  // Whether a header is configured or is an attribute's name, its case, spaces, '-' and '_' set aside.
  bool known(std::string_view header) const { return resolve(header).meaning != Meaning::unknown; }

  // Takes a header in; `place` names it for a person, e.g. "column 3". Its attribute; nothing if its cells are ignored,
  // or if it is unknown, which check() then tells. Throws base::CannotRun for an empty header and for a second column
  // of one attribute.
  std::optional<model::AttributeIndex> add(std::string_view header, std::uint32_t line, std::string_view place);

  // Whether this header, which was added, is that of the stable keys.
  bool is_stable_key(std::string_view header) const { return stable_key_ && header == *stable_key_; }

  // As add(), but a header that was added before keeps what it was: for records that each name their fields.
  std::optional<model::AttributeIndex> find_or_add(std::string_view header, std::uint32_t line);

  // Once all headers are in. Throws base::CannotRun naming every unknown one with its likely name and the remedy, and
  // base::Refused when neither the key nor the id is among them, or a configured stable key is not.
  void check() const;

  // Read-only columns that are ignored, deprecated ones, configured ones that the roster lacks.
  std::vector<model::Warning> warnings() const;

  // The roster's header of each attribute that has a column.
  const std::map<model::AttributeIndex, std::string>& headers() const { return headers_; }

 private:
  enum class Meaning { attribute, ignored, unknown };
  struct Resolved {
    Meaning meaning = Meaning::unknown;
    model::AttributeIndex attribute = 0;
    std::size_t option = SIZE_MAX;  // the configured column that said so
    bool stable_key = false;        // as well as an attribute, or nothing else
  };
  struct Unknown {
    std::string header;
    std::uint32_t line = 0;
  };

  Resolved resolve(std::string_view header) const;
  Resolved resolve_name(std::string_view loose) const;
  bool names_stable_key(std::string_view name) const;
  void add_stable_key(std::string_view header, const std::string& name, std::uint32_t line);
  std::vector<std::string> attribute_names() const;
  void require_attribute(const std::string& name, std::string_view key) const;

  std::string name_;
  const model::Schema& schema_;
  const Options& options_;
  std::vector<std::string> loose_options_;
  std::map<std::string, model::AttributeIndex> loose_attributes_;
  std::vector<bool> option_used_;
  std::map<std::string, std::optional<model::AttributeIndex>, std::less<>> added_;
  std::map<model::AttributeIndex, std::string> headers_;
  std::optional<std::string> stable_key_;  // its header
  std::vector<std::string> names_;         // of all columns
  std::vector<Unknown> unknown_;
  std::vector<model::Warning> column_warnings_;
};

}  // namespace rostersync::roster
