#include "store/encoding.hpp"

#include "json/whole_number.hpp"

namespace rostersync::store {

using json::Json;

namespace {

void put(Json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <class Item, class ToJson>
void put(Json& object, const char* name, const std::vector<Item>& items, const ToJson& to_json) {
  for (const Item& item : items) object[name].push_back(to_json(item));
}

std::string text_of(const Json& object, const char* name) {
  return object.value(name, std::string());
}

template <class Item, class FromJson>
std::vector<Item> items_of(const Json& object, const char* name, const FromJson& from_json) {
  std::vector<Item> items;
  const auto found = object.find(name);
  if (found == object.end()) return items;
  for (const Json& item : *found) items.push_back(from_json(item));
  return items;
}

Json warning_json(const model::Warning& warning) {
  return {{"code", warning.code}, {"message", warning.message}};
}

model::Warning warning_of(const Json& read) {
  return {read.at("code").get<std::string>(), read.at("message").get<std::string>()};
}

Json fault_json(const model::Fault& fault) {
  return {{"reason", fault.reason}, {"column", fault.column}, {"message", fault.message}};
}

model::Fault fault_of(const Json& read) {
  return {read.at("reason").get<std::string>(), read.at("column").get<std::string>(),
          read.at("message").get<std::string>()};
}

}  // namespace

std::string stored(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string encode(const model::RunFacts& facts) {
  const model::RosterFacts& roster = facts.roster;
  return stored({{"id", facts.id},
                 {"command", facts.command},
                 {"dry_run", facts.dry_run},
                 {"plan", facts.plan},
                 {"undoes", facts.undoes},
                 {"started_at", facts.started_at},
                 {"finished_at", facts.finished_at},
                 {"version", facts.version},
                 {"profile", facts.profile},
                 {"base_url", facts.base_url},
                 {"exit_code", facts.exit_code},
                 {"message", facts.message},
                 {"changes_digest", facts.changes_digest},
                 {"roster",
                  {{"path", roster.path},
                   {"sha256", roster.sha256},
                   {"rows", roster.rows},
                   {"encoding", roster.encoding},
                   {"delimiter", roster.delimiter},
                   {"format", roster.format},
                   {"bom", roster.bom}}}});
}

model::RunFacts decode_facts(std::string_view text) {
  const Json read = Json::parse(text);
  model::RunFacts facts;
  facts.id = text_of(read, "id");
  facts.command = text_of(read, "command");
  facts.dry_run = read.value("dry_run", facts.command == "plan");
  facts.plan = text_of(read, "plan");
  facts.undoes = text_of(read, "undoes");
  facts.started_at = text_of(read, "started_at");
  facts.finished_at = text_of(read, "finished_at");
  facts.version = text_of(read, "version");
  facts.profile = text_of(read, "profile");
  facts.base_url = text_of(read, "base_url");
  facts.exit_code = json::whole_number<int>(read.at("exit_code"));
  facts.message = text_of(read, "message");
  facts.changes_digest = text_of(read, "changes_digest");
  const Json& roster = read.at("roster");
  facts.roster.path = text_of(roster, "path");
  facts.roster.sha256 = text_of(roster, "sha256");
  facts.roster.rows = json::whole_number<std::uint64_t>(roster.at("rows"));
  facts.roster.encoding = text_of(roster, "encoding");
  facts.roster.delimiter = text_of(roster, "delimiter");
  facts.roster.format = text_of(roster, "format");
  facts.roster.bom = roster.at("bom").get<bool>();
  return facts;
}

std::string encode(const model::HttpFacts& http) {
  return stored({{"requests", http.requests},
                 {"reads", http.reads},
                 {"writes", http.writes},
                 {"retries", http.retries},
                 {"throttled", http.throttled},
                 {"bytes_received", http.bytes_received},
                 {"seconds", http.seconds}});
}

model::HttpFacts decode_http(std::string_view text) {
  const Json read = Json::parse(text);
  const auto count = [&](const char* name) { return json::whole_number<std::uint64_t>(read.at(name)); };
  return {count("requests"),
          count("reads"),
          count("writes"),
          count("retries"),
          count("throttled"),
          count("bytes_received"),
          read.at("seconds").get<double>()};
}

std::string encode(const model::DirectoryFacts& directory) {
  Json object = {{"complete", directory.complete}};
  if (directory.users) object["users"] = *directory.users;
  if (directory.withheld > 0) object["withheld"] = directory.withheld;
  return stored(object);
}

model::DirectoryFacts decode_directory(std::string_view text) {
  const Json read = Json::parse(text);
  model::DirectoryFacts directory;
  directory.complete = read.at("complete").get<bool>();
  if (read.contains("users")) directory.users = json::whole_number<std::uint64_t>(read["users"]);
  if (read.contains("withheld")) directory.withheld = json::whole_number<std::uint64_t>(read["withheld"]);
  return directory;
}

std::string encode(const std::vector<model::Warning>& warnings) {
  if (warnings.empty()) return {};
  Json array = Json::array();
  for (const model::Warning& warning : warnings) array.push_back(warning_json(warning));
  return stored(array);
}

std::vector<model::Warning> decode_warnings(std::string_view text) {
  std::vector<model::Warning> warnings;
  if (text.empty()) return warnings;
  const Json read = Json::parse(text);
  for (const Json& item : read) warnings.push_back(warning_of(item));
  return warnings;
}

std::string encode(const model::EntryDetail& detail) {
  Json object;
  put(object, "reason", detail.reason);
  put(object, "message", detail.message);
  put(object, "faults", detail.faults, fault_json);
  put(object, "warnings", detail.warnings, warning_json);
  put(object, "request_ids", detail.request_ids, [](const std::string& id) { return Json(id); });
  if (const auto& acknowledged = detail.acknowledged) {
    object["acknowledged"] = {{"key", acknowledged->key}, {"reason", acknowledged->reason}};
    if (acknowledged->until) object["acknowledged"]["until"] = *acknowledged->until;
  }
  return object.is_null() ? std::string() : stored(object);
}

model::EntryDetail decode_detail(std::string_view text) {
  model::EntryDetail detail;
  if (text.empty()) return detail;
  const Json read = Json::parse(text);
  detail.reason = text_of(read, "reason");
  detail.message = text_of(read, "message");
  detail.faults = items_of<model::Fault>(read, "faults", fault_of);
  detail.warnings = items_of<model::Warning>(read, "warnings", warning_of);
  detail.request_ids =
      items_of<std::string>(read, "request_ids", [](const Json& item) { return item.get<std::string>(); });
  if (const auto found = read.find("acknowledged"); found != read.end()) {
    detail.acknowledged = model::Acknowledged{text_of(*found, "key"), text_of(*found, "reason"), std::nullopt};
    if (found->contains("until")) detail.acknowledged->until = text_of(*found, "until");
  }
  return detail;
}

}  // namespace rostersync::store
