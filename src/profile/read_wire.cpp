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
#include "profile/read_operations.hpp"

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
    check_places(wire.attributes, &AttributePaths::create, "create");
    check_places(wire.attributes, &AttributePaths::update, "update");
    read_operations(reader_, schema_, wire);
    wire.errors = errors();
    wire.rate = rate();
    return wire;
  }

 private:
  std::vector<std::pair<std::string, Template>> headers() {
    const std::vector<std::string> known = common_credentials(reader_);
    std::vector<std::pair<std::string, Template>> all;
    for (const std::string& name : reader_.members("/headers")) {
      const std::string pointer = child_pointer("/headers", name);
      all.emplace_back(name, reader_.text(pointer));
      check_placeholders(reader_, all.back().second, pointer, known);
    }
    return all;
  }

  // Where an attribute stands one way: at its name, or at the JSON Pointer the profile gives.
  std::string path(const std::string& name, const std::string& pointer, bool goes) const {
    if (!goes) return "";
    const json::Json& told = reader_.at(pointer);
    return told.is_string() && told.get_ref<const std::string&>().starts_with('/') ? told.get<std::string>()
                                                                                   : child_pointer("", name);
  }

  AttributePaths paths(const model::Attribute& attribute) {
    if (attribute.name == schema_[model::id_attribute].name) {
      AttributePaths id;
      id.read = id_path();
      return id;
    }
    const std::string here = child_pointer("/attributes", attribute.name);
    AttributePaths paths;
    paths.read = path(attribute.name, here + "/read", attribute.readable);
    paths.create = path(attribute.name, here + "/create", attribute.on_create);
    paths.update = path(attribute.name, here + "/update", attribute.on_update != model::OnUpdate::no);
    paths.cleared = reader_.at(here + "/clear");
    for (const std::string& value : reader_.members(here + "/codes")) {
      paths.codes.emplace_back(value, reader_.at(child_pointer(here + "/codes", value)));
    }
    const std::vector<std::string> numbers = reader_.texts(here + "/as_number");
    const auto as_number = [&](const char* way) {
      return std::find(numbers.begin(), numbers.end(), way) != numbers.end();
    };
    paths.number_on_create = as_number("create");
    paths.number_on_update = as_number("update");
    return paths;
  }

  // Where one attribute stands within another, or where another does, what is sent of the one would replace the other.
  void check_places(const std::vector<AttributePaths>& all, std::string AttributePaths::*way, const char* name) {
    for (std::size_t inner = 0; inner < all.size(); ++inner) {
      for (std::size_t outer = 0; outer < all.size(); ++outer) {
        if ((all[outer].*way).empty()) continue;
        if (outer < inner && all[inner].*way == all[outer].*way) {
          reader_.fault(
              child_pointer("/attributes", schema_.attributes[inner].name),
              fmt::format("{} would send it at {}, as \"{}\"", name, all[inner].*way, schema_.attributes[outer].name));
        }
        if (!(all[inner].*way).starts_with(all[outer].*way + "/")) continue;
        reader_.fault(child_pointer("/attributes", schema_.attributes[inner].name),
                      fmt::format("{} would send it at {}, within \"{}\" at {}", name, all[inner].*way,
                                  schema_.attributes[outer].name, all[outer].*way));
      }
    }
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
    shapes.item_message = reader_.text("/errors/item/message");
    shapes.item_field = reader_.text("/errors/item/field");
    for (const json::Json& rule : reader_.at("/errors/means")) {
      ErrorRule& one = shapes.rules.emplace_back();
      const json::Json& status = rule["status"];
      one.statuses = status.is_array() ? status.get<std::vector<int>>() : std::vector{status.get<int>()};
      one.message_contains = rule.value("says", std::vector<std::string>{});
      one.meaning = meaning(rule["is"].get<std::string>());
    }
    return shapes;
  }

  static Meaning meaning(const std::string& word) {
    if (word == "credentials") return Meaning::credentials;
    if (word == "exists") return Meaning::exists;
    return word == "absent" ? Meaning::absent : Meaning::row;
  }

  std::chrono::milliseconds duration(const std::string& pointer, std::chrono::milliseconds otherwise) const {
    return base::parse_duration(reader_.text(pointer)).value_or(otherwise);
  }

  Rate rate() const {
    const json::Json told = reader_.has("/rate") ? reader_.at("/rate") : json::Json::object();
    Rate rate;
    rate.requests = told.value("requests", rate.requests);
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
