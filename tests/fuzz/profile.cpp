// A profile: refused at a line of the file, or fit for all that is done with one. It can be explained, its requests can
// be made, and its answers read.
#include "profile/profile.hpp"

#include "base/error.hpp"
#include "directory/answers.hpp"
#include "directory/requests.hpp"
#include "directory/sample.hpp"
#include "fuzz/support.hpp"
#include "http/url.hpp"
#include "model/value.hpp"
#include "profile/assessment.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;

namespace {

void check_schema(const profile::Profile& read) {
  const model::Schema& schema = read.schema;
  const auto is_there = [&](model::AttributeIndex index, const char* what) { require(index < schema.size(), what); };
  require(schema[model::id_attribute].name == "id", "the first attribute is the id");
  require(read.wire.attributes.size() == schema.size(), "every attribute has its paths");
  require(schema.key != model::id_attribute, "people are matched by an attribute");
  is_there(schema.key, "the key is an attribute");
  for (const auto index : schema.name) is_there(index, "a name is an attribute");
  for (const auto index : schema.signs) is_there(index, "a sign is an attribute");
  if (schema.organization) is_there(*schema.organization, "the organization is an attribute");
  if (schema.deactivation) is_there(schema.deactivation->attribute, "what deactivates is an attribute");
  for (const model::Attribute& attribute : schema.attributes) {
    for (const auto& rule : attribute.applies_when) is_there(rule.attribute, "a condition is of an attribute");
    if (!attribute.initial) continue;
    const auto again = model::canonical_from_json(attribute, model::json_from_canonical(attribute, *attribute.initial));
    require(again.text == *attribute.initial, "an initial value is canonical", attribute.name);
  }
  for (const auto index : schema.guarded) is_there(index, "what is guarded is an attribute");
  for (const auto index : read.wire.me.of) is_there(index, "what tells the own user is an attribute");
  require(read.wire.rate.per.count() > 0, "a rate is above zero");
  require(read.wire.rate.share > 0 && read.wire.rate.share <= 1, "a share is a part");
}

// Of every attribute that can be sent, a value.
std::vector<model::AttributeChange> everything(const model::Schema& schema) {
  std::vector<model::AttributeChange> changes;
  for (model::AttributeIndex index = 1; index < schema.size(); ++index) {
    model::AttributeChange& one = changes.emplace_back();
    one.attribute = index;
    one.after_presence = schema[index].clearable ? model::Presence::clear : model::Presence::value;
    if (!schema[index].clearable) one.after = "1";
  }
  return changes;
}

void check_sign_in(const directory::Requests& requests) {
  const bool has_form = requests.way()->kind == profile::AuthKind::oauth2;
  const http::Request request = requests.sign_in();
  require(!request.url.empty(), "a sign-in has an address");
  require(has_form || request.body.empty() || json::Json::accept(request.body), "its body is JSON", request.body);
  directory::SessionValues session;
  for (const auto& [name, pointer] : requests.way()->sign_in.session) session.emplace(name, base::Secret("t/1"));
  if (const auto again = requests.refresh(session)) {
    require(again->body.empty() || json::Json::accept(again->body), "what renews has a body of JSON", again->body);
  }
  requests.signed_in(requests.list({}), session);
}

// What an API may say of one.
constexpr const char* users[] = {R"({"id": "1", "email": "a@b.c", "name": {"given": "x"}, "p": {"n": null}})", "{}",
                                 R"({"id": 7, "name": "x", "p": [1, {"n": 2}], "login": ["x"], "user": {"id": 1}})"};

void check_requests(const profile::Profile& read) {
  directory::Credentials credentials;
  for (const std::string& name : read.credentials) credentials.emplace(name, base::Secret("k/1"));
  for (const profile::AuthWay& way : read.wire.auth) {
    for (const std::string& name : way.credentials) credentials.emplace(name, base::Secret("k/1"));
  }
  const directory::Requests requests(read.schema, read.wire, "https://api.example.com/v2", credentials);
  const std::vector<model::AttributeChange> changes = everything(read.schema);
  std::vector<http::Request> all = {requests.list({}),        requests.find("a@b.c"),
                                    requests.read("i/d"),     requests.own_user().value_or(requests.list({})),
                                    requests.create(changes), requests.update("i/d", changes)};
  if (!read.wire.find_name.request.method.empty()) all.push_back(requests.find_by_name("a"));
  if (requests.way() != nullptr && requests.way()->has_session()) check_sign_in(requests);

  for (std::size_t pass = 0; pass < std::min<std::size_t>(read.wire.list.passes.size(), 4); ++pass) {
    all.push_back(requests.list({2, 5, "", pass}));
  }
  for (const char* user : users) all.push_back(requests.update_whole("i/d", json::Json::parse(user), changes));
  for (const http::Request& request : all) {
    require(request.url.starts_with("https://api.example.com/v2"), "a request goes to the base URL", request.url);
    require(request.body.empty() || json::Json::accept(request.body), "a body is JSON", request.body);
  }
}

void check_answers(const profile::Profile& read) {
  std::vector<model::AttributeIndex> wanted;
  for (model::AttributeIndex index = 0; index < read.schema.size(); ++index) {
    if (index == model::id_attribute || read.schema[index].readable) wanted.push_back(index);
  }
  const directory::Answers answers(read.schema, read.wire, wanted);
  for (
      const char* body :
      {R"({"users": [{"id": "1", "email": "a@b.c"}], "id": 7, "error": "no"})", R"([{"id": 1}])", "[]",
       R"({"list": [{"user": {"id": 1, "login": "a", "name": []}, "id": 2}], "errors": ["x", {"text": "y"}], "n": 3})"}) {
    http::Response response;
    response.status = 200;
    response.body = body;
    answers.page(read.wire.list, response);
    answers.found("a@b.c", response);
    answers.full_user(response);
    answers.created_id(response);
    answers.own_user("a", response);
    answers.user_object(response);
    if (read.wire.update.user) answers.written_user(response);
    directory::sample_of(read.schema, read.wire, answers, response);
    response.status = 400;
    require(!answers.error(response).message.empty(), "an error has words");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  const MemoryFile file(bytes);
  std::optional<profile::Profile> read;
  try {
    read = profile::load(file.path(), config_directory());
  } catch (const base::CannotRun& error) {
    require(!text::first_invalid_utf8(error.what()), "a message is UTF-8", error.what());
    require_line_within(error.what(), file.path(), lines_of(bytes));
    return 0;
  }
  check_schema(*read);
  check_requests(*read);
  check_answers(*read);
  require(!text::first_invalid_utf8(profile::reference_text(*read)), "the reference is UTF-8");
  profile::reference_json(*read).dump();
  for (const auto& [label, words] : profile::assess(*read).facts) require(!words.empty(), "a fact has words", label);
  return 0;
}
