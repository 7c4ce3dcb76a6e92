// What the fuzz targets share: a promise that stops the fuzzer, and input as a file.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace rostersync::fuzz {

// Stops the fuzzer, which then keeps the input, unless what the code promises is so.
inline void require(bool holds, std::string_view promise, std::string_view found = {}) {
  if (holds) return;
  std::fprintf(stderr, "BROKEN: %.*s\n  found: %.*s\n", static_cast<int>(promise.size()), promise.data(),
               static_cast<int>(found.size()), found.data());
  std::abort();
}

inline std::string_view bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Bytes under a path, without a disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    std::size_t done = 0;
    while (descriptor_ >= 0 && done < bytes.size()) {
      const ssize_t written = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
      if (written <= 0) std::abort();
      done += static_cast<std::size_t>(written);
    }
    if (descriptor_ < 0) std::abort();
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

inline std::filesystem::path config_directory() {
  return std::filesystem::path(ROSTERSYNC_SOURCE_DIR) / "config";
}

inline bool is_packed(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

// CR, LF and CRLF each end a line; the last one needs no end. Of what is packed, nobody here knows.
inline std::size_t lines_of(std::string_view text) {
  if (is_packed(text)) return SIZE_MAX;
  std::size_t lines = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))) ++lines;
  }
  return lines;
}

// Of a sentence that begins with "FILE:LINE": that there is such a line. Every line of `sentences` is one.
inline void require_line_within(std::string_view sentences, const std::string& path, std::size_t lines) {
  for (std::size_t at = 0; at < sentences.size();) {
    const std::size_t end = std::min(sentences.find('\n', at), sentences.size());
    std::string_view sentence = sentences.substr(at, end - at);
    at = end + 1;
    if (!sentence.starts_with(path + ":")) continue;
    sentence.remove_prefix(path.size() + 1);
    std::size_t line = 0;
    const auto [stop, error] = std::from_chars(sentence.data(), sentence.data() + sentence.size(), line);
    if (error != std::errc{}) continue;  // of the whole file
    require(line >= 1 && line <= lines, "a problem names a line of the file", sentence);
  }
}

}  // namespace rostersync::fuzz
