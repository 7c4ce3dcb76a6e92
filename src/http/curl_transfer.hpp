// One request on its way by libcurl, on a handle that is used again.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "http/curl_ending.hpp"
#include "http/header_block.hpp"
#include "http/message.hpp"
#include "http/transport.hpp"

namespace rostersync::http {

// Stays where it is, as libcurl keeps pointers into it.
class Transfer {
 public:
  // `options`, `share` and `held` must outlive it. `held`: bytes of the answers that are under way, in all transfers.
  Transfer(const TransportOptions& options, CURLSH* share, std::uint64_t& held);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  // Makes the handle ready for a multi handle. A header with a line break in it throws CannotRun, and so does a libcurl
  // that lacks an option. `request` need not outlive the call.
  void prepare(RequestId id, const Request& request);

  // What came of it, once it is done; then it can be prepared again.
  Response finish(CURLcode code);

  CURL* handle() const { return easy_.get(); }
  RequestId id() const { return id_; }

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using HeaderList = std::unique_ptr<curl_slist, FreeList>;

  // What the handle was set up for; the next request mostly has the same, and then only what it says is set.
  struct Setup {
    std::string site;  // of the URL
    std::string method;
    bool has_body = false;
    bool is_large = false;
    bool operator==(const Setup&) const = default;
  };

  static int on_departure(void* context, char*, char*, int, int) noexcept;
  static std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* context) noexcept;
  static std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* context) noexcept;
  static Setup setup_of(const Request& request);
  static HeaderList header_list(const Headers& headers, bool has_body);

  void set_up(const Request& request);
  void set_limits();
  void set_security(const std::string& url);
  void set_callbacks();
  void set_method();
  void set_message(const Request& request);
  template <class Value>
  void set(CURLoption option, Value value);

  const TransportOptions& options_;
  CURLSH* share_;
  std::uint64_t& held_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  Setup setup_;
  HeaderList headers_;
  Headers sent_headers_;  // that headers_ was made of

  // Of one request:
  RequestId id_ = 0;
  std::string body_;
  HeaderBlock header_block_;
  std::string answer_;  // decoded
  Excess excess_ = Excess::none;
  unsigned departures_ = 0;  // how often the request was about to be written to a connection
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace rostersync::http
