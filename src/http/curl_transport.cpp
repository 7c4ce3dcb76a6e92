#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "http/curl_transfer.hpp"
#include "http/transport.hpp"

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

constexpr milliseconds longest_poll{60000};

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeShare {
  void operator()(CURLSH* share) const { curl_share_cleanup(share); }
};
void check(CURLMcode code) {
  if (code != CURLM_OK) throw base::CannotRun(fmt::format("libcurl cannot go on: {}", curl_multi_strerror(code)));
}

void initialise_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw base::CannotRun(fmt::format("libcurl cannot start: {}", curl_easy_strerror(code)));
}

// With CURLOPT_NOSIGNAL libcurl no longer does this itself, and OpenSSL writes to sockets without MSG_NOSIGNAL. Whoever
// handles the signal already is left alone.
void ignore_sigpipe() {
  struct sigaction action {};
  if (sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) std::signal(SIGPIPE, SIG_IGN);
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(const TransportOptions& options);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void start(RequestId id, const Request& request) override;
  void wait(Duration max, std::vector<Completion>& completions) override;
  std::size_t in_flight() const override { return active_.size(); }

 private:
  std::unique_ptr<Transfer> idle_transfer();
  void collect(std::vector<Completion>& completions);
  bool poll(Duration max);

  TransportOptions options_;
  std::uint64_t held_ = 0;                    // bytes of the answers that are under way
  std::unique_ptr<CURLSH, FreeShare> share_;  // outlives the handles that use it
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;
};

CurlTransport::CurlTransport(const TransportOptions& options) : options_(options) {
  initialise_curl();
  ignore_sigpipe();
  share_.reset(curl_share_init());
  multi_.reset(curl_multi_init());
  if (!share_ || !multi_) throw std::bad_alloc();
  // A multi handle shares connections and DNS among its transfers, but not TLS sessions. One thread: no locks are
  // needed.
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  // Left to itself the cache of connections shrinks with the number of transfers, between waves.
  check(curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_in_flight)));
}

CurlTransport::~CurlTransport() {
  for (const auto& [easy, transfer] : active_) curl_multi_remove_handle(multi_.get(), easy);
  active_.clear();
  idle_.clear();
}

void CurlTransport::start(RequestId id, const Request& request) {
  auto transfer = idle_transfer();
  transfer->prepare(id, request);
  CURL* easy = transfer->handle();
  check(curl_multi_add_handle(multi_.get(), easy));
  active_.emplace(easy, std::move(transfer));
}

std::unique_ptr<Transfer> CurlTransport::idle_transfer() {
  if (idle_.empty()) return std::make_unique<Transfer>(options_, share_.get(), held_);
  auto transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

void CurlTransport::wait(Duration max, std::vector<Completion>& completions) {
  const Instant now = std::chrono::steady_clock::now();
  const Instant deadline = max > Instant::max() - now ? Instant::max() : now + max;
  const std::size_t before = completions.size();
  for (;;) {
    int running = 0;
    check(curl_multi_perform(multi_.get(), &running));
    collect(completions);
    if (completions.size() > before) return;
    const Duration left = deadline - std::chrono::steady_clock::now();
    if (left <= Duration::zero() || poll(left)) return;
  }
}

void CurlTransport::collect(std::vector<Completion>& completions) {
  int remaining = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &remaining)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;  // `message` does not survive the removal
    auto node = active_.extract(easy);
    std::unique_ptr<Transfer> transfer = std::move(node.mapped());
    completions.push_back({transfer->id(), transfer->finish(code)});
    check(curl_multi_remove_handle(multi_.get(), easy));
    idle_.push_back(std::move(transfer));
  }
}

// True if the wake-up descriptor is readable.
bool CurlTransport::poll(Duration max) {
  const auto time = std::min(std::chrono::ceil<milliseconds>(max), longest_poll);
  curl_waitfd wake_up{options_.wake_up_descriptor, CURL_WAIT_POLLIN, 0};
  const unsigned count = options_.wake_up_descriptor >= 0 ? 1 : 0;
  check(curl_multi_poll(multi_.get(), &wake_up, count, static_cast<int>(time.count()), nullptr));
  return count > 0 && wake_up.revents != 0;
}

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options) {
  return std::make_unique<CurlTransport>(options);
}

}  // namespace rostersync::http
