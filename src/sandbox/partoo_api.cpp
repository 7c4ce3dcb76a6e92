#include "sandbox/partoo_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.hpp"
#include "sandbox/body_check.hpp"
#include "sandbox/partoo_account.hpp"
#include "sandbox/partoo_published.hpp"
#include "sandbox/partoo_query.hpp"
#include "text/text.hpp"

namespace rostersync::sandbox::partoo {

namespace {

using json::Json;
using json::OrderedJson;

Answer bad_request(const OrderedJson& detail) {
  return error_answer(400, "json", detail);
}

Answer not_found() {
  return error_answer(404, "json", "Resource not found");
}

Answer not_allowed() {
  return error_answer(403, "authorization", "Operation not allowed");
}

Answer success(const OrderedJson& id) {
  Answer answer;
  answer.body = OrderedJson{{"id", id}, {"status", "success"}}.dump();
  answer.committed = true;
  return answer;
}

// The text of a user without some of its attributes.
std::string trimmed(const std::string& user, const std::set<std::string>& omitted) {
  if (omitted.empty()) return user;
  OrderedJson object = OrderedJson::parse(user);
  for (const auto& name : omitted) object.erase(name);
  return object.dump();
}

// Takes over what a valid body says; what is never answered is set aside, the password is forgotten.
void take_over(Account& account, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (name == "password" || name == "send_invitation") continue;
    if (name == "sidebar_pages" && value.is_null()) continue;  // on create: all the features, as a new user has them
    (account.user.contains(name) ? account.user : account.unseen)[name] = value;
  }
  settle_by_role(account);
}

Json kept(Json body, const std::set<std::string>& ignored) {
  for (const auto& name : ignored) body.erase(name);
  return body;
}

bool asks(const Request& request, std::string_view name) {
  return std::any_of(request.query.begin(), request.query.end(), [&](const auto& pair) { return pair.first == name; });
}

bool is_forbidden(const Account& account, const ApiRules& rules) {
  return rules.forbidden.contains(account.user["id"].get<std::string>()) ||
         rules.forbidden.contains(text::fold(account.user["email"].get<std::string>()));
}

}  // namespace

Answer error_answer(int status, const std::string& kind, const OrderedJson& detail) {
  Answer answer;
  answer.status = status;
  // A name that was sent may be echoed, and may hold any bytes.
  answer.body = OrderedJson{{"errors", {{kind, detail}}}}.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return answer;
}

Route route(const Request& request) {
  constexpr std::string_view base_path = "/v2";
  std::string_view path = request.path;
  if (!path.starts_with(base_path)) return {};
  path.remove_prefix(base_path.size());
  if (path == "/user") return {only(request, "POST", Operation::create), {}};
  if (path == "/user/search") {
    const bool narrow = asks(request, "email") || asks(request, "query");
    return {only(request, "GET", narrow ? Operation::lookup : Operation::listing), {}};
  }
  if (path == "/user/me") return {only(request, "GET", Operation::me), {}};
  constexpr std::string_view users = "/user/";
  if (!path.starts_with(users)) return {};
  path.remove_prefix(users.size());
  if (path.empty() || path.find('/') != std::string_view::npos) return {};
  if (request.method == "GET") return {Operation::read, std::string(path)};
  return {only(request, "POST", Operation::update), std::string(path)};
}

// The key is that of one user: disabled, the user takes it along.
std::optional<Answer> PartooApi::refusal(const Request& request, const Route&, const ApiRules& rules) {
  const bool own_user_is_active = store_.me() && store_.account(*store_.me()).user["disabled"] == false;
  if (request.header("x-apikey") == key_.reveal() && !rules.revoked && own_user_is_active) return std::nullopt;
  return error_answer(401, "authentication", "User not authenticated");
}

Answer PartooApi::answer(const Request& request, const Route& route, const ApiRules& rules) {
  switch (route.operation) {
    case Operation::listing:
    case Operation::lookup:
      return search(request, rules);
    case Operation::me:
      return read(request, store_.me());
    case Operation::read:
      return read_by_id(request, route.subject);
    case Operation::create:
      return create(request, rules);
    case Operation::update:
      return update(request, route.subject, rules);
    case Operation::wrong_method:
      return error_answer(405, "json", "Method not allowed");
    default:
      break;
  }
  return not_found();
}

bool PartooApi::key_is_provider() const {
  return store_.me() && store_.account(*store_.me()).user["role"] == "PROVIDER";
}

