// What is remembered of the rate between the processes of one installation: `rate` in the state directory (0600). A
// fixed ring of requests in shared memory, so that what is noted outlives the process however it ends, without a
// system call a request. A power cut may lose it: the monotonic clock that it counts by begins anew then anyway.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "store/moment.hpp"

namespace rostersync::store {

struct RateFinding {
  double per_second = 0;      // what the server was last found to bear
  std::size_t in_flight = 0;  // and how many at once
};

// Several processes may have the file open at once.
class RateFile {
 public:
  static constexpr std::size_t capacity = 65'536;  // requests; the oldest are forgotten

  // Opens the file of a state directory. A file that is missing, short, damaged or of another version is made anew,
  // empty. After another boot the requests are forgotten, and the finding stays. Throws base::CannotRun where the file
  // cannot be made.
  explicit RateFile(const std::filesystem::path& state_directory, const Moment& now = moment(base::SystemClock()));
  ~RateFile();
  RateFile(const RateFile&) = delete;
  RateFile& operator=(const RateFile&) = delete;

  // When requests were answered, ascending, as far as that is after `since`. What earlier processes left without an
  // answer counts as answered when the file was opened.
  std::vector<base::Instant> answers(base::Instant since) const;
  // Until when a request of an earlier process may still arrive, if each is given `timeout` from when it was last known
  // to be on its way: one without an answer from when it was sent, one that timed out from then. Nothing if none may.
  // Where that is not known (another boot, a file made anew), `timeout` from when the file was opened.
  std::optional<base::Instant> may_arrive_until(base::Duration timeout) const;
  void sent(base::Instant now);
  void answered(base::Instant sent, base::Instant now);  // of a request of this object; of any other: nothing happens
  std::optional<RateFinding> finding() const;
  void keep(const RateFinding& finding);

 private:
  struct Layout;

  Layout* shared_ = nullptr;
  base::Instant opened_;
  std::optional<base::Instant> last_unanswered_;  // when it was sent, or when the file was opened if that is not known
  std::multimap<base::Instant, std::size_t> open_;  // this object's: when it was sent, and its place in the ring
};

}  // namespace rostersync::store
