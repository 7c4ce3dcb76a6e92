// A server of bytes on a loopback port that the system chose: says exactly what a test tells it to, well-formed or not.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rostersync::http::testing {

class RawServer {
 public:
  enum class Then { keep, close, reset, hang };  // hang: says nothing more, until the server is destroyed
  struct Reply {
    std::string bytes;
    Then then = Then::keep;
    std::size_t hold = 0;  // not before so many requests have come in all
  };
  struct Received {
    std::string head;  // request line and headers
    std::string body;
    int connection = 0;  // from 1
  };
  // Called once for each request, in the order of arrival; `nth` from 1.
  using Script = std::function<Reply(const Received& request, int nth)>;

  explicit RawServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 128) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("the test's server cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    arrived_.notify_all();
    for (std::thread& one : workers_) one.join();
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

  std::vector<Received> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }
  int connections() const { return connections_; }

 private:
  void accept_all() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const int number = ++connections_;
      const std::lock_guard lock(mutex_);
      open_.insert(socket);
      workers_.emplace_back([this, socket, number] { serve(socket, number); });
    }
  }

  void serve(int socket, int connection) {
    std::string buffer;
    Received request;
    while (read_request(socket, buffer, request)) {
      request.connection = connection;
      const Reply reply = next_reply(request);
      if (!send_all(socket, reply.bytes) || reply.then == Then::close) break;
      if (reply.then == Then::reset) {
        const linger at_once{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        break;
      }
      if (reply.then == Then::hang) {
        while (read_more(socket, buffer)) continue;
        break;
      }
    }
    const std::lock_guard lock(mutex_);
    open_.erase(socket);
    ::close(socket);
  }

  Reply next_reply(const Received& request) {
    std::unique_lock lock(mutex_);
    received_.push_back(request);
    arrived_.notify_all();
    const Reply reply = script_(request, static_cast<int>(received_.size()));
    arrived_.wait(lock, [&] { return ending_ || received_.size() >= reply.hold; });
    return reply;
  }

  static bool read_request(int socket, std::string& buffer, Received& request) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(socket, buffer)) return false;
    }
    request.head = buffer.substr(0, end + 2);
    const auto length_at = request.head.find("\r\nContent-Length: ");
    const std::size_t length =
        length_at == std::string::npos ? 0 : std::strtoul(request.head.c_str() + length_at + 18, nullptr, 10);
    buffer.erase(0, end + 4);
    while (buffer.size() < length) {
      if (!read_more(socket, buffer)) return false;
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return true;
  }

  static bool read_more(int socket, std::string& buffer) {
    char bytes[65536];
    const ssize_t count = ::recv(socket, bytes, sizeof bytes, 0);
    if (count <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  static bool send_all(int socket, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t count = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<std::size_t>(count);
    }
    return true;
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::thread acceptor_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  bool ending_ = false;
  std::set<int> open_;
  std::vector<std::thread> workers_;
  std::vector<Received> received_;
};

}  // namespace rostersync::http::testing
