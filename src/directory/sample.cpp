#include "directory/sample.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "json/place.hpp"
#include "json/pointer.hpp"
#include "json/view.hpp"
#include "model/value.hpp"

namespace rostersync::directory {

using json::Json;

namespace {

std::optional<Json> at(const Json& user, const std::string& place) {
  const Json* found = json::found_at(user, place);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

// Why a value that the API says is none that a roster could mean.
std::string fault_in(const model::Attribute& attribute, const profile::AttributePaths& paths, const Json& said,
                     const std::string& understood) {
  if (said.is_null()) return {};
  if (!paths.codes.empty()) {
    const bool coded =
        std::any_of(paths.codes.begin(), paths.codes.end(), [&](const auto& code) { return code.first == understood; });
    return coded ? "" : "no value has this code";
  }
  const model::Canonical value = model::canonical_from_json(attribute, said);
  if (!value.fault.empty()) return "expected " + value.fault;
  const auto& values = attribute.values;
  const bool permitted = values.empty() || attribute.type != model::Type::text || understood.empty() ||
                         std::find(values.begin(), values.end(), understood) != values.end();
  return permitted ? "" : fmt::format("it is none of {}", fmt::join(values, ", "));
}

class Sampler {
 public:
  Sampler(const model::Schema& schema, const profile::Wire& wire, const model::Users& users)
      : schema_(schema), wire_(wire), users_(users) {
    for (const auto& paths : wire.attributes) {
      if (!paths.read.empty()) read_.push_back(paths.read);
    }
  }

  void take(const Json& user) {
    if (taken_++ == 0) first(user);
    for (SampledAttribute& one : sample_.attributes) one.missing += at(user, one.place) ? 0U : 1U;
    note(user, "");
  }

  Sample done() {
    for (auto& [place, found] : unmentioned_) sample_.unmentioned.push_back(std::move(found));
    sample_.users = taken_;
    return std::move(sample_);
  }

 private:
  void first(const Json& user) {
    for (model::AttributeIndex index = 0; index < schema_.size(); ++index) {
      if (!schema_[index].readable) continue;
      SampledAttribute& one = sample_.attributes.emplace_back();
      one.attribute = index;
      one.place = wire_.attributes[index].read;
      one.said = at(user, one.place);
      one.understood = std::string(users_.text(0, index));
      if (one.said && index != model::id_attribute) {
        one.fault = fault_in(schema_[index], wire_.attributes[index], *one.said, one.understood);
      }
    }
  }

  // Members that no attribute is read from; of an object that holds what some are read from, its members.
  void note(const Json& object, const std::string& place) {
    for (const auto& [name, value] : object.items()) {
      const std::string here = json::child_pointer(place, name);
      if (std::find(read_.begin(), read_.end(), here) != read_.end()) continue;
      const bool holds = std::any_of(read_.begin(), read_.end(),
                                     [&](const std::string& path) { return path.starts_with(here + "/"); });
      if (holds && value.is_object()) {
        note(value, here);
      } else if (!holds) {
        Unmentioned& found = unmentioned_.try_emplace(here, Unmentioned{here, value, 0}).first->second;
        ++found.users;
      }
    }
  }

  const model::Schema& schema_;
  const profile::Wire& wire_;
  const model::Users& users_;
  std::vector<std::string> read_;
  std::map<std::string, Unmentioned> unmentioned_;
  std::size_t taken_ = 0;
  Sample sample_;
};

}  // namespace

std::optional<Sample> sample_of(const model::Schema& schema, const profile::Wire& wire, const Answers& answers,
                                const http::Response& response) {
  const auto page = answers.page(wire.list, response);
  if (!page) return std::nullopt;
  json::ViewReader reader;
  const Json document = json::to_json(*reader.read(response.body));
  Sampler sampler(schema, wire, page->users);
  for (const Json& item : *json::found_at(document, wire.list.items)) {
    sampler.take(*json::found_at(item, wire.list.user));
  }
  Sample sample = sampler.done();
  sample.facts = page->facts;
  return sample;
}

}  // namespace rostersync::directory
