#include "profile/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "json/pointer.hpp"

namespace rostersync::profile {

const json::Json& Reader::at(const std::string& pointer) const {
  static const json::Json nothing;
  const json::Json::json_pointer path(pointer);
  return document_.root.contains(path) ? document_.root.at(path) : nothing;
}

bool Reader::has(const std::string& pointer) const {
  return document_.root.contains(json::Json::json_pointer(pointer));
}

std::string Reader::text(const std::string& pointer, const std::string& otherwise) const {
  return has(pointer) ? at(pointer).get<std::string>() : otherwise;
}

std::vector<std::string> Reader::texts(const std::string& pointer) const {
  return has(pointer) ? at(pointer).get<std::vector<std::string>>() : std::vector<std::string>{};
}

std::vector<std::string> Reader::members(const std::string& pointer) const {
  std::vector<std::tuple<std::size_t, std::size_t, std::string>> placed;
  for (const auto& [name, value] : at(pointer).items()) {
    const json::Position position = document_.position(json::child_pointer(pointer, name));
    placed.emplace_back(position.line, position.column, name);
  }
  std::sort(placed.begin(), placed.end());
  std::vector<std::string> names;
  for (auto& [line, column, name] : placed) names.push_back(std::move(name));
  return names;
}

void Reader::fault(const std::string& pointer, const std::string& what) {
  faults_.push_back(fmt::format("{}: {}: {}", document_.place(pointer), json::readable_path(pointer), what));
}

void Reader::stop_on_faults() const {
  if (!faults_.empty()) throw base::CannotRun(fmt::format("{}", fmt::join(faults_, "\n")));
}

}  // namespace rostersync::profile
