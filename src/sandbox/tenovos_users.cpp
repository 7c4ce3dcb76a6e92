#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sandbox/tenovos_account.hpp"
#include "sandbox/tenovos_answers.hpp"
#include "sandbox/tenovos_api.hpp"
#include "sandbox/tenovos_catalogue.hpp"
#include "sandbox/tenovos_published.hpp"
#include "sandbox/tenovos_query.hpp"
#include "text/text.hpp"

// What the API does with users.
namespace rostersync::sandbox::tenovos {

namespace {

using json::Json;
using json::OrderedJson;

std::string trimmed(const std::string& user, const std::set<std::string>& omitted) {
  if (omitted.empty()) return user;
  OrderedJson object = OrderedJson::parse(user);
  for (const auto& name : omitted) object.erase(name);
  return object.dump();
}

// A telephone is sent as a number and kept as a text.
Json kept_value(const Json& sent) {
  return sent.is_number() ? Json(sent.dump()) : sent;
}

// The name that an attribute of a body is answered by.
std::string answered_name(const std::string& sent) {
  if (sent == "email") return "emailId";
  if (sent == "username") return "userName";
  if (sent == "userRoleId") return "roleId";
  return sent;
}

// What a valid body says, named as it is answered. The role is answered by its id alone, the password is forgotten.
Json attributes_of(const Json& body, const std::set<std::string>& ignored) {
  Json attributes = Json::object();
  for (const auto& [name, value] : body.items()) {
    if (name == "password" || name == "customAttributes") continue;
    if (name == "userRoleName") {
      attributes["roleId"] = find_name(roles(), value.get_ref<const std::string&>())->id;
    } else {
      attributes[answered_name(name)] = kept_value(value);
    }
  }
  attributes.update(body.value("customAttributes", Json::object()));
  for (const auto& name : ignored) attributes.erase(name);
  return attributes;
}

std::string groups_fault(const Json& ids) {
  for (const Json& id : ids) {
    const auto& text = id.get_ref<const std::string&>();
    if (find_id(groups(), text) == nullptr) return fmt::format("groups: there is no group {}", text);
  }
  return {};
}

std::string role_fault(const Json& body) {
  const Entry* by_id = nullptr;
  if (body.contains("userRoleId")) {
    by_id = find_id(roles(), body["userRoleId"].get_ref<const std::string&>());
    if (by_id == nullptr) return "userRoleId: there is no such role";
  }
  if (!body.contains("userRoleName")) return {};
  const Entry* by_name = find_name(roles(), body["userRoleName"].get_ref<const std::string&>());
  if (by_name == nullptr) return "userRoleName: there is no such role";
  if (by_id != nullptr && by_id != by_name) return "userRoleName: is not that of userRoleId";
  return {};
}

bool is_forbidden(const Facts& facts, const ApiRules& rules) {
  return rules.forbidden.contains(facts.id) || rules.forbidden.contains(text::fold(facts.email));
}

}  // namespace

Answer TenovosApi::search(const Request& request, const Route& route, const ApiRules& rules) {
  Window window;
  if (version_ == Version::v1_5) {
    window = window_of(request);
  } else {
    window.limit = store_.size();
    window.fault = no_query_fault(request);
  }
  if (window.fault.empty() && text::first_invalid_utf8(route.subject)) window.fault = "the text is not valid UTF-8";
  if (!window.fault.empty()) return bad_request(window.fault);

  Selection selection;
  selection.hide_disabled = rules.hide_disabled;
  if (version_ == Version::v1) selection.groups = store_.facts(*store_.me()).groups;
  const bool everybody = route.operation == Operation::listing;
  if (!everybody) selection.parts = {text::fold(route.subject)};
  const auto selected = store_.select(selection);
  if (everybody) return found_answer(*selected, {}, window, rules);
  std::vector<Store::Index> found = *selected;
  const auto past = leave_to_the_past(found);
  return found_answer(found, past, window, rules);
}

// Who was just written is found as before; who was just created is not.
std::map<Store::Index, std::string> TenovosApi::leave_to_the_past(std::vector<Store::Index>& found) {
  std::map<Store::Index, std::string> past;
  std::erase_if(found, [&](Store::Index index) {
    const auto text = lag_.shown(store_.facts(index).id);
    if (text) past.emplace(index, *text);
    return text && text->empty();
  });
  return past;
}

Answer TenovosApi::found_answer(const std::vector<Store::Index>& selected,
                                const std::map<Store::Index, std::string>& past, const Window& window,
                                const ApiRules& rules) const {
  const std::size_t begin = std::min(selected.size(), window.from);
  const std::size_t end = std::min(selected.size(), begin + window.limit);
  Answer answer;
  answer.body = R"({"status":"success",)";
  if (version_ == Version::v1_5) answer.body += fmt::format(R"("count":{},)", selected.size());
  answer.body += R"("data":[)";
  for (std::size_t i = begin; i < end; ++i) {
    const auto before = past.find(selected[i]);
    if (i > begin) answer.body += ',';
    answer.body += trimmed(before == past.end() ? store_.text(selected[i]) : before->second, rules.listing_omits);
  }
  answer.body += "]}";
  return answer;
}

// Version 1 shows a user of any group to who has the id: the page of the search alone speaks of the caller's groups.
Answer TenovosApi::read(const Request& request, const std::string& id) {
  if (const auto fault = no_query_fault(request); !fault.empty()) return bad_request(fault);
  const auto index = store_.find_id(id);
  if (!index) return user_not_found();
  const auto past = lag_.shown(id);
  if (past && past->empty()) return user_not_found();
  Answer answer;
  answer.body = past ? *past : store_.text(*index);
  return answer;
}

// An address or a user name, whatever its case, is one user's alone.
std::string TenovosApi::taken_fault(const Json& body, std::optional<Store::Index> own) const {
  if (body.contains("email")) {
    const auto holder = store_.find_email(body["email"].get_ref<const std::string&>());
    if (holder && holder != own) return "A user with this email already exists";
  }
  if (body.contains("username") && store_.find_user_name(body["username"].get_ref<const std::string&>())) {
    return "A user with this username already exists";
  }
  return {};
}

std::string TenovosApi::body_fault_for(const Request& request, const Json& schema,
                                       std::optional<Store::Index> own) const {
  if (auto fault = body_fault(request, schema); !fault.empty()) return fault;
  const Json& body = *request.json;
  if (auto fault = role_fault(body); !fault.empty()) return fault;
  if (auto fault = groups_fault(body.value("groups", Json::array())); !fault.empty()) return fault;
  return taken_fault(body, own);
}

std::string TenovosApi::fresh_id() {
  for (;;) {
    std::string id = uuid_of(fmt::format("created {}", ++created_));
    if (!store_.find_id(id)) return id;
  }
}

Answer TenovosApi::create(const Request& request, const ApiRules& rules) {
  const auto fault = body_fault_for(request, create_body_schema(), std::nullopt);
  if (!fault.empty()) return bad_request(fault);
  Json attributes = attributes_of(*request.json, rules.ignores);
  attributes["emailId"] = (*request.json)["email"];  // whom nobody could find again
  attributes["userId"] = fresh_id();
  const Account account = account_from(attributes, version_);
  store_.add(account);
  lag_.behind(attributes["userId"], "", rules.lag);
  Answer answer = json_answer(200, {{"roleId", facts_of(account).role}, {"status", "success"}});
  answer.committed = true;
  return answer;
}

Answer TenovosApi::update(const Request& request, const std::string& id, const ApiRules& rules) {
  const auto index = store_.find_id(id);
  if (!index || is_forbidden(store_.facts(*index), rules)) return user_not_found();
  const auto fault = body_fault_for(request, update_body_schema(), index);
  if (!fault.empty()) return bad_request(fault);
  Account account = store_.account(*index);
  take_over(account, attributes_of(*request.json, rules.ignores));
  lag_.behind(id, store_.text(*index), rules.lag);
  store_.replace(*index, account);
  Answer answer;
  answer.body = store_.text(*index);
  answer.committed = true;
  return answer;
}

}  // namespace rostersync::sandbox::tenovos
