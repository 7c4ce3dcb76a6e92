#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/transport.hpp"
#include "unit/http/fake_transport.hpp"
#include "unit/http/raw_server.hpp"

using namespace rostersync::http;
using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::get;
using testing::post;
using testing::RawServer;
using Reply = RawServer::Reply;
using Then = RawServer::Then;

namespace {

constexpr auto long_enough = 60s;  // a bound for what never takes that long

std::string with_length(const std::string& body, const std::string& headers = "",
                        const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::map<RequestId, Response> finish(Transport& transport) {
  std::map<RequestId, Response> responses;
  while (transport.in_flight() > 0) {
    std::vector<Completion> completions;
    transport.wait(long_enough, completions);
    REQUIRE_FALSE(completions.empty());
    for (Completion& one : completions) responses[one.id] = std::move(one.response);
  }
  return responses;
}

Response fetch(Transport& transport, const Request& request) {
  transport.start(1, request);
  return finish(transport).at(1);
}

std::unique_ptr<Transport> transport_with(std::size_t max_answer_bytes, std::chrono::milliseconds timeout = 30s) {
  TransportOptions options;
  options.max_answer_bytes = max_answer_bytes;
  options.timeout = timeout;
  return make_curl_transport(options);
}

// gzip of {"users":[1,2,3]}
const std::string gzipped(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\x2d\x4e\x2d\x2a\x56\xb2\x8a"
    "\x36\xd4\x31\xd2\x31\x8e\xad\x05\x00\x0c\x56\xfe\x27\x11\x00\x00\x00",
    37);

// A gzip stream of `groups` * 8 * 258 zeros and one: fixed Huffman codes, a literal and then nothing but longest
// matches, each of them 13 bits (RFC 1951 section 3.2.6). Never ended, as nobody should read that far.
std::string bomb(std::size_t groups) {
  std::string bytes("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  unsigned held = 0;
  int bits = 0;
  const auto put = [&](std::string_view code) {  // most significant bit of a code first
    for (const char bit : code) {
      held |= static_cast<unsigned>(bit == '1') << bits;
      if (++bits == 8) {
        bytes += static_cast<char>(held);
        held = 0;
        bits = 0;
      }
    }
  };
  put("1");                                                           // last block
  put("10");                                                          // fixed codes (01, least significant bit first)
  put("00110000");                                                    // the byte 0
  for (std::size_t i = 0; i < groups * 8; ++i) put("1100010100000");  // length 258, distance 1
  put("00000");                                                       // to the end of the byte
  return bytes;
}

}  // namespace

TEST_CASE("curl: a plain exchange, as it is on the wire") {
  RawServer server([](const RawServer::Received&, int) {
    return Reply{with_length("{\"id\":7}", "X-Request-Id:  r1 \r\nX-Two: a\r\nx-two: b\r\n", "201 Created")};
  });
  const auto transport = make_curl_transport({});
  Request request = post(server.url("/a/../user?x=%20"), "{\"a\":1}");
  request.headers = {{"Content-Type", "application/json"}, {"x-key", "k1"}, {"X-Empty", ""}};
  const Response response = fetch(*transport, request);
  CHECK(response.failure == Failure::none);
  CHECK(response.status == 201);
  CHECK(response.body == "{\"id\":7}");
  CHECK(response.header("x-request-id") == "r1");
  CHECK(response.header("X-Two") == "a");
  CHECK(response.bytes_received ==
        with_length("{\"id\":7}", "X-Request-Id:  r1 \r\nX-Two: a\r\nx-two: b\r\n", "201 Created").size());

  const auto received = server.received();
  REQUIRE(received.size() == 1);
  const std::string& head = received[0].head;
  CHECK(head.starts_with("POST /a/../user?x=%20 HTTP/1.1\r\n"));
  CHECK(head.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  CHECK(head.find("\r\nx-key: k1\r\n") != std::string::npos);
  CHECK(head.find("\r\nX-Empty:\r\n") != std::string::npos);
  CHECK(head.find("\r\nUser-Agent: rostersync\r\n") != std::string::npos);
  CHECK(head.find("gzip") != std::string::npos);
  CHECK(received[0].body == "{\"a\":1}");
}

TEST_CASE("curl: each method as it should be, on one connection, with handles used again") {
  struct Row {
    const char* method;
    std::string body;
    bool states_length;
  };
  const Row rows[] = {{"POST", "{}", true},  {"GET", "", false},    {"PUT", "[1]", true}, {"DELETE", "", false},
                      {"PATCH", "{}", true}, {"HEAD", "", false},   {"GET", "", false},   {"POST", "", true},
                      {"PUT", "", true},     {"DELETE", "x", true}, {"GET", "", false}};
  RawServer server([](const RawServer::Received& request, int) {
    return Reply{with_length(request.head.starts_with("HEAD") ? "" : "ok")};
  });
  const auto transport = make_curl_transport({});
  for (const Row& row : rows) {
    CAPTURE(row.method);
    CAPTURE(row.body);
    const Response response = fetch(*transport, {row.method, server.url("/p"), {}, row.body, Effect::read});
    CHECK(response.status == 200);
    const RawServer::Received received = server.received().back();
    CHECK(received.head.starts_with(row.method + " /p HTTP/1.1\r\n"s));
    CHECK(received.body == row.body);
    CHECK((received.head.find("\r\nContent-Length: ") != std::string::npos) == row.states_length);
    CHECK(received.head.find("\r\nContent-Type:") == std::string::npos);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("curl: a large body goes out at once, without asking first, and may be a temporary") {
  RawServer server([](const RawServer::Received&, int) { return Reply{with_length("{}")}; });
  const auto transport = make_curl_transport({});
  transport->start(1, post(server.url(), std::string(3000000, 'x')));
  transport->start(2, post(server.url(), "short"));
  const auto responses = finish(*transport);
  CHECK(responses.at(1).status == 200);
  CHECK(responses.at(2).status == 200);
  std::size_t bytes = 0;
  for (const auto& received : server.received()) {
    CHECK(received.head.find("Expect") == std::string::npos);
    bytes += received.body.size();
  }
  CHECK(bytes == 3000005);
}

TEST_CASE("curl: a request whose reused connection dies without an answer arrives once") {
  for (const Then then : {Then::close, Then::reset}) {
    for (const char* method : {"POST", "GET", "PATCH"}) {
      CAPTURE(method);
      RawServer server([then](const RawServer::Received&, int nth) {
        return nth == 2 ? Reply{"", then} : Reply{with_length("{}")};
      });
      const auto transport = make_curl_transport({});
      CHECK(fetch(*transport, get(server.url("/first"))).status == 200);
      const Response response = fetch(*transport, {method, server.url("/second"), {}, "{}", Effect::write});
      CHECK(response.failure == Failure::lost);
      CHECK(response.status == 0);
      CHECK_FALSE(response.detail.empty());
      const auto received = server.received();
      REQUIRE(received.size() == 2);
      CHECK(received[1].connection == received[0].connection);            // it was a reused one
      CHECK(fetch(*transport, get(server.url("/third"))).status == 200);  // and all is well afterwards
      CHECK(server.received().size() == 3);
    }
  }
}

TEST_CASE("curl: answers that are not whole are lost") {
  struct Row {
    const char* name;
    Reply reply;
  };
  const Row rows[] = {
      {"nothing", {"", Then::close}},
      {"reset", {"", Then::reset}},
      {"half a status line", {"HTTP/1.1 20", Then::close}},
      {"an interim answer and no more", {"HTTP/1.1 100 Continue\r\n\r\n", Then::close}},
      {"shorter than its length", {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"id\":", Then::close}},
      {"reset within its length", {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"id\":", Then::reset}},
      {"no last chunk", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Then::close}},
      {"cut within a chunk", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", Then::close}},
      {"no gzip at all", {with_length("plain text", "Content-Encoding: gzip\r\n")}},
      {"gzip cut by its length",
       {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 37\r\n\r\n" + gzipped.substr(0, 20),
        Then::close}},
      {"bytes after gzip", {with_length(gzipped + "more", "Content-Encoding: gzip\r\n")}},
      {"an unknown coding", {with_length("{}", "Content-Encoding: rot13\r\n")}},
      {"not HTTP", {"SSH-2.0-OpenSSH_9.2\r\n", Then::close}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawServer server([&row](const RawServer::Received&, int) { return row.reply; });
    const auto transport = make_curl_transport({});
    const Response response = fetch(*transport, post(server.url()));
    CHECK(response.failure == Failure::lost);
    CHECK(response.status == 0);
    CHECK(response.body.empty());
    CHECK_FALSE(response.detail.empty());
    CHECK(server.received().size() == 1);
  }
}

TEST_CASE("curl: answers in every framing come out whole") {
  struct Row {
    const char* name;
    Reply reply;
  };
  const std::string body = "{\"users\":[1,2,3]}";
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const Row rows[] = {
      {"length", {with_length(body)}},
      {"chunks", {ok + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"users\"\r\n9\r\n:[1,2,3]}\r\n0\r\n\r\n"}},
      {"end of connection", {ok + "Connection: close\r\n\r\n" + body, Then::close}},
      {"gzip", {with_length(gzipped, "Content-Encoding: gzip\r\n")}},
      {"gzip to the end of connection", {ok + "Content-Encoding: gzip\r\n\r\n" + gzipped, Then::close}},
      {"after interim answers",
       {"HTTP/1.1 100 Continue\r\nX-Mark: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Mark: 2\r\n\r\n" + with_length(body)}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawServer server([&row](const RawServer::Received&, int) { return row.reply; });
    const auto transport = make_curl_transport({});
    const Response response = fetch(*transport, get(server.url()));
    CHECK(response.failure == Failure::none);
    CHECK(response.status == 200);
    CHECK(response.body == body);
    CHECK_FALSE(response.header("X-Mark").has_value());
  }
}

TEST_CASE("curl: a trailer after the body is no header") {
  RawServer server([](const RawServer::Received&, int) {
    return Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nRetry-After: 999\r\n\r\n"};
  });
  const auto transport = make_curl_transport({});
  const Response response = fetch(*transport, get(server.url()));
  CHECK(response.body == "{}");
  CHECK_FALSE(response.header("Retry-After").has_value());
}

TEST_CASE("curl: nobody there means that it never left") {
  const int unheard = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(unheard, reinterpret_cast<sockaddr*>(&address), size) ==
          0);  // bound, not listening: nobody else gets it
  REQUIRE(::getsockname(unheard, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto transport = make_curl_transport({});
  const Response response =
      fetch(*transport, post("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/user"));
  ::close(unheard);
  CHECK(response.failure == Failure::never_left);
  CHECK(response.status == 0);
  CHECK(response.detail.find("127.0.0.1") != std::string::npos);
}

TEST_CASE("curl: neither another protocol nor a server that cannot speak TLS is ever sent anything") {
  RawServer server([](const RawServer::Received&, int) { return Reply{with_length("{}")}; });
  const auto transport = transport_with(1000, 200ms);
  CHECK(fetch(*transport, get("file:///etc/passwd")).failure == Failure::never_left);
  CHECK(fetch(*transport, get("no url")).failure == Failure::never_left);
  CHECK(fetch(*transport, post("https" + server.url().substr(4))).failure == Failure::never_left);
  CHECK(server.received().empty());
}

TEST_CASE("curl: a server that never answers ends in a time-out, and the request had left") {
  RawServer server([](const RawServer::Received&, int nth) {
    return nth == 1 ? Reply{"", Then::hang} : Reply{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Then::hang};
  });
  const auto transport = transport_with(1000, 100ms);
  for (int i = 1; i <= 2; ++i) {
    const Response response = fetch(*transport, post(server.url()));
    CHECK(response.failure == Failure::timed_out);
    CHECK(response.status == 0);
    CHECK(server.received().size() == static_cast<std::size_t>(i));
  }
}

TEST_CASE("curl: what passes the limit when decoded is too large, and is not kept") {
  const std::string zeros = bomb(200);  // 2,613 bytes that would become 412,801
  REQUIRE(zeros.size() < 3000);
  struct Row {
    const char* name;
    Reply reply;
    Failure failure;
  };
  const Row rows[] = {
      {"a length within the limit", {with_length(std::string(5000, 'x'))}, Failure::none},
      {"a length beyond it", {with_length(std::string(5001, 'x'))}, Failure::too_large},
      {"chunks",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n" + std::string(0x2000, 'x') + "\r\n0\r\n\r\n"},
       Failure::too_large},
      {"a gzip bomb", {with_length(zeros, "Content-Encoding: gzip\r\n")}, Failure::too_large},
      {"headers without end",
       {with_length("{}", "X-Long: " + std::string(90000, 'x') + "\r\nX-Long: " + std::string(90000, 'x') +
                              "\r\nX-Long: " + std::string(90000, 'x') + "\r\n")},
       Failure::too_large},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawServer server([&row](const RawServer::Received&, int) { return row.reply; });
    const auto transport = transport_with(5000);
    const Response response = fetch(*transport, get(server.url()));
    CHECK(response.failure == row.failure);
    CHECK(response.body.size() == (row.failure == Failure::none ? 5000 : 0));
  }

  RawServer server([&zeros](const RawServer::Received&, int) {
    return Reply{"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zeros, Then::close};
  });
  const auto generous = transport_with(1 << 20);
  CHECK(fetch(*generous, get(server.url())).body.size() == 1 + 200 * 8 * 258);  // the bomb is a real one
}

TEST_CASE("curl: what the answers under way hold together is limited too, and what is let go counts no more") {
  RawServer server([](const RawServer::Received& request, int) {
    const std::string most_of_it = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + std::string(4000, 'x');
    return request.head.starts_with("GET /whole") ? Reply{with_length(std::string(4000, 'x'))}
                                                  : Reply{most_of_it, Then::hang};
  });
  const auto transport = transport_with(5000, 500ms);
  for (RequestId id = 1; id <= 8; ++id) transport->start(id, get(server.url()));
  std::size_t lost = 0;
  for (const auto& [id, response] : finish(*transport)) {
    if (response.failure == Failure::timed_out) continue;
    CHECK(response.failure == Failure::lost);
    CHECK(response.detail.find("together") != std::string::npos);
    ++lost;
  }
  CHECK(lost >= 1);  // 32,000 bytes; 20,000 may be held
  for (int i = 1; i <= 10; ++i) CHECK(fetch(*transport, get(server.url("/whole"))).body.size() == 4000);
}

TEST_CASE("curl: a header line that does not end is too large") {
  RawServer server([](const RawServer::Received&, int) {
    return Reply{"HTTP/1.1 200 OK\r\nX-Long: " + std::string(200000, 'x'), Then::hang};
  });
  const auto transport = transport_with(5000);
  const Response response = fetch(*transport, get(server.url()));
  CHECK(response.failure == Failure::too_large);
  CHECK(response.detail.find("header") != std::string::npos);
}

TEST_CASE("curl: a redirect is an answer, and nothing goes where it points") {
  RawServer elsewhere([](const RawServer::Received&, int) { return Reply{with_length("{}")}; });
  RawServer server([&elsewhere](const RawServer::Received&, int) {
    return Reply{with_length("", "Location: " + elsewhere.url("/stolen") + "\r\n", "302 Found")};
  });
  const auto transport = make_curl_transport({});
  Request request = get(server.url());
  request.headers = {{"x-key", "secret"}};
  const Response response = fetch(*transport, request);
  CHECK(response.status == 302);
  CHECK(response.header("location") == elsewhere.url("/stolen"));
  CHECK(elsewhere.connections() == 0);
}

TEST_CASE("curl: connections are kept between waves, one for each place in flight") {
  std::atomic<std::size_t> expected{0};
  RawServer server([&expected](const RawServer::Received&, int) {
    return Reply{with_length("{}"), Then::keep, expected};  // so that each of a wave needs a connection of its own
  });
  TransportOptions options;
  options.max_in_flight = 12;
  const auto transport = make_curl_transport(options);
  for (const RequestId size : {12U, 1U, 1U, 1U, 1U, 1U, 1U, 12U}) {
    expected += size;
    for (RequestId id = 1; id <= size; ++id) transport->start(id, get(server.url()));
    finish(*transport);
  }
  CHECK(server.received().size() == 30);
  CHECK(server.connections() == 12);
}

TEST_CASE("curl: the environment's proxy is not asked on the way to this machine") {
  RawServer proxy([](const RawServer::Received&, int) { return Reply{with_length("proxied")}; });
  RawServer server([](const RawServer::Received&, int) { return Reply{with_length("direct")}; });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const auto transport = make_curl_transport({});
  const std::string direct = fetch(*transport, get(server.url())).body;
  const std::string proxied = fetch(*transport, get("http://api.example.com/")).body;
  ::unsetenv("http_proxy");
  CHECK(direct == "direct");
  CHECK(proxied == "proxied");
}

TEST_CASE("curl: a readable wake-up descriptor ends the wait, and is left unread") {
  RawServer server([](const RawServer::Received&, int) { return Reply{"", Then::hang}; });
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  TransportOptions options;
  options.wake_up_descriptor = ends[0];
  const auto transport = make_curl_transport(options);
  transport->start(1, get(server.url()));
  REQUIRE(::write(ends[1], "x", 1) == 1);
  std::vector<Completion> completions;
  transport->wait(24h, completions);  // would be the end of the test
  CHECK(completions.empty());
  CHECK(transport->in_flight() == 1);
  char byte = 0;
  CHECK(::read(ends[0], &byte, 1) == 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("curl: a transport may be destroyed with requests in flight") {
  RawServer server([](const RawServer::Received&, int) { return Reply{"", Then::hang}; });
  const auto transport = make_curl_transport({});
  for (RequestId id = 1; id <= 5; ++id) transport->start(id, post(server.url()));
  std::vector<Completion> completions;
  transport->wait(1ms, completions);
  CHECK(completions.empty());
}

TEST_CASE("curl: a header that would write headers of its own is refused, and its value is not told") {
  const auto transport = make_curl_transport({});
  for (const std::string& value : {"abc\r\nX-Evil: 1"s, "abc\n"s, "abc\0def"s}) {
    Request request = get("http://127.0.0.1:1/");
    request.headers = {{"x-key", value}};
    try {
      transport->start(1, request);
      FAIL("was sent");
    } catch (const rostersync::base::CannotRun& error) {
      CHECK(std::string(error.what()).find("x-key") != std::string::npos);
      CHECK(std::string(error.what()).find("abc") == std::string::npos);
    }
    CHECK(transport->in_flight() == 0);
  }
}
