#include "sandbox/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <vector>

#include "base/error.hpp"
#include "sandbox/profiles.hpp"

namespace rostersync::sandbox {

namespace {

constexpr const char* version = ROSTERSYNC_VERSION;

constexpr const char* description =
    "Plays the user API of Partoo v2 (or of Tenovos v1.5 or v1) on 127.0.0.1, strictly by its published pages, so that "
    "a\n"
    "migration can be rehearsed without touching a real directory. When it is ready it prints one JSON line with its\n"
    "addresses, and it runs until SIGINT or SIGTERM.";

constexpr const char* examples = R"(Examples:
  rostersync-sandbox --port 8900 --control-port 8901
      200 people on fixed ports; then, in another terminal:
        export PARTOO_API_KEY=sandbox-key
        rostersync plan roster.csv --profile partoo --base-url http://127.0.0.1:8900/v2
        curl -s http://127.0.0.1:8901/summary
  rostersync-sandbox --people directory.json --state after.json
      your own people (a JSON array of users), and what became of them
  rostersync-sandbox --profile tenovos --session-requests 50
      another API, whose sessions are good for 50 requests; the line of addresses has what to sign in with
  rostersync-sandbox --disturb-writes 40 --fault-seed 7 --rate off
      two writes in five are disturbed, the same ones in every run with this seed
  rostersync-sandbox --users 50 --dump-people > people.json
      the seeded people, without serving anything

Control address (GET unless said otherwise):
  /ledger   every request, with its body, its answer and its fault; DELETE clears it
  /summary  counts: listings, other reads, creates, updates, sign-ins, 429s
  /users    the whole state; PUT replaces it (an array as in --people)
  /faults   the settings marked *; POST an object such as {"throttle": 10} changes them
  /shutdown POST ends the program

Exit status: 0 after SIGINT, SIGTERM or /shutdown; 1 where it could not run.)";

// The settings that can also be changed at run time are gathered as JSON and read by behaviour.cpp, so that they mean
// the same in both places.
class Settings {
 public:
  explicit Settings(CLI::App& app) : app_(app) {}

  void number(const std::string& name, const std::string& help, const std::string& unit) {
    app_.add_option_function<double>(
            "--" + name, [this, name](const double& value) { set_number(name, value); }, help)
        ->type_name(unit)
        ->group(group_);
  }
  void text(const std::string& name, const std::string& help, const std::string& unit) {
    app_.add_option_function<std::string>(
            "--" + name, [this, name](const std::string& value) { all_[name] = value; }, help)
        ->type_name(unit)
        ->group(group_);
  }
  void list(const std::string& name, const std::string& help, const std::string& unit) {
    app_.add_option_function<std::vector<std::string>>(
            "--" + name, [this, name](const std::vector<std::string>& values) { all_[name] = values; }, help)
        ->type_name(unit)
        ->group(group_)
        ->delimiter(',')
        ->allow_extra_args(false);
  }
  void flag(const std::string& name, const std::string& help) {
    app_.add_flag_callback(
            "--" + name, [this, name] { all_[name] = true; }, help)
        ->group(group_);
  }
  void group(const std::string& name) { group_ = name; }
  const json::Json& all() const { return all_; }

 private:
  void set_number(const std::string& name, double value) {
    const auto integer = static_cast<std::int64_t>(value);
    if (static_cast<double>(integer) == value) {
      all_[name] = integer;
    } else {
      all_[name] = value;
    }
  }

