#include "sandbox/connection.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace rostersync::sandbox {

namespace {

constexpr std::chrono::milliseconds patience{
    10'000};  // for a client that stops in the middle of a request or an answer

std::string_view cut_short(std::string_view answer) {
  const auto head = answer.find("\r\n\r\n");
  if (head == std::string_view::npos) return answer.substr(0, answer.size() / 2);
  const auto body = head + 4;
  return answer.substr(0, body + (answer.size() - body) / 2);
}

}  // namespace

Connection::~Connection() {
  if (reset_) {
    const linger at_once{1, 0};  // close(2) then sends RST and forgets what was not sent
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  } else {
    ::shutdown(socket_, SHUT_RDWR);
  }
  ::close(socket_);
}

Ports Connection::ports() const {
  const auto port = [this](auto name_of) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    const bool named = name_of(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    return named ? ntohs(address.sin_port) : std::uint16_t{0};
  };
  return {port(::getpeername), port(::getsockname)};
}

bool Connection::readable(std::chrono::milliseconds wait) const {
  if (in_begin_ < in_end_) return true;
  std::array<pollfd, 2> watched = {pollfd{socket_, POLLIN, 0}, pollfd{stop_signal_, POLLIN, 0}};
  int ready = -1;
  do {
    ready = ::poll(watched.data(), watched.size(), static_cast<int>(wait.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0 && watched[1].revents == 0 && watched[0].revents != 0;
}

ssize_t Connection::read(char* bytes, std::size_t size) {
  if (!out_.empty() && !deliver(Manner::whole)) return -1;  // "100 Continue"
  if (in_begin_ == in_end_) {
    if (!readable(patience)) return -1;
    const ssize_t got = ::recv(socket_, in_.data(), in_.size(), 0);
    if (got <= 0) return got;
    in_begin_ = 0;
    in_end_ = static_cast<std::size_t>(got);
  }
  const std::size_t taken = std::min(size, in_end_ - in_begin_);
  std::memcpy(bytes, in_.data() + in_begin_, taken);
  in_begin_ += taken;
  return static_cast<ssize_t>(taken);
}

bool Connection::send_all(const char* bytes, std::size_t size) const {
  while (size > 0) {
    const ssize_t sent = ::send(socket_, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      pollfd writable{socket_, POLLOUT, 0};
      if (::poll(&writable, 1, static_cast<int>(patience.count())) > 0) continue;
    }
    if (sent < 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool Connection::deliver(Manner manner) {
  const std::string answer = std::exchange(out_, {});
  if (manner == Manner::reset) {
    reset_ = true;
    return false;
  }
  const std::string_view sent = manner == Manner::truncated ? cut_short(answer) : std::string_view(answer);
  return send_all(sent.data(), sent.size()) && manner == Manner::whole;
}

void Connection::pause(std::chrono::milliseconds delay) const {
  if (delay.count() <= 0) return;
  pollfd watched{stop_signal_, POLLIN, 0};
  ::poll(&watched, 1, static_cast<int>(delay.count()));
}

}  // namespace rostersync::sandbox
