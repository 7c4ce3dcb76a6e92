// The requests that sign in. Their bodies hold passwords: they are never logged, nor is what answers them.
#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "directory/fill.hpp"
#include "directory/requests.hpp"
#include "http/url.hpp"
#include "text/text.hpp"

namespace rostersync::directory {

namespace {

// In place of one of the same name, without case, if there is one.
void put(http::Headers& headers, const std::string& name, std::string value) {
  const auto same = [&](const auto& header) { return text::fold(header.first) == text::fold(name); };
  const auto found = std::find_if(headers.begin(), headers.end(), same);
  if (found == headers.end()) {
    headers.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
}

// application/x-www-form-urlencoded: a space may be %20 as well as +.
std::string form_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string form;
  for (const auto& [name, value] : members) {
    form += fmt::format("{}{}={}", form.empty() ? "" : "&", http::percent_encode(name), http::percent_encode(value));
  }
  return form;
}

}  // namespace

http::Request Requests::sign_in() const {
  return way_->kind == profile::AuthKind::oauth2 ? ask_for_token() : sign_in_by(way_->sign_in.request, {});
}

std::optional<http::Request> Requests::refresh(const SessionValues& session) const {
  if (!way_->sign_in.refresh || session.empty()) return std::nullopt;
  return sign_in_by(*way_->sign_in.refresh, session);
}

http::Request Requests::signed_in(http::Request request, const SessionValues& session) const {
  for (const auto& [name, value] : way_->headers) {
    put(request.headers, name,
        filled(value, [&](const std::string& placeholder) { return secret(placeholder, session); }));
  }
  return request;
}

http::Request Requests::sign_in_by(const profile::SignInRequest& pattern, const SessionValues& session) const {
  const Lookup lookup = [&](const std::string& name) { return secret(name, session); };
  http::Request request;
  request.method = pattern.method;
  request.effect = http::Effect::sign_in;
  request.url = base_url_ + pattern.path;
  for (const auto& [name, value] : wire_.headers) put(request.headers, name, filled(value, lookup));
  put(request.headers, "Accept", "application/json");
  if (!pattern.body.is_null()) {
    request.body = filled_within(pattern.body, lookup).dump();
    put(request.headers, "Content-Type", "application/json");
  }
  for (const auto& [name, value] : pattern.headers) put(request.headers, name, filled(value, lookup));
  return request;
}

// RFC 6749 section 4.4.2. The headers of every request may hold secrets, and go to no other server than theirs.
http::Request Requests::ask_for_token() const {
  const profile::TokenGrant& grant = way_->grant;
  const Lookup lookup = [&](const std::string& name) { return secret(name, {}); };
  const std::string id = lookup("credential.client_id");
  const std::string word = lookup("credential.client_secret");
  http::Request request;
  request.method = "POST";
  request.effect = http::Effect::sign_in;
  request.url = !token_url_.empty() ? token_url_ : grant.token.starts_with('/') ? base_url_ + grant.token : grant.token;
  if (http::origin_of(request.url) == http::origin_of(base_url_)) {
    for (const auto& [name, value] : wire_.headers) put(request.headers, name, filled(value, lookup));
  }
  put(request.headers, "Accept", "application/json");
  put(request.headers, "Content-Type", "application/x-www-form-urlencoded");
  std::vector<std::pair<std::string, std::string>> members = {{"grant_type", "client_credentials"}};
  if (!grant.scope.empty()) members.emplace_back("scope", grant.scope);
  for (const auto& [name, value] : grant.form) members.emplace_back(name, filled(value, lookup));
  if (grant.client_in_body) {
    members.emplace_back("client_id", id);
    members.emplace_back("client_secret", word);
  } else {  // section 2.3.1: each is encoded first, so that a colon in it parts nothing
    put(request.headers, "Authorization", basic(http::percent_encode(id), http::percent_encode(word)));
  }
  request.body = form_of(members);
  return request;
}

std::string Requests::basic(const std::string& name, const std::string& word) {
  return "Basic " + base::base64(name + ":" + word);
}

std::string Requests::secret(const std::string& placeholder, const SessionValues& session) const {
  if (placeholder.starts_with(profile::session_prefix)) {
    return session.at(placeholder.substr(profile::session_prefix.size())).reveal();
  }
  return credential(placeholder.substr(profile::credential_prefix.size()));
}

// What every request says of who asks, and what an answer must not say again.
void Requests::take_way() {
  for (const auto& [name, secret] : credentials_) redaction_.add(secret.reveal());
  way_ = way_of(wire_.auth, credentials_);
  if (way_ == nullptr) {
    if (wire_.auth.empty()) return;
    throw base::CannotRun("of no way in which this API wants to know who asks, all credentials are there");
  }
  if (way_->kind == profile::AuthKind::headers) {
    for (const auto& [name, value] : way_->headers) {
      auth_headers_.emplace_back(name, filled(value, [&](const std::string& one) { return secret(one, {}); }));
    }
  }
  if (way_->kind == profile::AuthKind::basic) {
    auth_headers_.emplace_back("Authorization", basic(credential("username"), credential("password")));
    redaction_.add(auth_headers_.back().second.substr(std::string_view("Basic ").size()));
  }
  if (way_->kind == profile::AuthKind::oauth2) {
    const std::string id = credential("client_id");
    const std::string word = credential("client_secret");
    for (const std::string& one : {word, id}) redaction_.add(http::percent_encode(one));
    redaction_.add(
        basic(http::percent_encode(id), http::percent_encode(word)).substr(std::string_view("Basic ").size()));
  }
}

// Of "Bearer abc", "abc" alone too. What is shorter than a token ever is would only blot out the words around it.
void Requests::keep_secret(const SessionValues& session) {
  constexpr std::size_t shortest = 4;
  for (const auto& [name, secret] : session) {
    const std::string& whole = secret.reveal();
    const std::string last = whole.substr(whole.find_last_of(' ') + 1);
    for (const std::string& one : {whole, last}) {
      if (one.size() >= shortest) redaction_.add(one);
    }
  }
}

}  // namespace rostersync::directory
