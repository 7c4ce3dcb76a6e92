#include "profile/assessment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rostersync::profile {

namespace {

using model::OnUpdate;

std::string request_in_words(const RequestTemplate& request) {
  return fmt::format("{} {}", request.method, request.path);
}

std::string pages_in_words(const ListOperation& list) {
  if (!list.paging || list.paging->by == PagingBy::none) return "one page";
  const Paging& paging = *list.paging;
  static constexpr const char* words[] = {"by number", "by offset", "by cursor", "by link", ""};
  const std::string size = paging.max_size > 0 ? fmt::format(" of {}", paging.max_size) : "";
  return fmt::format("pages{} {}", size, words[static_cast<std::size_t>(paging.by)]);
}

std::string listing_in_words(const ListOperation& list) {
  std::string words = fmt::format("{}, {}", request_in_words(list.request), pages_in_words(list));
  if (list.passes.size() > 1) words += fmt::format(", {} listings joined by id", list.passes.size());
  return words + (list.declares_count() ? "; it can be proved whole" : "; it declares no count");
}

std::string names_in_words(const CreateOperation& create) {
  switch (create.names) {
    case Names::id:
      return "the answer has the id of the new user";
    case Names::location:
      return "the answer's Location names the new user";
    case Names::nobody:
      break;
  }
  return "the new user is found by key";
}

std::string update_in_words(const UpdateOperation& update) {
  std::string words = fmt::format(
      "{}, {}", request_in_words(update.request),
      update.whole ? "the whole user, read and sent back with what differs" : "what differs and nothing else");
  return update.user ? words + "; verified from the answer" : words;
}

std::string own_in_words(const OwnOperation& me) {
  if (me.request.method.empty()) return "not known";
  return request_in_words(me.request) + (me.searches ? ": the one whose name signs in" : "");
}

template <class Has>
std::string count(const model::Schema& schema, Has has) {
  return std::to_string(std::count_if(schema.attributes.begin(), schema.attributes.end(), has));
}

std::string attributes_in_words(const model::Schema& schema) {
  return fmt::format("{} and the id; {} are read, {} go with a create, {} with an update", schema.size() - 1,
                     count(schema, [](const auto& one) { return one.readable && one.name != "id"; }),
                     count(schema, [](const auto& one) { return one.on_create; }),
                     count(schema, [](const auto& one) { return one.on_update != OnUpdate::no; }));
}

std::vector<std::string> write_only(const model::Schema& schema) {
  std::vector<std::string> names;
  for (const auto& attribute : schema.attributes) {
    if (!attribute.readable && attribute.on_update == OnUpdate::yes) names.push_back(attribute.name);
  }
  return names;
}

}  // namespace

Assessment assess(const Profile& profile) {
  const model::Schema& schema = profile.schema;
  const Wire& wire = profile.wire;
  Assessment it;
  it.facts = {
      {"Attributes", attributes_in_words(schema)},
      {"Listing", listing_in_words(wire.list)},
      {"By key", fmt::format("{}, {}", request_in_words(wire.find.request), pages_in_words(wire.find))},
      {"By name", wire.find_name.request.method.empty() ? "not possible" : request_in_words(wire.find_name.request)},
      {"By id", request_in_words(wire.read.request)},
      {"Own user", own_in_words(wire.me)},
      {"Create", fmt::format("{}; {}", request_in_words(wire.create.request), names_in_words(wire.create))},
      {"Update", update_in_words(wire.update)}};
  auto& follows = it.consequences;
  if (!wire.list.declares_count()) {
    follows.emplace_back(
        "No count: a listing is never proved whole, so nobody is disabled for being missing, and whoever "
        "may be new is looked up first.");
  }
  if (wire.auth.empty() && wire.headers.empty()) {
    follows.emplace_back("No auth and no headers: requests do not say who asks.");
  }
  if (wire.find_name.request.method.empty()) {
    follows.emplace_back(wire.list.declares_count()
                             ? "No find_name: nobody is created unless the whole directory was listed."
                             : "No find_name and no count: nobody is created.");
  }
  if (wire.me.request.method.empty()) {
    follows.emplace_back(
        "No me: the user behind the credentials is not left out by itself; name them under \"protect\".");
  }
  if (!schema.deactivation) {
    follows.emplace_back("No deactivate: nobody is disabled, neither for being missing nor by a rollback of a create.");
  }
  if (wire.rate.requests == 0) {
    follows.emplace_back("No published rate: it is found out from what the API answers; \"http.rate\" sets one.");
  }
  if (const auto names = write_only(schema); !names.empty()) {
    follows.push_back(
        fmt::format("Not given back: {}. What was last confirmed is remembered, and sent when it differs.",
                    fmt::join(names, ", ")));
  }
  if (wire.update.whole) {
    follows.emplace_back(
        "The whole user is sent: what else changes between the reading and the writing is overwritten.");
  }
  if (wire.errors.messages.empty()) {
    follows.emplace_back("No errors.message: the whole body of an error is shown as its words.");
  }
  return it;
}

}  // namespace rostersync::profile
