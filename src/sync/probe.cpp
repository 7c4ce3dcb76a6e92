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

std::vector<std::string> doubts(const profile::ListOperation& list, const directory::Sample& sample) {
  std::vector<std::string> all;
  const auto& count = sample.facts.count;
  if (list.declares_count() && !count) {
    all.emplace_back("There is no number of users where \"count\" says, so no listing could be proved whole.");
  }
  if (count && sample.users == 0 && *count > 0) {
    all.push_back(
        fmt::format("It declares {} users and shows none of them: check \"first\" under \"paging\".", *count));
  } else if (count && sample.facts.next.empty() && sample.users < *count && list.passes.size() <= 1) {
    all.push_back(fmt::format(
        "It declares {} users and shows {}, and nothing leads to the others: check \"by\" under \"paging\".", *count,
        sample.users));
  }
  return all;
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
  return {fmt::format("{} {}", wire.list.request.method, wire.list.request.path), done.http_status, done.sample,
          doubts(wire.list, *done.sample)};
}

}  // namespace rostersync::sync
