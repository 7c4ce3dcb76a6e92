// The tables of the memory: each is read whole, and changed record by record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/memory.hpp"
#include "store/query.hpp"

namespace rostersync::store {

class LinkTable {
 public:
  explicit LinkTable(Database& database);
  std::unordered_map<std::string, std::string> load();
  void edit(const Edits<Link, std::string>& edits);

 private:
  Query load_;
  Query keep_;
  Query forget_;
};

class SettledTable {
 public:
  explicit SettledTable(Database& database);
  std::unordered_map<std::string, std::optional<std::string>> load();
  void edit(const Edits<Settled, std::string>& edits);

 private:
  Query load_;
  Query keep_;
  Query forget_;
};

class ConfirmedTable {
 public:
  explicit ConfirmedTable(Database& database);
  // Nothing where the hashes were made under another key.
  ConfirmedValues load(const MemoryKey& key);
  // `key` is needed where something is kept: hashes of any other key go.
  void edit(const Edits<Confirmed, AttributeOfUser>& edits, const std::optional<MemoryKey>& key);

 private:
  std::string key_name();
  void use(const MemoryKey& key);

  Query load_;
  Query keep_;
  Query forget_;
  Query forget_all_;
  Query key_name_;
  Query name_key_;
};

class WrittenTable {
 public:
  explicit WrittenTable(Database& database);
  std::vector<model::Written> load();
  void edit(const Edits<model::Written, AttributeOfUser>& edits);

 private:
  Query load_;
  Query keep_;
  Query forget_;
};

class MissingTable {
 public:
  explicit MissingTable(Database& database);
  std::unordered_map<std::string, Missing> load();
  void edit(const Edits<Missing, std::string>& edits);

 private:
  Query load_;
  Query keep_;
  Query forget_;
};

class BaselineTable {
 public:
  explicit BaselineTable(Database& database);
  std::optional<Baseline> load();
  void keep(const Baseline& baseline);

 private:
  Query load_;
  Query keep_;
};

}  // namespace rostersync::store
