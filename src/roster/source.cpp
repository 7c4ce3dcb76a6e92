#include "roster/source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "base/error.hpp"

namespace rostersync::roster {

namespace {

constexpr std::size_t chunk_size = std::size_t{1} << 16;
constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr int gzip_window = 15 + 16;  // zlib: the largest window, and a gzip header

}  // namespace

struct Source::Inflater {
  Inflater() {
    if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  bool between_members = false;
  bool ended = false;
};

Source::Source(const std::string& path) : name_(path == "-" ? "standard input" : path) {
  descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw base::CannotRun(fmt::format("cannot read the roster {}: {}", name_, std::strerror(errno)));
}

Source::~Source() {
  if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
}

// Reads more raw bytes once those there are used up; false at the end.
bool Source::fill() {
  raw_.resize(chunk_size);
  used_ = 0;
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, raw_.data(), raw_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw base::CannotRun(fmt::format("cannot read the roster {}: {}", name_, std::strerror(errno)));
  raw_.resize(static_cast<std::size_t>(got));
  hash_.update(raw_);
  return got > 0;
}

void Source::drain() {
  while (fill()) {
  }
}

void Source::detect_gzip() {
  detected_ = true;
  std::string start;
  while (start.size() < gzip_magic.size() && fill()) start += raw_;  // a pipe may give a byte at a time
  raw_ = std::move(start);
  used_ = 0;
  if (raw_.starts_with(gzip_magic)) inflater_ = std::make_unique<Inflater>();
}

std::size_t Source::read(std::span<char> buffer) {
  if (!detected_) detect_gzip();
  return inflater_ ? read_gzip(buffer) : read_plain(buffer);
}

std::size_t Source::read_plain(std::span<char> buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    if (used_ == raw_.size() && !fill()) break;
    const std::size_t count = std::min(buffer.size() - done, raw_.size() - used_);
    std::memcpy(buffer.data() + done, raw_.data() + used_, count);
    done += count;
    used_ += count;
  }
  return done;
}

std::size_t Source::read_gzip(std::span<char> buffer) {
  std::size_t done = 0;
  while (done < buffer.size() && !inflater_->ended) {
    if (inflater_->between_members && !next_member()) break;
    if (used_ == raw_.size() && !fill()) {
      throw base::Refused(fmt::format("{}: the gzip file is cut off; get the whole file again", name_));
    }
    z_stream& stream = inflater_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(raw_.data() + used_);
    stream.avail_in = static_cast<uInt>(raw_.size() - used_);
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data() + done);
    stream.avail_out = static_cast<uInt>(buffer.size() - done);
    const int result = inflate(&stream, Z_NO_FLUSH);
    used_ = raw_.size() - stream.avail_in;
    done = buffer.size() - stream.avail_out;
    if (result == Z_STREAM_END) {
      inflater_->between_members = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw base::Refused(fmt::format("{}: the gzip file is damaged ({}); get the whole file again", name_,
                                      stream.msg != nullptr ? stream.msg : zError(result)));
    }
  }
  return done;
}

// RFC 1952, 2.2: members may follow each other. Zeros that pad the end are no member.
bool Source::next_member() {
  for (;;) {
    used_ = std::min(raw_.find_first_not_of('\0', used_), raw_.size());
    if (used_ < raw_.size()) break;
    if (!fill()) {
      inflater_->ended = true;
      return false;
    }
  }
  if (raw_[used_] != gzip_magic[0]) {
    throw base::Refused(fmt::format("{}: the gzip file is damaged (other bytes follow its end)", name_));
  }
  inflateReset(&inflater_->stream);
  inflater_->between_members = false;
  return true;
}

}  // namespace rostersync::roster
