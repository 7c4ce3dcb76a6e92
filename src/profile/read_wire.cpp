#include "profile/read_wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.hpp"
#include "json/pointer.hpp"
#include "profile/placeholders.hpp"
#include "profile/read_auth.hpp"

namespace rostersync::profile {
namespace {

using json::child_pointer;

class WireReader {
 public:
  WireReader(Reader& reader, const model::Schema& schema) : reader_(reader), schema_(schema) {}

  Wire read() {
    Wire wire;
    wire.base_url = reader_.text("/base_url");
    while (wire.base_url.ends_with('/')) wire.base_url.pop_back();
    wire.headers = headers();
    wire.auth = read_auth(reader_);
    for (const model::Attribute& attribute : schema_.attributes) wire.attributes.push_back(paths(attribute));
    wire.list = {request("list", ""), reader_.text("/operations/list/items"), paging("list")};
    wire.find = {request("find", "key"), reader_.text("/operations/find/items"), std::nullopt};
    if (reader_.has("/operations/find_name")) {
      wire.find_name = {request("find_name", "name"), reader_.text("/operations/find_name/items"), paging("find_name")};
    }
    wire.read = request("read", "id");
    wire.me = request("me", "");
    wire.create = {request("create", ""), reader_.text("/operations/create/answer/id")};
    wire.update = request("update", "id");
    wire.errors = errors();
    wire.rate = rate();
    return wire;
  }

 private:
  std::vector<std::string> placeholders(const std::string& pattern, const std::string& pointer,
                                        const std::vector<std::string>& known) {
    return check_placeholders(reader_, pattern, pointer, known);
  }

  std::vector<std::pair<std::string, Template>> headers() {
    std::vector<std::string> known;
    for (const std::string& name : reader_.texts("/credentials")) known.push_back("credential." + name);
    std::vector<std::pair<std::string, Template>> all;
    for (const std::string& name : reader_.members("/headers")) {
      const std::string pointer = child_pointer("/headers", name);
      all.emplace_back(name, reader_.text(pointer));
      placeholders(all.back().second, pointer, known);
    }
    return all;
  }

  // An operation's request, which must hold {needed} where that is not empty, and no other placeholder.
  RequestTemplate request(const std::string& operation, const std::string& needed) {
    const std::string here = "/operations/" + operation;
    const std::string line = reader_.text(here + "/request");
    const std::vector<std::string> known = needed.empty() ? std::vector<std::string>{} : std::vector{needed};
    RequestTemplate request;
    request.method = line.substr(0, line.find(' '));
    request.path = line.substr(line.find(' ') + 1);
    bool is_there = !placeholders(request.path, here + "/request", known).empty();
    for (const std::string& name : reader_.members(here + "/query")) {
      const std::string pointer = child_pointer(here + "/query", name);
      request.query.emplace_back(name, reader_.text(pointer));
      is_there |= !placeholders(request.query.back().second, pointer, known).empty();
    }
    if (!needed.empty() && !is_there) {
      reader_.fault(here,
                    fmt::format("neither the path nor the query holds {{{}}}, so it cannot ask for one user", needed));
    }
    return request;
  }

  std::optional<Paging> paging(const std::string& operation) const {
    const std::string here = "/operations/" + operation + "/paging";
    if (!reader_.has(here)) return std::nullopt;
    const json::Json& first = reader_.at(here + "/first");
    return Paging{reader_.text(here + "/page"),  first.is_null() ? 1 : first.get<std::uint64_t>(),
                  reader_.text(here + "/size"),  reader_.at(here + "/max").get<std::uint64_t>(),
                  reader_.text(here + "/count"), reader_.text(here + "/last")};
  }

  // Where an attribute stands one way: at its name, or at the JSON Pointer the profile gives.
  std::string path(const std::string& name, const std::string& pointer, bool goes) const {
    if (!goes) return "";
    const json::Json& told = reader_.at(pointer);
    return told.is_string() && told.get_ref<const std::string&>().starts_with('/') ? told.get<std::string>()
                                                                                   : child_pointer("", name);
  }

  AttributePaths paths(const model::Attribute& attribute) {
    if (attribute.name == schema_[model::id_attribute].name) return {id_path(), "", "", nullptr};
    const std::string here = child_pointer("/attributes", attribute.name);
    return {path(attribute.name, here + "/read", attribute.readable),
            path(attribute.name, here + "/create", attribute.on_create),
            path(attribute.name, here + "/update", attribute.on_update != model::OnUpdate::no),
            reader_.at(here + "/clear")};
  }

  std::string id_path() {
    std::string told = reader_.text("/user/id");
    if (!told.starts_with('/')) return child_pointer("", told);
    if (!json::is_pointer(told)) reader_.fault("/user/id", fmt::format("\"{}\" is no JSON Pointer", told));
    return told;
  }

  ErrorShapes errors() const {
    ErrorShapes shapes;
    shapes.messages = reader_.texts("/errors/message");
    shapes.fields = reader_.texts("/errors/fields");
    for (const json::Json& rule : reader_.at("/errors/means")) {
      ErrorRule& one = shapes.rules.emplace_back();
      const json::Json& status = rule["status"];
      one.statuses = status.is_array() ? status.get<std::vector<int>>() : std::vector{status.get<int>()};
      one.message_contains = rule.value("says", std::vector<std::string>{});
      const std::string meaning = rule["is"].get<std::string>();
      one.meaning = meaning == "credentials" ? Meaning::credentials
                    : meaning == "exists"    ? Meaning::exists
                                             : Meaning::row;
    }
    return shapes;
  }

  std::chrono::milliseconds duration(const std::string& pointer, std::chrono::milliseconds otherwise) const {
    return base::parse_duration(reader_.text(pointer)).value_or(otherwise);
  }

  Rate rate() const {
    const json::Json& told = reader_.at("/rate");
    Rate rate;
    rate.requests = told["requests"].get<std::uint64_t>();
    rate.per = duration("/rate/per", rate.per);
    rate.shape = told.value("shape", "window") == "bucket" ? RateShape::bucket : RateShape::window;
    rate.share = told.value("share", rate.share);
    rate.retry_after = duration("/rate/retry_after", rate.retry_after);
    rate.max_in_flight = told.value("max_in_flight", rate.max_in_flight);
    return rate;
  }

  Reader& reader_;
  const model::Schema& schema_;
};

}  // namespace

Wire read_wire(Reader& reader, const model::Schema& schema) {
  return WireReader(reader, schema).read();
}

}  // namespace rostersync::profile
