#include "profile/read_paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "json/pointer.hpp"

namespace rostersync::profile {

namespace {

struct Kind {
  PagingBy by;
  std::set<std::string> needed;
  std::set<std::string> possible;  // besides
};

const Kind& kind_of(const std::string& name) {
  static const Kind page{PagingBy::page, {"page"}, {"first", "size", "max", "count", "last"}};
  static const Kind offset{PagingBy::offset, {"offset", "size", "max"}, {"first", "count"}};
  static const Kind cursor{PagingBy::cursor, {"cursor", "next"}, {"size", "max", "count"}};
  static const Kind link{PagingBy::link, {}, {"next", "size", "max", "count"}};
  static const Kind none{PagingBy::none, {}, {"count"}};
  if (name == "page") return page;
  if (name == "offset") return offset;
  if (name == "cursor") return cursor;
  return name == "link" ? link : none;
}

void check(Reader& reader, const std::string& here, const std::string& name, const Kind& kind) {
  for (const std::string& needed : kind.needed) {
    if (!reader.has(here + "/" + needed)) {
      reader.fault(here, fmt::format("paging by {} needs the key \"{}\"", name, needed));
    }
  }
  for (const std::string& key : reader.members(here)) {
    if (key == "by" || kind.needed.contains(key) || kind.possible.contains(key)) continue;
    reader.fault(here + "/" + key, fmt::format("\"{}\" says nothing where pages are by {}", key, name));
  }
  if (reader.has(here + "/size") != reader.has(here + "/max")) {
    reader.fault(here, "\"size\", the parameter, and \"max\", the largest size, go together");
  }
}

std::optional<Place> place(const Reader& reader, const std::string& here) {
  if (!reader.has(here)) return std::nullopt;
  if (reader.at(here).is_string()) return Place{reader.text(here), ""};
  return Place{"", reader.text(here + "/header")};
}

}  // namespace

std::optional<Paging> read_paging(Reader& reader, const std::string& here, bool has_body) {
  if (!reader.has(here)) return std::nullopt;
  const std::string name = reader.text(here + "/by");
  const Kind& kind = kind_of(name);
  check(reader, here, name, kind);
  Paging paging;
  paging.by = kind.by;
  paging.position = reader.text(here + "/" + name);
  const json::Json& first = reader.at(here + "/first");
  paging.first = first.is_null() ? (kind.by == PagingBy::page ? 1 : 0) : first.get<std::uint64_t>();
  paging.size_parameter = reader.text(here + "/size");
  const json::Json& max = reader.at(here + "/max");
  if (!max.is_null()) paging.max_size = max.get<std::uint64_t>();
  paging.count = place(reader, here + "/count");
  paging.last_page = reader.text(here + "/last");
  paging.next = reader.text(here + "/next");
  for (const auto& [key, parameter] : {std::pair(name, paging.position), {"size", paging.size_parameter}}) {
    if (!parameter.starts_with('/')) continue;
    if (!has_body) {
      reader.fault(here + "/" + key,
                   fmt::format("\"{}\" is a place of the request's body, and a GET has none", parameter));
    } else if (!json::is_pointer(parameter)) {
      reader.fault(here + "/" + key, fmt::format("\"{}\" is no JSON Pointer", parameter));
    }
  }
  return paging;
}

}  // namespace rostersync::profile
