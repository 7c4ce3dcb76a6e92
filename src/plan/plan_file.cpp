#include "plan/plan_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "json/depth.hpp"
#include "json/whole_number.hpp"
#include "model/value.hpp"
#include "plan/change_json.hpp"

namespace rostersync::plan {

using json::Json;
using json::OrderedJson;

namespace {

constexpr const char* schema_name = "rostersync.plan/1";

OrderedJson text_or_null(const std::string& text) {
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

std::string text_of(const Json& object, const char* name) {
  const Json& found = object.at(name);
  return found.is_null() ? std::string() : found.get<std::string>();
}

OrderedJson run_json(const PlanHeader& header) {
  const model::RunFacts& run = header.run;
  return {{"id", run.id},
          {"command", run.command},
          {"started_at", run.started_at},
          {"version", run.version},
          {"profile", run.profile},
          {"base_url", run.base_url},
          {"organization", text_or_null(header.organization)},
          {"roster",
           {{"path", text_or_null(run.roster.path)},
            {"sha256", text_or_null(run.roster.sha256)},
            {"rows", run.roster.rows},
            {"encoding", text_or_null(run.roster.encoding)},
            {"delimiter", text_or_null(run.roster.delimiter)},
            {"format", text_or_null(run.roster.format)},
            {"bom", run.roster.bom}}}};
}

void take_run(const Json& read, PlanHeader& header) {
  model::RunFacts& run = header.run;
  run.id = text_of(read, "id");
  run.command = text_of(read, "command");
  run.started_at = text_of(read, "started_at");
  run.version = text_of(read, "version");
  run.profile = text_of(read, "profile");
  run.base_url = text_of(read, "base_url");
  header.organization = text_of(read, "organization");
  const Json& roster = read.at("roster");
  run.roster.path = text_of(roster, "path");
  run.roster.sha256 = text_of(roster, "sha256");
  run.roster.rows = json::whole_number<std::uint64_t>(roster.at("rows"));
  run.roster.encoding = text_of(roster, "encoding");
  run.roster.delimiter = text_of(roster, "delimiter");
  run.roster.format = text_of(roster, "format");
  run.roster.bom = roster.at("bom").get<bool>();
}

PlanHeader header_of(const Json& root) {
  PlanHeader header;
  take_run(root.at("run"), header);
  const Json& directory = root.at("directory");
  if (!directory.at("users").is_null()) header.directory.users = json::whole_number<std::uint64_t>(directory["users"]);
  header.enabled = json::whole_number<std::uint64_t>(directory.at("enabled"));
  header.directory.complete = directory.at("complete").get<bool>();
  header.refused = text_of(root, "refused");
  header.run.changes_digest = text_of(root, "changes_digest");
  return header;
}

// The attributes that it was taken over stand with it, on one line: "HASH over NAME NAME".
OrderedJson fingerprint_json(const model::Schema& schema, const model::Fingerprint& print) {
  if (print.over.empty()) return nullptr;
  std::set<std::string> names;
  for (const model::AttributeIndex index : print.over) names.insert(schema[index].name);
  std::string text = fmt::format("{:016x}{:016x} over", print.hash.high, print.hash.low);
  for (const std::string& name : names) text += " " + name;
  return text;
}

std::uint64_t half_of(std::string_view digits) {
  std::uint64_t half = 0;
  const char* const end = digits.data() + digits.size();
  if (digits.size() == 16 && std::from_chars(digits.data(), end, half, 16).ptr == end) return half;
  throw Json::other_error::create(501, "not a fingerprint", nullptr);
}

model::Fingerprint fingerprint_from(const model::Schema& schema, const Json& read) {
  model::Fingerprint print;
  if (read.is_null()) return print;
  const auto text = read.get<std::string>();
  constexpr std::string_view over = " over";
  constexpr std::size_t names_at = 32 + over.size();
  if (text.size() < names_at || text.compare(32, over.size(), over) != 0) half_of({});
  print.hash = {half_of(std::string_view(text).substr(0, 16)), half_of(std::string_view(text).substr(16, 16))};
  for (std::size_t at = names_at; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at + 1), text.size());
    const std::string name = text.substr(at + 1, end - at - 1);
    const auto index = schema.find(name);
    if (!index) {
      throw base::CannotRun(
          fmt::format("the plan rests on the attribute \"{}\", which the profile does not have", name));
    }
    print.over.push_back(*index);
    at = end;
  }
  std::sort(print.over.begin(), print.over.end());
  return print;
}

OrderedJson saved_json(const model::Schema& schema, const SavedChange& saved) {
  OrderedJson told = change_json(schema, saved.change);
  const bool has_row = saved.change.row != model::no_row;
  OrderedJson whole;
  for (const char* name : {"action", "user_id", "email"}) whole[name] = told[name];
  whole["row"] = has_row ? OrderedJson(std::uint64_t{saved.change.row} + 1) : OrderedJson();
  whole["line"] = saved.line == 0 ? OrderedJson() : OrderedJson(saved.line);
  whole["changes"] = std::move(told["changes"]);
  whole["fingerprint"] = fingerprint_json(schema, saved.change.planned_on);
  return whole;
}

SavedChange saved_from(const model::Schema& schema, const Json& read) {
  SavedChange saved;
  saved.change = change_from_json(schema, read);
  saved.change.row = read.at("row").is_null() ? model::no_row : json::whole_number<model::Row>(read["row"]) - 1;
  saved.line = read.at("line").is_null() ? 0 : json::whole_number<std::uint32_t>(read["line"]);
  saved.change.planned_on = fingerprint_from(schema, read.at("fingerprint"));
  return saved;
}

// Whatever the roster's order.
void sort_by_key(const model::Schema& schema, std::vector<SavedChange>& changes) {
  std::vector<std::pair<std::string, SavedChange>> keyed;
  keyed.reserve(changes.size());
  for (SavedChange& one : changes) {
    keyed.emplace_back(model::comparable(schema[schema.key], one.change.key), std::move(one));
  }
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.change.user_id, a.second.change.key) <
           std::tie(b.first, b.second.change.user_id, b.second.change.key);
  });
  for (std::size_t i = 0; i < keyed.size(); ++i) changes[i] = std::move(keyed[i].second);
}

