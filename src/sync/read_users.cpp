#include "sync/read_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "sync/settings.hpp"

namespace rostersync::sync {

using directory::Done;
using directory::Status;

namespace {

class Reader {
 public:
  using Take = std::function<void(std::size_t, const Done&)>;
  Reader(Session& session, const std::vector<UserToRead>& users, const Take& take)
      : session_(session), directory_(session.remote->directory()), users_(users), take_(take), taken_(users.size()) {
    so_far_.all = users.size();
  }

  void run() {
    if (listing_is_cheaper()) list();
    for (std::size_t place = 0; place < users_.size(); ++place) {
      if (!taken_[place]) begin(directory::ReadUser{users_[place].id}, place);
    }
    finish();
  }

 private:
  static constexpr std::size_t a_page = SIZE_MAX;  // in place of a place

  bool listing_is_cheaper() const {
    const profile::ListOperation& list = session_.order.profile.wire.list;
    const auto& declared = session_.result.directory.users;
    return list.in_numbered_pages() && list.paging->max_size > 0 && declared &&
           *declared / list.paging->max_size + 1 < users_.size();
  }

  void list() {
    for (std::size_t place = 0; place < users_.size(); ++place) places_.emplace(users_[place].id, place);
    const std::uint64_t size = session_.order.profile.wire.list.paging->max_size;
    const std::uint64_t pages = *session_.result.directory.users / size + 1;
    for (std::uint64_t page = 1; page <= pages; ++page) begin(directory::ListPage{page}, a_page);
    finish();
  }

  void begin(directory::Operation operation, std::size_t place) {
    while (under_way_.size() >= most_under_way(session_.order)) pump();
    under_way_.emplace(directory_.start(std::move(operation)), place);
  }

  void finish() {
    while (!under_way_.empty()) pump();
  }

  void pump() {
    if (const auto why = session_.stop.reached()) throw Stopped(*why);
    for (const Done& done : directory_.wait(session_.stop.patience())) {
      if (done.status == Status::stopped) throw Stopped(directory_.stopped().value_or("the run stopped"));
      if (done.status == Status::credentials) {
        throw base::CannotRun(fmt::format("the directory does not accept the credentials: {}", done.message));
      }
      const auto found = under_way_.find(done.ticket);
      const std::size_t place = found->second;
      under_way_.erase(found);
      if (place == a_page) {
        take_page(done);
      } else {
        take(place, done);
      }
    }
    progress_sink(session_)(so_far_);
  }

  void take(std::size_t place, const Done& done) {
    if (taken_[place]) return;
    taken_[place] = true;
    ++so_far_.done;
    take_(place, done);
  }

  // Of a page that fails, and of users who are told of in part, nothing is taken.
  void take_page(const Done& done) {
    if (!done.users) return;
    for (model::Row row = 0; row < done.users->size(); ++row) {
      const auto place = places_.find(std::string(done.users->text(row, model::id_attribute)));
      if (place == places_.end()) continue;
      if (shows(users_[place->second].needed, {&*done.users, row})) take(place->second, alone(*done.users, row));
    }
  }

  static bool shows(const std::vector<model::AttributeIndex>& needed, model::UserView user) {
    return std::none_of(needed.begin(), needed.end(),
                        [&](model::AttributeIndex index) { return user.presence(index) == model::Presence::unknown; });
  }

  Done alone(const model::Users& users, model::Row row) const {
    Done done;
    done.users.emplace(session_.order.profile.schema.size(), users.columns());
    done.users->add();
    for (const model::AttributeIndex index : users.columns()) {
      done.users->set(0, index, users.presence(row, index), users.text(row, index));
    }
    return done;
  }

  Session& session_;
  directory::Directory& directory_;
  const std::vector<UserToRead>& users_;
  const Take& take_;
  std::vector<bool> taken_;
  std::unordered_map<std::string, std::size_t> places_;  // by id
  std::map<directory::Ticket, std::size_t> under_way_;
  Progress so_far_;
};

}  // namespace

void read_users(Session& session, const std::vector<UserToRead>& users,
                const std::function<void(std::size_t, const Done&)>& take) {
  if (!users.empty()) Reader(session, users, take).run();
}

}  // namespace rostersync::sync
