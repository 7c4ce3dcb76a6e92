// The job configuration: what one installation syncs, and within which limits (config/job.schema.json).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.hpp"

namespace rostersync::job {

// A share of the directory's users, or a count.
struct Limit {
  std::optional<double> percent;  // 20 for "20%"
  std::uint64_t count = 0;        // where percent is absent
};

struct Limits {
  Limit creates{20.0, 0};
  Limit updates{20.0, 0};
  std::uint64_t floor = 25;  // at or under it a share does not apply
  Limit deactivations{5.0, 0};
  std::uint64_t deactivations_floor = 3;
  std::map<std::string, Limit> attributes;  // as configured; else email and role have 5% where the profile has them
  std::uint64_t privileged = 0;
};

// A user that is never written: an e-mail glob, or attribute=value pairs that must all hold.
struct Protection {
  std::string email_glob;                                       // "*@example.com"; empty if by attributes
  std::vector<std::pair<std::string, std::string>> attributes;  // {"role": "ADMIN"}
};

enum class Blank { keep, clear };

// Whether ROSTER.sha256 must hold: where it is there, in any case, or not at all.
enum class Manifest { automatic, required, off };

struct RosterOptions {
  std::string key;  // a column of ids that HR keeps stable, not necessarily an attribute; empty: none
  // header -> attribute name; an empty name: ignore that column. Headers not named here are matched by name.
  std::vector<std::pair<std::string, std::string>> columns;
  std::vector<std::pair<std::string, std::string>> defaults;  // attribute -> cell text; for creates only
  Blank blank = Blank::keep;                                  // for attributes not named below ("*")
  std::map<std::string, Blank> blank_by_attribute;
  std::string delimiter = "auto";  // "auto" or one of , ; \t |
  Manifest manifest = Manifest::automatic;
};

enum class Fetch { automatic, list, by_id, by_key };

// A ceiling; or "auto": what the server bears is found out, and the other two say nothing.
struct RateTold {
  std::uint64_t requests = 0;
  std::chrono::milliseconds per{0};
  bool automatic = false;
};

struct HttpOptions {
  std::optional<RateTold> rate;  // default: the profile's
  std::optional<std::uint64_t> max_in_flight;
  std::chrono::milliseconds timeout{30000};
  unsigned retries = 5;
  std::chrono::milliseconds max_wait{15 * 60 * 1000};
  Fetch fetch = Fetch::automatic;
};

// What becomes of remote users that the roster lacks.
enum class Missing { report, deactivate };

// A row that is known to need a person.
struct Acknowledgement {
  std::string key;                   // a row's key, id, stable key, or what stands for its key; NFC
  std::string reason;                // for whoever reads the report
  std::optional<std::string> until;  // YYYY-MM-DD, the last day (UTC) on which it holds; absent: for good
};

// A secret's source, still unread: exactly one is set.
struct CredentialSource {
  std::string environment;
  std::filesystem::path file;
  std::string systemd = {};  // what systemd hands to a service: the name of a file in $CREDENTIALS_DIRECTORY
};

struct Job {
  std::string profile;    // name or path (a relative path is made relative to the file); empty: none configured
  std::string base_url;   // empty: the profile's
  std::string token_url;  // where OAuth 2 tokens are asked for; empty: as the profile says
  std::map<std::string, CredentialSource> credentials;
  RosterOptions roster;
  bool create = true;
  bool update = true;
  std::vector<Protection> protect;
  Missing missing = Missing::report;
  std::uint64_t missing_after = 1;                         // runs in a row that must miss somebody
  std::map<std::string, std::vector<std::string>> manage;  // attribute -> globs, never none; empty: everyone
  std::map<std::string, std::string> email_domains;        // old -> new, lower case; a new one is never an old one too
  std::vector<std::string> merge;                          // attributes whose lists are united over rows of one person
  std::vector<Acknowledgement> acknowledge;
  bool password_updates = false;
  Limits limits;
  HttpOptions http;
  std::filesystem::path state_dir;   // default: $XDG_STATE_HOME/rostersync or ~/.local/state/rostersync
  std::filesystem::path report_dir;  // default: ./reports
  std::vector<std::string> report_formats{"json", "csv"};
};

// Reads and checks a configuration file. Relative paths in it are relative to the file. Throws base::CannotRun naming
// file, line, key, what was expected and, for a misspelt name, what was probably meant; a key of the contract whose
// behaviour is not there yet is refused as such.
Job load(const std::filesystem::path& file, const std::filesystem::path& config_directory);

// The configuration of a run without a file: all defaults.
Job defaults();

// The secret itself, without a trailing newline. Throws base::CannotRun when the variable is not set, the file is
// unreadable, or the value is empty or holds control characters; never says the value.
base::Secret read_credential(const std::string& name, const CredentialSource& source);

// Where a secret that is not configured is looked for: the environment variable PROFILE_NAME, else PROFILE_NAME or NAME
// among what systemd hands to a service. `found` is nothing where there is none of them.
struct UsualSource {
  std::optional<CredentialSource> found;
  std::string variable;  // "ACME_API_KEY" for the credential api_key of the profile acme
  std::string missing;   // for messages: "ACME_API_KEY is not set"
};
UsualSource usual_source(const std::string& profile, const std::string& name);

// "240/min", "10/s", "auto". Throws base::CannotRun; `where` names the key or option for the message.
RateTold parse_rate(const std::string& text, const std::string& where);
// "30s", "20m", "2h", "500ms".
std::chrono::milliseconds parse_duration(const std::string& text, const std::string& where);
// An http:// or https:// address with a host and without user name, query or fragment; returned without a slash at the
// end. The message does not repeat `text`, which may hold a password.
std::string parse_base_url(const std::string& text, const std::string& where);
// The same, returned as it is: to a server, a slash at the end may make another address.
std::string parse_token_url(const std::string& text, const std::string& where);
// "3 runs", "1 run".
std::uint64_t parse_runs(const std::string& text, const std::string& where);
// Returns `text`, a date that there is: "2030-06-30".
std::string parse_date(const std::string& text, const std::string& where);
// A domain in lower case, without "@".
std::string parse_domain(const std::string& text, const std::string& where);
// "auto", "list", "by-id", "by-key".
Fetch parse_fetch(const std::string& text, const std::string& where);

}  // namespace rostersync::job
