#include "sync/asked.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "json/json.hpp"

namespace rostersync::sync {

using json::Json;

std::string asked_of(const Order& order) {
  const bool a_file = order.roster_path != "-";
  Json asked = {{"roster", a_file ? std::filesystem::absolute(order.roster_path).string() : order.roster_path},
                {"only", order.only},
                {"allow", order.allow}};
  if (order.limit) asked["limit"] = *order.limit;
  return asked.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void ask_again(Order& order, const std::string& asked) {
  try {
    const Json read = Json::parse(asked);
    order.roster_path = read.at("roster").get<std::string>();
    order.only = read.at("only").get<std::set<std::string>>();
    order.allow = read.at("allow").get<std::map<std::string, std::uint64_t>>();
    order.limit.reset();
    if (read.contains("limit")) order.limit = read["limit"].get<std::uint64_t>();
  } catch (const Json::exception&) {
    throw base::CannotRun("the journal does not say what that run was asked for; run sync again");
  }
}

}  // namespace rostersync::sync