Answer PartooApi::search(const Request& request, const ApiRules& rules) {
  Query query = search_query(request);
  if (!query.faults.empty()) return bad_request(query.faults);
  if (query.selection.org_id && !key_is_provider()) return not_allowed();
  query.selection.hide_disabled = rules.hide_disabled;
  const auto selected = store_.select(query.selection);
  auto omitted = rules.listing_omits;
  if (!query.business_ids) omitted.insert("business_ids");

  const std::size_t count = selected->size();
  const std::size_t pages = std::max<std::size_t>(1, (count + query.per_page - 1) / query.per_page);
  const std::size_t begin = std::min(count, (query.page - 1) * query.per_page);
  const std::size_t end = std::min(count, begin + query.per_page);
  Answer answer;
  answer.body = fmt::format(R"({{"page":{},"max_page":{},"count":{},"users":[)", query.page, pages, count);
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) answer.body += ',';
    answer.body += omitted.empty() ? store_.text((*selected)[i]) : trimmed(store_.text((*selected)[i]), omitted);
  }
  answer.body += "]}";
  return answer;
}

Answer PartooApi::read(const Request& request, std::optional<Store::Index> index) const {
  const Query query = user_query(request);
  if (!query.faults.empty()) return bad_request(query.faults);
  if (!index) return not_found();
  Answer answer;
  answer.body = trimmed(store_.text(*index),
                        query.business_ids ? std::set<std::string>{} : std::set<std::string>{"business_ids"});
  return answer;
}

Answer PartooApi::read_by_id(const Request& request, const std::string& id) {
  Answer answer = read(request, store_.find_id(id));
  if (answer.status != 200) return answer;
  if (const auto text = lag_.shown(id)) {
    if (text->empty()) return not_found();
    answer.body = *text;
  }
  return answer;
}

std::optional<Answer> PartooApi::body_refusal(const Request& request, const Json& schema) const {
  if (request.content_type != "application/json") {
    return error_answer(415, "json", "The body must be application/json");
  }
  if (!request.json) return bad_request({{"body", "Not valid JSON"}});
  OrderedJson faults = body_faults(schema, *request.json);
  const Query query = no_query(request);
  for (const auto& [name, fault] : query.faults.items()) faults[name] = fault;
  if (!faults.empty()) return bad_request(faults);
  if (request.json->contains("org_id") && !key_is_provider()) return not_allowed();
  return std::nullopt;
}

std::optional<Answer> PartooApi::email_refusal(const Json& body, std::optional<Store::Index> own) const {
  if (!body.contains("email")) return std::nullopt;
  const auto holder = store_.find_email(body["email"].get_ref<const std::string&>());
  if (!holder || holder == own) return std::nullopt;
  return bad_request({{"email", "Email already exists"}});
}

std::string PartooApi::fresh_id(std::int64_t created_at) {
  for (;;) {
    const auto hash = base::stable_hash(fmt::format("created {}", ++created_));
    std::string id = fmt::format("{:08x}{:016x}", static_cast<std::uint32_t>(created_at), hash);
    if (!store_.find_id(id)) return id;
  }
}

Answer PartooApi::create(const Request& request, const ApiRules& rules) {
  if (auto refusal = body_refusal(request, create_body_schema())) return *refusal;
  const Json& body = *request.json;
  if (auto refusal = email_refusal(body, std::nullopt)) return *refusal;
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  Account account;
  account.user = blank_user();
  account.user["id"] = fresh_id(now);
  account.user["created_at"] = now;
  account.user["role"] = "ORG_ADMIN";  // what a body without a role makes, as the guide warns
  if (store_.me()) account.user["org_id"] = store_.account(*store_.me()).user["org_id"];
  auto ignored = rules.ignores;
  ignored.erase("email");  // whom nobody could find again
  take_over(account, kept(body, ignored));
  if (body.value("send_invitation", false)) account.user["status"] = "invited";
  store_.add(account);
  lag_.behind(account.user["id"], "", rules.lag);
  return success(account.user["id"]);
}

Answer PartooApi::update(const Request& request, const std::string& id, const ApiRules& rules) {
  const auto index = store_.find_id(id);
  if (!index) return not_found();
  Account account = store_.account(*index);
  if (is_forbidden(account, rules)) return not_allowed();
  if (auto refusal = body_refusal(request, update_body_schema())) return *refusal;
  if (auto refusal = email_refusal(*request.json, index)) return *refusal;
  take_over(account, kept(*request.json, rules.ignores));
  lag_.behind(id, store_.text(*index), rules.lag);
  store_.replace(*index, account);
  return success(account.user["id"]);
}

}  // namespace rostersync::sandbox::partoo
