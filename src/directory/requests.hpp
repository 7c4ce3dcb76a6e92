// Operations as HTTP requests, by a profile's Wire: placeholders filled and escaped by their position, bodies built
// from attribute changes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "directory/credentials.hpp"
#include "directory/directory.hpp"
#include "directory/fill.hpp"
#include "directory/redaction.hpp"
#include "directory/session_answer.hpp"
#include "http/message.hpp"
#include "json/json.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

class Requests {
 public:
  // `schema` and `wire` must outlive it. `base_url` has no trailing slash. `token_url`: where OAuth 2 tokens are asked
  // for; empty: as the profile says. Throws base::CannotRun where the credentials suffice for no way of the profile's.
  Requests(const model::Schema& schema, const profile::Wire& wire, std::string base_url, Credentials credentials,
           std::string token_url = {});

  // A page of several users. One at an address that the page before gave is asked for there, which must be of the same
  // origin as base_url: foreign() tells.
  http::Request list(const ListPage& asked) const;
  http::Request find(const std::string& key, const ListPage& asked = {}) const;
  http::Request find_by_name(const std::string& name, const ListPage& asked = {}) const;
  http::Request read(const std::string& id) const;

  // Nothing where the profile does not say how to ask, or the credential that names them is not there.
  std::optional<http::Request> own_user() const;
  // Where that is a search: what one of their attributes is.
  std::string own_name() const;

  // Why the page after one with `next` is not asked for: its address is no address, or leads to another origin.
  std::optional<std::string> foreign(const profile::ListOperation& list, const std::string& next) const;

  // `text` without any of the credentials, nor of the sessions that it was told of: what an API says back to its caller
  // may repeat them.
  std::string redacted(std::string text) const { return redaction_.apply(std::move(text)); }

  // How the credentials say who asks; null where the headers of every request do.
  const profile::AuthWay* way() const { return way_; }
  // Of a way that has a session: what signs in, what renews a session (nothing where the profile has no such thing),
  // and `request` as from somebody who is signed in.
  http::Request sign_in() const;
  std::optional<http::Request> refresh(const SessionValues& session) const;
  http::Request signed_in(http::Request request, const SessionValues& session) const;
  void keep_secret(const SessionValues& session);

  // The attributes of `changes` that a create takes.
  http::Request create(const std::vector<model::AttributeChange>& changes) const;
  http::Request update(const std::string& id, const std::vector<model::AttributeChange>& changes) const;
  // Of an API that replaces all there is: `as_read` is the user object of a read.
  http::Request update_whole(const std::string& id, json::Json as_read,
                             const std::vector<model::AttributeChange>& changes) const;

 private:
  using Values = std::map<std::string, std::string>;
  std::string fill(const profile::Template& pattern, const Values& values, bool escape) const;
  Lookup lookup(const Values& values, bool escape) const;  // `values` must outlive it
  json::Json fill_body(const json::Json& pattern, const Values& values) const;
  bool has_credentials(const json::Json& pattern) const;                // whether those that its texts need are there
  bool has_credentials(const profile::RequestTemplate& pattern) const;  // but for the headers of all requests
  std::string url(const profile::RequestTemplate& pattern, const Values& values) const;
  http::Request make(const profile::RequestTemplate& pattern, const Values& values, http::Effect effect) const;
  http::Request page(const profile::ListOperation& list, const ListPage& asked, Values values) const;
  http::Request write(const profile::RequestTemplate& pattern, const Values& values, const json::Json& body) const;

  const std::string& credential(const std::string& name) const;

  // sign_in.cpp
  void take_way();
  http::Request sign_in_by(const profile::SignInRequest& pattern, const SessionValues& session) const;
  http::Request ask_for_token() const;
  static std::string basic(const std::string& name, const std::string& word);
  std::string secret(const std::string& placeholder, const SessionValues& session) const;

  const model::Schema& schema_;
  const profile::Wire& wire_;
  std::string base_url_;
  Credentials credentials_;
  std::string token_url_;
  const profile::AuthWay* way_ = nullptr;
  http::Headers auth_headers_;  // of every request
  Redaction redaction_;
};

}  // namespace rostersync::directory
