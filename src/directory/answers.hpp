// Answers of the API as users, ids and errors; the one place that reads their JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "directory/directory.hpp"
#include "http/message.hpp"
#include "json/json.hpp"
#include "model/schema.hpp"
#include "model/users.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

struct ErrorAnswer {
  profile::Meaning meaning = profile::Meaning::row;
  std::string message;                                      // the API's own words, or the status where it says nothing
  std::vector<std::pair<std::string, std::string>> fields;  // what it says of single members of the body, verbatim
};

class Answers {
 public:
  // `schema` and `wire` must outlive it. `wanted`: the attributes that are taken from answers, id and key among them.
  Answers(const model::Schema& schema, const profile::Wire& wire, std::vector<model::AttributeIndex> wanted);
  Answers(Answers&&) noexcept;
  ~Answers();

  // Each reads the body of a 2xx answer; nothing if it is not what the operation answers with (cut off, not JSON, an
  // abyss of brackets, a user without an id): such an answer is no answer.
  struct Page {
    model::Users users;
    PageFacts facts;
  };
  std::optional<Page> page(const profile::ListOperation& list, const http::Response& response,
                           const ListPage& asked = {}) const;
  // A search may be fuzzy: of the users on one of its pages, those whose key is the one asked for. A user without a key
  // is no answer: it may be the one.
  std::optional<Page> found(const std::string& key, const http::Response& response, const ListPage& asked = {}) const;
  std::optional<model::Users> full_user(const http::Response& response) const;
  // The user behind the credentials: nobody, where a search did not find one whose attribute is `name`.
  std::optional<model::Users> own_user(const std::string& name, const http::Response& response) const;
  std::optional<std::string> created_id(const http::Response& response) const;
  // The user as written, of an update that answers so: what it lacks is unknown. It may lack the id.
  std::optional<model::Users> written_user(const http::Response& response) const;
  // The user object of a full read, as the API says it.
  std::optional<json::Json> user_object(const http::Response& response) const;
  bool is_json(const http::Response& response) const;

  // What takes secrets out of an API's words before anybody sees them; without it they are left as they are.
  void redact_with(std::function<std::string(std::string)> redact) { redact_ = std::move(redact); }

  // Reads any other answer.
  ErrorAnswer error(const http::Response& response) const;

 private:
  struct Decoding;

  // The part of `page` that is true of `keep`.
  template <class Keep>
  model::Users only(const model::Users& page, Keep keep) const;
  std::string item_words(const json::Json& list) const;
  std::string words(const http::Response& response) const;
  std::vector<std::pair<std::string, std::string>> fields(const http::Response& response) const;

  const model::Schema& schema_;
  const profile::Wire& wire_;
  std::vector<model::AttributeIndex> wanted_;
  std::unique_ptr<Decoding> decoding_;  // used again from answer to answer, so that memory is asked for once
  std::function<std::string(std::string)> redact_ = [](std::string words) { return words; };
};

// The request's id as the server gave it, for support; empty if it gave none.
std::string request_id(const http::Response& response);

}  // namespace rostersync::directory
