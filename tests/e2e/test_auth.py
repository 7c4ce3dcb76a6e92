"""How an API wants to know who asks: every way, over a whole run; and no secret is ever seen."""

import signal
import threading

import pytest

from support.door import (CLIENT_SECRETS, PASSWORD, REFRESH, SIGN_IN, SIGN_IN_SECRETS, TOKEN, USER, FixedDoor,
                          TicketDoor, basic, partoo_with)
from support.people import new_row, person, row_of
from support.program import KEY
from support.scripted import Answer, Later

HEADERS = {"by": "headers", "credentials": ["token", "more"],
           "headers": {"X-Token": "Token {credential.token}", "X-More": "{credential.more}"}}
OAUTH2 = {"by": "oauth2", "token": "/oauth/token", "scope": "users groups"}

LOUD = ("--log-level", "debug")


@pytest.fixture
def begin(start_directory, make_job):
    """A server behind a door, and a job whose profile is partoo's but for `auth`."""

    def begin(auth, door, secrets, people=3, **members):
        server = start_directory([person(n) for n in range(1, people + 1)], door)
        job = make_job(server).configure(limits={"updates": "100%", "creates": "100%"})
        (job.directory / "acme.json").write_text(partoo_with(auth, **members), encoding="utf-8")
        job.config["profile"] = "acme.json"
        job.environment["PARTOO_API_KEY"] = None
        job.environment.update({f"ACME_{name.upper()}": value for name, value in secrets.items()})
        return server, job

    return begin


def everybody(job, count=3, lang="de"):
    return job.roster([row_of(person(n), lang=lang) for n in range(1, count + 1)])


