#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "http/curl_ending.hpp"
#include "http/header_block.hpp"
#include "http/transport.hpp"
#include "http/url.hpp"

namespace rostersync::http {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::milliseconds;

constexpr long idle_connection_seconds = 25;     // long pauses leave dead connections behind
constexpr milliseconds connect_timeout{10000};   // never more than the time-out of the whole
constexpr std::size_t large_body_bytes = 65536;  // goes by HTTP/1.1: 7.88 spins on HTTP/2 uploads (curl issue 10618)
constexpr milliseconds longest_poll{60000};

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeShare {
  void operator()(CURLSH* share) const { curl_share_cleanup(share); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw base::CannotRun(fmt::format("libcurl {} does not take option {}: {}",
                                      curl_version_info(CURLVERSION_NOW)->version, static_cast<int>(option),
                                      curl_easy_strerror(code)));
  }
}

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

// One request on its way. Stays where it is, as libcurl keeps pointers into it.
struct Transfer {
  std::unique_ptr<CURL, FreeEasy> easy;
  RequestId id = 0;
  std::string body;
  std::unique_ptr<curl_slist, FreeList> headers;
  HeaderBlock header_block;
  std::string answer;  // decoded
  std::uint64_t max_answer_bytes = 0;
  std::uint64_t* held = nullptr;  // by all answers that are under way
  Excess excess = Excess::none;
  unsigned departures = 0;  // how often the request was about to be written to a connection
  char error[CURL_ERROR_SIZE] = {};
};

// Called when a connection stands and the request is about to be written to it. When a reused connection is closed
// without an answer, libcurl repeats any request on a new one, a POST too, though the first may have been carried out.
int on_departure(void* context, char*, char*, int, int) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  return ++transfer.departures == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// Decoded bytes: CURLOPT_MAXFILESIZE would count what was on the wire, and let a bomb through.
std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.answer.size() + count > transfer.max_answer_bytes)
    transfer.excess = Excess::body;
  else if (*transfer.held + count > transfer.max_answer_bytes * most_held_answers)
    transfer.excess = Excess::together;
  if (transfer.excess != Excess::none) return 0;
  transfer.answer.append(bytes, count);
  *transfer.held += count;
  return count;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.header_block.add({bytes, count})) return count;
  transfer.excess = Excess::headers;
  return 0;
}

Response finished(Transfer& transfer, CURLcode code) {
  CURL* easy = transfer.easy.get();
  long status = 0;
  long header_size = 0;
  curl_off_t body_size = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &header_size);
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body_size);

  Response response;
  const Ending ending{code, status, transfer.departures, transfer.error, transfer.excess};
  response.failure = failure_of(ending);
  if (response.failure == Failure::none) {
    response.status = static_cast<int>(status);
    response.headers = transfer.header_block.take();
    response.body = std::move(transfer.answer);
  } else {
    response.detail = detail_of(ending, response.failure, transfer.max_answer_bytes);
  }
  response.bytes_received = static_cast<std::uint64_t>(header_size) + static_cast<std::uint64_t>(body_size);
  return response;
}

// A line break would let a value write headers of its own; a NUL would cut it short.
void require_one_line(const std::string& name, const std::string& value) {
  const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
  if (std::any_of(name.begin(), name.end(), is_control) || std::any_of(value.begin(), value.end(), is_control)) {
    throw base::CannotRun(fmt::format(
        "the header {} cannot be sent, as its value holds a line break or another control character: look at "
        "the credential or setting that it is made of",
        name));
  }
}

std::unique_ptr<curl_slist, FreeList> header_list(const Request& request) {
  std::unique_ptr<curl_slist, FreeList> list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    require_one_line(name, value);
    typed = typed || curl_strequal(name.c_str(), "Content-Type") != 0;
    add(value.empty() ? name + ";" : name + ": " + value);  // "name:" would remove it
  }
  if (!typed) add("Content-Type:");  // libcurl would call any body a form
  add("Expect:");                    // never a round trip of its own before the body
  return list;
}

