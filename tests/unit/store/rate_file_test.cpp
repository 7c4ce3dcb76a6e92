#include "store/rate_file.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace std::chrono_literals;
using base::Instant;
using store::Moment;
using store::RateFile;
using store::RateFinding;

namespace {

const Instant t0 = Instant{} + 1h;
using Instants = std::vector<Instant>;

Moment at(Instant when, const std::string& boot = "0b5e6f2c-boot") {
  return {0, std::chrono::nanoseconds(when.time_since_epoch()).count(), boot};
}

Instants all(const RateFile& file) {
  return file.answers(Instant::min());
}

// Runs `work` in a process of its own, which is then killed.
void in_a_killed_process(const std::function<void()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    work();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGKILL);
}

}  // namespace

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: what was answered is there for the next process, ascending") {
  {
    RateFile file(path(), at(t0));
    CHECK(all(file).empty());
    CHECK_FALSE(file.finding().has_value());
    for (const auto sent : {1s, 2s, 3s}) file.sent(t0 + sent);
    file.answered(t0 + 3s, t0 + 4s);
    file.answered(t0 + 1s, t0 + 6s);
    file.answered(t0 + 2s, t0 + 5s);
    file.keep({12.5, 7});
  }
  const RateFile file(path(), at(t0 + 60s));
  CHECK(all(file) == Instants{t0 + 4s, t0 + 5s, t0 + 6s});
  CHECK(file.answers(t0 + 4s) == Instants{t0 + 5s, t0 + 6s});
  CHECK(file.answers(t0 + 6s).empty());
  REQUIRE(file.finding().has_value());
  CHECK(file.finding()->per_second == 12.5);
  CHECK(file.finding()->in_flight == 7);
  struct stat found {};
  REQUIRE(::stat((path() / "rate").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0600);
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: a process killed between sent and answered leaves a request in doubt") {
  in_a_killed_process([&] {
    RateFile file(path(), at(t0));
    file.keep({3.5, 2});
    file.sent(t0 + 1s);
    file.answered(t0 + 1s, t0 + 2s);
    file.sent(t0 + 3s);
  });
  {
    const RateFile file(path(), at(t0 + 10s));
    CHECK(all(file) == Instants{t0 + 2s, t0 + 10s});
    CHECK(file.finding()->per_second == 3.5);
  }
  const RateFile later(path(), at(t0 + 1000s));  // the doubt was settled once and for all
  CHECK(all(later) == Instants{t0 + 2s, t0 + 10s});
}

TEST_CASE_FIXTURE(TemporaryFolder,
                  "rate file: two mappings at once see each other's requests, and each answers its own") {
  RateFile one(path(), at(t0));
  RateFile two(path(), at(t0));
  one.sent(t0 + 1s);
  two.sent(t0 + 1s);
  two.sent(t0 + 2s);
  CHECK(all(one).empty());  // nobody can say yet
  two.answered(t0 + 1s, t0 + 5s);
  CHECK(all(one) == Instants{t0 + 5s});
  one.answered(t0 + 1s, t0 + 6s);
  one.answered(t0 + 2s, t0 + 7s);  // not its request
  CHECK(all(two) == Instants{t0 + 5s, t0 + 6s});
  one.keep({9, 3});
  CHECK(two.finding()->in_flight == 3);

  // A third one opens while a request of the second is on its way: at first it counts as answered, then as it is.
  const RateFile three(path(), at(t0 + 8s));
  CHECK(all(three) == Instants{t0 + 5s, t0 + 6s, t0 + 8s});
  two.answered(t0 + 2s, t0 + 9s);
  CHECK(all(three) == Instants{t0 + 5s, t0 + 6s, t0 + 9s});
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: processes that write at the same time lose nothing") {
  constexpr int each = 12'000;
  { const RateFile made(path(), at(t0)); }
  int start[2];
  REQUIRE(::pipe(start) == 0);
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t process = ::fork();
    REQUIRE(process >= 0);
    if (process == 0) {
      RateFile file(path(), at(t0 + 1h));
      ::close(start[1]);
      char byte = 0;
      while (::read(start[0], &byte, 1) > 0) continue;  // until all of them are there
      for (int i = 0; i < each; ++i) {
        file.sent(t0 + i * 1ms);
        file.answered(t0 + i * 1ms, t0 + i * 1ms + child * 1us);
      }
      ::kill(::getpid(), SIGKILL);
    }
    children.push_back(process);
  }
  ::close(start[0]);
  ::close(start[1]);
  for (const pid_t child : children) REQUIRE(::waitpid(child, nullptr, 0) == child);
  const RateFile file(path(), at(t0 + 1h));
  const Instants found = all(file);
  CHECK(found.size() == std::size_t{4} * each);
  CHECK(std::adjacent_find(found.begin(), found.end()) == found.end());
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: several requests sent at the same moment") {
  RateFile file(path(), at(t0));
  for (int i = 0; i < 3; ++i) file.sent(t0);
  for (int i = 1; i <= 4; ++i) file.answered(t0, t0 + i * 1s);  // one more than there are
  CHECK(all(file) == Instants{t0 + 1s, t0 + 2s, t0 + 3s});
}

