#include "cli/acceptances.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "text/text.hpp"

namespace rostersync::cli {

namespace {

std::string without_comment(const std::string& line) {
  for (std::size_t at = line.find('#'); at != std::string::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  }
  return line;
}

std::vector<std::string> lines_of(const std::string& file, const char* option) {
  std::string bytes = base::read_file(file);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (text::first_invalid_utf8(bytes)) throw base::CannotRun(fmt::format("{} @{}: not UTF-8", option, file));
  std::vector<std::string> lines;
  std::istringstream stream(bytes);
  for (std::string line; std::getline(stream, line);) {
    const std::string kept(text::trim(without_comment(line)));
    if (!kept.empty()) lines.push_back(kept);
  }
  return lines;
}

std::vector<std::string> spread(const std::vector<std::string>& given, const char* option) {
  std::vector<std::string> all;
  for (const std::string& one : given) {
    if (!one.starts_with('@')) {
      all.push_back(one);
      continue;
    }
    const auto lines = lines_of(one.substr(1), option);
    all.insert(all.end(), lines.begin(), lines.end());
  }
  return all;
}

// OLD=NEW. The local part of an e-mail may hold a "=", its domain cannot.
std::pair<std::string, std::string> parse_rename(const std::string& given) {
  const std::size_t at = given.find('@');
  std::size_t equals = at == std::string::npos ? at : given.find('=', at);
  if (equals == std::string::npos) equals = given.find('=');
  if (equals != std::string::npos) {
    const std::string before(text::trim(given.substr(0, equals)));
    const std::string after(text::trim(given.substr(equals + 1)));
    if (!before.empty() && !after.empty()) return {before, after};
  }
  throw base::CannotRun(
      fmt::format("--accept-rename {}: expected OLD=NEW, the key that the user has in the directory and the one that "
                  "the roster has, such as --accept-rename jo.old@example.com=jo.new@example.com",
                  given));
}

void check_one_user_each(const std::map<std::string, std::string>& renames) {
  std::map<std::string, std::string> rows;
  for (const auto& [row, user] : renames) {
    const auto [other, first] = rows.emplace(text::fold(user), row);
    if (first) continue;
    throw base::CannotRun(fmt::format("--accept-rename: {} cannot become both {} and {}", user, other->second, row));
  }
}

}  // namespace

Accepted read_acceptances(const std::vector<std::string>& renames, const std::vector<std::string>& newcomers) {
  Accepted accepted;
  for (const std::string& one : spread(renames, "--accept-rename")) {
    const auto [before, after] = parse_rename(one);
    const auto [known, first] = accepted.renames.emplace(after, before);
    if (first || known->second == before) continue;
    throw base::CannotRun(fmt::format("--accept-rename: {} cannot be both {} and {}", after, known->second, before));
  }
  check_one_user_each(accepted.renames);
  for (const std::string& one : spread(newcomers, "--accept-new")) {
    if (accepted.renames.contains(one)) {
      throw base::CannotRun(
          fmt::format("--accept-new {}: --accept-rename says that this is {}", one, accepted.renames.at(one)));
    }
    accepted.newcomers.insert(one);
  }
  return accepted;
}

}  // namespace rostersync::cli
