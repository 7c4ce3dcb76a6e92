"""Servers, proxies and networks at their worst: every case ends in one sentence and the code of the table."""

import gzip
import json
import threading
import zlib

import pytest

from support.people import company, new_row, person, row_of
from support.program import KEY
from support.scripted import Answer, Drop, Later, Raw, Reset

HTML = Answer(200, b"<html><body>Please sign in to the company network</body></html>", {"Content-Type": "text/html"})
BOMB = Answer(200, gzip.compress(b"[" + b" " * (1 << 28)), {"Content-Encoding": "gzip"})
CUT_GZIP = Raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
               + gzip.compress(json.dumps({"users": ["x" * 5000]}).encode())[:40])

BAD_ANSWERS = {
    "a web page": HTML,
    "JSON that is cut off": Answer(200, b'{"page":1,"max_page":1,"count":2,"users":[{"id":"5'),
    "JSON of another shape": Answer(200, {"hello": "world"}),
    "an array": Answer(200, []),
    "nothing": Answer(200, b""),
    "no content": Answer(204),
    "bytes that are no gzip": Answer(200, b"not gzip at all", {"Content-Encoding": "gzip"}),
    "gzip that is cut off": CUT_GZIP,
    "a gzip bomb": BOMB,
    "fewer bytes than announced": Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"users\":"),
    "no HTTP": Raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a head without an end": Raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"),
    "500": Answer(500, {"error": "Internal server error"}),
    "502 from a proxy": Answer(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}),
    "a closed connection": Drop(),
    "a reset": Reset(),
    "403": Answer(403, {"errors": {"authorization": "Operation not allowed"}}),
    "404": Answer(404, {"errors": {"json": "Resource not found"}}),
    "a redirect in circles": Answer(302, b"", {"Location": "/v2/user/search?again=1"}),
}


@pytest.mark.parametrize("bad", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
@pytest.mark.parametrize("where", ["/v2/user/me", "/v2/user/search"])
def test_a_directory_that_cannot_be_read(start_directory, make_job, bad, where):
    server = start_directory([person(1)], lambda request: bad if request.path.startswith(where) else None)
    job = make_job(server).configure(http={"retries": 1})
    result = job.sync(job.roster([new_row(1), row_of(person(1), lang="de")]))
    assert result.code == 1, result
    assert server.writes == []
    assert result.totals == {"rows": 2, "skipped": 2}
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, result
    assert len(errors[0]) < 800 and "HTML" not in errors[0]


@pytest.mark.parametrize("bad", [HTML, Drop(), Reset(), BAD_ANSWERS["500"], BAD_ANSWERS["502 from a proxy"],
                                 BAD_ANSWERS["JSON that is cut off"], CUT_GZIP,
                                 BAD_ANSWERS["fewer bytes than announced"]],
                         ids=["a web page", "closed", "reset", "500", "502", "cut off", "cut gzip", "too short"])
def test_reads_are_repeated_until_they_make_sense(start_directory, make_job, bad):
    seen = set()

    def script(request):
        place = (request.method, request.path, request.query.get("page"))
        if request.is_write or place in seen:
            return None
        seen.add(place)
        return bad

    people = [person(n) for n in range(1, 151)]
    server = start_directory(people, script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, lang="de" if user is people[0] else "fr") for user in people]),
                      "--fetch", "list")
    assert result.code == 0, result
    assert result.totals == {"rows": 150, "unchanged": 149, "updated": 1}


WRITE_ANSWERS = {
    "a web page": HTML,
    "an empty body": Answer(200, b""),
    "JSON that is cut off": Answer(200, b'{"id":"6'),
    "no id": Answer(200, {"status": "success"}),
    "gzip that is cut off": CUT_GZIP,
    "a gzip bomb": BOMB,
    "500": Answer(500, {"error": "Internal server error"}),
    "504": Answer(504, b"<html>Gateway Timeout</html>"),
    "a closed connection": Drop(),
}


@pytest.mark.parametrize("bad", WRITE_ANSWERS.values(), ids=WRITE_ANSWERS)
def test_a_write_that_was_carried_out_and_answered_with_nonsense_is_settled(start_directory, make_job, bad):
    def script(request):
        if not request.is_write:
            return None
        server.regular(request)
        return bad

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([new_row(1), row_of(person(1), lang="de")]))
    assert result.code == 0, result
    assert result.totals == {"rows": 2, "created": 1, "updated": 1}
    assert len(server.writes) == 2
    assert len(server.find(email="new.1@example.com")) == 1
    assert result.entry(1)["user_id"] == server.find(email="new.1@example.com")[0]["id"]


