#include "roster/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"
#include "text/text.hpp"

namespace rostersync::roster {

namespace {

constexpr std::size_t digits = 64;  // of SHA-256
constexpr std::string_view rows_word = "rows:";

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lower(std::string_view hex) {
  std::string out(hex);
  for (char& c : out) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// sha256sum begins a line with a backslash where the name holds one, or a line end, and escapes them.
std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '\\' || i + 1 == name.size()) {
      out += name[i];
      continue;
    }
    ++i;
    out += name[i] == 'n' ? '\n' : name[i] == 'r' ? '\r' : name[i];
  }
  return out;
}

class Reader {
 public:
  Reader(std::string path, std::string expected_name) : expected_name_(std::move(expected_name)) {
    manifest_.path = std::move(path);
  }

  Manifest read(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      take(line, ++number);
    }
    if (manifest_.sha256.empty()) not_understood(number, "there is no line with a hash");
    return std::move(manifest_);
  }

 private:
  [[noreturn]] void not_understood(std::size_t line, std::string_view why) const {
    throw base::Refused(
        fmt::format("{}:{}: this manifest cannot be understood ({}); it is made with: sha256sum {} > {}.sha256",
                    manifest_.path, std::max<std::size_t>(line, 1), why, expected_name_, expected_name_));
  }

  void take(std::string_view line, std::size_t number) {
    if (text::trim(line).empty()) return;
    if (line.starts_with('#')) return take_comment(text::trim(line.substr(1)), number);
    if (!manifest_.sha256.empty()) not_understood(number, "there is more than one line with a hash");
    const bool escaped = line.starts_with('\\');
    if (escaped) line.remove_prefix(1);
    const std::string_view hash = line.substr(0, digits);
    const std::string_view rest = line.substr(hash.size());
    const bool whole = hash.size() == digits && std::all_of(hash.begin(), hash.end(), is_hex);
    if (!whole || rest.size() < 3 || (!rest.starts_with("  ") && !rest.starts_with(" *"))) {
      not_understood(number, "this is no SHA-256 of 64 digits and a name");
    }
    const std::string name = escaped ? unescaped(rest.substr(2)) : std::string(rest.substr(2));
    if (name != expected_name_) {
      throw base::Refused(
          fmt::format("{}:{}: this manifest is of {}, and the roster is {}; make it for the roster, in "
                      "its folder",
                      manifest_.path, number, text::quoted(name), text::quoted(expected_name_)));
    }
    manifest_.sha256 = lower(hash);
  }

  void take_comment(std::string_view comment, std::size_t number) {
    if (!comment.starts_with(rows_word)) return;
    const std::string_view count = text::trim(comment.substr(rows_word.size()));
    std::uint64_t rows = 0;
    const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), rows);
    if (error != std::errc{} || end != count.data() + count.size()) {
      not_understood(number, fmt::format("{} is no number of rows", text::quoted(count)));
    }
    if (manifest_.rows && *manifest_.rows != rows) not_understood(number, "it says two numbers of rows");
    manifest_.rows = rows;
  }

  std::string expected_name_;
  Manifest manifest_;
};

}  // namespace

std::optional<Manifest> read_manifest(const std::string& path, ManifestRule rule) {
  if (rule == ManifestRule::off) return std::nullopt;
  const bool required = rule == ManifestRule::required;
  if (path == "-") {
    if (!required) return std::nullopt;
    throw base::Refused(
        "standard input has no manifest, and the configuration requires one (\"roster.manifest\"); read the roster "
        "from a file");
  }
  const std::string beside = path + ".sha256";
  std::error_code error;
  const bool there = std::filesystem::exists(std::filesystem::symlink_status(beside, error));
  if (!there && !required) return std::nullopt;
  const std::string name = std::filesystem::path(path).filename().string();
  if (!there) {
    throw base::Refused(fmt::format(
        "{}: there is no manifest {}, and the configuration requires one (\"roster.manifest\"); whoever makes the "
        "roster makes it with: sha256sum {} > {}.sha256",
        path, beside, name, name));
  }
  return Reader(beside, name).read(base::read_file(beside));
}

void check_bytes(const Manifest& manifest, const std::string& name, const std::string& sha256) {
  if (sha256 == manifest.sha256) return;
  throw base::Refused(
      fmt::format("{}: this is not the file that {} is of: its SHA-256 is {}, and {} is expected; get the whole "
                  "roster again, and its manifest",
                  name, manifest.path, sha256, manifest.sha256));
}

void check_rows(const Manifest& manifest, const std::string& name, std::uint64_t rows) {
  if (!manifest.rows || rows == *manifest.rows) return;
  throw base::Refused(fmt::format("{}: the roster has {} data {}, and {} says {}; get the whole roster again", name,
                                  rows, rows == 1 ? "row" : "rows", manifest.path, *manifest.rows));
}

}  // namespace rostersync::roster
