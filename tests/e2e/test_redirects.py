"""Redirects: a read is followed within its origin; nothing at all goes to another, and a write goes nowhere else."""

import pytest

from support.people import new_row, person, row_of
from support.scripted import Answer
from support.wire import Tunnel

STATUSES = [301, 302, 303, 307, 308]


def target_of(request):
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    return request.path + ("?" + query if query else "")


# Where a redirect leads, of a server at `here` (host:port), another at `there`, and the request's own path and query.
ELSEWHERE = {
    "another port": "http://{there}{target}",
    "another port, no scheme": "//{there}{target}",
    "another name for this host": "http://localhost:{port}{target}",
    "another scheme": "https://{here}{target}",
    "another host behind a name like ours": "http://{here}@{there}{target}",
    "another host behind a password": "http://user:{here}@{there}{target}",
    "backslashes": "http:\\\\{there}{target}",
    "a name that begins like ours": "http://{here}.example.com{target}",
    "a file": "file:///etc/passwd",
    "a mailbox": "imap://{there}/",
}


@pytest.mark.parametrize("where, to", [("own user", to) for to in ELSEWHERE] +
                         [(where, "another port") for where in ("listing", "look-up", "read")])
def test_a_read_that_is_sent_elsewhere_ends_there(start_directory, make_job, where, to):
    def is_read(request):
        return {"own user": request.path == "/v2/user/me", "look-up": "email" in request.query,
                "listing": "page" in request.query and "email" not in request.query,
                "read": request.path.endswith(person(1)["id"])}[where]

    def script(request):
        if request.is_write or not is_read(request):
            return None
        status = STATUSES[len(server.requests) % 5]
        here = server.origin.removeprefix("http://")
        there = other.origin.removeprefix("http://")
        told = ELSEWHERE[to].format(here=here, there=there, port=here.split(":")[1], target=target_of(request))
        return Answer(status, b"", {"Location": told})

    other, server = start_directory([person(1)]), start_directory([person(1)], script)
    job = make_job(server)
    rows = [row_of(person(1), "id", "email", lang="de")] if where == "read" else [row_of(person(1), lang="de")]
    result = job.sync(job.roster(rows), "--fetch", {"look-up": "by-key", "read": "by-id"}.get(where, "list"))
    assert result.code == (3 if where in ("look-up", "read") else 1), result
    assert other.connections == 0 and server.writes == []
    said = result.stderr if result.code == 1 else result.entry(1)["message"]
    assert "redirect" in said or "HTTP 30" in said, result
    assert len([request for request in server.requests if is_read(request)]) == 1  # nor here, and not again


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("within", [True, False], ids=["within the origin", "to another"])
def test_a_write_that_is_redirected_is_refused_and_sent_nowhere(start_directory, make_job, within, status):
    """Not within the origin either: whether it was carried out where it came first, nobody says."""
    def script(request):
        if not request.is_write:
            return None
        return Answer(status, b"", {"Location": f"{(server if within else other).origin}/v2/elsewhere"})

    other, server = start_directory([person(1)]), start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de"), new_row(1)]))
    assert result.code == 3, result
    assert result.totals == {"rows": 2, "failed": 2}
    assert {entry["http_status"] for entry in result.entries} == {status}
    assert other.connections == 0
    assert sorted(request.path for request in server.writes) == ["/v2/user", "/v2/user/" + person(1)["id"]]
    assert not server.asked(path="/v2/elsewhere")


@pytest.mark.parametrize("status, location", zip(STATUSES, ["{origin}{moved}", "//{here}{moved}", "{moved}",
                                                            "HTTP://{here}{moved}#part", "./../..{moved}"]))
def test_a_read_is_followed_within_its_origin(start_directory, make_job, location, status):
    def script(request):
        if request.is_write or request.path.startswith("/moved"):
            request.path = request.path.removeprefix("/moved")
            return None
        told = location.format(origin=server.origin, here=server.origin.removeprefix("http://"),
                               moved="/moved" + target_of(request))
        return Answer(status, b"", {"Location": told})

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 0 and len(server.writes) == 1, result
    assert {request.headers["x-apikey"] for request in server.requests} == {server.requests[0].headers["x-apikey"]}


def test_no_redirect_leads_out_of_tls(start_directory, start_front, start_wire, make_job, authority, certificate):
    """Not even to the same host and port."""
    plain = start_directory([person(1)])
    port = plain.origin.rsplit(":", 1)[1]
    for location in (f"http://localhost:{port}/v2/user/me", "http://localhost:{own}/v2/user/me"):
        server = start_directory([person(1)], lambda request: Answer(302, b"", {"Location": location}))
        wire = start_wire(Tunnel, start_front(server.origin, certificate, location="proxy_redirect off;").socket)
        location = location.format(own=wire.port)
        job = make_job(wire, name=f"job-{wire.port}")
        job.environment["SSL_CERT_FILE"] = str(authority.certificate)
        result = job.sync(job.roster([row_of(person(1), lang="de")]))
        assert result.code == 1 and "redirects to another origin, http://localhost:" in result.stderr, result
        assert len(server.requests) == 1 and wire.connections == 1
    assert plain.connections == 0
