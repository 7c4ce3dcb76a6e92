// The API of api_profile.hpp with a directory in memory. Trouble is scripted per operation: what a request does to the
// directory, and what is answered, are two different things.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "json/json.hpp"
#include "text/text.hpp"
#include "unit/directory/api_profile.hpp"
#include "unit/http/fake_transport.hpp"

namespace rostersync::test {

using http::Failure;
using http::Request;
using http::Response;
using http::testing::answer;
using http::testing::FakeClock;
using json::Json;

// What goes wrong with one request.
struct Trouble {
  bool carried_out = false;
  std::function<Response(Response)> answer;  // the real answer to the one that arrives
  std::optional<base::Duration> late;        // carried out only after this time
};

inline Trouble before(Response told) {
  return {false, [told](const Response&) { return told; }, std::nullopt};
}
inline Trouble after(Response told) {
  return {true, [told](const Response&) { return told; }, std::nullopt};
}
inline Trouble lost_before() {
  return before(http::testing::fault(Failure::lost, "connection reset"));
}
inline Trouble lost_after() {
  return after(http::testing::fault(Failure::lost, "connection reset"));
}
inline Trouble timed_out() {
  return before(http::testing::fault(Failure::timed_out, "no answer in 30 s"));
}
inline Trouble timed_out_but_done() {
  return after(http::testing::fault(Failure::timed_out, "no answer in 30 s"));
}
inline Trouble arrives_late(base::Duration by,
                            Response told = http::testing::fault(Failure::timed_out, "no answer in 30 s")) {
  Trouble made = before(std::move(told));
  made.late = by;
  return made;
}
inline Trouble never_left() {
  return before(http::testing::fault(Failure::never_left, "connection refused"));
}
inline Trouble throttled() {
  return before(answer(429, "", {{"Retry-After", "7"}}));
}
inline Trouble status(int code) {
  return before(answer(code, R"({"error": "no luck"})"));
}
inline Trouble status_after(int code) {
  return after(answer(code, R"({"error": "no luck"})"));
}
inline Trouble page_of_a_proxy() {
  return before(answer(200, "<html><body>Please sign in</body></html>"));
}
inline Trouble cut_off() {
  return {true,
          [](Response real) {
            real.body.resize(real.body.size() / 2);
            return real;
          },
          std::nullopt};
}

class FakeApi {
 public:
  explicit FakeApi(FakeClock& clock) : clock_(clock) {}

  Response operator()(const Request& request, int) {
    arrive_late();
    const std::string operation = operation_of(request);
    ++calls[operation];
    const auto wrong = next_trouble(operation, request);
    if (wrong && wrong->late) late_.emplace_back(clock_.now() + *wrong->late, request);
    const Response real = !wrong || wrong->carried_out ? carry_out(operation, request) : Response{};
    if (meanwhile) meanwhile();
    return wrong ? wrong->answer(real) : real;
  }

  // What is still on its way arrives, where its time has come.
  void arrive_late() {
    for (auto at = late_.begin(); at != late_.end();) {
      if (at->first > clock_.now()) {
        ++at;
        continue;
      }
      carry_out(operation_of(at->second), at->second);
      at = late_.erase(at);
    }
  }

  // Adds somebody who is there from the start.
  std::string add(const std::string& key, Json more = Json::object()) {
    Json user{{"id", "u" + std::to_string(++last_id_)}, {"email", key}, {"first_name", "Karadoc"}};
    user.update(more);
    users.push_back(user);
    return user["id"];
  }

  Json* find(const std::string& user_id) {
    const auto found = std::find_if(users.begin(), users.end(), [&](const Json& one) { return one["id"] == user_id; });
    return found == users.end() ? nullptr : &*found;
  }
  std::size_t count_of(const std::string& key) const {
    return static_cast<std::size_t>(std::count_if(users.begin(), users.end(), [&](const Json& one) {
      return text::fold(one["email"].get<std::string>()) == text::fold(key);
    }));
  }

