#include "json/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "json/quote.hpp"
#include "model/plan.hpp"
#include "report/report.hpp"
#include "report/row.hpp"
#include "report/value.hpp"

namespace rostersync::report {

namespace {

using json::OrderedJson;

// An answer's bytes reach the report through messages: whatever is not UTF-8 is replaced, never thrown at.
std::string dump(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

OrderedJson text_or_null(std::string_view text) {
  return text.empty() ? OrderedJson() : OrderedJson(text);
}

OrderedJson status_or_null(std::uint16_t status) {
  return status == 0 ? OrderedJson() : OrderedJson(status);
}

OrderedJson roster_json(const model::RosterFacts& roster) {
  return {{"path", roster.path},
          {"sha256", text_or_null(roster.sha256)},
          {"rows", roster.rows},
          {"encoding", text_or_null(roster.encoding)},
          {"delimiter", text_or_null(roster.delimiter)},
          {"format", text_or_null(roster.format)},
          {"bom", roster.bom}};
}

OrderedJson run_json(const model::RunFacts& run) {
  return {{"id", run.id},
          {"command", run.command},
          {"dry_run", run.dry_run},
          {"plan", text_or_null(run.plan)},
          {"undoes", text_or_null(run.undoes)},
          {"started_at", text_or_null(run.started_at)},
          {"finished_at", text_or_null(run.finished_at)},
          {"version", run.version},
          {"profile", run.profile},
          {"base_url", text_or_null(run.base_url)},
          {"roster", roster_json(run.roster)},
          {"changes_digest", text_or_null(run.changes_digest)},
          {"exit_code", run.exit_code},
          {"message", text_or_null(run.message)}};
}

OrderedJson totals_json(const model::Totals& totals) {
  OrderedJson out;
  out["rows"] = totals.rows;
  for (const model::Outcome outcome : model::all_outcomes) {
    out[std::string(model::to_string(outcome))] = totals.of(outcome);
  }
  out["orphans"] = totals.orphans ? OrderedJson(*totals.orphans) : OrderedJson();
  out["deactivated"] = totals.deactivated;
  out["planned_deactivate"] = totals.planned_deactivate;
  out["deactivate_failed"] = totals.deactivate_failed;
  out["deactivate_skipped"] = totals.deactivate_skipped;
  return out;
}

OrderedJson http_json(const model::HttpFacts& http) {
  return {{"requests", http.requests},
          {"reads", http.reads},
          {"writes", http.writes},
          {"retries", http.retries},
          {"throttled", http.throttled},
          {"bytes_received", http.bytes_received},
          {"seconds", std::round(http.seconds * 1000) / 1000}};
}

OrderedJson directory_json(const model::DirectoryFacts& directory) {
  return {{"users", directory.users ? OrderedJson(*directory.users) : OrderedJson()}, {"complete", directory.complete}};
}

OrderedJson warning_json(const model::Warning& warning) {
  return {{"code", warning.code}, {"message", warning.message}};
}

OrderedJson change_json(const model::Schema& schema, const model::AttributeChange& change) {
  const model::Attribute& attribute = schema[change.attribute];
  return {{"attribute", attribute.name},
          {"before", OrderedJson(json_value(attribute, change.before_presence, change.before))},
          {"after", OrderedJson(json_value(attribute, change.after_presence, change.after))}};
}

OrderedJson orphan_json(const model::Reconciliation& reconciliation, std::size_t position) {
  const model::Orphan& orphan = (*reconciliation.orphans)[position];
  const OrphanFacts facts = facts_of_orphan(reconciliation, position);
  OrderedJson changes = OrderedJson::array();
  if (facts.detail != nullptr) {
    for (const auto& change : facts.detail->changes) changes.push_back(change_json(*reconciliation.schema, change));
  }
  return {{"user_id", orphan.user_id},
          {"email", text_or_null(orphan.email)},
          {"outcome", facts.outcome},
          {"reason", text_or_null(facts.reason)},
          {"http_status", status_or_null(orphan.departure.http_status)},
          {"message", text_or_null(facts.message)},
          {"changes", std::move(changes)},
          {"attempts", orphan.departure.attempts}};
}

OrderedJson acknowledged_json(const model::Acknowledged& acknowledged) {
  return {{"reason", acknowledged.reason},
          {"until", acknowledged.until ? OrderedJson(*acknowledged.until) : OrderedJson()}};
}

// An object written as it is told, where there are too many to make a value of each first.
class Object {
 public:
  void add(std::string_view name, std::string_view json) {
    out_.append(out_.empty() ? "{\"" : ",\"").append(name).append("\":").append(json);
  }
  void add_number(std::string_view name, std::uint64_t number) {
    const fmt::format_int digits(number);
    add(name, {digits.data(), digits.size()});
  }
  void add_text_or_null(std::string_view name, std::string_view text) {
    if (text.empty()) return add(name, "null");
    add(name, "");
    json::append_quoted(out_, text);
  }
  // An array of what `json_of` makes of each of them.
  template <class Items, class Make>
  void add_array(std::string_view name, const Items& items, const Make& json_of) {
    if (items.empty()) return add(name, "[]");
    OrderedJson array = OrderedJson::array();
    for (const auto& item : items) array.push_back(json_of(item));
    add(name, dump(array));
  }
  std::string end() { return std::move(out_ += '}'); }

 private:
  std::string out_;
};

OrderedJson fault_json(const model::Fault& fault) {
  return {{"reason", fault.reason}, {"column", text_or_null(fault.column)}, {"message", fault.message}};
}

std::string entry_text(const model::Reconciliation& reconciliation, model::Row row) {
  static const model::EntryDetail nothing;
  const RowFacts facts = facts_of(reconciliation, row);
  const model::EntryDetail& detail = facts.detail != nullptr ? *facts.detail : nothing;
  const std::uint16_t status = facts.entry->http_status;
  Object entry;
  entry.add_number("row", std::uint64_t{row} + 1);
  entry.add_number("line", facts.entry->line);
  entry.add_text_or_null("key", facts.key);
  entry.add_text_or_null("user_id", facts.user_id);
  entry.add_text_or_null("outcome", model::to_string(facts.entry->outcome));
  entry.add_array("changes", detail.changes, [&](const auto& one) { return change_json(*reconciliation.schema, one); });
  entry.add_text_or_null("reason", facts.reason);
  entry.add_text_or_null("message", facts.message);
  entry.add_array("warnings", detail.warnings, [](const model::Warning& warning) { return warning.code; });
  entry.add_array("notes", detail.warnings, [](const model::Warning& warning) { return warning.message; });
  entry.add_array("faults", detail.faults, fault_json);
  entry.add_number("attempts", facts.entry->attempts);
  if (status == 0) {
    entry.add("http_status", "null");
  } else {
    entry.add_number("http_status", status);
  }
  entry.add_array("request_ids", detail.request_ids, [](const std::string& id) { return id; });
  const model::Acknowledged* const acknowledged = reconciliation.acknowledged(row);
  entry.add("acknowledged", acknowledged == nullptr ? "null" : dump(acknowledged_json(*acknowledged)));
  return entry.end();
}

// A member that is an array, one item a line.
template <class Item>
void write_array(const Sink& sink, const char* name, std::size_t size, const Item& item) {
  sink(",\n" + dump(name) + ":[");
  for (std::size_t i = 0; i < size; ++i) sink((i == 0 ? "\n" : ",\n") + item(i));
  sink(size == 0 ? "]" : "\n]");
}

}  // namespace

void write_json(const model::Reconciliation& reconciliation, const Sink& sink) {
  const model::Totals totals = model::totals(reconciliation);
  sink("{\n\"schema\":\"rostersync.report/1\"");
  sink(",\n\"run\":" + dump(run_json(reconciliation.run)));
  sink(",\n\"totals\":" + dump(totals_json(totals)));
  sink(",\n\"http\":" + dump(http_json(reconciliation.http)));
  sink(",\n\"directory\":" + dump(directory_json(reconciliation.directory)));
  write_array(sink, "warnings", reconciliation.warnings.size(),
              [&](std::size_t i) { return dump(warning_json(reconciliation.warnings[i])); });
  if (reconciliation.orphans) {
    write_array(sink, "orphans", reconciliation.orphans->size(),
                [&](std::size_t i) { return dump(orphan_json(reconciliation, i)); });
  } else {
    sink(",\n\"orphans\":null");
  }
  write_array(sink, "entries", reconciliation.entries.size(),
              [&](std::size_t i) { return entry_text(reconciliation, static_cast<model::Row>(i)); });
  sink("\n}\n");
}

}  // namespace rostersync::report
