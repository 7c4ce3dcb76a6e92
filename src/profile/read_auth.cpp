#include "profile/read_auth.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "json/pointer.hpp"
#include "profile/placeholders.hpp"
#include "text/text.hpp"

namespace rostersync::profile {
namespace {

using json::child_pointer;
using Names = std::vector<std::string>;

struct Keys {
  Names needed;
  Names optional;
};

const Keys& keys_of(const std::string& by) {
  static const std::map<std::string, Keys> all = {
      {"headers", {{"headers"}, {"credentials"}}},
      {"bearer", {}},
      {"basic", {}},
      {"oauth2", {{"token"}, {"scope", "client", "form"}}},
      {"sign_in", {{"request", "session", "use"}, {"credentials", "headers", "body", "expires", "refresh"}}},
  };
  return all.at(by);
}

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names prefixed(std::string_view prefix, const Names& names) {
  Names all;
  for (const std::string& name : names) all.push_back(std::string(prefix) + name);
  return all;
}

Names joined(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

bool holds_any(const Names& found, std::string_view prefix) {
  return std::any_of(found.begin(), found.end(), [&](const std::string& one) { return one.starts_with(prefix); });
}

// RFC 9110 section 5.6.2: what a header's name is made of.
bool is_header_name(const std::string& name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

class AuthReader {
 public:
  explicit AuthReader(Reader& reader) : reader_(reader), always_(reader.texts("/credentials")) {}

  Auth read() {
    Auth ways;
    const json::Json& told = reader_.at("/auth");
    if (told.is_object()) ways.push_back(way("/auth"));
    for (std::size_t i = 0; told.is_array() && i < told.size(); ++i) {
      ways.push_back(way(child_pointer("/auth", i)));
      note_if_never_taken(ways, child_pointer("/auth", i));
    }
    return ways;
  }

 private:
  AuthWay way(const std::string& here) {
    AuthWay way;
    way.by = reader_.text(here + "/by");
    if (!check_keys(way.by, here)) return way;
    way.credentials = reader_.texts(here + "/credentials");
    if (way.by == "headers") read_headers(way, here);
    if (way.by == "bearer") read_bearer(way, here);
    if (way.by == "basic") read_basic(way, here);
    if (way.by == "oauth2") read_oauth2(way, here);
    if (way.by == "sign_in") read_sign_in(way, here);
    return way;
  }

  bool check_keys(const std::string& by, const std::string& here) {
    const Keys& keys = keys_of(by);
    bool good = true;
    for (const std::string& name : keys.needed) {
      if (reader_.has(child_pointer(here, name))) continue;
      reader_.fault(here, fmt::format("the key \"{}\" is missing, which \"{}\" needs", name, by));
      good = false;
    }
    const Names known = joined(joined({"by"}, keys.needed), keys.optional);
    for (const std::string& name : reader_.members(here)) {
      if (has(known, name)) continue;
      reader_.fault(child_pointer(here, name),
                    fmt::format("is no key of \"{}\", which has {}", by, fmt::join(known, ", ")));
      good = false;
    }
    return good;
  }

  void read_headers(AuthWay& way, const std::string& here) {
    way.kind = AuthKind::headers;
    way.headers = headers(here + "/headers", credentials_of(way), "");
  }

  void read_bearer(AuthWay& way, const std::string& here) {
    way.kind = AuthKind::headers;
    way.credentials = {"token"};
    way.headers = {{"Authorization", "Bearer {credential.token}"}};
    note_if_said_already("Authorization", here);
  }

  void read_basic(AuthWay& way, const std::string& here) {
    way.kind = AuthKind::basic;
    way.credentials = {"username", "password"};
    note_if_said_already("Authorization", here);
  }

  void read_oauth2(AuthWay& way, const std::string& here) {
    way.kind = AuthKind::oauth2;
    way.credentials = {"client_id", "client_secret"};
    way.headers = {{"Authorization", "Bearer {session.access_token}"}};
    way.sign_in.session = {{"access_token", "/access_token"}};
    way.sign_in.expires = Expiry{"/expires_in", false, std::chrono::seconds(1)};
    way.grant.token = reader_.text(here + "/token");
    way.grant.scope = reader_.text(here + "/scope");
    way.grant.client_in_body = reader_.text(here + "/client") == "body";
    for (const std::string& name : reader_.members(here + "/form")) {
      const std::string pointer = child_pointer(here + "/form", name);
      if (has({"grant_type", "scope", "client_id", "client_secret"}, name)) {
        reader_.fault(pointer, "is sent by itself");
      }
      way.grant.form.emplace_back(name, reader_.text(pointer));
      check_placeholders(reader_, way.grant.form.back().second, pointer, credentials_of(way));
    }
    note_if_said_already("Authorization", here);
  }

  void read_sign_in(AuthWay& way, const std::string& here) {
    way.kind = AuthKind::sign_in;
    SignIn& it = way.sign_in;
    const Names secrets = credentials_of(way);
    it.request = request(here, secrets);
    for (const std::string& name : reader_.members(here + "/session")) {
      it.session.emplace_back(name, reader_.text(child_pointer(here + "/session", name)));
    }
    if (reader_.has(here + "/expires")) it.expires = expires(here + "/expires");
    const Names all = joined(secrets, prefixed(session_prefix, reader_.members(here + "/session")));
    way.headers = headers(here + "/use", all, session_prefix);
    if (reader_.has(here + "/refresh")) it.refresh = refresh(here + "/refresh", it.request, all);
  }

  SignInRequest request(const std::string& here, const Names& known) {
    SignInRequest it;
    const std::string line = reader_.text(here + "/request");
    it.method = line.substr(0, line.find(' '));
    it.path = line.substr(line.find(' ') + 1);
    check_placeholders(reader_, it.path, here + "/request", {});
    it.headers = headers_of_request(here + "/headers", known);
    it.body = reader_.at(here + "/body");
    check_placeholders_within(reader_, here + "/body", known);
    if (it.method == "GET" && !it.body.is_null()) reader_.fault(here + "/body", "a GET has no body; use POST");
    return it;
  }

  SignInRequest refresh(const std::string& here, const SignInRequest& sign_in, const Names& known) {
    SignInRequest it = sign_in;
    if (reader_.has(here + "/request")) {
      const std::string line = reader_.text(here + "/request");
      it.method = line.substr(0, line.find(' '));
      it.path = line.substr(line.find(' ') + 1);
      check_placeholders(reader_, it.path, here + "/request", {});
    }
    if (reader_.has(here + "/headers")) it.headers = headers_of_request(here + "/headers", known);
    it.body = reader_.at(here + "/body");
    Names found = check_placeholders_within(reader_, here + "/body", known);
    for (const auto& [name, value] : it.headers) {
      found = joined(found, value.find("{session.") == std::string::npos ? Names{} : Names{"session."});
    }
    if (!holds_any(found, session_prefix)) {
      reader_.fault(here, "holds no {session.X}, so there is nothing that it could renew");
    }
    if (it.method == "GET" && !it.body.is_null()) reader_.fault(here + "/body", "a GET has no body; use POST");
    return it;
  }

  NamedTemplates headers_of_request(const std::string& here, const Names& known) {
    NamedTemplates all;
    for (const std::string& name : reader_.members(here)) {
      const std::string pointer = child_pointer(here, name);
      if (!is_header_name(name)) reader_.fault(pointer, "is no name of a header");
      all.emplace_back(name, reader_.text(pointer));
      check_placeholders(reader_, all.back().second, pointer, known);
    }
    return all;
  }

  // Headers of every request, of which one at least must hold a placeholder that begins with `needed`.
  NamedTemplates headers(const std::string& here, const Names& known, std::string_view needed) {
    bool is_there = needed.empty();
    std::set<std::string> said;
    NamedTemplates all = headers_of_request(here, known);
    for (const auto& [name, value] : all) {
      const std::string pointer = child_pointer(here, name);
      note_if_said_already(name, pointer);
      if (!said.insert(text::fold(name)).second) reader_.fault(pointer, "is there twice, in upper and lower case");
      is_there |= value.find("{" + std::string(needed)) != std::string::npos;
    }
    if (!is_there) reader_.fault(here, "holds no {session.X}, so signing in would be in vain");
    return all;
  }

  Expiry expires(const std::string& here) {
    Expiry it;
    it.is_moment = reader_.has(here + "/at");
    if (it.is_moment == reader_.has(here + "/in")) {
      reader_.fault(here, "expected either \"at\" (a moment, since 1970) or \"in\" (a time from now)");
    }
    it.pointer = reader_.text(it.is_moment ? here + "/at" : here + "/in");
    it.unit = reader_.text(here + "/unit", "s") == "ms" ? std::chrono::milliseconds(1) : std::chrono::seconds(1);
    return it;
  }

  // The placeholders of the credentials that are there where this way is taken.
  Names credentials_of(const AuthWay& way) const {
    return joined(prefixed(credential_prefix, always_), prefixed(credential_prefix, way.credentials));
  }

  void note_if_said_already(const std::string& header, const std::string& pointer) {
    for (const std::string& name : reader_.members("/headers")) {
      if (text::fold(name) != text::fold(header)) continue;
      reader_.fault(pointer,
                    fmt::format("the header {} is said by \"headers\" already; leave it to one of them", header));
    }
  }

  // Of ways that were read so far, the last.
  void note_if_never_taken(const Auth& ways, const std::string& here) {
    const auto is_there = [&](const std::string& name) {
      return has(always_, name) || has(ways.back().credentials, name);
    };
    for (std::size_t i = 0; i + 1 < ways.size(); ++i) {
      const Names& earlier = ways[i].credentials;
      if (!std::all_of(earlier.begin(), earlier.end(), is_there)) continue;
      reader_.fault(here, fmt::format("is never taken, because auth.{} needs no more credentials; put it first", i));
      return;
    }
  }

  Reader& reader_;
  Names always_;
};

}  // namespace

Auth read_auth(Reader& reader) {
  return AuthReader(reader).read();
}

}  // namespace rostersync::profile
