#include "sandbox/ledger.hpp"

#include <string_view>

namespace rostersync::sandbox {

using json::Json;
using json::OrderedJson;

namespace {

constexpr std::string_view mask = "***";

bool is_secret(const std::string& name) {
  return lower_case(name).find("password") != std::string::npos;
}

std::string safe_dump(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);  // a path may hold any bytes
}

std::uint64_t count_of(const std::map<Operation, std::uint64_t>& counts, Operation operation) {
  const auto found = counts.find(operation);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

std::string Ledger::masked(std::string text) const {
  for (const std::string& secret : secrets_) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mask.size())) {
      text.replace(at, secret.size(), mask);
    }
  }
  return text;
}

OrderedJson Ledger::without_secrets(const Json& value) const {
  if (value.is_string()) return masked(value.get<std::string>());
  if (value.is_array()) {
    OrderedJson items = OrderedJson::array();
    for (const Json& item : value) items.push_back(without_secrets(item));
    return items;
  }
  if (!value.is_object()) return value;
  OrderedJson members = OrderedJson::object();
  for (const auto& [name, member] : value.items()) {
    members[masked(name)] = is_secret(name) ? OrderedJson(mask) : without_secrets(member);
  }
  return members;
}

OrderedJson Ledger::redacted(const Json& value) const {
  if (!value.is_object()) return mask;
  OrderedJson members = OrderedJson::object();
  for (const auto& [name, member] : value.items()) members[masked(name)] = redacted(member);
  return members;
}

void Ledger::add(const Request& request, const Route& route, const Verdict& verdict, base::Instant now) {
  OrderedJson query = OrderedJson::object();
  for (const auto& [name, value] : request.query) {
    query[masked(name)] = is_secret(name) ? std::string(mask) : masked(value);
  }
  OrderedJson body;
  if (request.json) body = is_sign_in(route.operation) ? redacted(*request.json) : without_secrets(*request.json);
  const auto since_start = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_).count();
  const OrderedJson entry = {{"sequence", ++sequence_},
                             {"at_ms", since_start},
                             {"operation", name_of(route.operation)},
                             {"method", request.method},
                             {"path", masked(request.path)},
                             {"query", std::move(query)},
                             {"body", std::move(body)},
                             {"status", verdict.status == 0 ? OrderedJson() : OrderedJson(verdict.status)},
                             {"fault", verdict.fault.empty() ? OrderedJson() : OrderedJson(verdict.fault)},
                             {"committed", verdict.committed}};
  entries_.push_back(safe_dump(entry));
  ++requests_[route.operation];
  if (verdict.committed) ++committed_[route.operation];
  if (verdict.let_in) ++let_in_;
  if (verdict.status == 429) ++throttled_;
  if (!verdict.fault.empty()) ++faults_[verdict.fault];
}

void Ledger::clear() {
  entries_.clear();
  requests_.clear();
  committed_.clear();
  faults_.clear();
  let_in_ = 0;
  throttled_ = 0;
}

std::string Ledger::entries() const {
  std::string all = "[";
  for (const auto& entry : entries_) {
    if (all.size() > 1) all += ",\n";
    all += entry;
  }
  return all + "]";
}

OrderedJson Ledger::summary() const {
  const auto lookups = count_of(requests_, Operation::lookup);
  const auto by_id = count_of(requests_, Operation::read);
  const auto others = count_of(requests_, Operation::me) + count_of(requests_, Operation::catalogue);
  return {{"requests", entries_.size()},
          {"let_in", let_in_},
          {"listings", count_of(requests_, Operation::listing)},
          {"other_reads", lookups + by_id + others},
          {"lookups", lookups},
          {"reads_by_id", by_id},
          {"me", count_of(requests_, Operation::me)},
          {"writes", count_of(requests_, Operation::create) + count_of(requests_, Operation::update)},
          {"creates", count_of(committed_, Operation::create)},
          {"updates", count_of(committed_, Operation::update)},
          {"throttled", throttled_},
          {"faults", faults_}};
}

OrderedJson Ledger::sign_ins() const {
  return {{"sign_ins", count_of(requests_, Operation::sign_in)},
          {"refreshes", count_of(requests_, Operation::refresh)}};
}

}  // namespace rostersync::sandbox
