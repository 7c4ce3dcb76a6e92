#include "store/rate_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/error.hpp"

namespace rostersync::store {

namespace {

using base::Instant;

constexpr std::uint64_t this_version = 0x31'4554'4152'5352;  // "RSRATE1", in the bytes of this machine
constexpr double highest_rate = 1e9;                         // no finding that makes sense is above
constexpr std::uint64_t most_in_flight = 1'000'000;

using Time = std::atomic<std::int64_t>;  // nanoseconds of the monotonic clock; 0: none
static_assert(Time::is_always_lock_free && std::atomic<double>::is_always_lock_free, "shared between processes");

struct Slot {
  Time sent;
  Time answered;
};

std::int64_t nanoseconds(Instant when) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count();
}
Instant instant(std::int64_t time) {
  return Instant(std::chrono::nanoseconds(time));
}

[[noreturn]] void cannot(const char* what, const std::filesystem::path& path, int error) {
  throw base::CannotRun(fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(error)));
}

// Open, and locked against others who open it, until destruction.
class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) cannot("make", path, errno);
    while (::flock(descriptor_, LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      const int error = errno;
      ::close(descriptor_);
      cannot("lock", path, error);
    }
  }
  ~OpenFile() {
    ::flock(descriptor_, LOCK_UN);  // to close it is not enough: what is mapped holds on to the lock
    ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Makes it as long as that, with its space on the disk reserved: a full disk is found out here, not by a signal
  // later. Whether it was so long before.
  bool resize(std::size_t size) {
    struct stat found {};
    if (::fstat(descriptor_, &found) != 0) cannot("read", path_, errno);
    const bool fits = static_cast<std::size_t>(found.st_size) == size;
    if (!fits && ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) cannot("make", path_, errno);
    const bool reserved = fits && static_cast<std::size_t>(found.st_blocks) * 512 >= size;  // as POSIX counts blocks
    const int error = reserved ? 0 : ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (error != 0) cannot("make", path_, error);
    return fits;
  }

  void* map(std::size_t size) {
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) cannot("map", path_, errno);
    return memory;
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace

// The file, byte for byte.
struct RateFile::Layout {
  std::atomic<std::uint64_t> version;  // written last where the file is made
  std::array<char, 40> boot;           // zero-terminated
  std::atomic<std::uint64_t> next;     // how many requests have ever been noted: the ring goes on after them
  std::atomic<double> per_second;      // 0: nothing has been found
  std::atomic<std::uint64_t> in_flight;
  std::array<Slot, RateFile::capacity> slots;

  bool is_of(const std::string& this_boot) const {
    return boot.back() == '\0' && !this_boot.empty() && this_boot == boot.data();
  }
  void forget_requests() {
    for (Slot& slot : slots) {
      slot.sent = 0;
      slot.answered = 0;
    }
    next = 0;
  }
  void begin(const std::string& this_boot) {
    forget_requests();
    boot.fill('\0');
    this_boot.copy(boot.data(), boot.size() - 1);
  }
  void make(const std::string& this_boot) {
    version = 0;
    per_second = 0;
    in_flight = 0;
    begin(this_boot);
    version = this_version;
  }
  // Nobody is there any more to take the answers of earlier processes: they count as taken now, with a minus sign, as
  // nobody knows. So does what was answered at no time that can be.
  void settle(std::int64_t now) {
    for (Slot& slot : slots) {
      std::int64_t answered = slot.answered;
      if (slot.sent == 0 || (answered != 0 && std::abs(answered) <= now)) continue;
      slot.answered.compare_exchange_strong(answered, -now);
    }
  }
};

RateFile::RateFile(const std::filesystem::path& state_directory, const Moment& now) {
  OpenFile file(state_directory / "rate");
  const bool whole = file.resize(sizeof(Layout));
  shared_ = static_cast<Layout*>(file.map(sizeof(Layout)));
  opened_ = instant(now.steady_ns);
  if (!whole || shared_->version != this_version) {
    shared_->make(now.boot);
    last_unanswered_ = opened_;
  } else if (!shared_->is_of(now.boot)) {
    shared_->begin(now.boot);
    last_unanswered_ = opened_;
  }
  for (const Slot& slot : shared_->slots) {
    if (slot.sent == 0 || slot.answered > 0) continue;
    last_unanswered_ = std::max(last_unanswered_.value_or(Instant::min()), std::min(instant(slot.sent), opened_));
  }
  shared_->settle(now.steady_ns);
}

std::optional<Instant> RateFile::may_arrive_until(base::Duration timeout) const {
  std::optional<Instant> until;
  if (last_unanswered_) until = *last_unanswered_ + timeout;
  for (const Slot& slot : shared_->slots) {
    const Instant answered = instant(slot.answered);
    if (slot.sent == 0 || answered >= opened_ || answered - instant(slot.sent) < timeout * 9 / 10) continue;
    until = std::max(until.value_or(Instant::min()), answered + timeout);
  }
  if (until && *until <= opened_) return std::nullopt;
  return until;
}

RateFile::~RateFile() {
  ::munmap(shared_, sizeof(Layout));
}

std::vector<Instant> RateFile::answers(Instant since) const {
  std::vector<Instant> found;
  for (const Slot& slot : shared_->slots) {
    const std::int64_t answered = std::abs(slot.answered.load());
    if (slot.sent != 0 && answered > 0 && instant(answered) > since) found.push_back(instant(answered));
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The place in the ring is taken at first, so that a kill in between leaves a request too many, never one too few.
void RateFile::sent(Instant now) {
  const std::size_t place = shared_->next.fetch_add(1) % capacity;
  Slot& slot = shared_->slots[place];
  slot.answered = 0;
  slot.sent = nanoseconds(now);
  open_.emplace(now, place);
}

void RateFile::answered(Instant sent, Instant now) {
  const auto found = open_.find(sent);
  if (found == open_.end()) return;
  Slot& slot = shared_->slots[found->second];
  if (slot.sent == nanoseconds(sent)) slot.answered = nanoseconds(now);  // else it has been taken by a later request
  open_.erase(found);
}

std::optional<RateFinding> RateFile::finding() const {
  const double per_second = shared_->per_second;
  const std::uint64_t in_flight = shared_->in_flight;
  if (!std::isfinite(per_second) || per_second <= 0 || per_second > highest_rate) return std::nullopt;
  if (in_flight == 0 || in_flight > most_in_flight) return std::nullopt;
  return RateFinding{per_second, static_cast<std::size_t>(in_flight)};
}

void RateFile::keep(const RateFinding& finding) {
  shared_->per_second = finding.per_second;
  shared_->in_flight = finding.in_flight;
}

}  // namespace rostersync::store
