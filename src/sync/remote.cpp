#include "sync/remote.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

directory::Persistence persistence(const Order& order) {
  directory::Persistence made;
  made.retries = order.job.http.retries;
  made.timeout = order.job.http.timeout;
  return made;
}

namespace {

// Why the first answer of the directory is none.
std::string cannot_begin(const Order& order, const directory::Done& done, bool asked_who) {
  const std::string& base_url = order.base_url;
  const profile::Wire& wire = order.profile.wire;
  const auto& request = asked_who ? wire.me.request : wire.list.request;
  if (done.unusable) return fmt::format("cannot use {}: {}", base_url, done.message);
  if (done.http_status == 0) {
    return fmt::format("cannot reach {}: {}; check base_url and the network", base_url, done.message);
  }
  if (done.status == directory::Status::absent) {
    return fmt::format("there is no {} at {}: {}; check base_url, and \"{}\" in the profile", request.path, base_url,
                       done.message, asked_who ? "me" : "list");
  }
  return fmt::format(
      "{} does not {} ({} {}): {}; check base_url, \"{}\" in the profile, and what the credentials may do", base_url,
      asked_who ? "say whose credentials these are" : "list its users as the profile has it", request.method,
      request.path, done.message, asked_who ? "me" : "list");
}

OwnUser own_user(const Order& order, const directory::Done& done) {
  OwnUser user;
  if (!done.users || done.users->size() == 0) return user;
  user.id = std::string(done.users->text(0, model::id_attribute));
  const auto organization = order.profile.schema.organization;
  if (organization) user.organization = std::string(done.users->text(0, *organization));
  return user;
}

}  // namespace

Remote::Remote(const Order& order, World& world, const StopCondition& stop, store::RateFile& rate_file,
               std::vector<model::AttributeIndex> wanted)
    : memory_(rate_file),
      limiter_(rate_limiter(order, &memory_)),
      transport_(world.make_transport(transport_options(order, world.wake_up_descriptor))),
      dispatcher_(*transport_, world.clock, *limiter_, dispatcher_options(order, stop.deadline()), world.random),
      directory_(order.profile.schema, order.profile.wire,
                 directory::Requests(order.profile.schema, order.profile.wire, order.base_url, order.credentials,
                                     order.token_url),
                 directory::Answers(order.profile.schema, order.profile.wire, std::move(wanted)), dispatcher_,
                 world.clock, persistence(order), world.random) {}

directory::Done first_answer(directory::Operation operation, const Order& order, directory::Directory& directory,
                             const StopCondition& stop) {
  const bool asks_who = std::holds_alternative<directory::ReadOwnUser>(operation);
  directory.start(std::move(operation));
  for (;;) {
    if (const auto why = stop.reached()) throw Stopped(*why);
    for (directory::Done& done : directory.wait(stop.patience())) {
      if (done.status == directory::Status::stopped) throw Stopped(directory.stopped().value_or("the run stopped"));
      if (done.status == directory::Status::credentials) {
        throw base::CannotRun(
            fmt::format("{} does not accept the credentials: {}; check what \"credentials\" in the "
                        "configuration, or the environment, names",
                        order.base_url, done.message));
      }
      if (done.status != directory::Status::ok) throw base::CannotRun(cannot_begin(order, done, asks_who));
      directory::Done first = std::move(done);
      return first;
    }
  }
}

OwnUser meet_own_user(const Order& order, directory::Directory& directory, const StopCondition& stop) {
  const directory::Done told = first_answer(directory::ReadOwnUser{}, order, directory, stop);
  OwnUser user = own_user(order, told);
  if (user.id.empty()) {
    base::log::warning(
        "it is not known who the user behind the credentials is, so that one is not left out by itself; name them "
        "under \"protect\"");
  }
  const bool more_to_ask = told.attempts == 0 || (user.organization.empty() && order.profile.schema.organization);
  if (!more_to_ask) return user;
  user.organization = own_user(order, first_answer(directory::ListPage{1, 1}, order, directory, stop)).organization;
  return user;
}

}  // namespace rostersync::sync
