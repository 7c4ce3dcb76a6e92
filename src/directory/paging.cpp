#include "directory/paging.hpp"

#include <algorithm>
#include <charconv>

#include "http/link_header.hpp"
#include "json/place.hpp"
#include "json/pointer.hpp"

namespace rostersync::directory {

using profile::Paging;
using profile::PagingBy;

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> whole_number(json::View document, const std::string& pointer) {
  const auto value = json::at(document, json::pointer_parts(pointer));
  if (value && value->is_uint64()) return value->get_uint64().value_unsafe();
  return std::nullopt;
}

std::optional<std::uint64_t> declared(const Paging& paging, json::View document, const http::Response& response) {
  if (!paging.count) return std::nullopt;
  if (paging.count->header.empty()) return whole_number(document, paging.count->pointer);
  return whole_number(response.header(paging.count->header).value_or(""));
}

// What the answer's body holds at `pointer`, as a text; empty for nothing, null and false.
std::string told(json::View document, const std::string& pointer) {
  const auto value = json::at(document, json::pointer_parts(pointer));
  if (!value || value->is_null() || value->is_bool()) return {};
  return value->is_string() ? std::string(json::text_of(*value)) : json::to_json(*value).dump();
}

void set(profile::RequestTemplate& request, const std::string& parameter, const json::Json& value) {
  if (parameter.starts_with('/')) {
    if (request.body.is_null()) request.body = json::Json::object();
    json::made_at(request.body, parameter) = value;
  } else {
    request.query.emplace_back(parameter, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

void add_pass(profile::RequestTemplate& request, const profile::Pass& pass) {
  request.query.insert(request.query.end(), pass.query.begin(), pass.query.end());
  if (pass.body.is_null()) return;
  if (request.body.is_null()) request.body = json::Json::object();
  request.body.merge_patch(pass.body);
}

std::uint64_t size_of(const Paging& paging, const ListPage& asked) {
  return asked.size == 0 ? paging.max_size : asked.size;
}

// The number of a page, or of the users before it, as the API counts.
std::uint64_t position(const Paging& paging, const ListPage& asked) {
  if (const auto given = whole_number(asked.after)) return *given;
  const std::uint64_t before = asked.page - 1;
  return paging.first + (paging.by == PagingBy::offset ? before * size_of(paging, asked) : before);
}

std::optional<std::uint64_t> last_page(const Paging& paging, json::View document) {
  if (paging.last_page.empty()) return std::nullopt;
  const auto last = whole_number(document, paging.last_page);
  if (!last) return std::nullopt;
  return paging.first == 0 ? std::max(*last, *last + 1) : *last - std::min(*last, paging.first - 1);
}

// By page or offset: whether there is more. Where nothing tells, a page that is not full is the last.
bool more_follow(const Paging& paging, const ListPage& asked, std::size_t users, const PageFacts& facts) {
  if (users == 0) return false;
  const std::uint64_t at = position(paging, asked) - std::min(paging.first, position(paging, asked));
  if (facts.last) return at + 1 < *facts.last;
  const std::uint64_t size = size_of(paging, asked);
  if (!facts.count) return size == 0 || users >= size;
  if (paging.by == PagingBy::offset) return at + users < *facts.count;
  // The pages before were full, or as full as this one, where the API gives fewer than it is asked for.
  const std::uint64_t least = size == 0 ? users : std::min<std::uint64_t>(size, users);
  return at * size + users != *facts.count && at * least + users < *facts.count;
}

}  // namespace

profile::RequestTemplate page_request(const profile::ListOperation& list, const ListPage& asked) {
  profile::RequestTemplate request = list.request;
  if (asked.pass < list.passes.size()) add_pass(request, list.passes[asked.pass]);
  if (!list.paging) return request;
  const Paging& paging = *list.paging;
  if (paging.by == PagingBy::page || paging.by == PagingBy::offset) {
    set(request, paging.position, position(paging, asked));
  } else if (paging.by == PagingBy::cursor && !asked.after.empty()) {
    set(request, paging.position, "{page}");
  }
  const std::uint64_t size = size_of(paging, asked);
  if (!paging.size_parameter.empty() && size > 0) set(request, paging.size_parameter, size);
  return request;
}

PageFacts page_facts(const Paging& paging, const ListPage& asked, std::size_t users, json::View document,
                     const http::Response& response) {
  PageFacts facts;
  facts.page = asked.page;
  facts.count = declared(paging, document, response);
  switch (paging.by) {
    case PagingBy::page:
      facts.last = last_page(paging, document);
      if (more_follow(paging, asked, users, facts)) facts.next = std::to_string(position(paging, asked) + 1);
      break;
    case PagingBy::offset:
      if (more_follow(paging, asked, users, facts)) facts.next = std::to_string(position(paging, asked) + users);
      break;
    case PagingBy::cursor:
      facts.next = told(document, paging.next);
      break;
    case PagingBy::link:
      facts.next = paging.next.empty() ? http::link_target(response.list("Link"), "next") : told(document, paging.next);
      break;
    case PagingBy::none:
      break;
  }
  return facts;
}

}  // namespace rostersync::directory
