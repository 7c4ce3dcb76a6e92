#include "sync/session.hpp"

#include <algorithm>

#include "sync/journal_record.hpp"
#include "sync/remember.hpp"
#include "sync/settings.hpp"
#include "sync/words.hpp"

namespace rostersync::sync {

Session::Session(const Order& asked, World given)
    : order(asked),
      world(std::move(given)),
      began(world.clock.now()),
      stop(world.clock, world.stop_requested,
           order.deadline ? std::optional(began + *order.deadline) : std::optional<base::Instant>{}) {
  result.schema = &order.profile.schema;
}

void open_state(Session& session) {
  const Order& order = session.order;
  session.state = std::make_unique<store::StateDirectory>(order.job.state_dir, order.profile.name, order.base_url);
  session.journal = std::make_unique<store::Journal>(order.job.state_dir, order.profile.schema);
  session.rate_file = std::make_unique<store::RateFile>(order.job.state_dir, store::moment(session.world.clock));
}

void connect(Session& session, std::vector<model::AttributeIndex> wanted) {
  session.remote =
      std::make_unique<Remote>(session.order, session.world, session.stop, *session.rate_file, std::move(wanted));
  session.own_user = meet_own_user(session.order, session.remote->directory(), session.stop);
  session.state->check_organization(session.own_user.organization);
}

base::Duration may_still_arrive(const Session& session) {
  const auto until = session.rate_file->may_arrive_until(session.order.job.http.timeout);
  return until ? std::max(*until - session.world.clock.now(), base::Duration::zero()) : base::Duration::zero();
}

model::HttpFacts http_facts(const Session& session) {
  model::HttpFacts facts = session.http_before;
  if (session.remote) {
    const http::Counters& counters = session.remote->counters();
    facts.requests += counters.requests;
    facts.reads += counters.reads;
    facts.writes += counters.writes;
    facts.retries += counters.retries;
    facts.throttled += counters.throttled;
    facts.bytes_received += counters.bytes_received;
    facts.seconds += std::chrono::duration<double>(session.world.clock.now() - session.began).count();
  }
  return facts;
}

ProgressSink progress_sink(Session& session) {
  return [&session](const Progress& progress) {
    const http::Pace pace = session.remote->pace();
    Progress whole = progress;
    whole.limit_per_second = pace.per_second;
    whole.held_back = pace.held_back;
    session.world.progress(whole);
  };
}

void execute_tasks(Session& session, const std::vector<Task>& tasks, std::size_t in_doubt) {
  JournalRecord record(*session.journal, session.result, session.world.clock, [&] { return http_facts(session); });
  const ProgressSink progress = progress_sink(session);
  const Workshop workshop{session.remote->directory(),
                          session.result,
                          record,
                          session.stop,
                          session.world.clock,
                          progress,
                          most_under_way(session.order) + in_doubt,
                          session.wrote_before,
                          session.settled_before,
                          &writings(session),
                          session.order.verify};
  const Execution execution = execute(tasks, workshop);
  session.ended = execution.stopped;
  if (execution.stopped) {
    session.result.run.message =
        execution.stopped == base::ExitCode::stopped ? stopped_message(session, execution) : execution.message;
  }
}

}  // namespace rostersync::sync