WAYS = {
    "headers": (HEADERS, FixedDoor(x_token=f"Token {TOKEN}", x_more=f"{KEY}-more"),
                {"token": TOKEN, "more": f"{KEY}-more"}),
    "bearer": ({"by": "bearer"}, FixedDoor(authorization=f"Bearer {TOKEN}"), {"token": TOKEN}),
    "basic": ({"by": "basic"}, FixedDoor(authorization=basic(USER, PASSWORD)), SIGN_IN_SECRETS),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_way_without_a_session(begin, way):
    auth, door, secrets = WAYS[way]
    server, job = begin(auth, door, secrets)
    assert job.sync(everybody(job), *LOUD).totals == {"rows": 3, "updated": 3}
    assert job.sync(everybody(job)).totals == {"rows": 3, "unchanged": 3}
    job.environment[f"ACME_{list(secrets)[-1].upper()}"] = f"{KEY}-wrong"
    refused = job.plan(everybody(job, lang="en"), *LOUD)
    assert refused.code == 1 and "does not accept the credentials: HTTP 401: who are you?" in refused.words(), refused
    assert len(server.writes) == 3


@pytest.mark.parametrize("way", WAYS)
def test_what_an_api_says_back_has_no_secret_in_it(begin, way):
    """Not the header of basic authentication either, which holds the password in another form."""
    auth, door, secrets = WAYS[way]

    def echo(request):
        said = " ".join(request.headers[name].encode("latin-1").decode() for name in door.headers)
        return door(request) or (Answer(422, {"errors": {"json": {"lang": said}}}) if request.is_write else None)

    _, job = begin(auth, echo, secrets)
    result = job.sync(everybody(job, 1), *LOUD, "--output", "json")
    assert result.code == 3, result
    said = result.entry(1)["faults"][0]["message"]
    assert said == {"headers": "Token (secret) (secret)", "bearer": "Bearer (secret)", "basic": "Basic (secret)"}[way]


@pytest.mark.parametrize("client", ["basic", "body"])
def test_oauth_2_client_credentials(begin, client):
    door = TicketDoor()
    server, job = begin({**OAUTH2, "client": client}, door, CLIENT_SECRETS)
    assert job.sync(everybody(job), *LOUD).totals == {"rows": 3, "updated": 3}
    assert len(door.grants) == 1 and door.refused == []
    assert b"scope=users%20groups" in door.grants[0].body
    assert job.sync(everybody(job)).totals == {"rows": 3, "unchanged": 3}
    job.environment["ACME_CLIENT_SECRET"] = f"{KEY}-wrong"
    refused = job.plan(everybody(job, lang="en"), *LOUD)
    assert refused.code == 1 and "signing in failed: HTTP 401: invalid_client: not with" in refused.words(), refused
    assert door.refused == []


def test_a_token_of_another_server(begin, start_directory):
    """Its address is not moved by base_url, and it is told nothing that is for the API alone."""
    door = TicketDoor()
    login = start_directory(script=door)
    auth = {**OAUTH2, "token": "https://login.example.com/oauth/token"}
    server, job = begin(auth, door, {**CLIENT_SECRETS, "api_key": f"{KEY}-of-the-api"}, credentials=["api_key"],
                        headers={"X-Key": "{credential.api_key}"})
    job.configure(token_url=login.origin + "/v2/oauth/token")
    assert job.sync(everybody(job)).totals == {"rows": 3, "updated": 3}
    assert len(login.requests) == 1 and "x-key" not in login.requests[0].headers
    assert all(request.headers["x-key"] == f"{KEY}-of-the-api" for request in server.requests)

    job.configure(token_url="http://login.example.com/token")
    refused = job.plan(everybody(job))
    assert refused.code == 1 and "token_url" in refused.stderr and "--insecure-http" in refused.stderr, refused


def test_a_token_that_is_no_bearer_token(begin):
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: Answer(200, {"access_token": TOKEN, "token_type": "mac"})
    _, job = begin(OAUTH2, door, CLIENT_SECRETS)
    refused = job.plan(everybody(job), *LOUD)
    assert refused.code == 1 and 'the token is of the type "mac"' in refused.words(), refused


@pytest.mark.parametrize("refresh", [False, True])
def test_a_session_that_ends_in_the_middle_is_renewed_once_for_all(begin, refresh):
    """Sixteen writes are in flight when the tickets are revoked, and others queued: each goes out again, once, under
    one new ticket."""
    auth = {**SIGN_IN, "refresh": REFRESH} if refresh else SIGN_IN
    gate = threading.Event()
    door = TicketDoor()
    held = []

    def hold(request):  # at the door, until sixteen are there
        if request.is_write and door.issued == 1:
            held.append(request)
            if len(held) == 16:
                door.valid.clear()
                gate.set()
            return Later(gate, Answer(401, {"errors": f"{request.headers['authorization']} is over"}))
        return None

    door.inside = hold
    server, job = begin(auth, door, SIGN_IN_SECRETS, people=60)
    result = job.sync(everybody(job, 60), "--max-in-flight", "16", *LOUD)
    assert result.code == 0 and result.totals == {"rows": 60, "updated": 60}, result
    assert door.sign_ins == ["password", "refresh" if refresh else "password"]
    again = sum(entry["attempts"] == 2 for entry in result.entries)
    assert again >= 16 and all(entry["attempts"] in (1, 2) for entry in result.entries)
    assert len(server.writes) == 2 + 60 + again  # the sign-ins, and nobody was written to twice
    assert all(user["lang"] == "de" for user in server.people[1:])


def test_a_session_is_renewed_before_its_end(begin):
    """A life so short that it is over with the next step of the run; the door itself lets in whoever had a ticket."""
    door = TicketDoor(life=0.01)
    _, job = begin({**SIGN_IN, "refresh": REFRESH}, door, SIGN_IN_SECRETS)
    result = job.sync(everybody(job))
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result
    assert len(door.sign_ins) > 2 and set(door.sign_ins[1:]) == {"refresh"} and door.refused == []


def test_a_renewal_that_is_refused_gives_way_to_the_password(begin):
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: Answer(401, {"errors": "too old"}) if nth == 2 else None
    door.inside = lambda request: door.valid.clear() if request.is_write and door.issued == 1 else None
    _, job = begin({**SIGN_IN, "refresh": REFRESH}, door, SIGN_IN_SECRETS)
    result = job.sync(everybody(job), "--max-in-flight", "1")
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result
    assert door.sign_ins == ["password", "refresh", "password"]


def test_a_sign_in_that_is_refused(begin):
    server, job = begin(SIGN_IN, door := TicketDoor(), {**SIGN_IN_SECRETS, "password": f"{KEY}-wrong"})
    result = job.sync(everybody(job), *LOUD)
    assert result.code == 1 and "signing in failed: HTTP 403: " in result.words(), result
    assert "check what \"credentials\"" in result.words() and "(secret)" in result.stderr
    assert door.sign_ins == ["password"] and len(server.requests) == 1  # more might lock the account


def test_a_sign_in_that_is_refused_in_the_middle(begin):
    """What was not written then is written by `resume`, each change once."""
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: Answer(403, {"errors": "locked"}) if nth == 2 else None

    def revoke(request):
        if len(server.writes) == 6 and door.issued == 1:
            door.valid.clear()

    door.inside = revoke
    server, job = begin(SIGN_IN, door, SIGN_IN_SECRETS, people=30)
    result = job.sync(everybody(job, 30), "--max-in-flight", "4", *LOUD)
    assert result.code == 6 and "signing in failed: HTTP 403: locked" in result.words(), result
    assert "rostersync resume" in result.words()
    assert door.sign_ins == ["password", "password"]
    done = result.totals["updated"]
    assert done == sum(user["lang"] == "de" for user in server.people[1:]) < 30
    before = len(server.writes)
    resumed = job.resume()
    assert resumed.code == 0 and resumed.totals == {"rows": 30, "updated": 30}, resumed
    assert len(server.writes) - before == 30 - done + 1  # and the sign-in


def test_a_sign_in_is_repeated_as_a_read_is(begin):
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: {1: Answer(503, {}), 2: Answer(200, b"<html>")}.get(nth)
    _, job = begin(SIGN_IN, door, SIGN_IN_SECRETS)
    assert job.plan(everybody(job)).code == 2
    assert len(door.sign_ins) == 3


def test_a_sign_in_without_an_answer(begin):
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: Answer(500, {"errors": f"out of order, {PASSWORD}"})
    server, job = begin(SIGN_IN, door, SIGN_IN_SECRETS)
    job.configure(http={"retries": 1})
    result = job.sync(everybody(job), *LOUD)
    assert result.code == 1 and "signing in failed: HTTP 500: out of order, (secret)" in result.words(), result
    assert len(server.requests) == 2


def test_whoever_is_refused_under_every_ticket_is_not_accepted(begin):
    door = TicketDoor(inside=lambda request: Answer(401, {"errors": f"{request.headers['authorization']}? no"}))
    server, job = begin(SIGN_IN, door, SIGN_IN_SECRETS)
    result = job.sync(everybody(job), *LOUD)
    assert result.code == 1 and "does not accept the credentials: HTTP 401: (secret)? no" in result.words(), result
    assert door.sign_ins == ["password"] * 2 and len(server.requests) == 4


def test_a_signal_while_the_sign_in_is_under_way(begin):
    gate = threading.Event()
    door = TicketDoor()
    door.at_sign_in = lambda nth, request: Later(gate, Answer(200, {"session": {"ticket": TOKEN, "again": TOKEN}}))
    server, job = begin(SIGN_IN, door, SIGN_IN_SECRETS)
    process = job.start("sync", everybody(job))
    server.wait_for(lambda: server.requests)
    with open(f"/proc/{process.pid}/cmdline", "rb") as file:
        assert KEY.encode() not in file.read()
    process.send_signal(signal.SIGTERM)
    gate.set()
    result = job.finish(process)
    assert result.code == 6 and len(server.requests) == 1, result


def test_what_an_api_says_back_has_no_token_in_it(begin):
    """Not of this session, not of an earlier one, not in a report either."""
    door = TicketDoor()

    def inside(request):
        if not request.is_write:
            return None
        if door.issued == 1:
            door.valid.clear()
            return Answer(401, {})
        said = f"{KEY}-ticket-1 {KEY}-ticket-2 {KEY}-again-1 {request.headers['x-again']} {PASSWORD}"
        return Answer(422, {"errors": {"json": {"lang": said}}})

    door.inside = inside
    _, job = begin(SIGN_IN, door, SIGN_IN_SECRETS)
    result = job.sync(everybody(job, 1), *LOUD, "--output", "json")
    assert result.code == 3, result
    fault = result.entry(1)["faults"][0]
    assert fault["message"] == "(secret) (secret) (secret) (secret) (secret)"


def test_a_dry_run_signs_in(begin):
    server, job = begin(SIGN_IN, TicketDoor(), SIGN_IN_SECRETS)
    assert job.plan(everybody(job)).code == 2
    assert [request.path for request in server.writes] == ["/v2/auth/token"]


def test_a_create_whose_session_has_ended(begin):
    door = TicketDoor()
    door.inside = lambda request: door.valid.clear() if request.is_write and door.issued == 1 else None
    server, job = begin({**SIGN_IN, "refresh": REFRESH}, door, SIGN_IN_SECRETS)
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 0 and result.totals == {"rows": 1, "created": 1}, result
    assert len(server.find(email=new_row(1)["email"])) == 1


def test_the_first_way_whose_credentials_are_all_there(begin):
    door = TicketDoor()
    server, job = begin([SIGN_IN, {"by": "bearer"}], door, {"username": USER})
    nobody = job.plan(everybody(job))
    assert nobody.code == 1 and server.requests == [], nobody
    assert ("with username and password: password is missing (ACME_PASSWORD is not set); or with token: token is "
            "missing (ACME_TOKEN is not set)") in nobody.words()
    door.valid.add(f"Bearer {TOKEN}")
    job.environment["ACME_TOKEN"] = TOKEN
    assert job.plan(everybody(job)).code == 2 and door.sign_ins == []
    job.environment["ACME_PASSWORD"] = PASSWORD
    assert job.plan(everybody(job)).code == 2 and door.sign_ins == ["password"]


def test_secrets_from_systemd(begin):
    """As LoadCredential= hands them over: files in a folder that the environment names."""
    server, job = begin({"by": "basic"}, FixedDoor(authorization=basic(USER, PASSWORD)), {})
    handed = job.directory / "handed"
    handed.mkdir()
    (handed / "username").write_text(USER + "\n", encoding="utf-8")
    (handed / "secret-word").write_text(PASSWORD + "\n", encoding="utf-8")
    job.configure(credentials={"password": {"systemd": "secret-word"}})
    outside = job.plan(everybody(job))
    assert outside.code == 1 and "$CREDENTIALS_DIRECTORY, which is not set" in outside.words(), outside
    assert "LoadCredential=secret-word:PATH" in outside.words()
    job.environment["CREDENTIALS_DIRECTORY"] = str(handed)
    assert job.plan(everybody(job)).code == 2


def test_a_user_name_that_basic_authentication_cannot_carry(begin):
    server, job = begin({"by": "basic"}, TicketDoor(), {"username": "a:b", "password": PASSWORD})
    result = job.plan(everybody(job))
    assert result.code == 1 and "holds a colon" in result.words() and server.requests == [], result


def test_what_contradicts_itself_is_refused_with_its_place(begin):
    auth = {**SIGN_IN, "use": {"Authorization": "{session.tickt}"}}
    _, job = begin(auth, TicketDoor(), SIGN_IN_SECRETS)
    result = job.plan(everybody(job))
    assert result.code == 1, result
    assert ("auth.use.Authorization: {session.tickt} is no placeholder here; did you mean {session.ticket}?"
            in result.words())


def test_the_reference_tells_the_ways(begin):
    _, job = begin([SIGN_IN, {"by": "bearer"}], TicketDoor(), {})
    result = job.run("profile", job.directory / "acme.json")
    assert "Credentials  username with password, or token\n" in result.stdout, result
