#include "cli/profile_check.hpp"

#include <fmt/format.h>

#include <random>

#include "cli/order.hpp"
#include "cli/output.hpp"
#include "cli/profile_words.hpp"
#include "cli/signals.hpp"
#include "profile/profile.hpp"

namespace rostersync::cli {

namespace {

void list_profiles() {
  for (const std::string& name : profile::shipped(config_directory())) {
    print(fmt::format("{:<12} {}\n", name, profile::load(name, config_directory()).title));
  }
}

sync::Probe look(const sync::Order& order) {
  base::SystemClock clock;
  Signals signals;
  std::mt19937_64 engine(std::random_device{}());
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  sync::World world{clock,
                    http::make_curl_transport,
                    [&] { return signals.received(); },
                    signals.descriptor(),
                    [&] { return uniform(engine); },
                    [](const sync::Progress&) {}};
  return sync::probe(order, world);
}

void check(const ProfileArguments& arguments) {
  const profile::Profile profile = profile::load(arguments.name, config_directory());
  const profile::Assessment assessment = profile::assess(profile);
  const bool json = arguments.output == Output::json;
  if (!json) print(check_in_words(arguments.name, assessment));
  json::OrderedJson document = check_in_json(arguments.name, assessment);
  if (arguments.probe) {
    const sync::Probe seen = look(make_probe(arguments));
    if (!json) print(probe_in_words(profile.schema, seen));
    document["probe"] = probe_in_json(profile.schema, seen);
  }
  if (json) print(document.dump(2, ' ', false, json::OrderedJson::error_handler_t::replace) + "\n");
}

}  // namespace

void show_profile(const ProfileArguments& arguments) {
  if (arguments.check) return check(arguments);
  if (arguments.name.empty()) return list_profiles();
  const profile::Profile profile = profile::load(arguments.name, config_directory());
  print(arguments.output == Output::json ? profile::reference_json(profile).dump(2) + "\n"
                                         : profile::reference_text(profile));
}

}  // namespace rostersync::cli
