// A run from beginning to end, whatever it was asked for.
#pragma once

#include <memory>

#include "model/plan.hpp"
#include "sync/order.hpp"

namespace rostersync::sync {

struct Session;

class Run {
 public:
  Run(const Order& order, World world);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Carries the run out. Throws base::Busy and nothing else: what went wrong stands in the reconciliation, every
  // row accounted for.
  const model::Reconciliation& carry_out();

  // False where no run was resumed: no report is due, and `run.message` says why.
  bool has_report() const;

 private:
  void end_early(base::ExitCode code, std::string message);
  void conclude();

  std::unique_ptr<Session> session_;
};

}  // namespace rostersync::sync
