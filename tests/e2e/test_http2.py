"""HTTP/2, which nginx speaks in front of the directory: many requests share a connection, and when it fails under them
none is sent twice."""

import threading
from collections import Counter

import pytest

from support.h2_directory import GoAway, H2Directory, Part, ResetStream, Silence
from support.people import company, new_row, person, row_of
from support.scripted import Drop, Later
from support.wire import Tunnel
from support.work import Work, half_and_half


class Together:
    """Holds answers back until so many wait for theirs."""

    def __init__(self, count, then=lambda: None):
        self.count = count
        self.then = then
        self.waiting = 0
        self.released = threading.Event()

    def later(self, answer):
        self.waiting += 1
        event = self.released
        if self.waiting == self.count:
            self.waiting, self.released = 0, threading.Event()
            self.then()
            event.set()
        return Later(event, answer)


@pytest.fixture
def make_tls_job(make_job, authority):
    def make(wire, name="job"):
        job = make_job(wire, name)
        job.environment["SSL_CERT_FILE"] = str(authority.certificate)
        return job

    return make


def test_requests_are_multiplexed_on_one_connection(start_directory, start_front, start_wire, make_tls_job, certificate):
    people = [person(number) for number in range(1, 33)]
    together = Together(16)
    server = start_directory(people, lambda request: together.later(server.regular(request))
                             if request.is_write else None)
    front = start_front(server.origin, certificate)
    wire = start_wire(Tunnel, front.socket)
    job = make_tls_job(wire).configure(limits={"updates": 100})
    result = job.sync(job.roster([row_of(user, lang="de") for user in people]), "--max-in-flight", "16")
    assert result.code == 0 and len(server.writes) == 32, result
    assert wire.connections == 1
    requests = front.requests(len(server.requests))
    assert {(connection, protocol) for connection, _, protocol, *_ in requests} == {(requests[0][0], "HTTP/2.0")}
    assert max(int(number) for _, number, *_ in requests) == len(requests) == len(server.requests)


def test_a_large_write_goes_by_itself(start_directory, start_front, start_wire, make_tls_job, certificate):
    """By HTTP/1.1, which libcurl 7.88 can send it by without burning a processor, beside the connection of the others."""
    server = start_directory([person(1), person(2)])
    front = start_front(server.origin, certificate)
    wire = start_wire(Tunnel, front.socket)
    job = make_tls_job(wire)
    rows = [row_of(person(1), keywords=[f"{number}{'x' * 20000}" for number in range(12)]), row_of(person(2), lang="de")]
    result = job.sync(job.roster(rows))
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 2}, result
    protocols = {target: protocol for _, _, protocol, _, _, target in front.requests(len(server.requests))}
    assert protocols.pop("/v2/user/" + person(1)["id"]) == "HTTP/1.1"
    assert set(protocols.values()) == {"HTTP/2.0"}


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "lost"])
def test_creates_whose_shared_connection_dies_without_an_answer_arrive_once(start_directory, start_front, start_wire,
                                                                            make_tls_job, certificate, carried_out):
    """libcurl by itself sends each of them again, on a new connection."""
    def script(request):
        if not request.is_write or len(server.writes) > 8:
            return None
        if carried_out:
            server.regular(request)
        return together.later(Drop())

    server = start_directory([person(1)], script)
    front = start_front(server.origin, certificate)
    wire = start_wire(Tunnel, front.socket)
    together = Together(8, wire.reset_all)
    job = make_tls_job(wire)
    roster = job.roster([new_row(number) for number in range(8)])
    result = job.sync(roster, "--max-in-flight", "8")
    assert result.code == 0, result
    assert result.totals == {"rows": 8, "created": 8}
    assert Counter(request.json["email"] for request in server.creates) == {
        f"new.{number}@example.com": 1 if carried_out else 2 for number in range(8)}
    for number in range(8):  # each was looked for before anything was sent again
        about = [request.method for request in server.requests
                 if request.query.get("email") == f"new.{number}@example.com"
                 or request.is_write and request.json["email"] == f"new.{number}@example.com"]
        assert "".join(method[0] for method in about).replace("GG", "G").endswith("PG" if carried_out else "PGP")
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 8, "unchanged": 8}, again
    protocols = {protocol for _, _, protocol, *_ in front.requests(len(server.requests))}
    assert protocols == {"HTTP/2.0"}


@pytest.mark.parametrize("settings", ["keepalive_requests 7;", "http2_max_concurrent_streams 2;",
                                      "keepalive_requests 1;", "http2_recv_buffer_size 256k; http2_chunk_size 1k;"])
def test_a_front_that_is_sparing(start_sandbox, start_front, start_wire, make_tls_job, certificate, settings):
    """With connections, which it tells to go away (GOAWAY), or with streams."""
    work = half_and_half(120)
    sandbox = start_sandbox(people=work.people)
    front = start_front(sandbox.base_url, certificate, settings)
    wire = start_wire(Tunnel, front.socket)
    job = make_tls_job(wire).configure(limits={"creates": 1000, "updates": 1000})
    roster = job.roster(work.rows)
    result = job.sync(roster, "--max-in-flight", "16")
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox)
    check_sent_once(sandbox)
    if "keepalive_requests 7" in settings:
        assert wire.connections > 120 / 7
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 120, "unchanged": 120}, again


def check_sent_once(sandbox):
    """Even a second create that is refused, as the person is there, is one too many."""
    assert set(Counter(entry["body"]["email"] for entry in sandbox.creates()).values()) <= {1}


