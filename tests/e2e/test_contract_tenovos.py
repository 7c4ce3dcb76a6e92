"""The contract with Tenovos v1.5, judged as that with Partoo is: what rostersync sends and what the sandbox answers,
held against judge/tenovos.openapi.yaml by Stoplight Prism."""

import json
import subprocess

import pytest

from support.judge import TENOVOS, Court, ask
from support.places import within
from support.program import BIN, KEY, REPOSITORY
from support.sandbox import Sandbox
from support.tenovos_faults import (CREATE, GET_ONE, LISTING, READ, SEARCH, SIGN_IN, UPDATE, WRONG_ANSWERS,
                                    WRONG_CLIENTS, WRONG_UPDATES)
from support.tenovos_people import GROUPS, OWNER, ROLE_NAMES, ROLES, member, new_row, row_of, team
from support.tenovos_rows import KNOCKING, PEOPLE, ROWS, WHO, filled
from support.wrong_answers import WRONG_HEADS, altered_body, check_caught

MANY = {"updates": 10000, "creates": 10000, "deactivations": 10000,
        "attributes": {"email": 10000, "userRoleId": 10000, "userRoleName": 10000}}
PROFILE = (REPOSITORY / "config" / "profiles" / "tenovos.json").read_text(encoding="utf-8")

HOW_MANY = "/user/search/*?from=0&limit=1"
CUSTOM = {"company": "Kaamelott", "country": "Pays de Galles", "contact": "0612345678", "phone": "+33 6 12 34 56 78"}


@pytest.fixture(scope="module")
def the_court(tmp_path_factory):
    """One for all, as Prism takes seconds to start."""
    sandbox = Sandbox("--profile", "tenovos", "--username", WHO["username"], "--password", KEY, people=PEOPLE,
                      directory=tmp_path_factory.mktemp("court"))
    try:
        court = Court(sandbox, TENOVOS)
        yield court
        court.close()
    finally:
        sandbox.close()


@pytest.fixture
def court(the_court):
    the_court.sandbox.faults(**{"session-requests": None, "refresh": "on"})
    the_court.begin_with(PEOPLE)
    return the_court


@pytest.fixture
def session(court):
    """One of the sandbox, past the judge, before anything is counted."""
    answer = ask(court.sandbox_port, "POST", f"{court.sandbox_path}/auth/token", json.dumps(WHO).encode(), KNOCKING)
    court.begin_with(PEOPLE)
    return json.loads(answer.body)["session"]


@pytest.fixture
def judged_job(court, make_job):
    def make(people, **config):
        court.begin_with(people)
        job = make_job(court).configure(**{"profile": "tenovos", "limits": MANY, **config})
        job.environment.update(PARTOO_API_KEY=None, TENOVOS_API_KEY=KEY, TENOVOS_USERNAME=WHO["username"],
                               TENOVOS_PASSWORD=KEY)
        return job

    return make


def sendable(direction):
    """What the shipped profile may send."""
    line = [BIN / "rostersync", "profile", "tenovos", "--output", "json"]
    attributes = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)["attributes"]
    return {attribute["name"] for attribute in attributes if attribute[direction]}


def sent(court, kind):
    return [json.loads(exchange.body) for exchange in court.exchanges if exchange.kind == kind]


def told(users, *names):
    """What the sandbox has of each, by their addresses."""
    return {user["emailId"]: tuple(user[name] for name in names) for user in users}


# Whole runs, by every way of reading and with every kind of write

def test_a_sync_of_every_kind_of_change(court, judged_job):
    numbered, grouped, leaver, missing = member(1), member(2), member(3), member(4)
    job = judged_job([OWNER, numbered, grouped, leaver, missing, member(5)], missing="deactivate")
    roster = job.roster([
        row_of(numbered, contact="612345678", phone="33612345678"),
        row_of(grouped, groups=GROUPS[1:3], userRoleId=ROLES[2], lastName="d'Été & Søns"),
        row_of(leaver, status="disabled"),
        row_of(member(5)),
        new_row(1, **CUSTOM),
        new_row(2, accountType="federated", groups=GROUPS[:2]),
    ])
    result = job.sync(roster, "--verify")
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 6, "created": 2, "updated": 3, "unchanged": 1, "deactivated": 1}, result
    assert court.kinds >= {SIGN_IN, LISTING, SEARCH, READ, CREATE, UPDATE}, court.kinds
    assert {"contact": 612345678, "phone": 33612345678} in sent(court, UPDATE)
    assert CUSTOM in [body.get("customAttributes") for body in sent(court, CREATE)]
    statuses = told(court.sandbox.users(), "status")
    assert {email for email, status in statuses.items() if status == ("disabled",)} == {leaver["emailId"],
                                                                                       missing["emailId"]}
    again = job.sync(roster)
    court.check()
    assert again.code == 0 and again.totals == {"rows": 6, "unchanged": 6}, again


