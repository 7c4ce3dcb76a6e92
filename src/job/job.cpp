#include "job/job.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "json/document.hpp"
#include "json/pointer.hpp"
#include "json/schema.hpp"
#include "text/text.hpp"

namespace rostersync::job {
namespace {

using json::Json;

// XDG Base Directory Specification: a relative XDG_STATE_HOME is to be ignored.
std::filesystem::path default_state_directory() {
  const char* told = std::getenv("XDG_STATE_HOME");
  if (told != nullptr && std::filesystem::path(told).is_absolute()) return std::filesystem::path(told) / "rostersync";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* account = getpwuid(geteuid());
    home = account != nullptr ? account->pw_dir : ".";
  }
  return std::filesystem::path(home) / ".local/state/rostersync";
}

// Percentages and counts, as the schema has let them pass.
Limit limit_of(const Json& told) {
  if (told.is_string()) return {std::stod(told.get<std::string>()), 0};
  return {std::nullopt, told.get<std::uint64_t>()};
}

std::string cell_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// A schema-valid document -> Job. What a key does not say keeps its default.
class JobReader {
 public:
  explicit JobReader(const json::Document& document)
      : document_(document), folder_(std::filesystem::path(document.name).parent_path()) {}

  Job read() const {
    const Json& root = document_.root;
    Job job = defaults();
    job.create = root.value("create", job.create);
    job.update = root.value("update", job.update);
    if (root.contains("profile")) job.profile = profile(root["profile"].get<std::string>());
    if (root.contains("base_url")) job.base_url = parse_base_url(root["base_url"], key("base_url"));
    if (root.contains("token_url")) job.token_url = parse_token_url(root["token_url"], key("token_url"));
    if (root.contains("state_dir")) job.state_dir = beside(root["state_dir"]);
    if (root.contains("credentials")) job.credentials = credentials(root["credentials"]);
    if (root.contains("roster")) job.roster = roster(root["roster"]);
    if (root.contains("protect")) job.protect = protections(root["protect"]);
    read_people(root, job);
    if (root.contains("limits")) job.limits = limits(root["limits"], std::move(job.limits));
    if (root.contains("http")) job.http = http(root["http"]);
    const Json report = root.value("report", Json::object());
    if (report.contains("dir")) job.report_dir = beside(report["dir"]);
    job.report_formats = report.value("formats", job.report_formats);
    return job;
  }

 private:
  // Whom the roster speaks for, and what is known of single people.
  void read_people(const Json& root, Job& job) const {
    if (root.value("missing", "report") == "deactivate") job.missing = Missing::deactivate;
    if (root.contains("missing_after")) job.missing_after = parse_runs(root["missing_after"], key("missing_after"));
    if (root.contains("manage")) job.manage = globs(root["manage"]);
    if (root.contains("email_domains")) job.email_domains = domains(root["email_domains"]);
    job.merge = root.value("merge", job.merge);
    if (root.contains("acknowledge")) job.acknowledge = acknowledgements(root["acknowledge"]);
    job.password_updates = root.value("password_updates", job.password_updates);
  }

  // "FILE:LINE: path", for what a member's own parser says.
  std::string key(const std::string& path) const {
    std::string pointer = "/" + path;
    for (char& c : pointer) c = c == '.' ? '/' : c;
    return fmt::format("{}: {}", document_.place(pointer), path);
  }

  // The same, for a path whose names may hold dots.
  std::string place(const std::string& pointer) const {
    return fmt::format("{}: {}", document_.place(pointer), json::readable_path(pointer));
  }

  std::filesystem::path beside(const Json& path) const {
    return (folder_ / path.get<std::string>()).lexically_normal();
  }

  std::string profile(const std::string& told) const {
    const bool is_path = told.find('/') != std::string::npos || told.ends_with(".json");
    if (!is_path) return told;
    const std::string path = beside(told).string();
    return path.find('/') == std::string::npos ? "./" + path : path;
  }

  std::map<std::string, CredentialSource> credentials(const Json& told) const {
    std::map<std::string, CredentialSource> sources;
    for (const auto& [name, source] : told.items()) {
      CredentialSource& one = sources[name];
      if (source.contains("env")) one.environment = source["env"].get<std::string>();
      if (source.contains("file")) one.file = beside(source["file"]);
      if (source.contains("systemd")) one.systemd = source["systemd"].get<std::string>();
    }
    return sources;
  }

  static Blank blank_of(const Json& word) { return word == Json("clear") ? Blank::clear : Blank::keep; }

  static RosterOptions roster(const Json& told) {
    RosterOptions roster;
    roster.key = text::nfc(text::trim(told.value("key", roster.key)));
    const Json columns = told.value("columns", Json::object());
    for (const auto& [header, attribute] : columns.items()) {
      roster.columns.emplace_back(header, attribute.is_null() ? "" : attribute.get<std::string>());
    }
    const Json defaults = told.value("defaults", Json::object());
    for (const auto& [attribute, value] : defaults.items()) roster.defaults.emplace_back(attribute, cell_of(value));
    const Json blank = told.value("blank", Json("keep"));
    if (blank.is_string()) roster.blank = blank_of(blank);
    if (blank.is_object()) {
      for (const auto& [attribute, word] : blank.items()) {
        (attribute == "*" ? roster.blank : roster.blank_by_attribute[attribute]) = blank_of(word);
      }
    }
    const std::string manifest = told.value("manifest", "auto");
    if (manifest != "auto") roster.manifest = manifest == "off" ? Manifest::off : Manifest::required;
    roster.delimiter = told.value("delimiter", roster.delimiter);
    return roster;
  }

