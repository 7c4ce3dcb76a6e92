#include "sync/remember.hpp"

#include <algorithm>
#include <set>

#include "plan/diff.hpp"
#include "sync/settings.hpp"

namespace rostersync::sync {

using model::AttributeChange;
using model::Outcome;
using model::Presence;
using model::Row;

namespace {

// Whether the directory has answered well; what it made of that is another matter.
bool confirmed(const model::Reconciliation& run, Row row) {
  const Outcome outcome = run.entries[row].outcome;
  if (outcome == Outcome::created || outcome == Outcome::updated) return true;
  return outcome == Outcome::failed && run.find_detail(row)->reason == "not_kept";
}

// What became of one run's changes.
class Learner {
 public:
  Learner(const model::Reconciliation& run, bool password_updates, const plan::Writings& writings,
          store::Lesson& lesson)
      : run_(run), schema_(*run.schema), password_updates_(password_updates), writings_(writings), lesson_(lesson) {}

  // `sent(row, attribute)`: whether the attribute was part of what became of the row.
  template <class Sent>
  void learn(const Sent& sent) {
    for (Row row = 0; row < run_.entries.size(); ++row) {
      const model::EntryDetail* detail = run_.find_detail(row);
      if (detail == nullptr || run_.user_id(row).empty()) continue;
      for (const AttributeChange& one : detail->changes) {
        if (!sent(row, schema_[one.attribute])) continue;
        if (plan::updates_unseen(schema_[one.attribute], password_updates_)) learn_unseen(row, one);
        learn_seen(row, one);
      }
    }
  }

  void confirm(Row row, const AttributeChange& one) {
    lesson_.confirmed.keep.push_back({user(row), schema_[one.attribute].name, one.after_presence, one.after});
  }

 private:
  std::string user(Row row) const { return std::string(run_.user_id(row)); }

  void learn_unseen(Row row, const AttributeChange& one) {
    // The text of a secret that an earlier process sent is not to be had any more.
    const bool untold = one.after_presence == Presence::value && one.after.empty();
    if (confirmed(run_, row) && !untold) {
      confirm(row, one);
    } else if (confirmed(run_, row) || run_.entries[row].outcome == Outcome::failed) {
      // It may have been carried out, so what was confirmed before means nothing either.
      lesson_.confirmed.forget.push_back({user(row), schema_[one.attribute].name});
    }
  }

  void learn_seen(Row row, const AttributeChange& one) {
    if (!confirmed(run_, row)) return;
    auto record = plan::written(schema_, writings_, run_.user_id(row), one, run_.run);
    if (record) lesson_.written.keep.push_back(std::move(*record));
  }

  const model::Reconciliation& run_;
  const model::Schema& schema_;
  bool password_updates_;
  const plan::Writings& writings_;
  store::Lesson& lesson_;
};

plan::Writings load_writings(Session& session, const std::string& run_id) {
  store::Memory* const known = memory(session);
  return known == nullptr ? plan::Writings() : plan::Writings(known->written(), run_id);
}

// A person who was created has some of what the row says without its being sent.
void learn_from_the_start(const Session& session, Learner& learner) {
  if (!session.roster) return;
  const model::Schema& schema = session.order.profile.schema;
  const plan::Options options = plan_options(session.order, {});
  for (Row row = 0; row < session.roster->users.size(); ++row) {
    if (session.result.entries[row].outcome != Outcome::created) continue;
    for (const AttributeChange& one :
         plan::unseen_from_the_start(schema, {&session.roster->users, row}, options.defaults)) {
      if (plan::updates_unseen(schema[one.attribute], session.order.job.password_updates)) learner.confirm(row, one);
    }
  }
}

void keep(Session& session, const store::Lesson& lesson) {
  if (lesson.empty()) return;
  if (!session.memory) session.memory = std::make_unique<store::Memory>(session.order.job.state_dir);
  session.memory->remember(lesson);
}

}  // namespace

store::Memory* memory(Session& session) {
  if (!session.memory) session.memory = store::Memory::find(session.order.job.state_dir);
  return session.memory.get();
}

const plan::Writings& writings(Session& session) {
  if (!session.writings) session.writings = load_writings(session, session.result.run.id);
  return *session.writings;
}

void remember_assumed(Session& session) {
  store::Lesson lesson;
  lesson.confirmed.keep = std::move(session.assumed);
  session.assumed.clear();
  keep(session, lesson);
}

void remember_interrupted(Session& session, const store::RecordedRun& run) {
  std::set<Row> begun;
  for (const store::OpenChange& one : run.open) {
    if (one.change.action == model::Action::create) begun.insert(one.change.row);
  }
  store::Lesson lesson;
  const plan::Writings before = load_writings(session, run.result.run.id);
  Learner(run.result, session.order.job.password_updates, before, lesson)
      .learn([&](Row row, const model::Attribute& attribute) { return attribute.on_create || !begun.contains(row); });
  keep(session, lesson);
}

void remember_completed(Session& session, const model::Reconciliation& run, const std::deque<model::Change>& changes) {
  std::set<Row> completed;
  for (const model::Change& change : changes) completed.insert(change.row);
  store::Lesson lesson;
  Learner(run, session.order.job.password_updates, plan::Writings(), lesson)
      .learn(
          [&](Row row, const model::Attribute& attribute) { return !attribute.on_create && completed.contains(row); });
  // What has just been sent need not be assumed to be anything else.
  std::erase_if(session.assumed, [&](const store::Confirmed& one) {
    return std::any_of(lesson.confirmed.keep.begin(), lesson.confirmed.keep.end(), [&](const store::Confirmed& sent) {
      return sent.user_id == one.user_id && sent.attribute == one.attribute;
    });
  });
  keep(session, lesson);
}

void remember(Session& session) {
  if (!session.planned) return;
  Learner learner(session.result, session.order.job.password_updates, writings(session), session.lesson);
  learner.learn([](Row, const model::Attribute&) { return true; });
  learn_from_the_start(session, learner);
  keep(session, session.lesson);
}

}  // namespace rostersync::sync
