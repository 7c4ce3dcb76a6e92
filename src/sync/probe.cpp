#include "sync/probe.hpp"

#include <fmt/format.h>

#include "directory/rest_directory.hpp"
#include "sync/remote.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

namespace {

std::vector<model::AttributeIndex> everything_readable(const model::Schema& schema) {
  std::vector<model::AttributeIndex> readable;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    if (schema[index].readable) readable.push_back(index);
  }
  return readable;
}

}  // namespace

Probe probe(const Order& order, World& world) {
  const model::Schema& schema = order.profile.schema;
  const profile::Wire& wire = order.profile.wire;
  const StopCondition stop(world.clock, world.stop_requested, std::nullopt);
  const auto limiter = rate_limiter(order, nullptr);
  const auto transport = world.make_transport(transport_options(order, world.wake_up_descriptor));
  http::Dispatcher dispatcher(*transport, world.clock, *limiter, dispatcher_options(order, std::nullopt), world.random);
  directory::RestDirectory remote(schema, wire,
                                  directory::Requests(schema, wire, order.base_url, order.credentials, order.token_url),
                                  directory::Answers(schema, wire, everything_readable(schema)), dispatcher,
                                  world.clock, persistence(order), world.random);
  const directory::Done done = first_answer(directory::ReadSample{}, order, remote, stop);
  return {fmt::format("{} {}", wire.list.request.method, wire.list.request.path), done.http_status, done.sample};
}

}  // namespace rostersync::sync
