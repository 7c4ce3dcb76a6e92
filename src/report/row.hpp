// What every report says of one roster row, or of one user that no row points to, worked out once.
#pragma once

#include <string>
#include <vector>

#include "model/plan.hpp"

namespace rostersync::report {

struct RowFacts {
  const model::Entry* entry = nullptr;
  const model::EntryDetail* detail = nullptr;  // null: there is nothing to tell
  std::string_view key;                        // empty: none
  std::string_view user_id;                    // empty: none
  std::string reason;                          // a rejected row without one has its first fault's
  std::string message;                         // a rejected row without one has all its faults', "column: message; ..."

  bool has_changes() const { return detail != nullptr && !detail->changes.empty(); }
};

RowFacts facts_of(const model::Reconciliation& reconciliation, model::Row row);

struct OrphanFacts {
  std::string_view outcome;
  std::string_view reason;   // empty: none
  std::string_view message;  // empty: none
  const model::EntryDetail* detail = nullptr;
};

OrphanFacts facts_of_orphan(const model::Reconciliation& reconciliation, std::size_t position);

// "leaves in June (until 2030-06-30)"; empty where nothing is acknowledged.
std::string to_text(const model::Acknowledged* acknowledged);

// "column: message", or the message alone where the fault belongs to no column.
std::string to_text(const model::Fault& fault);

}  // namespace rostersync::report
