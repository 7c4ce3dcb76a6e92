// The bytes of a roster: from a file or standard input, plain or gzip (RFC 1952).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/file.hpp"

namespace rostersync::roster {

class Source {
 public:
  // Opens `path`; "-" is standard input. Throws base::CannotRun.
  explicit Source(const std::string& path);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // Fills `buffer`, unpacked; returns less than its size at the end only, and 0 ever after.
  // Throws base::CannotRun when the file cannot be read, base::Refused when its gzip is cut off or damaged.
  std::size_t read(std::span<char> buffer);

  // Reads to the end without unpacking, so that sha256() is of the whole file.
  void drain();

  // Of the bytes as they lie in the file, gzip as gzip. Ask once, after the end.
  std::string sha256() { return hash_.hex_digest(); }

  // What messages call it: the path, or "standard input".
  const std::string& name() const { return name_; }

 private:
  struct Inflater;

  bool fill();
  void detect_gzip();
  std::size_t read_plain(std::span<char> buffer);
  std::size_t read_gzip(std::span<char> buffer);
  bool next_member();

  std::string name_;
  int descriptor_ = -1;
  base::Sha256 hash_;
  std::string raw_;
  std::size_t used_ = 0;  // of raw_
  bool detected_ = false;
  std::unique_ptr<Inflater> inflater_;  // null: plain
};

}  // namespace rostersync::roster