// Over everything that the file says, its own digest apart; members in the order of their names.
std::string digest_of(Json root) {
  root.erase("digest");
  base::Sha256 digest;
  digest.update(root.dump(-1, ' ', false, Json::error_handler_t::replace));
  return digest.hex_digest();
}

// Strict: of two members of one name, a reader would see one and this program the other; and nobody reads an abyss.
Json parse_strictly(std::string_view text) {
  std::vector<std::set<std::string>> names;
  bool wrong = false;
  Json root = Json::parse(
      text,
      [&](int depth, Json::parse_event_t event, Json& parsed) {
        wrong = wrong || static_cast<std::size_t>(depth) > json::deepest_nesting;
        if (event == Json::parse_event_t::object_start) names.emplace_back();
        if (event == Json::parse_event_t::object_end) names.pop_back();
        if (event == Json::parse_event_t::key) wrong = !names.back().insert(parsed.get<std::string>()).second || wrong;
        return true;
      },
      false);
  if (wrong) root = Json(Json::value_t::discarded);
  return root;
}

}  // namespace

std::string write_plan(const PlanHeader& header, std::vector<SavedChange> changes, const model::Schema& schema) {
  sort_by_key(schema, changes);
  OrderedJson root;
  root["schema"] = schema_name;
  root["run"] = run_json(header);
  root["directory"] = {{"users", header.directory.users ? OrderedJson(*header.directory.users) : OrderedJson()},
                       {"enabled", header.enabled},
                       {"complete", header.directory.complete}};
  root["refused"] = text_or_null(header.refused);
  OrderedJson& told = root["changes"] = OrderedJson::array();
  for (const SavedChange& one : changes) told.push_back(saved_json(schema, one));
  root["changes_digest"] = header.run.changes_digest;
  const auto replace = OrderedJson::error_handler_t::replace;
  root["digest"] = digest_of(Json::parse(root.dump(-1, ' ', false, replace)));
  return root.dump(2, ' ', false, replace) + "\n";
}

SavedPlan::SavedPlan(std::string_view text, std::string name) : name_(std::move(name)), root_(parse_strictly(text)) {
  if (!root_.is_object() || !root_.value("schema", Json()).is_string()) {
    throw base::CannotRun(fmt::format("{} is not a plan; rostersync plan ROSTER --out PLAN writes one", name_));
  }
  if (root_["schema"] != schema_name) {
    throw base::CannotRun(fmt::format("{} is of the schema \"{}\", and this program knows \"{}\"; plan again", name_,
                                      root_["schema"].get<std::string>(), schema_name));
  }
  if (root_.value("digest", Json()) != digest_of(root_)) {
    throw base::CannotRun(
        fmt::format("{} is not what it was when it was written: its digest does not hold; plan again", name_));
  }
  try {
    header_ = header_of(root_);
  } catch (const Json::exception&) {
    throw base::CannotRun(fmt::format("{} is not a plan that this program wrote; plan again", name_));
  }
}

std::vector<SavedChange> SavedPlan::changes(const model::Schema& schema) const {
  std::vector<SavedChange> saved;
  std::vector<model::Change> plain;
  try {
    for (const Json& one : root_.at("changes")) {
      saved.push_back(saved_from(schema, one));
      plain.push_back(saved.back().change);
    }
  } catch (const Json::exception&) {
    throw base::CannotRun(fmt::format("{} is not a plan that this program wrote; plan again", name_));
  }
  if (changes_digest(schema, plain) == header_.run.changes_digest) return saved;
  throw base::CannotRun(fmt::format("{}: its changes are not those that their digest is of; plan again", name_));
}

}  // namespace rostersync::plan
