#include "http/curl_ending.hpp"

#include <doctest/doctest.h>

using namespace rostersync::http;

TEST_CASE("curl's ending: what it was, and whether anybody can have received it") {
  struct Row {
    const char* name;
    Ending ending;
    Failure failure;
    const char* told;  // what its detail holds
  };
  const char* const version = "OpenSSL/3.0.19: error:0A00042E:SSL routines::tlsv1 alert protocol version";
  const char* const expired = "SSL certificate problem: certificate has expired";
  const Row rows[] = {
      {"an answer", {CURLE_OK, 404, 1, ""}, Failure::none, ""},
      {"an interim answer and no more", {CURLE_OK, 100, 1, ""}, Failure::lost, "before a final answer"},
      {"cut", {CURLE_PARTIAL_FILE, 200, 1, "12 bytes are missing"}, Failure::lost, "12 bytes are missing"},
      {"without words", {CURLE_RECV_ERROR, 0, 1, ""}, Failure::lost, "Failure when receiving"},
      {"stopped at its second departure", {CURLE_ABORTED_BY_CALLBACK, 0, 2, ""}, Failure::lost, "without an answer"},
      {"nobody there", {CURLE_COULDNT_CONNECT, 0, 0, "Connection refused"}, Failure::never_left, "refused"},
      {"by the clock", {CURLE_OPERATION_TIMEDOUT, 0, 1, "after 5 s"}, Failure::timed_out, "after 5 s"},
      {"by the clock, while it connects", {CURLE_OPERATION_TIMEDOUT, 0, 0, "after 5 s"}, Failure::never_left, "5 s"},
      {"an expired certificate", {CURLE_PEER_FAILED_VERIFICATION, 0, 0, expired}, Failure::insecure, "clock"},
      {"a certificate of tomorrow",
       {CURLE_PEER_FAILED_VERIFICATION, 0, 0, "SSL certificate problem: certificate is not yet valid"},
       Failure::insecure,
       "not valid yet"},
      {"another host's certificate",
       {CURLE_PEER_FAILED_VERIFICATION, 0, 0,
        "SSL: no alternative certificate subject name matches target host name 'a.example'"},
       Failure::insecure,
       "for another host: check the host in base_url (SSL: no alternative"},
      {"another host's old certificate",
       {CURLE_PEER_FAILED_VERIFICATION, 0, 0,
        "SSL: certificate subject name 'b' does not match target host name 'a.example'"},
       Failure::insecure,
       "for another host"},
      {"an unknown authority",
       {CURLE_PEER_FAILED_VERIFICATION, 0, 0, "SSL certificate problem: unable to get local issuer certificate"},
       Failure::insecure,
       "SSL_CERT_FILE"},
      {"no authorities",
       {CURLE_SSL_CACERT_BADFILE, 0, 0, "error setting certificate verify locations:  CAfile: /x"},
       Failure::insecure,
       "check SSL_CERT_FILE"},
      {"what nobody has heard of", {CURLE_SSL_ISSUER_ERROR, 0, 0, "odd"}, Failure::insecure, "odd"},
      {"an old TLS", {CURLE_SSL_CONNECT_ERROR, 0, 0, version}, Failure::insecure, "TLS 1.2"},
      {"no TLS",
       {CURLE_SSL_CONNECT_ERROR, 0, 0, "error:0A00010B:SSL routines::wrong version number"},
       Failure::insecure,
       "port"},
      {"a handshake that breaks off",
       {CURLE_SSL_CONNECT_ERROR, 0, 0, "OpenSSL SSL_connect: Connection reset by peer in connection to a.example:443"},
       Failure::never_left,
       "reset by peer"},
      {"a long answer", {CURLE_WRITE_ERROR, 200, 1, "", Excess::body}, Failure::too_large, "larger than 64 MiB"},
      {"a long answer announced", {CURLE_FILESIZE_EXCEEDED, 200, 1, ""}, Failure::too_large, "larger than 64 MiB"},
      {"a long header", {CURLE_WRITE_ERROR, 200, 1, "", Excess::headers}, Failure::too_large, "256 KiB"},
      {"a long header line", {CURLE_OUT_OF_MEMORY, 0, 1, "Out of memory"}, Failure::too_large, "line"},
      {"no memory to begin with", {CURLE_OUT_OF_MEMORY, 0, 0, "Out of memory"}, Failure::never_left, "memory"},
      {"long answers", {CURLE_WRITE_ERROR, 200, 1, "", Excess::together}, Failure::lost, "256 MiB; with a lower"},
      // libcurl lost a reused connection with the request on it, and met this when it made another.
      {"an expired certificate, later", {CURLE_PEER_FAILED_VERIFICATION, 0, 1, expired}, Failure::lost, "expired"},
      {"an old TLS, later", {CURLE_SSL_CONNECT_ERROR, 0, 1, version}, Failure::lost, "protocol version"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Failure failure = failure_of(row.ending);
    CHECK(failure == row.failure);
    if (failure == Failure::none) continue;
    const std::string detail = detail_of(row.ending, failure, 64U << 20);
    CAPTURE(detail);
    CHECK(detail.find(row.told) != std::string::npos);
  }
}
