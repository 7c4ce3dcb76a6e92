#include "profile/read_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "json/pointer.hpp"
#include "profile/placeholders.hpp"
#include "profile/read_paging.hpp"
#include "text/text.hpp"

namespace rostersync::profile {
namespace {

using json::child_pointer;

class OperationsReader {
 public:
  OperationsReader(Reader& reader, const model::Schema& schema) : reader_(reader), schema_(schema) {}

  void read(Wire& wire) {
    wire.list = several("list", "");
    wire.list.passes = passes(wire.list);
    wire.find = several("find", "key");
    if (reader_.has("/operations/find_name")) wire.find_name = several("find_name", "name");
    wire.read = {request("read", "id"), reader_.text("/operations/read/user")};
    if (reader_.has("/operations/me")) wire.me = own(wire);
    wire.create = create();
    wire.update = update();
  }

 private:
  static std::string pointer_of(const std::string& operation) { return "/operations/" + operation; }

  // An operation's request, which must hold {needed} where that is not empty, and no placeholder but that and `others`.
  RequestTemplate request(const std::string& operation, const std::string& needed,
                          std::vector<std::string> others = {}) {
    const std::string here = pointer_of(operation);
    const std::string line = reader_.text(here + "/request");
    std::vector<std::string> known = std::move(others);
    if (!needed.empty()) known.push_back(needed);
    RequestTemplate request;
    request.method = line.substr(0, line.find(' '));
    request.path = line.substr(line.find(' ') + 1);
    std::vector<std::string> there = check_placeholders(reader_, request.path, here + "/request", known);
    request.query = query(here + "/query", known, there);
    request.body = body(here + "/body", request.method, known, there);
    request.content_type = reader_.text(here + "/content_type", request.content_type);
    if (!needed.empty() && std::find(there.begin(), there.end(), needed) == there.end()) {
      reader_.fault(here, fmt::format("neither the path, the query nor the body holds {{{}}}, so it cannot ask for one "
                                      "user",
                                      needed));
    }
    return request;
  }

  std::vector<std::pair<std::string, Template>> query(const std::string& here, const std::vector<std::string>& known,
                                                      std::vector<std::string>& there) {
    std::vector<std::pair<std::string, Template>> all;
    for (const std::string& name : reader_.members(here)) {
      const std::string pointer = child_pointer(here, name);
      all.emplace_back(name, reader_.text(pointer));
      for (std::string& found : check_placeholders(reader_, all.back().second, pointer, known)) {
        there.push_back(std::move(found));
      }
    }
    return all;
  }

  json::Json body(const std::string& here, const std::string& method, const std::vector<std::string>& known,
                  std::vector<std::string>& there) {
    if (!reader_.has(here)) return nullptr;
    if (method == "GET") reader_.fault(here, "a GET has no body");
    for (std::string& found : check_placeholders_within(reader_, here, known)) there.push_back(std::move(found));
    return reader_.at(here);
  }

  ListOperation several(const std::string& operation, const std::string& needed) {
    const std::string here = pointer_of(operation);
    ListOperation list;
    list.request = request(operation, needed);
    list.items = reader_.text(here + "/items");
    list.user = reader_.text(here + "/user");
    const bool has_body = list.request.method != "GET";
    list.paging = read_paging(reader_, here + "/paging", has_body);
    if (has_body && list.paging && list.paging->by == PagingBy::link) {
      reader_.fault(here + "/paging/by", "an address that leads on is asked for by GET, and this request is none");
    }
    return list;
  }

  std::vector<Pass> passes(const ListOperation& list) {
    const std::string here = pointer_of("list") + "/passes";
    std::vector<Pass> all;
    std::vector<std::string> there;
    for (std::size_t i = 0; i < reader_.at(here).size(); ++i) {
      const std::string pointer = child_pointer(here, i);
      all.push_back({query(pointer + "/query", {}, there), body(pointer + "/body", list.request.method, {}, there)});
    }
    return all;
  }

  OwnOperation own(const Wire& wire) {
    const std::string here = pointer_of("me");
    const std::vector<std::string> known = own_names(wire, common_credentials(reader_));
    OwnOperation own;
    own.request = request("me", "", known);
    own.user = reader_.text(here + "/user");
    own.searches = reader_.has(here + "/items");
    own.items = reader_.text(here + "/items");
    own.is = reader_.text(here + "/is");
    check_placeholders(reader_, own.is, here + "/is", known);
    const std::vector<std::string> names = reader_.texts(here + "/of");
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (const auto index = readable(names[i], child_pointer(here + "/of", i))) own.of.push_back(*index);
    }
    return own;
  }

  // A name that somebody signs in with may stand in an address, which logs show; a secret may not.
  static std::vector<std::string> own_names(const Wire& wire, std::vector<std::string> all) {
    for (const AuthWay& way : wire.auth) {
      for (const std::string& name : way.credentials) all.push_back(std::string(credential_prefix) + name);
    }
    std::vector<std::string> known;
    for (const char* name : {"credential.username", "credential.client_id"}) {
      if (std::find(all.begin(), all.end(), name) != all.end()) known.emplace_back(name);
    }
    return known;
  }

  std::optional<model::AttributeIndex> readable(const std::string& name, const std::string& pointer) {
    const auto index = schema_.find(name);
    if (index && schema_[*index].readable) return index;
    std::vector<std::string> names;
    for (const model::Attribute& attribute : schema_.attributes) {
      if (attribute.readable) names.push_back(attribute.name);
    }
    const auto near = text::nearest(name, names);
    reader_.fault(pointer, fmt::format("\"{}\" is no attribute that the API gives back{}", name,
                                       near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
    return std::nullopt;
  }

  CreateOperation create() {
    const std::string here = pointer_of("create");
    CreateOperation create;
    create.request = request("create", "");
    create.at = reader_.text(here + "/at");
    if (reader_.has(here + "/answer/location")) create.names = Names::location;
    if (reader_.has(here + "/answer/id")) create.names = Names::id;
    create.id = reader_.text(here + "/answer/id");
    return create;
  }

  UpdateOperation update() {
    const std::string here = pointer_of("update");
    UpdateOperation update;
    update.request = request("update", "id");
    update.at = reader_.text(here + "/at");
    update.whole = reader_.text(here + "/send") == "whole";
    update.without = reader_.texts(here + "/without");
    if (!update.without.empty() && !update.whole) {
      reader_.fault(here + "/without", "only what differs is sent: it says nothing but with \"send\": \"whole\"");
    }
    if (reader_.has(here + "/answer")) update.user = reader_.text(here + "/answer/user");
    return update;
  }

  Reader& reader_;
  const model::Schema& schema_;
};

}  // namespace

void read_operations(Reader& reader, const model::Schema& schema, Wire& wire) {
  OperationsReader(reader, schema).read(wire);
}

}  // namespace rostersync::profile
