#include "sandbox/tenovos_answers.hpp"

#include <fmt/format.h>

#include "sandbox/body_check.hpp"
#include "sandbox/tenovos_query.hpp"

namespace rostersync::sandbox::tenovos {

using json::OrderedJson;

Answer json_answer(int status, const OrderedJson& value) {
  Answer answer;
  answer.status = status;
  // What was sent may be echoed, and may hold any bytes.
  answer.body = value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return answer;
}

Answer message_answer(int status, const std::string& words) {
  return json_answer(status, {{"message", words}});
}

Answer bad_request(const std::string& words) {
  return json_answer(400, {{"status", "error"}, {"message", words}});
}

Answer unauthorized() {
  return message_answer(401, "Unauthorized");
}

Answer user_not_found() {
  return message_answer(403, "User not found");
}

std::string body_fault(const Request& request, const json::Json& schema) {
  if (request.content_type != "application/json") return "The body must be application/json";
  if (!request.json) return "The body is not valid JSON";
  if (auto fault = no_query_fault(request); !fault.empty()) return fault;
  const OrderedJson faults = body_faults(schema, *request.json);
  std::string all;
  for (const auto& [name, fault] : faults.items()) {
    all += fmt::format("{}{}: {}", all.empty() ? "" : "; ", name, fault.get<std::string>());
  }
  return all;
}

}  // namespace rostersync::sandbox::tenovos