@pytest.mark.parametrize("refresh", ["on", "off"])
def test_sessions_that_end_in_the_middle(court, judged_job, refresh):
    """Each is good for more requests than can be refused at once: one that is refused twice ends the run."""
    people = team(230)
    job = judged_job(people)
    court.sandbox.faults(**{"session-requests": 25, "refresh": refresh})
    rows = [row_of(user, **({"country": "France"} if number < 80 else {})) for number, user in enumerate(people[1:])]
    result = job.sync(job.roster([*rows, new_row(1, **CUSTOM)]))
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 231, "created": 1, "updated": 80, "unchanged": 150}
    assert {frozenset(body) for body in sent(court, SIGN_IN)} == {frozenset(WHO), frozenset({"session"})}
    refused = [exchange for exchange in court.exchanges if exchange.reply.status == 401]
    assert refused and any(exchange.kind == SIGN_IN for exchange in refused) == (refresh == "off")
    pages = {exchange.target for exchange in court.exchanges if exchange.kind == LISTING}
    assert len(pages) == 3 and all("limit=100" in page for page in pages)


@pytest.mark.parametrize("way, kinds", [("by-id", {SIGN_IN, LISTING, SEARCH, READ, CREATE, UPDATE}),
                                        ("by-key", {SIGN_IN, LISTING, SEARCH, CREATE, UPDATE})])
def test_reading_nobody_but_those_of_the_roster(court, judged_job, way, kinds):
    people = team(40)
    job = judged_job(people)
    rows = [row_of(user) for user in people[1:6]] + [new_row(1, lastName="O'Brien & Søns +1%?#*")]
    rows[0]["lastName"] = "Renamed"
    if way == "by-key":
        for row in rows:
            row.pop("id", None)
    result = job.sync(job.roster(rows), "--fetch", way)
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 6, "created": 1, "updated": 1, "unchanged": 4}
    assert court.kinds == kinds
    assert {exchange.target for exchange in court.exchanges if exchange.kind == LISTING} == {HOW_MANY}


def test_a_throttled_sync(court, judged_job):
    people = team(10)
    job = judged_job(people)
    court.sandbox.faults(**{"throttle": 30, "throttle-seconds": 0})
    result = job.sync(job.roster([row_of(user, country="France") for user in people[1:]]))
    court.check()
    assert result.code == 0 and result.totals == {"rows": 10, "updated": 10}, result
    assert 429 in {exchange.reply.status for exchange in court.exchanges}


def test_a_plan_that_is_applied_and_undone(court, judged_job):
    people = team(5)
    job = judged_job(people)
    plan = job.directory / "plan.json"
    before = told(court.sandbox.users(), "lastName", "groups", "status", "company")
    rows = [row_of(user) for user in people[1:]]
    rows[0].update(lastName="Changed", groups=GROUPS[2:4])
    rows[1].update(status="disabled")
    rows[2].update(company="Carmélide")
    assert job.plan(job.roster(rows), "--out", plan).code == 2
    applied = job.apply(plan)
    court.check()
    assert applied.code == 0 and applied.totals == {"rows": 3, "updated": 3}, applied
    assert told(court.sandbox.users(), "lastName", "groups", "status", "company") != before
    undone = job.rollback(applied.report["run"]["id"], "--apply")
    court.check()
    assert undone.code == 0, undone
    assert told(court.sandbox.users(), "lastName", "groups", "status", "company") == before


def test_everything_that_can_be_sent(court, judged_job):
    moved = member(1, contact="1", phone="2")
    job = judged_job([OWNER, moved, member(2)])
    rows = [
        row_of(moved, email="moved@example.com", firstName="New", lastName="New", friendlyName="Newer", company="C",
               country="D", contact="612345678", phone="712345678", userRoleId=ROLES[1], groups=GROUPS[1:3],
               status="disabled"),
        row_of(member(2), userRoleId="", userRoleName=ROLE_NAMES[3]),
        new_row(1, **CUSTOM),
    ]
    result = job.sync(job.roster(rows))
    court.check()
    assert result.code == 0, result
    created = court.attributes(CREATE) - {"customAttributes"}
    assert created | set(sent(court, CREATE)[0]["customAttributes"]) == sendable("create")
    assert court.attributes(UPDATE) == sendable("update")


def test_everything_that_can_be_cleared(court, judged_job):
    job = judged_job([OWNER, member(1, country="France")])
    rows = [{"email": member(1)["emailId"], "company": None, "country": None}]
    result = job.sync(job.roster(json.dumps(rows), "roster.json"))
    court.check()
    assert result.code == 0, result
    assert court.attributes(UPDATE) == sendable("clearable")


