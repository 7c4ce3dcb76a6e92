#include "sandbox/server.hpp"

// Debian compiles the library with TLS, and Request has one member more then: without this its layout would not fit.
#define CPPHTTPLIB_OPENSSL_SUPPORT
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <thread>

#include "base/error.hpp"
#include "sandbox/connection.hpp"

namespace rostersync::sandbox {

namespace {

// With the charset, so that httplib does not take it for a type to compress: its brotli costs 40 ms of a page of 100
// users.
constexpr const char* json_type = "application/json; charset=utf-8";

constexpr const char* loopback = "127.0.0.1";
constexpr std::size_t connections = 256;  // each has a thread while it is open
constexpr std::chrono::seconds idle_time{60};
constexpr std::size_t largest_body = std::size_t{1} << 30;

// A descriptor that becomes readable once, for everybody.
class StopSignal {
 public:
  StopSignal() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0)
      throw base::CannotRun(fmt::format("cannot make an event descriptor: {}", std::strerror(errno)));
  }
  ~StopSignal() { ::close(descriptor_); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  int descriptor() const { return descriptor_; }
  void raise() const { ::eventfd_write(descriptor_, 1); }

 private:
  int descriptor_;
};

// The library's view of a Connection.
class ConnectionStream final : public httplib::Stream {
 public:
  explicit ConnectionStream(Connection& connection) : connection_(connection) {}

  bool is_readable() const override { return connection_.readable(std::chrono::milliseconds(0)); }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, size_t size) override { return connection_.read(bytes, size); }
  ssize_t write(const char* bytes, size_t size) override {
    connection_.write(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = loopback;
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip = loopback;
    port = 0;
  }
  socket_t socket() const override { return connection_.socket(); }

 private:
  Connection& connection_;
};

Request request_of(const httplib::Request& from, const Connection& connection) {
  Headers headers;
  for (const auto& [name, value] : from.headers) headers.emplace(lower_case(name), value);
  Request request =
      make_request(from.method, from.target, from.get_header_value("Content-Type"), std::move(headers), from.body);
  request.ports = connection.ports();
  return request;
}

// A request that announces no body has none (RFC 9112, 6.3); the library would wait for one until the connection ends.
void tell_empty_body(httplib::Request& request) {
  if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) return;
  request.set_header("Content-Length", "0");
}

std::string http_date() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
}

}  // namespace

class LoopbackServer::Implementation final : private httplib::Server {
 public:
  Implementation(int port, LoopbackServer::Handler handler, LoopbackServer::Failure failure)
      : handler_(std::move(handler)), failure_(std::move(failure)) {
    configure();
    listen_on(port);
    thread_ = std::thread([this] {
      listen_after_bind();
      ended_ = true;
    });
  }

  ~Implementation() override {
    stop_.raise();
    while (!is_running() && !ended_) std::this_thread::yield();  // stop() is deaf before the loop runs
    httplib::Server::stop();
    thread_.join();
  }

  int port() const { return port_; }

 private:
  void configure() {
    new_task_queue = [] { return new httplib::ThreadPool(connections); };
    set_keep_alive_timeout(idle_time.count());
    set_keep_alive_max_count(1'000'000);
    set_payload_max_length(largest_body);
    set_tcp_nodelay(true);
    // Not SO_REUSEPORT, the library's default: a second sandbox on the same port would take half of the requests.
    set_socket_options([](socket_t socket) {
      const int on = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    const auto handle = [this](const httplib::Request& from, httplib::Response& to) { answer(from, to); };
    Get(".*", handle)
        .Post(".*", handle)
        .Put(".*", handle)
        .Patch(".*", handle)
        .Delete(".*", handle)
        .Options(".*", handle);
    set_error_handler([this](const httplib::Request&, httplib::Response& to) {
      if (!to.body.empty()) return;
      to.set_content(failure_(to.status, "The request could not be read").body, json_type);
    });
  }

  void listen_on(int port) {
    port_ = port == 0 ? bind_to_any_port(loopback) : port;
    if (port_ < 0 || (port != 0 && !bind_to_port(loopback, port))) {
      throw base::CannotRun(fmt::format("cannot listen on {}:{}: {}; choose another port, or 0 for any that is free",
                                        loopback, port, std::strerror(errno)));
    }
    ::listen(svr_sock_, SOMAXCONN);  // the library's queue holds 5 connections
  }

  // Called by the library in a thread of the connection's own.
  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket, stop_.descriptor());
    ConnectionStream stream(connection);
    while (connection.readable(idle_time)) {
      current_ = {&connection, Manner::whole, false};
      bool closed = false;
      const bool kept = process_request(stream, false, closed, tell_empty_body);
      // A request that never came to the handler may have left a body unread.
      const bool whole = current_.answered;
      if (!connection.deliver(current_.manner) || !kept || closed || !whole) return true;
    }
    return true;
  }

  void answer(const httplib::Request& from, httplib::Response& to) const {
    Delivery delivery;
    try {
      delivery = handler_(request_of(from, *current_.connection));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "rostersync-sandbox: %s %s: %s\n", from.method.c_str(), from.path.c_str(), error.what());
      delivery.answer = failure_(500, "Internal server error");
    }
    current_.manner = delivery.manner;
    current_.answered = true;
    current_.connection->pause(delivery.delay);
    to.status = delivery.answer.status;
    for (const auto& [name, value] : delivery.answer.headers) to.set_header(name, value);
    to.set_header("Date", http_date());
    to.set_content(delivery.answer.body, json_type);
  }

  // What the thread's connection is about: the library hands no context through to a handler.
  struct Current {
    Connection* connection = nullptr;
    Manner manner = Manner::whole;
    bool answered = false;
  };
  static thread_local Current current_;

  LoopbackServer::Handler handler_;
  LoopbackServer::Failure failure_;
  StopSignal stop_;
  int port_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

thread_local LoopbackServer::Implementation::Current LoopbackServer::Implementation::current_;

LoopbackServer::LoopbackServer(int port, Handler handler, Failure failure)
    : implementation_(std::make_unique<Implementation>(port, std::move(handler), std::move(failure))) {}

LoopbackServer::~LoopbackServer() = default;

int LoopbackServer::port() const {
  return implementation_->port();
}

}  // namespace rostersync::sandbox
