#include "http/redirect.hpp"

#include <fmt/format.h>

#include "http/url.hpp"

namespace rostersync::http {

namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

std::optional<Redirect> redirect(const Request& request, const Response& response) {
  if (!is_redirect(response.status) || request.effect != Effect::read || request.method != "GET") return std::nullopt;
  const auto location = response.header("Location");
  const auto target = location ? resolve(request.url, std::string(*location)) : std::nullopt;
  if (!target) return std::nullopt;
  const std::string here = origin_of(request.url).value_or("");
  const std::string there = origin_of(*target).value_or("a URL that is neither http nor https");
  if (here == there) return Redirect{*target, {}};
  return Redirect{
      {}, fmt::format("{} redirects to another origin, {}, which is not followed: correct the base URL", here, there)};
}

}  // namespace rostersync::http
