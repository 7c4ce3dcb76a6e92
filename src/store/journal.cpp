#include "store/journal.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/error.hpp"
#include "store/change_table.hpp"
#include "store/database.hpp"
#include "store/entry_table.hpp"
#include "store/layout.hpp"
#include "store/run_table.hpp"

namespace rostersync::store {

using model::Row;

namespace {

std::filesystem::path file_in(const std::filesystem::path& state_directory) {
  return state_directory / "journal.db";
}

bool is_final(RunState state) {
  return state == RunState::finished || state == RunState::superseded;
}

}  // namespace

RecordedRun::RecordedRun(const model::Schema& schema) : users(schema.size(), {schema.key}) {
  result.schema = &schema;
  result.users = &users;
}

class Journal::Impl {
 public:
  Impl(const std::filesystem::path& state_directory, const model::Schema& schema)
      : database_(file_in(state_directory), journal_layout()), schema_(schema) {
    database_.guarded([&] { tables_ = std::make_unique<Tables>(database_, schema); });
  }

  Database& database() { return database_; }
  RunTable& runs() { return tables_->runs; }
  EntryTable& entries() { return tables_->entries; }
  ChangeTable& changes() { return tables_->changes; }

  RunNumber current() const {
    if (!current_) throw std::logic_error("the journal was not told which run it is of");
    return *current_;
  }
  void speak_of(RunNumber run) { current_ = run; }

  RunTable::Stored known(const std::string& run_id) {
    if (auto found = runs().find(run_id)) return std::move(*found);
    throw base::CannotRun(fmt::format("there is no run {}; rostersync runs lists those there are", run_id));
  }

  // Everything that is told of the run and of its rows, in place of what was recorded before.
  void tell_all(const model::Reconciliation& result) {
    entries().remove(current());
    runs().tell(current(), result);
    for (std::size_t i = 0; i < result.entries.size(); ++i) entries().add(current(), static_cast<Row>(i), result);
    if (result.orphans) entries().add_orphans(current(), result);
  }

  // How many of these rows were open.
  std::uint64_t settle(const std::vector<Row>& rows, const model::Reconciliation& result) {
    std::uint64_t were_open = 0;
    for (const Row row : rows) {
      const auto planned = changes().planned(current(), row);
      if (!planned) throw std::logic_error(fmt::format("row {} was settled, and has no change", row + 1));
      entries().settle(current(), row, result, planned->attributes);
      if (planned->open) ++were_open;
    }
    return were_open;
  }

  std::unique_ptr<RecordedRun> load(const std::string& run_id) {
    RunTable::Stored found = known(run_id);
    if (!found.kept) {
      throw base::CannotRun(fmt::format("what became of the rows of the run {} is no longer kept", run_id));
    }
    auto loaded = std::make_unique<RecordedRun>(schema_);
    loaded->result.run = found.record.facts;
    loaded->result.http = found.record.http;
    loaded->result.directory = found.record.directory;
    loaded->result.warnings = std::move(found.warnings);
    entries().load(found.number, found.has_orphans, loaded->result, loaded->users);
    loaded->open = changes().open(found.number);
    loaded->record = std::move(found.record);
    return loaded;
  }

 private:
  struct Tables {
    Tables(Database& database, const model::Schema& schema)
        : runs(database), entries(database, schema), changes(database, schema) {}
    RunTable runs;
    EntryTable entries;
    ChangeTable changes;
  };

  Database database_;
  const model::Schema& schema_;
  std::unique_ptr<Tables> tables_;
  std::optional<RunNumber> current_;
};

bool Journal::exists(const std::filesystem::path& state_directory) {
  std::error_code why;
  const bool found = std::filesystem::exists(file_in(state_directory), why);
  if (why) throw base::CannotRun(fmt::format("cannot read {}: {}", file_in(state_directory).string(), why.message()));
  return found;
}

Journal::Journal(const std::filesystem::path& state_directory, const model::Schema& schema)
    : impl_(std::make_unique<Impl>(state_directory, schema)) {}

Journal::~Journal() = default;

void Journal::begin(const RunRecord& run) {
  impl_->database().write(Durability::lasting, [&] { impl_->speak_of(impl_->runs().begin(run)); });
}

void Journal::take_up(const std::string& run_id) {
  impl_->database().read([&] { impl_->speak_of(impl_->known(run_id).number); });
}

void Journal::record_plan(const model::Reconciliation& result, const std::vector<model::Change>& changes) {
  impl_->database().write(Durability::lasting, [&] {
    impl_->tell_all(result);
    for (const model::Change& change : changes) impl_->changes().add(impl_->current(), change);
    impl_->runs().plan(impl_->current(), changes.size());
  });
}

void Journal::claim(const std::vector<Row>& rows, const Moment& now) {
  if (rows.empty()) return;
  impl_->database().write(Durability::lasting, [&] {
    for (const Row row : rows) impl_->changes().claim(impl_->current(), row, now);
  });
}

void Journal::settle(const std::vector<Row>& rows, const model::Reconciliation& result, const model::HttpFacts& http) {
  impl_->database().write(Durability::best_effort,
                          [&] { impl_->runs().settle(impl_->current(), impl_->settle(rows, result), http); });
}

void Journal::release(const std::vector<Row>& rows) {
  if (rows.empty()) return;
  impl_->database().write(Durability::best_effort, [&] {
    for (const Row row : rows) impl_->changes().release(impl_->current(), row);
  });
}

void Journal::end(const model::Reconciliation& result, RunState state) {
  impl_->database().write(Durability::lasting, [&] {
    const RunNumber run = impl_->current();
    const auto recorded = impl_->runs().find(run);
    if (!recorded || !recorded->planned) {
      impl_->tell_all(result);
    } else if (is_final(state)) {
      impl_->runs().settle(run, impl_->settle(impl_->changes().open_rows(run), result), result.http);
    }
    if (!result.warnings.empty()) impl_->runs().warn(run, result.warnings);
    impl_->runs().end(run, result, state);
  });
}

std::vector<RunRecord> Journal::runs() {
  return impl_->database().read([&] { return impl_->runs().newest_first(); });
}

std::optional<RunRecord> Journal::find(const std::string& run_id) {
  return impl_->database().read([&]() -> std::optional<RunRecord> {
    auto found = impl_->runs().find(run_id);
    if (!found) return std::nullopt;
    return std::move(found->record);
  });
}

std::unique_ptr<RecordedRun> Journal::load(const std::string& run_id) {
  return impl_->database().read([&] { return impl_->load(run_id); });
}

void Journal::prune(std::size_t keep) {
  impl_->database().write(Durability::best_effort, [&] {
    for (const RunNumber run : impl_->runs().beyond(keep)) {
      impl_->entries().remove(run);
      impl_->runs().mark_dropped(run);
    }
  });
}

}  // namespace rostersync::store
