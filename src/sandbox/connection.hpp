// One accepted connection: buffered reading, and answers that are collected first, so that they can be delivered whole,
// cut short, or not at all.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "sandbox/faults.hpp"
#include "sandbox/request.hpp"

namespace rostersync::sandbox {

// Owns the socket. `stop_signal` is a descriptor that becomes readable when everything is to end.
class Connection {
 public:
  Connection(int socket, int stop_signal) : socket_(socket), stop_signal_(stop_signal) {}
  ~Connection();  // closes, with a reset where the last delivery was one
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }
  Ports ports() const;

  // Whether bytes to read are there, or come in time; not if the end is near.
  bool readable(std::chrono::milliseconds patience) const;
  // Up to `size` bytes; 0 or less at the end, on an error or when nothing comes in time. What was written before leaves
  // first.
  ssize_t read(char* bytes, std::size_t size);

  void write(const char* bytes, std::size_t size) { out_.append(bytes, size); }
  // Sends what was written, in this manner. Answers whether the connection can go on.
  bool deliver(Manner manner);

  // Waits before an answer leaves; shorter if the end is near.
  void pause(std::chrono::milliseconds delay) const;

 private:
  bool send_all(const char* bytes, std::size_t size) const;

  int socket_;
  int stop_signal_;
  bool reset_ = false;
  std::array<char, 16384> in_{};
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::string out_;
};

}  // namespace rostersync::sandbox
