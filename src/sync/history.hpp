// Past runs, as the journal knows them. Reads only: a run may be going on meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "model/plan.hpp"
#include "store/journal.hpp"

namespace rostersync::sync {

struct PastRun {
  model::RunFacts facts;
  std::string state;  // "finished", "interrupted" (or still going on), "superseded"
  std::uint64_t changes = 0;
  std::uint64_t settled = 0;
};

// Newest first. A state directory that is not there has none.
std::vector<PastRun> past_runs(const std::filesystem::path& state_directory);

// One run, ready for the reports: what is still open is told as such. Throws base::CannotRun where there is none, or
// none of that name. `run` empty: the latest. `schema` must outlive it.
std::unique_ptr<store::RecordedRun> past_run(const std::filesystem::path& state_directory, const model::Schema& schema,
                                             const std::string& run);

}  // namespace rostersync::sync
