#include "report/row.hpp"

namespace rostersync::report {

std::string to_text(const model::Acknowledged* acknowledged) {
  if (acknowledged == nullptr) return {};
  return acknowledged->until ? acknowledged->reason + " (until " + *acknowledged->until + ")" : acknowledged->reason;
}

std::string to_text(const model::Fault& fault) {
  return fault.column.empty() ? fault.message : fault.column + ": " + fault.message;
}

RowFacts facts_of(const model::Reconciliation& reconciliation, model::Row row) {
  RowFacts facts{.entry = &reconciliation.entries[row],
                 .detail = reconciliation.find_detail(row),
                 .key = reconciliation.key(row),
                 .user_id = reconciliation.user_id(row),
                 .reason = {},
                 .message = {}};
  if (facts.detail == nullptr) return facts;
  facts.reason = facts.detail->reason;
  facts.message = facts.detail->message;
  if (facts.entry->outcome != model::Outcome::rejected || facts.detail->faults.empty()) return facts;
  if (facts.reason.empty()) facts.reason = facts.detail->faults.front().reason;
  if (!facts.message.empty()) return facts;
  for (const model::Fault& fault : facts.detail->faults) {
    if (!facts.message.empty()) facts.message += "; ";
    facts.message += to_text(fault);
  }
  return facts;
}

OrphanFacts facts_of_orphan(const model::Reconciliation& reconciliation, std::size_t position) {
  const model::Orphan& orphan = (*reconciliation.orphans)[position];
  OrphanFacts facts{model::outcome_of(orphan), orphan.reason, orphan.message};
  if (!orphan.departs) return facts;
  facts.detail = reconciliation.find_detail(reconciliation.orphan_row(position));
  if (facts.detail == nullptr) return facts;
  facts.reason = facts.detail->reason;
  facts.message = facts.detail->message;
  return facts;
}

}  // namespace rostersync::report