def test_a_write_that_can_neither_be_confirmed_nor_read_back(start_directory, make_job):
    def script(request):
        lost = server.writes and (request.is_write or request.path != "/v2/user/me")
        return Drop() if lost else None

    server = start_directory([person(1)], script)
    job = make_job(server).configure(http={"retries": 1})
    result = job.sync(job.roster([new_row(1)]), "--max-in-flight", "1")
    assert result.code == 3, result
    assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("failed", "unsettled")
    assert len(server.writes) == 1


def test_a_create_that_times_out_is_looked_up_twice(start_directory, make_job):
    """The create reaches the directory only after the first look-up has found nobody."""
    never = threading.Event()

    def script(request):
        if request.is_write:
            return Later(never, Drop())
        looks = [asked for asked in server.requests if "email" in asked.query]
        if "email" in request.query and len(looks) == 2:
            server.regular(server.creates[0])
        return None

    server = start_directory([person(1)], script)
    job = make_job(server).configure(http={"timeout": "500ms"})
    result = job.sync(job.roster([new_row(1)]), "--fetch", "list")
    never.set()
    assert result.code == 0, result
    assert result.totals == {"rows": 1, "created": 1}
    assert len(server.creates) == 1
    assert len([request for request in server.requests if "email" in request.query]) == 2


def test_a_redirect_to_another_origin_carries_nothing(start_directory, make_job):
    other = start_directory([person(1)])
    for status in (301, 302, 303, 307, 308):
        server = start_directory([person(1)], lambda request: Answer(
            status, b"", {"Location": other.origin + request.path}))
        job = make_job(server, name=f"job-{status}").configure(http={"retries": 0})
        result = job.sync(job.roster([new_row(1)]))
        assert result.code == 1, result
        assert "redirect" in result.stderr and other.origin in result.stderr
    assert other.requests == []


def test_a_write_is_not_redirected_at_all(start_directory, make_job):
    other = start_directory([person(1)])
    server = start_directory([person(1)], lambda request: Answer(307, b"", {"Location": other.origin + request.path})
                             if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 3, result
    assert result.entry(1)["outcome"] == "failed" and result.entry(1)["http_status"] == 307
    assert other.requests == [] and len(server.writes) == 1


def test_a_redirect_within_the_origin_is_followed_for_reads(start_directory, make_job):
    def script(request):
        if request.path.startswith("/v2/"):
            return None if request.is_write else Answer(301, b"", {"Location": "/v3" + request.path[3:] + "?" + "&".join(
                f"{name}={value}" for name, value in request.query.items())})
        request.path = "/v2" + request.path[3:]
        return None

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 0, result


def test_a_retry_after_beyond_max_wait_stops_the_run(start_directory, make_job):
    server = start_directory([person(1), person(2)],
                             lambda request: Answer(429, {}, {"Retry-After": "3600"}) if request.is_write else None)
    job = make_job(server).configure(http={"max_wait": "10m"})
    result = job.sync(job.roster([row_of(person(n), lang="de") for n in (1, 2)]), "--max-in-flight", "1")
    assert result.code == 6, result
    assert result.totals == {"rows": 2, "skipped": 2}
    assert "3600" in result.stderr and "max_wait" in result.stderr
    assert len(server.writes) == 1


def test_a_429_without_retry_after_waits_as_the_profile_says(start_directory, make_job):
    # A minute for Partoo: beyond the max_wait given here, and so a clean stop.
    server = start_directory([person(1)], lambda request: Answer(429, {}) if request.is_write else None)
    job = make_job(server).configure(http={"max_wait": "59s"})
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 6, result
    assert "60 s" in result.stderr
    assert len(server.writes) == 1


def test_a_wait_beyond_max_wait_while_reading(start_directory, make_job):
    server = start_directory([person(1)], lambda request: Answer(429, {}, {"Retry-After": "7200"}))
    job = make_job(server).configure(http={"max_wait": "1m"})
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 6, result
    assert server.writes == [] and len(server.requests) == 1


def test_words_of_the_api_reach_the_report_and_no_more(start_directory, make_job):
    words = {"errors": {"json": {"email": "=cmd|' /C calc'!A0 is\nnot a \u0007 mailbox"}}}
    server = start_directory([person(1)], lambda request: Answer(400, words, {"X-Request-Id": "abc-123"})
                             if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 3, result
    entry = result.entry(1)
    assert entry["http_status"] == 400 and entry["request_ids"] == ["abc-123"]
    assert "calc" in entry["message"]
    assert "\u0007" not in result.stdout
    assert "\n" not in result.csv_rows[0]["message"]


def test_a_long_error_page_is_cut(start_directory, make_job):
    server = start_directory([person(1)], lambda request: Answer(403, {"error": {"text": "x" * 100000}})
                             if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 3
    assert len(result.entry(1)["message"]) < 2000


def test_gzip_answers_are_understood(start_directory, make_job):
    people = [person(n) for n in range(1, 31)]

    def script(request):
        if request.path != "/v2/user/search":
            return None
        assert "gzip" in request.headers["accept-encoding"]
        body = json.dumps(server.page(request.query)).encode()
        kind = "deflate" if request.query.get("page") == "2" else "gzip"
        return Answer(200, zlib.compress(body) if kind == "deflate" else gzip.compress(body), {"Content-Encoding": kind})

    server = start_directory(people, script)
    job = make_job(server)
    assert job.sync(job.roster([row_of(user) for user in people])).totals == {"rows": 30, "unchanged": 30}


def test_connections_are_reused(start_directory, make_job):
    people = [person(n) for n in range(1, 41)]
    server = start_directory(people)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[:20]]), "--max-in-flight", "3")
    assert result.code == 0, result
    assert len({request.connection for request in server.requests}) <= 3


