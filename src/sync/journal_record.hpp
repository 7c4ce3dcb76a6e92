// The journal as an execution wants to see it.
#pragma once

#include <functional>
#include <vector>

#include "store/journal.hpp"
#include "sync/execute.hpp"

namespace rostersync::sync {

class JournalRecord final : public Record {
 public:
  // All references must outlive it; `http` answers the counts of the whole run so far.
  JournalRecord(store::Journal& journal, const model::Reconciliation& result, const base::Clock& clock,
                std::function<model::HttpFacts()> http)
      : journal_(journal), result_(result), clock_(clock), http_(std::move(http)) {}

  void claim(const std::vector<model::Row>& rows) override { journal_.claim(rows, store::moment(clock_)); }
  void settle(const std::vector<model::Row>& rows) override { journal_.settle(rows, result_, http_()); }
  void release(const std::vector<model::Row>& rows) override { journal_.release(rows); }

 private:
  store::Journal& journal_;
  const model::Reconciliation& result_;
  const base::Clock& clock_;
  std::function<model::HttpFacts()> http_;
};

}  // namespace rostersync::sync
