// The header lines of an answer, as they come in.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/message.hpp"

namespace rostersync::http {

class HeaderBlock {
 public:
  static constexpr std::size_t max_bytes = 262144;  // of one answer, interim ones among it

  // One line with its end, status lines and the empty line among them. Only the last answer's headers stay, not those
  // of interim answers (1xx); trailers after the body do not count. False if there is too much of it.
  bool add(std::string_view line);
  Headers take();

 private:
  Headers headers_;
  std::size_t bytes_ = 0;
  bool complete_ = false;
};

}  // namespace rostersync::http