TEST_CASE_FIXTURE(TemporaryFolder,
                  "rate file: the ring forgets the oldest, and an answer never lands in another's place") {
  RateFile file(path(), at(t0));
  file.sent(t0);
  for (std::size_t i = 1; i <= RateFile::capacity; ++i) {
    file.sent(t0 + i * 1us);
    file.answered(t0 + i * 1us, t0 + i * 1us);
  }
  file.answered(t0, t0 + 1h);  // its place has been taken
  const Instants found = all(file);
  CHECK(found.size() == RateFile::capacity);
  CHECK(found.front() == t0 + 1us);
  CHECK(found.back() == t0 + RateFile::capacity * 1us);

  file.sent(t0 + 2h);
  const RateFile later(path(), at(t0 + 3h));  // in doubt, whatever was in that place before
  CHECK(all(later).size() == RateFile::capacity);
  CHECK(all(later).back() == t0 + 3h);
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: after another boot the requests are forgotten, and the finding stays") {
  {
    RateFile file(path(), at(t0));
    file.sent(t0);
    file.answered(t0, t0 + 1s);
    file.sent(t0 + 2s);
    file.keep({40, 8});
  }
  for (const char* boot : {"another boot", "", ""}) {  // empty: the system does not tell
    RateFile file(path(), at(t0 + 5s, boot));
    CHECK(all(file).empty());
    CHECK(file.finding()->per_second == 40);
    file.sent(t0 + 6s);
    file.answered(t0 + 6s, t0 + 7s);
  }
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: what is damaged, short or of another version is an empty memory") {
  {
    RateFile file(path(), at(t0));
    file.sent(t0);
    file.answered(t0, t0 + 1s);
    file.keep({40, 8});
  }
  const std::string good = base::read_file(path() / "rate");
  struct Case {
    std::string name;
    std::string bytes;
  };
  std::string other_version = good;
  other_version[0] = '9';
  const Case cases[] = {{"empty", ""},
                        {"one byte", "x"},
                        {"cut off", good.substr(0, good.size() - 1)},
                        {"too long", good + "x"},
                        {"of another version", other_version},
                        {"zeros", std::string(good.size(), '\0')},
                        {"noise", std::string(good.size(), '\xa5')}};
  for (const Case& one : cases) {
    CAPTURE(one.name);
    write("rate", one.bytes);
    {
      RateFile file(path(), at(t0 + 5s));
      CHECK(all(file).empty());
      CHECK_FALSE(file.finding().has_value());
      file.sent(t0 + 6s);
      file.answered(t0 + 6s, t0 + 7s);
      file.keep({2, 1});
    }
    const RateFile again(path(), at(t0 + 60s));
    CHECK(all(again) == Instants{t0 + 7s});
    CHECK(again.finding()->per_second == 2);
  }
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: values that cannot be hold nobody up") {
  RateFile file(path(), at(t0));
  file.sent(t0);
  file.answered(t0, t0 + 1000h);  // after all that can have been when it is opened again
  const RateFile again(path(), at(t0 + 5s));
  CHECK(all(again) == Instants{t0 + 5s});
  for (const RateFinding& finding :
       {RateFinding{-1, 5}, RateFinding{0, 5}, RateFinding{1e300, 5}, RateFinding{5, 0},
        RateFinding{std::numeric_limits<double>::quiet_NaN(), 5}, RateFinding{5, SIZE_MAX}}) {
    file.keep(finding);
    CHECK_FALSE(again.finding().has_value());
  }
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: where it cannot be made, it is named") {
  CHECK_THROWS_WITH_AS(RateFile(path() / "nowhere", at(t0)), doctest::Contains("nowhere/rate"), base::CannotRun);
  std::filesystem::create_directories(path() / "rate");
  CHECK_THROWS_WITH_AS(RateFile(path(), at(t0)), doctest::Contains("rate: Is a directory"), base::CannotRun);
  REQUIRE(::mkdir((path() / "pipes").c_str(), 0700) == 0);
  REQUIRE(::mkfifo((path() / "pipes" / "rate").c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(RateFile(path() / "pipes", at(t0)), doctest::Contains("pipes/rate"), base::CannotRun);
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: by default it is opened now, on this boot") {
  const Instant now = base::SystemClock().now();
  {
    RateFile file(path());
    file.sent(now);
  }
  const RateFile file(path());
  REQUIRE(all(file).size() == 1);
  CHECK(all(file).front() >= now);
  CHECK(all(file).front() <= base::SystemClock().now());
}

TEST_CASE_FIXTURE(TemporaryFolder, "rate file: until when a request of an earlier process may still arrive") {
  {
    RateFile file(path(), at(t0));
    CHECK(file.may_arrive_until(30s) == t0 + 30s);  // made anew: nobody knows of what was before
  }
  {
    RateFile file(path(), at(t0 + 60s));
    CHECK_FALSE(file.may_arrive_until(30s));
    file.sent(t0 + 61s);
    file.answered(t0 + 61s, t0 + 62s);
    file.sent(t0 + 63s);  // and killed
  }
  for (int later = 0; later < 3; ++later) {  // killed again and again, before it has looked
    const RateFile file(path(), at(t0 + 64s + std::chrono::seconds(later)));
    CHECK(file.may_arrive_until(30s) == t0 + 93s);
  }
  {
    RateFile file(path(), at(t0 + 93s));
    CHECK_FALSE(file.may_arrive_until(30s));
    file.sent(t0 + 100s);
    file.answered(t0 + 100s, t0 + 130s);  // timed out
  }
  const RateFile timed_out(path(), at(t0 + 131s));
  CHECK(timed_out.may_arrive_until(30s) == t0 + 160s);
  CHECK_FALSE(timed_out.may_arrive_until(60s).value_or(t0) > t0 + 160s);  // no time-out of that run, which was longer
}
