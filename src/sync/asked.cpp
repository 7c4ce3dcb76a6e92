#include "sync/asked.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "json/json.hpp"

namespace rostersync::sync {

using json::Json;

std::string asked_of(const Order& order, const std::map<model::Row, model::Row>& roster_rows) {
  const bool a_file = order.roster_path != "-" && !order.roster_path.empty();
  Json asked = {{"roster", a_file ? std::filesystem::absolute(order.roster_path).string() : order.roster_path},
                {"only", order.only},
                {"allow", order.allow}};
  if (order.limit) asked["limit"] = *order.limit;
  if (order.assume_current) asked["assume_current"] = true;
  for (const auto& [entry, row] : roster_rows) asked["roster_rows"].push_back({entry, row});
  if (const auto& rate = order.job.http.rate) {
    asked["rate"] = {{"requests", rate->requests}, {"per_ms", rate->per.count()}, {"automatic", rate->automatic}};
  }
  if (order.verify == directory::Verify::yes) asked["verify"] = true;
  return asked.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::map<model::Row, model::Row> roster_rows_of(const std::string& asked) {
  std::map<model::Row, model::Row> rows;
  const Json read = Json::parse(asked, nullptr, false);
  if (!read.is_object() || !read.contains("roster_rows")) return rows;
  for (const Json& one : read["roster_rows"]) rows.emplace(one.at(0).get<model::Row>(), one.at(1).get<model::Row>());
  return rows;
}

void ask_at_the_same_rate(Order& order, const std::string& asked) {
  const Json read = Json::parse(asked, nullptr, false);
  if (order.job.http.rate || !read.is_object() || !read.contains("rate")) return;
  const Json& rate = read["rate"];
  order.job.http.rate =
      job::RateTold{rate.value("requests", std::uint64_t{0}),
                    std::chrono::milliseconds(rate.value("per_ms", std::int64_t{0})), rate.value("automatic", false)};
}

void verify_as_asked(Order& order, const std::string& asked) {
  const Json read = Json::parse(asked, nullptr, false);
  if (read.is_object() && read.contains("verify")) order.verify = directory::Verify::yes;
}

void ask_again(Order& order, const std::string& asked) {
  ask_at_the_same_rate(order, asked);
  verify_as_asked(order, asked);
  try {
    const Json read = Json::parse(asked);
    order.roster_path = read.at("roster").get<std::string>();
    order.only = read.at("only").get<std::set<std::string>>();
    order.allow = read.at("allow").get<std::map<std::string, std::uint64_t>>();
    order.limit.reset();
    if (read.contains("limit")) order.limit = read["limit"].get<std::uint64_t>();
    order.assume_current = read.value("assume_current", false);
  } catch (const Json::exception&) {
    throw base::CannotRun("the journal does not say what that run was asked for; run sync again");
  }
}

}  // namespace rostersync::sync