  std::vector<Json> users;
  std::map<std::string, int> calls;    // by operation: list find read me create update
  std::map<std::string, int> created;  // creates that were carried out, by key
  std::function<void()> meanwhile;     // called when a request has had its effect, before its answer leaves
  std::map<std::string, std::deque<Trouble>> trouble;  // for the next requests of an operation
  std::function<std::optional<Trouble>(const std::string& operation, const Request&)> chance;  // where none is scripted
  bool unique = true;                // refuses a second user with one key
  std::string own_id;                // the user behind the credentials
  std::set<std::string> ignored;     // members that are accepted, and not kept
  std::set<std::string> not_listed;  // members that a listing leaves out
  std::size_t most_per_page = 100;
  std::function<void(Json& answer, std::uint64_t page)> lie;  // changes what a listing answers
  std::function<void(std::uint64_t page)> while_listing;      // called before a page is answered

 private:
  static std::string decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        plain += text[i];
        continue;
      }
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
    return plain;
  }

  static std::string path_of(const Request& request) {
    return request.url.substr(base_url.size(), request.url.find('?') - base_url.size());
  }

  static std::map<std::string, std::string> query_of(const Request& request) {
    std::map<std::string, std::string> query;
    std::size_t at = request.url.find('?');
    while (at != std::string::npos) {
      const std::size_t end = request.url.find('&', at + 1);
      const std::string part = request.url.substr(at + 1, end == std::string::npos ? end : end - at - 1);
      query[part.substr(0, part.find('='))] = decoded(part.substr(part.find('=') + 1));
      at = end;
    }
    return query;
  }

  static std::string operation_of(const Request& request) {
    const std::string path = path_of(request);
    if (request.method == "POST") return path == "/user" ? "create" : "update";
    if (path == "/me") return "me";
    if (path == "/users") return query_of(request).contains("email") ? "find" : "list";
    return "read";
  }

  std::optional<Trouble> next_trouble(const std::string& operation, const Request& request) {
    auto& queue = trouble[operation];
    if (queue.empty()) return chance ? chance(operation, request) : std::nullopt;
    Trouble first = std::move(queue.front());
    queue.pop_front();
    return first;
  }

  Response carry_out(const std::string& operation, const Request& request) {
    if (operation == "list") return list(request);
    if (operation == "find") return search(query_of(request)["email"]);
    if (operation == "create") return create(Json::parse(request.body));
    const std::string wanted =
        operation == "me" ? own_id : decoded(path_of(request).substr(std::string("/user/").size()));
    Json* user = find(wanted);
    if (user == nullptr) return answer(404, R"({"errors": "no such user"})");
    if (operation == "update") {
      user->merge_patch(kept(Json::parse(request.body)));
      return answer(200, R"({"status": "success"})");
    }
    return answer(200, readable(*user).dump());
  }

  Json kept(Json body) const {
    for (const auto& name : ignored) body.erase(name);
    return body;
  }

  static Json readable(Json user) {
    user.erase("phone");
    user.erase("password");
    return user;
  }

  Json listed(const Json& user) const {
    Json item = readable(user);
    for (const auto& name : not_listed) item.erase(name);
    return item;
  }

  Response list(const Request& request) {
    auto query = query_of(request);
    const std::uint64_t page = std::stoull(query["page"]);
    const std::uint64_t size = std::min<std::uint64_t>(std::stoull(query["size"]), most_per_page);
    if (while_listing) while_listing(page);
    Json body{{"count", users.size()}, {"last", (users.size() + size - 1) / size}, {"users", Json::array()}};
    for (std::size_t i = (page - 1) * size; i < std::min<std::size_t>(page * size, users.size()); ++i) {
      body["users"].push_back(listed(users[i]));
    }
    if (lie) lie(body, page);
    return answer(200, body.dump());
  }

  // Fuzzy: whoever's key begins like the one that is looked for.
  Response search(const std::string& key) {
    Json body{{"users", Json::array()}};
    const std::string start = text::fold(key.substr(0, 3));
    for (const Json& user : users) {
      if (text::fold(user["email"].get<std::string>()).starts_with(start)) body["users"].push_back(listed(user));
    }
    return answer(200, body.dump());
  }

  Response create(Json user) {
    if (unique && count_of(user["email"]) > 0) return answer(409, R"({"errors": {"email": "is taken"}})");
    user = kept(std::move(user));
    user["id"] = "u" + std::to_string(++last_id_);
    ++created[text::fold(user["email"].get<std::string>())];
    users.push_back(user);
    return answer(201, Json{{"id", user["id"]}, {"status", "success"}}.dump());
  }

  FakeClock& clock_;
  std::vector<std::pair<base::Instant, Request>> late_;
  int last_id_ = 0;
};

}  // namespace rostersync::test
