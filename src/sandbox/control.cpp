#include "sandbox/control.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace rostersync::sandbox {

namespace {

using json::OrderedJson;

Answer said(int status, const OrderedJson& value) {
  Answer answer;
  answer.status = status;
  answer.body = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
  return answer;
}

Answer text(std::string body) {
  Answer answer;
  answer.body = std::move(body);
  return answer;
}

Answer put_users(const Request& request, Rehearsal& rehearsal) {
  const Profile& profile = rehearsal.profile();
  Store users(profile.facts());
  for (const Account& account : profile.accounts_from(json::parse_document(request.body, "users"))) users.add(account);
  rehearsal.replace_users(std::move(users));
  return said(200, {{"users", rehearsal.size()}});
}

Answer post_faults(const Request& request, Rehearsal& rehearsal) {
  rehearsal.change(json::parse_document(request.body, "faults").root);
  return said(200, rehearsal.behaviour());
}

Answer carry_out(const Request& request, Rehearsal& rehearsal, const std::function<void()>& stop) {
  const std::string asked = request.method + " " + request.path;
  if (asked == "GET /ledger") return text(rehearsal.ledger() + "\n");
  if (asked == "DELETE /ledger") {
    rehearsal.clear_ledger();
    return said(200, rehearsal.summary());
  }
  if (asked == "GET /summary") return said(200, rehearsal.summary());
  if (asked == "GET /users") return text(rehearsal.users());
  if (asked == "PUT /users") return put_users(request, rehearsal);
  if (asked == "GET /faults") return said(200, rehearsal.behaviour());
  if (asked == "POST /faults") return post_faults(request, rehearsal);
  if (asked == "POST /shutdown") {
    stop();
    return said(200, {{"status", "stopping"}});
  }
  return said(404,
              {{"error", fmt::format("there is no {} here; there are GET and DELETE /ledger, GET /summary, GET and PUT "
                                     "/users, GET and POST /faults, POST /shutdown",
                                     asked)}});
}

}  // namespace

Answer control(const Request& request, Rehearsal& rehearsal, const std::function<void()>& stop) {
  try {
    return carry_out(request, rehearsal, stop);
  } catch (const base::Error& error) {
    return said(400, {{"error", error.what()}});
  }
}

}  // namespace rostersync::sandbox
