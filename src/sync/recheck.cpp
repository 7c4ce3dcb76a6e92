#include "sync/recheck.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <unordered_map>

#include "base/log.hpp"
#include "model/value.hpp"
#include "sync/listing_proof.hpp"

namespace rostersync::sync {

using directory::Approach;
using directory::Done;
using directory::Status;
using model::Action;

namespace {

constexpr std::size_t most_under_way = 64;

class Rechecker {
 public:
  Rechecker(std::vector<Task>& tasks, const model::Schema& schema, directory::Directory& directory,
            const StopCondition& stop, const ProgressSink& progress)
      : schema_(schema), directory_(directory), stop_(stop), progress_(progress) {
    for (Task& task : tasks) {
      if (task.approach != Approach::check_first) continue;
      if (task.change->action == Action::create) {
        creates_.emplace(key_of(task.change->key), &task);
      } else {
        updates_.emplace(task.change->user_id, &task);
      }
    }
  }

  void run() {
    proof_.begin();
    begin(1);
    finish();
    const std::uint64_t last = last_page_.value_or(1);
    for (std::uint64_t page = 2; page < last && !failed_; ++page) begin(page);
    finish();
    if (last > 1 && !failed_) begin(last);
    finish();
    if (failed_ || !proof_.proved()) return;
    for (auto& [key, task] : creates_) task->approach = Approach::send;
  }

 private:
  std::string key_of(std::string_view text) const { return model::comparable(schema_[schema_.key], text); }

  void begin(std::uint64_t page) {
    while (directory_.under_way() >= most_under_way) pump();
    directory_.start(directory::ListPage{page});
  }

  void finish() {
    while (directory_.under_way() > 0) pump();
  }

  void pump() {
    if (const auto why = stop_.reached()) throw Stopped(*why);
    for (const Done& done : directory_.wait(stop_.patience())) {
      if (done.status == Status::stopped) throw Stopped(directory_.stopped().value_or("the run stopped"));
      if (done.status != Status::ok) {
        failed_ = true;
        continue;
      }
      take(done);
    }
    Progress progress;
    progress.done = seen_;
    progress.all = proof_.first_declared();
    progress_(progress);
  }

  void take(const Done& done) {
    proof_.declared(done.page.count);
    if (done.page.last) last_page_ = done.page.last;
    if (!done.page.last && !last_page_ && done.page.count && done.users->size() > 0) {
      last_page_ = (*done.page.count + done.users->size() - 1) / done.users->size();
    }
    seen_ += done.users->size();
    for (model::Row row = 0; row < done.users->size(); ++row) see({&*done.users, row});
  }

  void see(model::UserView user) {
    proof_.user(user.text(model::id_attribute));
    const auto update = updates_.find(std::string(user.text(model::id_attribute)));
    if (update != updates_.end() && model::matches(schema_, update->second->change->planned_on, user)) {
      update->second->approach = Approach::send;
    }
    if (user.presence(schema_.key) == model::Presence::unknown) {
      failed_ = true;  // it may be anybody's
    } else {
      creates_.erase(key_of(user.text(schema_.key)));
    }
  }

  const model::Schema& schema_;
  directory::Directory& directory_;
  const StopCondition& stop_;
  const ProgressSink& progress_;
  std::unordered_map<std::string, Task*> updates_;  // by user id
  std::unordered_map<std::string, Task*> creates_;  // by comparable key; nobody was listed who has it
  ListingProof proof_;
  std::optional<std::uint64_t> last_page_;
  std::uint64_t seen_ = 0;
  bool failed_ = false;
};

}  // namespace

bool listing_is_cheaper(const Listing& listing, const std::vector<Task>& tasks) {
  if (!listing.users || listing.page_size == 0) return false;
  const std::uint64_t pages = *listing.users / listing.page_size + 1;
  const auto look_ups = std::count_if(tasks.begin(), tasks.end(),
                                      [](const Task& task) { return task.approach == Approach::check_first; });
  return pages < static_cast<std::uint64_t>(look_ups);
}

void recheck(std::vector<Task>& tasks, const model::Schema& schema, directory::Directory& directory,
             const StopCondition& stop, const ProgressSink& progress) {
  base::log::info("checking what is left against a listing of the directory");
  Rechecker(tasks, schema, directory, stop, progress).run();
}

}  // namespace rostersync::sync