  CLI::App& app_;
  std::string group_;
  json::Json all_ = json::Json::object();
};

void add_settings(Settings& settings) {
  settings.group("The API *");
  settings.text("rate", "Requests let in: 300/min (default), 10/s, 20/10s, or off", "N/PER");
  settings.text("rate-kind", "In a fixed window (default), any sliding window, or from a bucket", "KIND");
  settings.text("rate-headers", "What answers say of the rate: none (default), draft, legacy or x", "KIND");
  settings.text("retry-after", "Whether a 429 says how long to wait: on (default) or off", "on|off");
  settings.flag("retry-after-date", "Retry-After as an HTTP date instead of seconds");
  settings.list("listing-omits", "Attributes that the items of a listing lack", "NAME,...");
  settings.flag("hide-disabled", "Leave disabled users out of every listing and look-up");
  settings.list("forbid", "Refuse updates of this user with 403 (repeatable)", "EMAIL|ID");
  settings.group("Sessions, where an API has them *");
  settings.number("session-seconds", "How long a session is good (default 3600)", "N");
  settings.number("session-requests", "And for how many requests (default: any number)", "N");
  settings.text("refresh", "Whether a session can be refreshed: on (default), or off: only signed in to anew",
                "on|off");
  settings.group("Faults *");
  settings.list("ignores", "Take these attributes in creates and updates, answer as usual, and do not keep them",
                "NAME,...");
  settings.number("lag", "Show who was just written as before, for so many reads by id", "N");
  settings.text("fault-seed", "Which requests meet a fault (default 1)", "N");
  settings.number("disturb-writes", "Disturb this share of the writes", "PERCENT");
  settings.list("disturb-kinds", "How: reset-before, reset-after, 500-after, truncated (default: all)", "KIND,...");
  settings.number("disturb-max", "At most so many disturbances of one write, or of one read in a row (default 3)", "N");
  settings.number("disturb-reads", "Disturb this share of the reads: 500, 503, reset or truncated", "PERCENT");
  settings.number("throttle", "Answer this share with 429, whatever the rate", "PERCENT");
  settings.number("throttle-seconds", "The Retry-After of those (default 1)", "N");
  settings.number("latency", "Wait before every answer leaves", "MS");
  settings.number("latency-jitter", "And up to so much longer", "MS");
  settings.number("revoke-after", "The key is no longer good after so many writes: 401", "N");
  settings.number("fail-after", "After so many writes everything fails: 500 or a reset", "N");
  settings.number("kill-before", "Kill the client (SIGKILL) instead of carrying out its N-th request", "N");
  settings.number("kill-after", "Kill the client when its N-th request is carried out, unanswered", "N");
  settings.number("kill-before-write", "Kill the client instead of carrying out its N-th write", "N");
  settings.number("kill-after-write", "Kill the client when its N-th write is carried out, unanswered", "N");
}

struct Raw {
  std::string profile = "partoo";
  std::string key, username, password, client_id;
};

void add_credentials(CLI::App& app, Raw& raw) {
  const auto add = [&](const char* option, std::string& target, const char* unit, const char* variable,
                       const char* help) {
    app.add_option(option, target, help)->type_name(unit)->envname(variable)->group("Credentials");
  };
  add("--api-key", raw.key, "KEY", "ROSTERSYNC_SANDBOX_KEY",
      "What the API's header for a key must hold (default sandbox-key)");
  add("--username", raw.username, "NAME", "ROSTERSYNC_SANDBOX_USERNAME",
      "Who signs in, where an API has sessions (default admin@example.com)");
  add("--password", raw.password, "TEXT", "ROSTERSYNC_SANDBOX_PASSWORD", "And by what (default sandbox-password)");
  add("--client-id", raw.client_id, "ID", "ROSTERSYNC_SANDBOX_CLIENT_ID",
      "And for whom, by tenovos-v1 (default sandbox-client)");
}

Credential chosen(const std::string& value, const Credential& standard) {
  if (value.empty()) return standard;
  return {base::Secret(value), false};
}

void add_own(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--profile", raw.profile,
                 fmt::format("The API to play (default partoo); there are: {}", fmt::join(profile_names(), ", ")))
      ->type_name("NAME");
  app.add_option("--port", options.port, "Port of the API (default 0: any that is free)")
      ->type_name("N")
      ->check(CLI::Range(0, 65535));
  app.add_option("--control-port", options.control_port, "Port of the control address (default 0)")
      ->type_name("N")
      ->check(CLI::Range(0, 65535));
  add_credentials(app, raw);
  app.add_option("--ready-file", options.ready_file, "Write the line of addresses here too")->type_name("FILE");
  auto* users = app.add_option("--users", options.users, "How many seeded people (default 200)");
  users->type_name("N")->check(CLI::Range(1, 5'000'000))->group("People");
  app.add_option("--seed", options.seed, "Which people (default 1)")->type_name("N")->group("People");
  app.add_option("--people", options.people, "Start with these instead: a JSON array of users")
      ->type_name("FILE")
      ->group("People")
      ->excludes(users);
  app.add_option("--state", options.state, "Go on from this file if it is there, and keep it up to date")
      ->type_name("FILE")
      ->group("People");
  app.add_flag("--dump-people", options.dump_people, "Print the people as JSON and exit")->group("People");
  app.set_version_flag("--version", std::string("rostersync-sandbox ") + version);
}

void check(const Raw& raw, Options& options) {
  Access access;
  access.key = chosen(raw.key, access.key);
  access.username = chosen(raw.username, access.username);
  access.password = chosen(raw.password, access.password);
  access.client_id = chosen(raw.client_id, access.client_id);
  options.profile = make_profile(raw.profile, access);
  if (options.port != 0 && options.port == options.control_port) {
    throw base::CannotRun(
        fmt::format("--control-port: {} is the API's port already; choose another, or 0", options.port));
  }
}

// "fault-seed" is a text on the command line, as a double has not room for all of its digits.
json::Json with_seed(json::Json settings) {
  if (!settings.contains("fault-seed")) return settings;
  const auto text = settings["fault-seed"].get<std::string>();
  const auto number = json::Json::parse(text, nullptr, false);
  if (!number.is_discarded()) settings["fault-seed"] = number;
  return settings;
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  Raw raw;
  CLI::App app(description, "rostersync-sandbox");
  app.footer(examples);
  app.get_formatter()->column_width(30);
  add_own(app, options, raw);
  Settings settings(app);
  add_settings(settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return std::nullopt;
  } catch (const CLI::CallForVersion& asked) {
    fmt::print("{}\n", asked.what());
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw base::CannotRun(fmt::format("{}; rostersync-sandbox --help lists what there is", error.what()));
  }
  check(raw, options);
  options.behaviour = changed(published_behaviour(*options.profile), with_seed(settings.all()), *options.profile);
  return options;
}

}  // namespace rostersync::sandbox
