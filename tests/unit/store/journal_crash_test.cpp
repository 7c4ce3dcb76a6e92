// What is left of a journal when its process is killed, the power fails, or the disk is full.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "store/journal.hpp"
#include "unit/store/child_process.hpp"
#include "unit/store/sample_run.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace rostersync::test;
using store::Journal;

namespace {

// Where files are copied to when they are synced, by name, and removed when the directory that lost them is: what would
// be left if the power failed now.
std::filesystem::path lasting;
// Where that is copied to after each sync, if anywhere.
std::filesystem::path each_time;
int times = 0;

void last(const std::filesystem::path& synced) {
  if (!std::filesystem::is_directory(synced)) {
    std::filesystem::copy_file(synced, lasting / synced.filename(), std::filesystem::copy_options::overwrite_existing);
    return;
  }
  for (const auto& copy : std::filesystem::directory_iterator(lasting)) {
    if (!std::filesystem::exists(synced / copy.path().filename())) std::filesystem::remove(copy);
  }
}

void note_sync(int descriptor) {
  if (lasting.empty()) return;
  last(std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", descriptor)));
  if (!each_time.empty()) std::filesystem::copy(lasting, each_time / std::to_string(times++));
}

}  // namespace

// In place of the C library's, for SQLite too.
extern "C" int fdatasync(int descriptor) {
  note_sync(descriptor);
  return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}
extern "C" int fsync(int descriptor) {
  note_sync(descriptor);
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace {

const model::Schema schema = directory_schema();
const store::Moment now = {1'700'000'000'500, 77, "this-boot"};
constexpr Row rows = 160;

struct Folder : TemporaryFolder {
  const std::filesystem::path state = path() / "state";
  Folder() { std::filesystem::create_directory(state); }
};

// A run whose rows are all to be updated.
struct Updates : Run {
  Updates() : Run(schema) {
    for (Row row = 0; row < rows; ++row) change(add(fmt::format("p{}@k.com", row)));
  }
};

// A folder that stands for the disk while it lives: what is synced lasts.
struct PowerCut {
  explicit PowerCut(std::filesystem::path folder) {
    std::filesystem::create_directory(folder);
    lasting = std::move(folder);
  }
  ~PowerCut() { lasting.clear(); }
  // Whoever looks opens a copy, and syncs nothing.
  std::unique_ptr<store::RecordedRun> left(const std::string& run_id) const {
    const auto disk = std::exchange(lasting, {});
    const auto copy = disk.parent_path() / "after";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(disk, copy);
    auto loaded = Journal(copy, schema).load(run_id);
    lasting = disk;
    return loaded;
  }
};

std::set<Row> claimed(const std::vector<store::OpenChange>& open) {
  std::set<Row> found;
  for (const auto& one : open) {
    if (one.claimed) found.insert(one.change.row);
  }
  return found;
}

// Claims a window of eight and settles it by fours, until all is done, and says what has returned.
template <class Say>
void work(const std::filesystem::path& state, const std::string& run_id, const Say& say) {
  Updates run;
  Journal journal(state, schema);
  journal.begin(run.record(run_id));
  say("begun");
  journal.record_plan(run.result, run.changes);
  say("planned");
  for (Row start = 0; start < rows; start += 8) {
    std::vector<Row> window;
    for (Row row = start; row < start + 8; ++row) window.push_back(row);
    journal.claim(window, now);
    for (const Row row : window) say(fmt::format("c{}", row));
    for (const std::size_t half : {0U, 4U}) {
      const std::vector<Row> some(window.begin() + half, window.begin() + half + 4);
      for (const Row row : some) run.settle(row);
      journal.settle(some, run.result, run.result.http);
      for (const Row row : some) say(fmt::format("s{}", row));
    }
  }
  journal.end(run.result, store::RunState::finished);
  say("ended");
}

// What a process said before it was gone.
struct Heard {
  bool begun = false;
  bool planned = false;
  bool ended = false;
  std::set<Row> claims;
  std::set<Row> settled;
  std::string last;

  bool hear(ChildProcess& child) {
    const std::string line = child.hear();
    if (line.empty()) return false;
    last = line;
    if (line == "begun") begun = true;
    if (line == "planned") planned = true;
    if (line == "ended") ended = true;
    Row row = 0;
    const bool numbered = std::from_chars(line.data() + 1, line.data() + line.size(), row).ec == std::errc{};
    if (numbered) (line[0] == 'c' ? claims : settled).insert(row);
    return true;
  }
};

void check_what_is_left(const std::filesystem::path& state, const std::string& run_id, const Heard& heard) {
  Journal journal(state, schema);
  if (!heard.begun) return;
  const auto left = journal.load(run_id);
  if (!heard.planned) return;
  REQUIRE(left->result.entries.size() == rows);
  const std::set<Row> open_claims = claimed(left->open);
  for (const Row row : heard.claims) {
    CAPTURE(row);
    const bool answered = left->result.entries[row].outcome == Outcome::updated;
    CHECK((answered || open_claims.contains(row)));
    if (heard.settled.contains(row)) CHECK(answered);
  }
  CHECK(left->record.settled == rows - left->open.size());
  if (heard.ended) CHECK(left->record.state == store::RunState::finished);
}

}  // namespace

TEST_CASE_FIXTURE(Folder, "whenever a process is killed, what it has recorded is there and the journal opens") {
  Chance chance(20240101);
  for (int trial = 0; trial < 50; ++trial) {
    CAPTURE(trial);
    const std::string run_id = fmt::format("run {}", trial);
    if (trial % 5 == 0) std::filesystem::remove_all(state);  // killed while the journal is made, too
    std::filesystem::create_directory(state);
    Heard heard;
    ChildProcess child([&](const auto& say) {
      say("here");
      work(state, run_id, say);
    });
    const std::uint64_t enough = chance.coin() ? chance.below(12) : chance.below(2 * rows);
    for (std::uint64_t lines = 0; lines <= enough && heard.hear(child); ++lines) continue;
    child.kill();
    while (heard.hear(child)) continue;
    check_what_is_left(state, run_id, heard);
  }
}

TEST_CASE_FIXTURE(Folder, "a power cut never takes what has begun, was planned, claimed or ended") {
  Updates run;
  const PowerCut cut(path() / "disk");
  Journal journal(state, schema);
  journal.begin(run.record("r1"));
  CHECK(cut.left("r1")->record.state == store::RunState::reading);
  journal.record_plan(run.result, run.changes);
  CHECK(cut.left("r1")->open.size() == rows);
  std::set<Row> claims;
  for (Row row = 0; row < rows; row += 8) {
    journal.claim({row, row + 1}, now);
    claims.insert({row, row + 1});
    const auto left = cut.left("r1");
    std::set<Row> known = claimed(left->open);
    for (Row each = 0; each < rows; ++each) {
      if (left->result.entries[each].outcome == Outcome::updated) known.insert(each);
    }
    REQUIRE(known == claims);
    run.settle(row);
    journal.settle({row}, run.result, run.result.http);  // and with the next claim it is there
  }
  for (Row row = 0; row < rows; ++row) run.settle(row);
  journal.end(run.result, store::RunState::finished);
  CHECK(cut.left("r1")->record.state == store::RunState::finished);
  CHECK(cut.left("r1")->open.empty());
}

TEST_CASE_FIXTURE(Folder, "a power cut while the journal is made leaves what can be opened") {
  times = 0;
  each_time = path() / "times";
  std::filesystem::create_directory(each_time);
  {
    const PowerCut cut(path() / "disk");
    const Journal journal(state, schema);
  }
  each_time.clear();
  REQUIRE(times > 3);
  for (int time = 0; time < times; ++time) {
    CAPTURE(time);
    CHECK_NOTHROW(Journal(path() / "times" / std::to_string(time), schema));
  }
}

TEST_CASE_FIXTURE(Folder, "answers do not wait for the disk") {
  Updates run;
  const PowerCut cut(path() / "disk");
  Journal journal(state, schema);
  journal.begin(run.record("r1"));
  journal.record_plan(run.result, run.changes);
  journal.claim({0, 1, 2}, now);
  const std::string before = base::read_file(path() / "disk" / "journal.db-wal");
  run.settle(0);
  journal.settle({0}, run.result, run.result.http);
  journal.release({1});
  CHECK(base::read_file(path() / "disk" / "journal.db-wal") == before);
  CHECK(claimed(cut.left("r1")->open) == std::set<Row>{0, 1, 2});
}

TEST_CASE_FIXTURE(Folder,
                  "a disk that is full is told as such, wherever it meets the journal, and what was there stays") {
  std::set<std::string> met;
  for (const rlim_t room :
       {0U, 1000U, 4096U, 10'000U, 33'000U, 60'000U, 90'000U, 120'000U, 180'000U, 240'000U, 300'000U, 360'000U}) {
    CAPTURE(room);
    std::filesystem::remove_all(state);
    std::filesystem::create_directory(state);
    Heard heard;
    ChildProcess child([&](const auto& say) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{room, room};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      work(state, "r1", say);
    });
    while (heard.hear(child)) continue;
    CHECK_MESSAGE(heard.last.find("the disk is full") == 0, heard.last);
    CHECK(heard.last.find((state / "journal.db").string()) != std::string::npos);
    check_what_is_left(state, "r1", heard);
    met.insert(!heard.begun ? "opening" : !heard.planned ? "planning" : "writing");
  }
  CHECK(met == std::set<std::string>{"opening", "planning", "writing"});
}