def test_every_request_says_who_asks_and_what_it_sends(start_directory, make_job):
    server = start_directory([person(1)])
    job = make_job(server)
    job.sync(job.roster([row_of(person(1), lang="de"), new_row(1)]))
    for request in server.requests:
        assert request.headers["x-apikey"] == KEY
        assert request.headers["user-agent"].startswith("rostersync")
        assert KEY not in request.path and KEY not in str(request.query)
        if request.is_write:
            assert request.headers["content-type"].startswith("application/json")


def test_nobody_listens_there(make_job):
    job = make_job().configure(http={"retries": 1, "timeout": "2s"})
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 1, result
    assert "127.0.0.1" in result.stderr


def test_the_4xx_of_one_user_does_not_touch_the_others(start_directory, make_job):
    people = company(12)[1:]
    answers = {people[n]["id"]: Answer(status, {"errors": {"json": f"refused {status}"}})
               for n, status in enumerate((400, 403, 404, 409, 413, 415, 422))}
    server = start_directory(people, lambda request: answers.get(request.path.rsplit("/", 1)[1])
                             if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people]))
    assert result.code == 3, result
    assert [entry["http_status"] for entry in result.entries[:7]] == [400, 403, 404, 409, 413, 415, 422]
    assert [entry["outcome"] for entry in result.entries] == ["failed"] * 7 + ["updated"] * 5
    assert len(server.writes) == 12


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("row", [new_row(1), row_of(person(1), lang="de")], ids=["create", "update"])
def test_a_write_that_met_a_passing_trouble_is_sent_again(start_directory, make_job, status, row):
    def script(request):
        if request.is_write and len(server.writes) < 3:
            return Answer(status, {"error": "later"}, {"Retry-After": "0"})
        return None

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([row]))
    assert result.code == 0, result
    assert len(server.writes) == 3 and result.entry(1)["attempts"] == 3
    if status not in (425, 429):  # it may have been carried out: read before it is sent again
        at = [request.is_write for request in server.requests].index(True)
        assert not server.requests[at + 1].is_write
    assert len(server.find(email=row["email"], lang=row["lang"])) == 1


def test_a_503_with_retry_after_holds_everyone_back(start_directory, make_job):
    server = start_directory([person(1)], lambda request: Answer(503, {}, {"Retry-After": "3600"}))
    job = make_job(server).configure(http={"max_wait": "1m"})
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 6, result
    assert len(server.requests) == 1


DISGUISED = ["http://example.com/v2", "http://127.0.0.1.example.com/v2", "http://localhost.example.com/v2",
             "http://127.0.0.1@example.com/v2", "http://example.com:80/127.0.0.1", "HTTP://EXAMPLE.COM/v2",
             "http://0.0.0.0:9/v2"]


@pytest.mark.parametrize("address", DISGUISED)
def test_no_key_goes_to_another_machine_in_the_clear(make_job, address):
    job = make_job().configure(base_url=address)
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 1, result
    assert "--insecure-http" in result.stderr or "expected an address" in result.stderr, result
    assert not result.has_report


def test_insecure_http_where_it_is_really_meant(start_directory, make_job):
    server = start_directory([person(1)])
    job = make_job(server)
    url = server.base_url.replace("127.0.0.1", "0.0.0.0")  # this machine, though not by a name that says so
    roster = job.roster([row_of(person(1), lang="de")])
    assert job.sync(roster, "--base-url", url).code == 1
    assert server.requests == []
    result = job.sync(roster, "--base-url", url, "--insecure-http")
    assert result.code == 0, result


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_does_not_see_requests_to_this_machine(start_directory, make_job, name):
    proxy, server = start_directory(), start_directory([person(1)])
    job = make_job(server)
    job.environment[name] = proxy.origin
    assert job.sync(job.roster([row_of(person(1), lang="de")])).code == 0
    assert proxy.requests == []
