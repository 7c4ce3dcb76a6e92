// What an API may answer, whatever it is: no answer, or users whose values are canonical; an error in words that are
// short, readable and hold no secret.
#include "directory/answers.hpp"

#include "directory/body.hpp"
#include "directory/sample.hpp"
#include "fuzz/support.hpp"
#include "model/value.hpp"
#include "profile/profile.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;

namespace {

constexpr std::string_view key = "top-secret";
constexpr std::string_view mask = "(secret)";

std::vector<model::AttributeIndex> readable(const model::Schema& schema) {
  std::vector<model::AttributeIndex> wanted;
  for (model::AttributeIndex index = 0; index < schema.size(); ++index) {
    if (schema[index].readable) wanted.push_back(index);
  }
  return wanted;
}

std::string redacted(std::string words) {
  for (auto at = words.find(key); at != std::string::npos; at = words.find(key)) words.replace(at, key.size(), mask);
  return words;
}

struct World {
  explicit World(const std::string& name) : profile(profile::load(name, config_directory())) {
    answers.redact_with(redacted);
  }
  profile::Profile profile;
  directory::Answers answers{profile.schema, profile.wire, readable(profile.schema)};
};

// Of another type, a value is what the API said, cut; else it is canonical.
void check_value(const model::Attribute& attribute, std::string_view text) {
  const model::Canonical again = model::canonical_from_json(attribute, model::json_from_canonical(attribute, text));
  require(again.text == text || text.size() <= 503 || !again.fault.empty(), "a value is canonical, or short",
          attribute.name + ": " + std::string(text) + " -> " + again.text);
}

void check_users(const World& world, const model::Users& users) {
  for (model::Row row = 0; row < users.size(); ++row) {
    require(!users.text(row, model::id_attribute).empty(), "every user has an id");
    for (const model::AttributeIndex column : users.columns()) {
      const std::string_view text = users.text(row, column);
      require(users.presence(row, column) != model::Presence::absent, "what an API does not say is empty or unknown");
      require(!text::first_invalid_utf8(text), "a value is UTF-8", text);
      if (column != model::id_attribute && !text.empty()) check_value(world.profile.schema[column], text);
    }
  }
}

// Whoever is read alone has what the listing says of them.
void check_same(const World& world, const model::Users& users, const std::string& body) {
  const json::Json document = json::Json::parse(body);
  const json::Json& items = document.at(json::Json::json_pointer(world.profile.wire.list.items));
  for (model::Row row = 0; row < users.size(); ++row) {
    http::Response alone;
    alone.body = items[row].dump();
    const auto user = world.answers.full_user(alone);
    require(user.has_value(), "a user of a listing can be read alone");
    for (const model::AttributeIndex column : users.columns()) {
      if (users.presence(row, column) == model::Presence::unknown) continue;
      require(
          user->presence(0, column) == users.presence(row, column) && user->text(0, column) == users.text(row, column),
          "alone and in a listing, a user is the same");
    }
  }
}

void check_error(const World& world, const http::Response& response) {
  const directory::ErrorAnswer told = world.answers.error(response);
  require(told.message.starts_with("HTTP "), "an error says its status", told.message);
  require(told.message.size() <= 520, "an error is short");
  require(!text::first_invalid_utf8(told.message), "an error is UTF-8", told.message);
  require(told.message.find(key) == std::string::npos, "an error holds no secret", told.message);
  for (const auto& [name, words] : told.fields) {
    require(words.size() <= 503 && words.find(key) == std::string::npos, "so is what it says of a field", words);
  }
}

// What only a profile of another kind asks of an answer: users who are wrapped, found by page, sent back whole.
void check_rich(const World& world, const http::Response& response) {
  const directory::Answers& answers = world.answers;
  if (const auto page = answers.page(world.profile.wire.list, response)) {
    check_users(world, page->users);
    const auto sample = directory::sample_of(world.profile.schema, world.profile.wire, answers, response);
    require(sample && sample->users == page->users.size(), "a page is a sample");
  }
  if (const auto page = answers.found("jo", response)) check_users(world, page->users);
  if (const auto own = answers.own_user("jo", response)) check_users(world, *own);
  if (const auto written = answers.written_user(response)) require(written->size() == 1, "one user was written");
  answers.created_id(response);
  auto user = answers.user_object(response);
  if (!user) return;
  const model::AttributeChange change{2, model::Presence::absent, {}, model::Presence::value, "Jo"};
  const json::Json whole =
      directory::whole_user_object(world.profile.schema, world.profile.wire, std::move(*user), {change});
  require(whole.at("name").at("given") == "Jo", "what differs is laid over what was read", whole.dump());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world("partoo");
  static const World rich(ROSTERSYNC_SOURCE_DIR "/tests/fuzz/corpus/profile/rich.json");
  http::Response response;
  response.status = 200;
  response.body = bytes_of(data, size);

  if (const auto page = world.answers.page(world.profile.wire.list, response)) {
    check_users(world, page->users);
    check_same(world, page->users, response.body);
  }
  if (const auto page = world.answers.found("jo@example.com", response)) {
    const model::Users* const found = &page->users;
    check_users(world, *found);
    const model::Attribute& by = world.profile.schema[world.profile.schema.key];
    for (model::Row row = 0; row < found->size(); ++row) {
      require(model::comparable(by, found->text(row, world.profile.schema.key)) == "jo@example.com",
              "who is found has the key that was asked for");
    }
  }
  if (const auto user = world.answers.full_user(response)) check_users(world, *user);
  if (const auto id = world.answers.created_id(response)) {
    require(!id->empty() && !text::first_invalid_utf8(*id), "a new id is a text");
  }
  check_rich(rich, response);
  const bool is_json = world.answers.is_json(response);
  require(is_json == (!response.body.empty() && json::Json::accept(response.body)), "JSON is told from what is none");
  for (const int status : {400, 401, 409, 502}) {
    response.status = status;
    check_error(world, response);
    check_error(rich, response);
  }
  return 0;
}
