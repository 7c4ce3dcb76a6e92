#include "sandbox/client_process.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <vector>

using namespace rostersync::sandbox;

namespace {

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int connected_to(const sockaddr_in& server) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0);
  return socket;
}

struct Listener {
  int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback();

  Listener() {
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket, 5) == 0);
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  }
  ~Listener() { ::close(socket); }

  Ports accept() const {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int connection = ::accept(socket, reinterpret_cast<sockaddr*>(&peer), &size);
    REQUIRE(connection >= 0);
    ::close(connection);
    return {ntohs(peer.sin_port), ntohs(address.sin_port)};
  }
};

// Another process, which holds `socket` and does nothing. It is large, so that it takes its time to be gone.
pid_t idle_process(int socket) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child > 0) return child;
  ::dup(socket);
  std::vector<char> memory(std::size_t{64} << 20U, 'x');
  std::fill(memory.begin(), memory.end(), 'y');
  while (true) ::pause();
}

}  // namespace

TEST_CASE("the process at the other end is killed, and gone") {
  const Listener listener;
  const int socket = connected_to(listener.address);
  const Ports ports = listener.accept();
  const pid_t child = idle_process(socket);
  const pid_t bystander = idle_process(listener.socket);
  ::close(socket);

  CHECK_FALSE(kill_client({ports.server, ports.client}));
  CHECK(kill_client(ports));
  int status = 0;
  CHECK(::waitpid(child, &status, WNOHANG) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
  CHECK(::waitpid(bystander, &status, WNOHANG) == 0);
  ::kill(bystander, SIGKILL);
  ::waitpid(bystander, &status, 0);
  CHECK_FALSE(kill_client(ports));
}

TEST_CASE("the sandbox does not kill itself, nor where nobody is") {
  const Listener listener;
  const int socket = connected_to(listener.address);
  const Ports ports = listener.accept();
  CHECK_FALSE(kill_client(ports));
  CHECK_FALSE(kill_client({}));
  ::close(socket);
}
