#include "http/curl_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "http/url.hpp"

namespace rostersync::http {

namespace {

using std::chrono::milliseconds;

constexpr long idle_connection_seconds = 25;     // long pauses leave dead connections behind
constexpr milliseconds connect_timeout{10000};   // never more than the time-out of the whole
constexpr std::size_t large_body_bytes = 65536;  // goes by HTTP/1.1: 7.88 spins on HTTP/2 uploads (curl issue 10618)

// Scheme and authority: all of a URL before its path, query or fragment.
std::string site_of(const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme_end + 3));
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

// Where an operator's own authorities are, as OpenSSL and most tools know it; libcurl itself does not look.
const char* authorities_file() {
  return std::getenv("SSL_CERT_FILE");
}

}  // namespace

// Called when a connection stands and the request is about to be written to it. When a reused connection is closed
// without an answer, libcurl repeats any request on a new one, a POST too, though the first may have been carried out.
int Transfer::on_departure(void* context, char*, char*, int, int) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  return ++transfer.departures_ == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// Decoded bytes: CURLOPT_MAXFILESIZE would count what was on the wire, and let a bomb through.
std::size_t Transfer::on_body(char* bytes, std::size_t, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::uint64_t most = transfer.options_.max_answer_bytes;
  if (transfer.answer_.size() + count > most)
    transfer.excess_ = Excess::body;
  else if (transfer.held_ + count > most * most_held_answers)
    transfer.excess_ = Excess::together;
  if (transfer.excess_ != Excess::none) return 0;
  transfer.answer_.append(bytes, count);
  transfer.held_ += count;
  return count;
}

std::size_t Transfer::on_header(char* bytes, std::size_t, std::size_t count, void* context) noexcept {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.header_block_.add({bytes, count})) return count;
  transfer.excess_ = Excess::headers;
  return 0;
}

Transfer::Transfer(const TransportOptions& options, CURLSH* share, std::uint64_t& held)
    : options_(options), share_(share), held_(held), easy_(curl_easy_init()) {
  if (!easy_) throw std::bad_alloc();
}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy_.get(), option, value); code != CURLE_OK) {
    throw base::CannotRun(fmt::format("libcurl {} does not take option {}: {}",
                                      curl_version_info(CURLVERSION_NOW)->version, static_cast<int>(option),
                                      curl_easy_strerror(code)));
  }
}

void Transfer::prepare(RequestId id, const Request& request) {
  id_ = id;
  header_block_ = {};
  excess_ = Excess::none;
  departures_ = 0;
  error_[0] = '\0';
  if (Setup setup = setup_of(request); setup != setup_) {
    setup_ = std::move(setup);
    set_up(request);
  }
  set_message(request);
}

Transfer::Setup Transfer::setup_of(const Request& request) {
  const bool states_a_length = request.method != "GET" && request.method != "DELETE" && request.method != "HEAD";
  return {site_of(request.url), request.method, states_a_length || (request.method != "HEAD" && !request.body.empty()),
          request.body.size() > large_body_bytes};
}

void Transfer::set_up(const Request& request) {
  curl_easy_reset(easy_.get());  // keeps what it learnt, such as its connections
  headers_.reset();
  sent_headers_.clear();
  set(CURLOPT_SHARE, share_);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(CURLOPT_ACCEPT_ENCODING, "");  // whatever this libcurl can decode
  set_limits();
  set_security(request.url);
  set_callbacks();
  set_method();
}

void Transfer::set_limits() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // the end of the program does not wait for a resolver
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(options_.timeout, connect_timeout).count()));
  set(CURLOPT_MAXAGE_CONN, idle_connection_seconds);
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options_.max_answer_bytes));  // as announced
  // Over TLS, wait for the first connection to say whether it can be shared; plain http never can.
  const bool is_large = setup_.is_large;
  set(CURLOPT_HTTP_VERSION, is_large ? long{CURL_HTTP_VERSION_1_1} : long{CURL_HTTP_VERSION_2TLS});
  set(CURLOPT_PIPEWAIT, origin_of(setup_.site).value_or("").starts_with("https:") && !is_large ? 1L : 0L);
}

void Transfer::set_security(const std::string& url) {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);                         // would carry a key in a header of its own to another host
  set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});  // the least; whatever the machine's OpenSSL allows
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (const char* file = authorities_file(); file != nullptr && *file != '\0') set(CURLOPT_CAINFO, file);
  // The environment's proxy is honoured, except on the way to this very machine.
  if (is_loopback(url)) set(CURLOPT_PROXY, "");
}

void Transfer::set_callbacks() {
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
  set(CURLOPT_PREREQFUNCTION, &on_departure);
  set(CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void Transfer::set_method() {
  const std::string& method = setup_.method;
  if (method == "HEAD") return set(CURLOPT_NOBODY, 1L);
  set(setup_.has_body ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
  if (method != (setup_.has_body ? "POST" : "GET")) set(CURLOPT_CUSTOMREQUEST, method.c_str());
}

void Transfer::set_message(const Request& request) {
  set(CURLOPT_URL, request.url.c_str());
  if (!headers_ || sent_headers_ != request.headers) {
    headers_ = header_list(request.headers, setup_.has_body);
    sent_headers_ = request.headers;
    set(CURLOPT_HTTPHEADER, headers_.get());
  }
  if (!setup_.has_body) return;
  body_ = request.body;  // libcurl keeps a pointer to these bytes, and no copy
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
  set(CURLOPT_POSTFIELDS, body_.c_str());
}

Transfer::HeaderList Transfer::header_list(const Headers& headers, bool has_body) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  bool typed = false;
  for (const auto& [name, value] : headers) {
    require_one_line(name, value);
    typed = typed || curl_strequal(name.c_str(), "Content-Type") != 0;
    add(value.empty() ? name + ";" : name + ": " + value);  // "name:" would remove it
  }
  if (has_body && !typed) add("Content-Type:");  // libcurl would call any body a form
  if (has_body) add("Expect:");                  // never a round trip of its own before the body
  return list;
}

Response Transfer::finish(CURLcode code) {
  long status = 0;
  long header_size = 0;
  curl_off_t body_size = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_HEADER_SIZE, &header_size);
  curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_DOWNLOAD_T, &body_size);

  Response response;
  const Ending ending{code, status, departures_, error_, excess_};
  response.failure = failure_of(ending);
  held_ -= answer_.size();
  std::string answer = std::exchange(answer_, {});
  body_.clear();
  if (response.failure == Failure::none) {
    response.status = static_cast<int>(status);
    response.headers = header_block_.take();
    response.body = std::move(answer);
  } else {
    response.detail = detail_of(ending, response.failure, options_.max_answer_bytes);
  }
  response.bytes_received = static_cast<std::uint64_t>(header_size) + static_cast<std::uint64_t>(body_size);
  return response;
}

}  // namespace rostersync::http