// Where an operator's own authorities are, as OpenSSL and most tools know it; libcurl itself does not look.
const char* authorities_file() {
  return std::getenv("SSL_CERT_FILE");
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
  void prepare(Transfer& transfer, const Request& request);
  void set_limits(CURL* easy, const Request& request) const;
  void set_security(CURL* easy, const Request& request) const;
  void set_callbacks(Transfer& transfer);
  void set_message(Transfer& transfer, const Request& request) const;
  void collect(std::vector<Completion>& completions);
  bool poll(Duration max);

  TransportOptions options_;
  std::uint64_t held_ = 0;                    // bytes of the answers that are under way
  std::unique_ptr<CURLSH, FreeShare> share_;  // outlives the handles that use it
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<CURL, FreeEasy>> idle_;
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
  transfer->id = id;
  prepare(*transfer, request);
  CURL* easy = transfer->easy.get();
  check(curl_multi_add_handle(multi_.get(), easy));
  active_.emplace(easy, std::move(transfer));
}

std::unique_ptr<Transfer> CurlTransport::idle_transfer() {
  auto transfer = std::make_unique<Transfer>();
  if (idle_.empty()) {
    transfer->easy.reset(curl_easy_init());
    if (!transfer->easy) throw std::bad_alloc();
  } else {
    transfer->easy = std::move(idle_.back());
    idle_.pop_back();
  }
  return transfer;
}

void CurlTransport::prepare(Transfer& transfer, const Request& request) {
  CURL* easy = transfer.easy.get();
  set(easy, CURLOPT_SHARE, share_.get());
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(easy, CURLOPT_ACCEPT_ENCODING, "");  // whatever this libcurl can decode
  set_limits(easy, request);
  set_security(easy, request);
  set_callbacks(transfer);
  set_message(transfer, request);
}

void CurlTransport::set_limits(CURL* easy, const Request& request) const {
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // the end of the program does not wait for a resolver
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options_.timeout, connect_timeout).count()));
  set(easy, CURLOPT_MAXAGE_CONN, idle_connection_seconds);
  // Over TLS, wait for the first connection to say whether it can be shared; plain http never can.
  const bool large = request.body.size() > large_body_bytes;
  set(easy, CURLOPT_HTTP_VERSION, large ? long{CURL_HTTP_VERSION_1_1} : long{CURL_HTTP_VERSION_2TLS});
  set(easy, CURLOPT_PIPEWAIT, origin_of(request.url).value_or("").starts_with("https:") && !large ? 1L : 0L);
}

void CurlTransport::set_security(CURL* easy, const Request& request) const {
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);  // would carry a key in a header of its own to another host
  set(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});  // the least; whatever the machine's OpenSSL allows
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (const char* file = authorities_file(); file != nullptr && *file != '\0') set(easy, CURLOPT_CAINFO, file);
  // The environment's proxy is honoured, except on the way to this very machine.
  if (is_loopback(request.url)) set(easy, CURLOPT_PROXY, "");
}

void CurlTransport::set_callbacks(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  transfer.max_answer_bytes = options_.max_answer_bytes;
  transfer.held = &held_;
  set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options_.max_answer_bytes));  // as announced
  set(easy, CURLOPT_ERRORBUFFER, transfer.error);
  set(easy, CURLOPT_PREREQFUNCTION, &on_departure);
  set(easy, CURLOPT_PREREQDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
}

void CurlTransport::set_message(Transfer& transfer, const Request& request) const {
  CURL* easy = transfer.easy.get();
  transfer.body = request.body;  // libcurl keeps a pointer to these bytes, and no copy
  transfer.headers = header_list(request);
  set(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool states_a_length = request.method != "GET" && request.method != "DELETE";
  if (states_a_length || !transfer.body.empty()) {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
    set(easy, CURLOPT_POSTFIELDS, transfer.body.c_str());
    if (request.method == "POST") return;
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
    if (request.method == "GET") return;
  }
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
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
    held_ -= transfer->answer.size();
    completions.push_back({transfer->id, finished(*transfer, code)});
    check(curl_multi_remove_handle(multi_.get(), easy));
    curl_easy_reset(easy);  // forgets the pointers into the transfer; keeps what it learnt
    idle_.push_back(std::move(transfer->easy));
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
