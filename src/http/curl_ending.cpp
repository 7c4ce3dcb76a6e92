#include "http/curl_ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "http/header_block.hpp"

namespace rostersync::http {

namespace {

double in_megabytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

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

// libcurl refuses by itself what announces itself as too long, and a header line beyond 100 KiB, for which it has no
// code of its own yet.
Excess excess_of(const Ending& ending) {
  if (ending.excess != Excess::none || ending.departures == 0) return ending.excess;
  if (ending.code == CURLE_FILESIZE_EXCEEDED) return Excess::body;
  return ending.code == CURLE_OUT_OF_MEMORY ? Excess::headers : Excess::none;
}

std::string too_much(Excess excess, std::uint64_t max_body_bytes) {
  switch (excess) {
    case Excess::body:
      return fmt::format("the answer is larger than {:.3g} MiB when decoded", in_megabytes(max_body_bytes));
    case Excess::headers:
      return fmt::format("the header of the answer is larger than {} KiB, or has a line larger than 100 KiB",
                         HeaderBlock::max_bytes / 1024);
    case Excess::together:
      return fmt::format(
          "the answers under way are together larger than {:.3g} MiB; with a lower max_in_flight there are "
          "fewer at once",
          in_megabytes(max_body_bytes * most_held_answers));
    case Excess::none:
      break;
  }
  return {};
}

bool is_insecure(const Ending& ending) {
  if (ending.departures > 0) return false;
  if (is_verification_failure(ending.code)) return true;
  return ending.code == CURLE_SSL_CONNECT_ERROR && meaning_in(no_common_language, ending.words) != nullptr;
}

}  // namespace

Failure failure_of(const Ending& ending) {
  if (const Excess excess = excess_of(ending); excess != Excess::none) {
    return excess == Excess::together ? Failure::lost : Failure::too_large;
  }
  if (is_insecure(ending)) return Failure::insecure;
  if (ending.code == CURLE_OK) return ending.status >= 200 ? Failure::none : Failure::lost;
  if (ending.departures == 0) return Failure::never_left;
  return ending.code == CURLE_OPERATION_TIMEDOUT ? Failure::timed_out : Failure::lost;
}

std::string detail_of(const Ending& ending, Failure failure, std::uint64_t max_body_bytes) {
  if (const Excess excess = excess_of(ending); excess != Excess::none) return too_much(excess, max_body_bytes);
  if (ending.departures > 1) return "the connection was closed without an answer";
  if (ending.code == CURLE_OK) return "the connection ended before a final answer";
  const std::string_view words = ending.words.empty() ? curl_easy_strerror(ending.code) : ending.words;
  if (failure != Failure::insecure) return std::string(words);
  const Meaning* meaning =
      is_verification_failure(ending.code) ? meaning_in(not_verified, words) : meaning_in(no_common_language, words);
  return meaning == nullptr ? std::string(words) : fmt::format("{} ({})", meaning->means, words);
}

}  // namespace rostersync::http
