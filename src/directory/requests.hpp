// Operations as HTTP requests, by a profile's Wire: placeholders filled and escaped by their position, bodies built
// from attribute changes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "directory/directory.hpp"
#include "http/message.hpp"
#include "json/json.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"
#include "profile/wire.hpp"

namespace rostersync::directory {

// `text` with every occurrence of `secret` (if it is not empty) replaced by "(secret)".
std::string without(std::string text, const std::string& secret);

using Credentials = std::map<std::string, base::Secret>;

class Requests {
 public:
  // `schema` and `wire` must outlive it. `base_url` has no trailing slash.
  Requests(const model::Schema& schema, const profile::Wire& wire, std::string base_url, Credentials credentials);

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

  // `text` without any of the credentials: what an API says back to its caller may repeat them.
  std::string redacted(std::string text) const;

  // The attributes of `changes` that a create takes.
  http::Request create(const std::vector<model::AttributeChange>& changes) const;
  http::Request update(const std::string& id, const std::vector<model::AttributeChange>& changes) const;
  // Of an API that replaces all there is: `as_read` is the user object of a read.
  http::Request update_whole(const std::string& id, json::Json as_read,
                             const std::vector<model::AttributeChange>& changes) const;

 private:
  using Values = std::map<std::string, std::string>;
  std::string fill(const profile::Template& pattern, const Values& values, bool escape) const;
  bool has_credentials(const profile::Template& pattern) const;
  bool has_credentials(const profile::RequestTemplate& pattern) const;  // but for the headers of all requests
  json::Json filled(const json::Json& pattern, const Values& values) const;
  std::string url(const profile::RequestTemplate& pattern, const Values& values) const;
  http::Request make(const profile::RequestTemplate& pattern, const Values& values, http::Effect effect) const;
  http::Request page(const profile::ListOperation& list, const ListPage& asked, Values values) const;
  http::Request write(const profile::RequestTemplate& pattern, const std::string& at, const Values& values,
                      json::Json user) const;

  const model::Schema& schema_;
  const profile::Wire& wire_;
  std::string base_url_;
  Credentials credentials_;
};

}  // namespace rostersync::directory
