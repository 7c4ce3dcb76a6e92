#include "http/url.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

namespace rostersync::http {

namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using ParsedUrl = std::unique_ptr<CURLU, FreeUrl>;

ParsedUrl parse(const std::string& url) {
  ParsedUrl parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) return nullptr;
  return parsed;
}

std::string part(const ParsedUrl& url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string lower_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::optional<std::string> origin_of(const std::string& url) {
  const ParsedUrl parsed = parse(url);
  if (!parsed) return std::nullopt;
  const std::string scheme = lower_ascii(part(parsed, CURLUPART_SCHEME));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  return fmt::format("{}://{}:{}", scheme, lower_ascii(part(parsed, CURLUPART_HOST)),
                     part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

std::string path_of(const std::string& url) {
  const ParsedUrl parsed = parse(url);
  return parsed ? part(parsed, CURLUPART_PATH) : std::string();
}

std::optional<std::string> resolve(const std::string& base, const std::string& reference) {
  const ParsedUrl parsed = parse(base);
  if (!parsed) return std::nullopt;
  if (curl_url_set(parsed.get(), CURLUPART_URL, reference.c_str(), CURLU_URLENCODE) != CURLUE_OK) return std::nullopt;
  curl_url_set(parsed.get(), CURLUPART_FRAGMENT, nullptr, 0);
  std::string resolved = part(parsed, CURLUPART_URL);
  if (resolved.empty()) return std::nullopt;
  return resolved;
}

bool is_loopback(const std::string& url) {
  const ParsedUrl parsed = parse(url);
  if (!parsed) return false;
  const std::string host = lower_ascii(part(parsed, CURLUPART_HOST));
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  return host == "localhost" || host == "[::1]";
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const char* const end = text.data() + std::min(i + 3, text.size());
    if (text[i] == '%' && end - text.data() == static_cast<std::ptrdiff_t>(i + 3) &&
        std::from_chars(text.data() + i + 1, end, byte, 16).ptr == end) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace rostersync::http
