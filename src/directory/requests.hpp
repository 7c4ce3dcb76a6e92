// Operations as HTTP requests, by a profile's Wire: placeholders filled and escaped by their position, bodies built
// from attribute changes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/secret.hpp"
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

  http::Request list_page(std::uint64_t page, std::uint64_t size) const;
  http::Request find(const std::string& key) const;
  http::Request find_by_name(const std::string& name, std::uint64_t page) const;
  http::Request read(const std::string& id) const;
  http::Request own_user() const;
  // `text` without any of the credentials: what an API says back to its caller may repeat them.
  std::string redacted(std::string text) const;

  // The attributes of `changes` that a create takes.
  http::Request create(const std::vector<model::AttributeChange>& changes) const;
  http::Request update(const std::string& id, const std::vector<model::AttributeChange>& changes) const;

 private:
  using Values = std::map<std::string, std::string>;
  enum class Direction { create, update };
  static profile::RequestTemplate paged(const profile::ListOperation& list, std::uint64_t page, std::uint64_t size);
  std::string fill(const profile::Template& pattern, const Values& values, bool escape) const;
  http::Request make(const profile::RequestTemplate& pattern, const Values& values, http::Effect effect) const;
  std::string body(const std::vector<model::AttributeChange>& changes, Direction direction) const;

  const model::Schema& schema_;
  const profile::Wire& wire_;
  std::string base_url_;
  Credentials credentials_;
};

}  // namespace rostersync::directory
