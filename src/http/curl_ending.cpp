#include "http/curl_ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rostersync::http {

namespace {

bool is_verification_failure(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CACERT_BADFILE:
      return true;
    default:
      return false;
  }
}

struct Meaning {
  std::string_view said;  // by libcurl or OpenSSL
  std::string_view means;
};

// Of CURLE_SSL_CONNECT_ERROR, what no further attempt would change; a connection that merely broke is none of these.
constexpr Meaning no_common_language[] = {
    {"protocol version", "the server does not speak TLS 1.2 or newer, and nothing older is spoken here"},
    {"unsupported protocol", "the server does not speak TLS 1.2 or newer, and nothing older is spoken here"},
    {"wrong version number", "what answers at this address does not speak TLS: check the port of base_url"},
    {"alert handshake failure", "the server and this program have no way of encryption in common"},
};

constexpr Meaning not_verified[] = {
    {"has expired", "the server's certificate has expired; if it has not, this machine's clock is wrong"},
    {"not yet valid", "the server's certificate is not valid yet; if it is, this machine's clock is wrong"},
    {"does not match target host name", "the server's certificate is for another host: check the host in base_url"},
    {"subject name matches target", "the server's certificate is for another host: check the host in base_url"},
    {"certificate problem",
     "the server's certificate is not trusted, as no authority that is known here has issued it; if your own has, name "
     "the file of the authority's certificate in SSL_CERT_FILE"},
    {"error setting certificate", "the certificates of the authorities cannot be read: check SSL_CERT_FILE"},
};

template <std::size_t count>
const Meaning* meaning_in(const Meaning (&table)[count], std::string_view words) {
  const auto* found = std::find_if(std::begin(table), std::end(table), [words](const Meaning& meaning) {
    return words.find(meaning.said) != std::string_view::npos;
  });
  return found == std::end(table) ? nullptr : found;
}

bool is_insecure(const Ending& ending) {
  if (ending.departures > 0) return false;
  if (is_verification_failure(ending.code)) return true;
  return ending.code == CURLE_SSL_CONNECT_ERROR && meaning_in(no_common_language, ending.words) != nullptr;
}

}  // namespace

Failure failure_of(const Ending& ending) {
  if (is_insecure(ending)) return Failure::insecure;
  if (ending.code == CURLE_OK) return ending.status >= 200 ? Failure::none : Failure::lost;
  if (ending.departures == 0) return Failure::never_left;
  return ending.code == CURLE_OPERATION_TIMEDOUT ? Failure::timed_out : Failure::lost;
}

std::string detail_of(const Ending& ending, Failure failure) {
  if (ending.departures > 1) return "the connection was closed without an answer";
  if (ending.code == CURLE_OK) return "the connection ended before a final answer";
  const std::string_view words = ending.words.empty() ? curl_easy_strerror(ending.code) : ending.words;
  if (failure != Failure::insecure) return std::string(words);
  const Meaning* meaning =
      is_verification_failure(ending.code) ? meaning_in(not_verified, words) : meaning_in(no_common_language, words);
  return meaning == nullptr ? std::string(words) : fmt::format("{} ({})", meaning->means, words);
}

}  // namespace rostersync::http