def check_sent_again_only_where_not_found(sandbox):
    """A create whose connection is cut may still be on its way through nginx when it is looked up: then it is sent again,
    and refused, as the person is there by then. Never without that look-up."""
    sent, looked_up = set(), set()
    for entry in sandbox.ledger():
        if entry["method"] == "GET" and "email" in entry["query"]:
            looked_up.add(entry["query"]["email"])
        elif entry["method"] == "POST" and entry["path"].endswith("/user"):
            email = entry["body"]["email"]
            assert email not in sent or email in looked_up, (email, sandbox.ledger())
            sent.add(email)
            looked_up.discard(email)


def small_work():
    people = company(3)
    return Work(people, [row_of(user, last_name="Changed") for user in people[1:]] + [new_row(1), new_row(2)])


def test_a_connection_that_is_cut_at_some_byte(in_parallel, start_front, start_wire, make_tls_job, certificate):
    """In its handshake, in a request, in an answer: the first connection, and the second a little later."""
    work = small_work()

    def run(sandbox, name, limits):
        sandbox.begin_with(work.people)
        wire = start_wire(Tunnel, start_front(sandbox.base_url, certificate).socket, limits)
        job = make_tls_job(wire, name)
        result = job.sync(job.roster(work.rows))
        assert result.code == 0, result
        work.check_totals(result.report)
        work.check(sandbox)
        check_sent_again_only_where_not_found(sandbox)
        return wire.bytes[1]

    def cut(sandbox, place):
        direction, at = place
        limit = {1: at, 2: at + 150}
        run(sandbox, f"cut-{direction}-{at}",
            lambda number: (limit.get(number), None) if direction == "to" else (None, limit.get(number)))

    to, back = in_parallel(lambda sandbox, _: run(sandbox, "whole", lambda number: (None, None)), ["whole"])[0]
    steps = 12
    in_parallel(cut, [(direction, count * step // steps) for direction, count in (("to", to), ("back", back))
                      for step in range(steps)])


@pytest.fixture
def start_h2_directory(certificate):
    """Starts scripted directories that speak HTTP/2 and nothing else."""
    started = []

    def start(people=None, script=None):
        started.append(H2Directory(certificate, people, script))
        return started[-1]

    yield start
    for directory in started:
        directory.close()


# What happens to the stream of a request.
STREAM_ENDINGS = {
    "refused": ResetStream("REFUSED_STREAM"),
    "cancelled": ResetStream("CANCEL"),
    "an internal error": ResetStream("INTERNAL_ERROR"),
    "to be sent by HTTP/1.1": ResetStream("HTTP_1_1_REQUIRED"),
    "reset without an error": ResetStream("NO_ERROR"),
    "reset after the answer's head": Part(200, b""),
    "reset within the answer": Part(200, b'{"id":"'),
    "gone away, never seen": GoAway(seen=False),
    "gone away": GoAway(seen=True),
    "gone away in trouble": GoAway(seen=True, error="INTERNAL_ERROR"),
    "never answered": Silence(),
}


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "lost"])
@pytest.mark.parametrize("ending", STREAM_ENDINGS.values(), ids=STREAM_ENDINGS)
def test_a_write_whose_stream_ends_without_an_answer_is_settled_by_reading(start_h2_directory, make_tls_job, ending,
                                                                          carried_out):
    """libcurl by itself sends a refused one again, and believes a server that says it was not seen."""
    def script(request):
        if not request.is_write or disturbed[is_create(request)]:
            return None
        disturbed[is_create(request)] = True
        if carried_out:
            server.regular(request)
        return ending

    disturbed = {True: False, False: False}
    server = start_h2_directory([person(1)], script)
    job = make_tls_job(server).configure(http={"timeout": "1s" if isinstance(ending, Silence) else "20s"})
    roster = job.roster([row_of(person(1), lang="de"), new_row(1)])
    result = job.sync(roster)
    assert result.code == 0, result
    assert result.totals == {"rows": 2, "updated": 1, "created": 1}
    assert all(disturbed.values())
    times = 1 if carried_out else 2
    assert (len(server.creates), len(server.writes)) == (times, 2 * times)
    for kind in (True, False):
        assert settled_in_order([request for request in server.requests if about(request, kind)]), server.requests
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 2, "unchanged": 2}, again


def is_create(request):
    return request.path == "/v2/user"


def about(request, create):
    """Of the requests that concern one of the two people: the write itself, and reading what became of it."""
    if request.is_write:
        return is_create(request) == create
    return request.query.get("email") == "new.1@example.com" if create else request.path.endswith(person(1)["id"])


def settled_in_order(requests):
    """No write follows a write, unless there was a look in between."""
    kinds = "".join("W" if request.is_write else "R" for request in requests)
    return "WW" not in kinds and "WR" in kinds


def test_a_read_whose_stream_ends_without_an_answer_is_repeated(start_h2_directory, make_tls_job):
    people = [person(number) for number in range(1, len(STREAM_ENDINGS) + 1)]
    endings = dict(zip([user["email"] for user in people], STREAM_ENDINGS.values()))
    server = start_h2_directory(people, lambda request: endings.pop(request.query.get("email"), None))
    job = make_tls_job(server).configure(http={"timeout": "1500ms"})
    result = job.sync(job.roster([row_of(user) for user in people]), "--fetch", "by-key")
    assert result.code == 0, result
    assert result.totals == {"rows": len(people), "unchanged": len(people)}
    assert endings == {} and server.writes == []