  static std::vector<Protection> protections(const Json& told) {
    std::vector<Protection> protections;
    for (const Json& item : told) {
      Protection& one = protections.emplace_back();
      if (item.is_string()) {
        one.email_glob = item.get<std::string>();
        continue;
      }
      for (const auto& [attribute, value] : item.items()) {
        one.attributes.emplace_back(attribute, text::nfc(cell_of(value)));
      }
    }
    return protections;
  }

  static std::map<std::string, std::vector<std::string>> globs(const Json& told) {
    std::map<std::string, std::vector<std::string>> globs;
    for (const auto& [attribute, value] : told.items()) {
      std::vector<std::string>& some = globs[attribute];
      if (value.is_string()) {
        some.push_back(value.get<std::string>());
      } else {
        some = value.get<std::vector<std::string>>();
      }
      for (std::string& glob : some) glob = text::nfc(text::trim(glob));
    }
    return globs;
  }

  // One step only: people are looked for under their old domain and under their new one, and nowhere else.
  std::map<std::string, std::string> domains(const Json& told) const {
    std::map<std::string, std::string> domains;
    const auto where = [&](const std::string& name) { return place(json::child_pointer("/email_domains", name)); };
    for (const auto& [name, value] : told.items()) {
      const std::string from = parse_domain(name, where(name));
      const std::string to = parse_domain(value, where(name));
      if (from == to) throw base::CannotRun(fmt::format("{}: a domain cannot change into itself", where(name)));
      if (!domains.emplace(from, to).second) {
        throw base::CannotRun(fmt::format("{}: this domain is there twice, in upper and lower case", where(name)));
      }
    }
    for (const auto& [name, value] : told.items()) {
      const auto next = domains.find(parse_domain(value, where(name)));
      if (next == domains.end()) continue;
      throw base::CannotRun(fmt::format(
          "{}: \"{}\" is itself an old domain, of \"{}\"; say for each old domain which one people have now, without a "
          "step between",
          where(name), next->first, next->second));
    }
    return domains;
  }

  std::vector<Acknowledgement> acknowledgements(const Json& told) const {
    std::vector<Acknowledgement> all;
    for (std::size_t i = 0; i < told.size(); ++i) {
      Acknowledgement one;
      one.key = text::nfc(text::trim(told[i]["key"].get<std::string>()));
      one.reason = told[i]["reason"].get<std::string>();
      const std::string pointer = json::child_pointer("/acknowledge", i);
      if (told[i].contains("until")) {
        one.until = parse_date(told[i]["until"], place(json::child_pointer(pointer, "until")));
      }
      for (std::size_t earlier = 0; earlier < all.size(); ++earlier) {
        if (all[earlier].key != one.key) continue;
        throw base::CannotRun(fmt::format("{}: the same key as that of acknowledge.{}; keep one of them",
                                          place(json::child_pointer(pointer, "key")), earlier));
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  static Limits limits(const Json& told, Limits limits) {
    if (told.contains("creates")) limits.creates = limit_of(told["creates"]);
    if (told.contains("updates")) limits.updates = limit_of(told["updates"]);
    if (told.contains("deactivations")) limits.deactivations = limit_of(told["deactivations"]);
    const Json attributes = told.value("attributes", Json::object());
    for (const auto& [attribute, limit] : attributes.items()) limits.attributes[attribute] = limit_of(limit);
    limits.floor = told.value("floor", limits.floor);
    limits.deactivations_floor = told.value("deactivations_floor", limits.deactivations_floor);
    limits.privileged = told.value("privileged", limits.privileged);
    return limits;
  }

  HttpOptions http(const Json& told) const {
    HttpOptions http;
    if (told.contains("rate")) http.rate = parse_rate(told["rate"], key("http.rate"));
    if (told.contains("max_in_flight")) http.max_in_flight = told["max_in_flight"].get<std::uint64_t>();
    if (told.contains("timeout")) http.timeout = parse_duration(told["timeout"], key("http.timeout"));
    if (told.contains("max_wait")) http.max_wait = parse_duration(told["max_wait"], key("http.max_wait"));
    if (told.contains("fetch")) http.fetch = parse_fetch(told["fetch"], key("http.fetch"));
    http.retries = told.value("retries", http.retries);
    return http;
  }

  const json::Document& document_;
  std::filesystem::path folder_;
};

}  // namespace

Job defaults() {
  Job job;
  job.state_dir = default_state_directory();
  job.report_dir = "./reports";
  return job;
}

Job load(const std::filesystem::path& file, const std::filesystem::path& config_directory) {
  const std::filesystem::path schema_file = config_directory / "job.schema.json";
  const json::Document document = json::parse_document(base::read_file(file), file.string());
  json::require_schema(json::parse_document(base::read_file(schema_file), schema_file.string()).root, document);
  return JobReader(document).read();
}

}  // namespace rostersync::job
