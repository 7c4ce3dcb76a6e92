#include "sandbox/sandbox.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "sandbox/client_process.hpp"
#include "sandbox/control.hpp"
#include "sandbox/options.hpp"
#include "sandbox/server.hpp"
#include "sandbox/state_file.hpp"

namespace rostersync::sandbox {

namespace {

// Hands over whom the sandbox starts with.
void start_with(const Options& options, const std::function<void(const Account&)>& take) {
  const bool resumed = !options.state.empty() && std::filesystem::exists(options.state);
  const auto& file = resumed ? options.state : options.people;
  if (file.empty()) return options.profile->seed_people(options.users, options.seed, take);
  const auto people = json::parse_document(base::read_file(file), file.string());
  for (const Account& account : options.profile->accounts_from(people)) take(account);
}

int dump(const Options& options) {
  const char* before = "[\n";
  start_with(options, [&](const Account& account) {
    fmt::print("{}{}", std::exchange(before, ",\n"), person_object(account).dump(2));
  });
  fmt::print("\n]\n");
  return 0;
}

void announce(const Options& options, int port, int control_port, std::size_t users) {
  json::OrderedJson line = {{"base_url", fmt::format("http://127.0.0.1:{}{}", port, options.profile->base_path())},
                            {"control_url", fmt::format("http://127.0.0.1:{}", control_port)},
                            {"pid", ::getpid()},
                            {"users", users}};
  line.update(options.profile->published_access());
  const std::string text = line.dump() + "\n";
  if (!options.ready_file.empty()) {
    base::AtomicFile file(options.ready_file);
    file.write(text);
    file.commit();
  }
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

// SIGINT and SIGTERM, in the form of something to wait for. Made before any thread, so that every thread inherits it.
class Ending {
 public:
  Ending() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int signal = 0;
    ::sigwait(&signals_, &signal);
  }
  static void ask() { ::kill(::getpid(), SIGTERM); }

 private:
  sigset_t signals_{};
};

int serve(const Options& options) {
  const Ending ending;
  const Profile& profile = *options.profile;
  Store users(profile.facts());
  start_with(options, [&](const Account& account) { users.add(account); });
  const base::SystemClock clock;
  Rehearsal rehearsal(profile, options.behaviour, std::move(users), clock, kill_client);
  std::unique_ptr<StateFile> state;
  if (!options.state.empty()) state = std::make_unique<StateFile>(options.state, rehearsal);
  const auto failure = [&](int status, const std::string& words) { return profile.failure(status, words); };
  const LoopbackServer api(
      options.port, [&](const Request& request) { return rehearsal.handle(request); }, failure);
  const LoopbackServer control_server(
      options.control_port,
      [&](const Request& request) {
        return Delivery{control(request, rehearsal, &Ending::ask), Manner::whole, {}};
      },
      failure);
  announce(options, api.port(), control_server.port(), rehearsal.size());
  ending.wait();
  return 0;
}

}  // namespace

int run(int argc, char** argv) {
  try {
    const auto options = parse_options(argc, argv);
    if (!options) return 0;
    return options->dump_people ? dump(*options) : serve(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rostersync-sandbox: %s\n", error.what());
    return 1;
  }
}

}  // namespace rostersync::sandbox