def test_a_telephone_that_no_number_can_say_is_one_row_that_fails(court, judged_job):
    """The page knows numbers alone: rather a refusal than a telephone without its 0. The judge sees the same."""
    job = judged_job(team(3))
    rows = [row_of(member(1), phone="0612345678"), row_of(member(2), contact="+33612345678"),
            row_of(member(3), phone="33612345678")]
    result = job.sync(job.roster(rows))
    assert [entry["outcome"] for entry in result.entries] == ["failed", "failed", "updated"], result
    places = sorted(place for exchange in court.exchanges for place in exchange.reply.places)
    assert places == ["request.body.contact", "request.body.phone"]


def test_answers_that_the_document_allows_and_the_sandbox_never_gives(court, judged_job):
    """The page's own eight attributes of an updated user, and a sign-in that tells more."""
    def alter(exchange):
        answer = json.loads(exchange.reply.body)
        if exchange.kind == UPDATE:
            for name in ("userName", "phone", "contact", "country", "company", "friendlyName"):
                del answer[name]
        elif exchange.kind == SIGN_IN:
            answer.update(userId=OWNER["userId"], permissions=[{"name": "user.update"}])
        exchange.reply.body = json.dumps(answer).encode("utf-8")

    job = judged_job(PEOPLE)
    court.back.alter = alter
    result = job.sync(job.roster([row_of(user, country="France", lastName="New") for user in PEOPLE[1:]]))
    court.check()
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result


# What is wrong: the sandbox and the document think alike of it

@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_sandbox_and_the_document_agree(court, session, row):
    row = filled(row, session)
    judged = ask(court.front.port, row.method, row.target, row.body, row.headers)
    court.begin_with(PEOPLE)
    alone = ask(court.sandbox_port, row.method, court.sandbox_path + row.target, row.body, row.headers)
    mocked = ask(court.mock.port, row.method, row.target, row.body, row.headers)
    assert (alone.status, mocked.status) == (row.sandbox, row.mock), (alone, mocked)
    assert (row.sandbox != row.mock) == bool(row.why), "what differs needs a reason, and what does not needs none"

    expected = [place for place in (row.at, row.answer_at) if place]
    assert all(any(within(found, place) for place in expected) for found in judged.places), judged.violations
    assert all(any(within(found, place) for found in judged.places) for place in expected), judged.violations
    if row.attribute:
        assert row.attribute in json.loads(alone.body)["message"]


# The judge would notice: a schema that Prism cannot use is passed over in silence, so each has to catch something

def check_wrong_client(court, job, right, wrong, rows, kind, place):
    assert right in PROFILE
    (job.directory / "tenovos.json").write_text(PROFILE.replace(right, wrong), encoding="utf-8")
    job.configure(profile="./tenovos.json", http={"retries": 0})
    result = job.sync(job.roster(rows))
    caught = {(exchange.kind, found) for exchange in court.exchanges for found in exchange.reply.places}
    assert (kind, place) in caught, (caught, result)
    with pytest.raises(AssertionError, match=place):
        court.check()


@pytest.mark.parametrize("right, wrong, attributes, kind, place", WRONG_CLIENTS.values(), ids=WRONG_CLIENTS)
def test_a_rostersync_that_sent_something_wrong_is_caught(court, judged_job, right, wrong, attributes, kind, place):
    check_wrong_client(court, judged_job(PEOPLE), right, wrong, [new_row(1, **attributes)], kind, place)


@pytest.mark.parametrize("right, wrong, attributes, place", WRONG_UPDATES.values(), ids=WRONG_UPDATES)
def test_a_rostersync_that_changed_something_wrong_is_caught(court, judged_job, right, wrong, attributes, place):
    rows = [row_of(PEOPLE[1], **attributes)]
    check_wrong_client(court, judged_job(PEOPLE), right, wrong, rows, UPDATE, place)


def test_a_renewal_that_is_wrong_is_caught(court, judged_job):
    job = judged_job(team(10))
    court.sandbox.faults(**{"session-requests": 3})
    rows = [row_of(user, country="France") for user in team(10)[1:]]
    check_wrong_client(court, job, '"accessToken": "{session.access_token}"', '"token": "{session.access_token}"', rows,
                       SIGN_IN, "request.body")


def whose(request_, session):
    method, target, body, headers = request_
    return method, target, body, [(name, value.format_map(session)) for name, value in headers]


@pytest.mark.parametrize("request_, alter, place", WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_a_sandbox_that_answered_something_wrong_is_caught(court, session, request_, alter, place):
    court.back.alter = altered_body(alter)
    check_caught(court, whose(request_, session), f"response.{place}")


@pytest.mark.parametrize("alter, throttle, place", WRONG_HEADS)
def test_a_wrong_head_of_an_answer_is_caught(court, session, alter, throttle, place):
    court.sandbox.faults(throttle=throttle)
    court.back.alter = lambda exchange: alter(exchange.reply)
    check_caught(court, whose(GET_ONE, session), place)
