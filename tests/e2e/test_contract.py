"""The contract, judged by a part that is not ours: what rostersync sends and what the sandbox answers, held against one
document of the vendor's published pages (judge/partoo.openapi.yaml) by Stoplight Prism."""

import json
import subprocess

import pytest

from support.contract_rows import AS_JSON, KEYED, NEW, PEOPLE, ROWS, USER, WRONG_ON_CREATE, WRONG_ON_UPDATE
from support.judge import JUDGE, Court, ask
from support.people import OWNER, company, new_row, person, row_of, rows_of
from support.places import with_member, within
from support.program import BIN, REPOSITORY
from support.sandbox import Sandbox
from support.work import a_dozen_changes
from support.wrong_answers import WRONG_HEADS, altered_body, check_caught

MANY = {"updates": 10000, "creates": 10000, "deactivations": 10000, "privileged": 10000,
        "attributes": {"email": 10000, "role": 10000}}
PROFILE = (REPOSITORY / "config" / "profiles" / "partoo.json").read_text(encoding="utf-8")

LISTING, LOOKUP, BY_NAME = "GET /user/search by page", "GET /user/search by email", "GET /user/search by query"
ME, READ, CREATE, UPDATE = "GET /user/me", "GET /user/{user_id}", "POST /user", "POST /user/{user_id}"


@pytest.fixture(scope="module")
def the_court(tmp_path_factory):
    """One for all, as Prism takes seconds to start."""
    sandbox = Sandbox(people=PEOPLE, directory=tmp_path_factory.mktemp("court"))
    try:
        court = Court(sandbox)
        yield court
        court.close()
    finally:
        sandbox.close()


@pytest.fixture
def court(the_court):
    the_court.begin_with(PEOPLE)
    return the_court


@pytest.fixture
def judged_job(court, make_job):
    def make(people, **config):
        court.begin_with(people)
        return make_job(court).configure(limits=MANY, **config)

    return make


def sendable(direction):
    """What the shipped profile may send."""
    line = [BIN / "rostersync", "profile", "partoo", "--output", "json"]
    attributes = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)["attributes"]
    return {attribute["name"] for attribute in attributes if attribute[direction]}


# Whole runs, by every way of reading and with every kind of write

def test_a_sync_of_every_kind_of_change(court, judged_job):
    work = a_dozen_changes()
    leaver, missing = person(20), person(21)
    job = judged_job([*work.people, leaver, missing], missing="deactivate")
    roster = job.roster([*work.rows, row_of(leaver, disabled="true")])
    result = job.sync(roster, "--verify")
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 16, "created": 6, "updated": 7, "unchanged": 3, "deactivated": 1}, result
    gone = {user["email"] for user in court.sandbox.users() if user["disabled"]}
    assert gone == {leaver["email"], missing["email"]}
    assert court.kinds == {LISTING, ME, READ, CREATE, UPDATE}
    assert court.attributes(UPDATE) >= {"phone", "keywords", "disabled", "business_ids"}
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 16, "unchanged": 16}, again
    court.check()


@pytest.mark.parametrize("way, columns, kinds", [
    ("by-id", ["id", "email", "last_name"], {ME, LOOKUP, BY_NAME, READ, CREATE, UPDATE}),
    ("by-key", ["email", "last_name"], {ME, LOOKUP, BY_NAME, CREATE, UPDATE}),
], ids=["by-id", "by-key"])
def test_reading_nobody_but_those_of_the_roster(court, judged_job, way, columns, kinds):
    people = company(40)
    job = judged_job(people)
    rows = [row_of(user, *columns) for user in people[1:6]] + [new_row(1, last_name="O'Brien & Søns +1%")]
    rows[0]["last_name"] = "Renamed"
    result = job.sync(job.roster(rows), "--fetch", way)
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 6, "created": 1, "updated": 1, "unchanged": 4}
    assert court.kinds >= kinds, court.kinds


def test_a_listing_of_several_pages_in_a_throttled_sync(court, judged_job):
    people = company(230)
    job = judged_job(people)
    rows = rows_of(people)
    for row in rows[:10]:
        row["lang"] = "de"
    court.sandbox.faults(**{"throttle": 20, "throttle-seconds": 0})
    result = job.sync(job.roster(rows))
    court.check()
    assert result.code == 0, result
    assert result.totals == {"rows": 230, "updated": 10, "unchanged": 220}
    assert 429 in {exchange.reply.status for exchange in court.exchanges}
    pages = {exchange.target for exchange in court.exchanges if exchange.kind == LISTING}
    assert len(pages) == 3 and all("per_page=100" in page for page in pages)


def test_a_plan_that_is_applied_and_undone(court, judged_job):
    work = a_dozen_changes(secrets=False)
    job = judged_job(work.people)
    plan = job.directory / "plan.json"
    assert job.plan(job.roster(work.rows), "--out", plan).code == 2
    applied = job.apply(plan)
    court.check()
    assert applied.code == 0, applied
    work.check_directory(court.sandbox)
    undone = job.rollback(applied.report["run"]["id"], "--apply")
    court.check()
    assert undone.code == 0, undone


def test_everything_that_can_be_sent(court, judged_job):
    """By a PROVIDER's key, as nobody else may set org_id."""
    manager = person(1, role="GROUP_MANAGER", accesses=[[1]])
    invited = person(3, status="invited", sso_only=True)
    job = judged_job([{**OWNER, "role": "PROVIDER"}, manager, person(2), invited], password_updates=True)
    rows = [
        {**row_of(manager), "id": manager["id"], "email": "moved@example.com", "first_name": "New", "last_name": "New",
         "role": "BUSINESS_MANAGER", "business_ids": ["b1", "b2"], "lang": "pt-br", "org_id": 43, "disabled": True,
         "custom_role": "knights", "phone": "+33 1 99 00 12 34", "keywords": ["a", "b"], "sso_only": True,
         "receive_reviews_email_notifications": False, "sidebar_pages": ["posts"], "password": "Correct-Horse-1"},
        {**row_of(person(2)), "id": person(2)["id"], "role": "GROUP_MANAGER", "accesses": [[1, 2], [3]]},
        {**row_of(invited), "id": invited["id"], "status": "active", "sso_only": False},
        new_row(1, role="BUSINESS_MANAGER", business_ids=["b1"], org_id=42, custom_role="knights", status="invited",
                sso_only=True, send_invitation=False, password="Correct-Horse-2", sidebar_pages=["posts", "messages"]),
        new_row(2, role="GROUP_MANAGER", accesses=[[1, 2], [3]]),
    ]
    result = job.sync(job.roster(json.dumps(rows), "roster.json"))
    court.check()
    assert result.code == 0, result
    assert court.attributes(CREATE) == sendable("create")
    assert court.attributes(UPDATE) == sendable("update")


def test_everything_that_can_be_cleared(court, judged_job):
    store = person(1, role="BUSINESS_MANAGER", business_ids=["b1"])
    groups = person(2, role="GROUP_MANAGER", accesses=[[1]])
    job = judged_job([OWNER, {**store, "phone": "1", "keywords": ["a"], "sidebar_pages": ["posts"]}, groups])
    rows = [{"email": store["email"], "business_ids": None, "phone": None, "keywords": None, "sidebar_pages": None},
            {"email": groups["email"], "accesses": None}]
    result = job.sync(job.roster(json.dumps(rows), "roster.json"))
    court.check()
    assert result.code == 0, result
    assert court.attributes(UPDATE) == sendable("clearable")


def test_answers_that_the_document_allows_and_the_sandbox_never_gives(court, judged_job):
    def alter(exchange):
        answer = json.loads(exchange.reply.body)
        for user in [user for user in answer.get("users", [answer]) if "created_at" in user]:
            del user["business_ids"]
            user.update(created_at=1615299414.25, first_name="", accesses=[[]], sidebar_pages=[], available_features=[])
        exchange.reply.body = json.dumps(answer).encode("utf-8")

    job = judged_job(PEOPLE)
    court.back.alter = alter
    result = job.sync(job.roster([row_of(user, "email", "last_name", lang="de") for user in PEOPLE[1:]]))
    court.check()
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result


# What is wrong: the sandbox and the document think alike of it

@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_sandbox_and_the_document_agree(court, row):
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
        assert row.attribute in json.loads(alone.body)["errors"]["json"]


def test_the_table_has_every_attribute_that_can_be_sent():
    assert set(WRONG_ON_CREATE) == sendable("create")
    assert set(WRONG_ON_UPDATE) == sendable("update")


# The judge would notice: a schema that Prism cannot use is passed over in silence, so each has to catch something

WRONG_CLIENTS = {
    "pages that are too large": ('"max": 100', '"max": 101', {}, LISTING, "request.query.per_page"),
    "an order that there is not": ('"order_by": "email"', '"order_by": "phone"', {}, LISTING, "request.query.order_by"),
    "a role that there is not": ('"PUBLISHER"]', '"PUBLISHER", "KNIGHT"]', {"role": "KNIGHT"},
                                 CREATE, "request.body.role"),
    "what a create does not take": ('"read": false,\n      "create": false,\n      "clear": ""',
                                    '"read": false,\n      "clear": ""', {"phone": "1"}, CREATE, "request.body"),
    "a list for a list of lists": ('"type": "set<set<integer>>"', '"type": "set<text>"',
                                   {"role": "GROUP_MANAGER", "accesses": "1|2"}, CREATE, "request.body.accesses.0"),
    "another method": ('{"request": "POST /user"', '{"request": "PUT /user"', {}, "PUT /user", "request"),
    "another header for the key": ('"x-APIKey"', '"x-ApiToken"', {}, ME, "request"),
}


@pytest.mark.parametrize("right, wrong, attributes, kind, place", WRONG_CLIENTS.values(), ids=WRONG_CLIENTS)
def test_a_rostersync_that_sent_something_wrong_is_caught(court, judged_job, right, wrong, attributes, kind, place):
    job = judged_job(PEOPLE)
    assert right in PROFILE
    (job.directory / "partoo.json").write_text(PROFILE.replace(right, wrong), encoding="utf-8")
    job.configure(profile="./partoo.json", http={"retries": 0})
    result = job.sync(job.roster([new_row(1, **attributes)]))
    caught = {(exchange.kind, found) for exchange in court.exchanges for found in exchange.reply.places}
    assert (kind, place) in caught, (caught, result)
    with pytest.raises(AssertionError, match=place):
        court.check()


def get(target, headers=KEYED):
    return "GET", target, None, headers


def post(target, body):
    return "POST", target, json.dumps(body).encode("utf-8"), AS_JSON


GET_ME, GET_PAGE, GET_ONE = get("/user/me"), get("/user/search"), get(USER)
MAKE, CHANGE = post("/user", NEW), post(USER, {"lang": "de"})
WRONG_ANSWERS = {
    "a listing's count as a text": (GET_PAGE, with_member("count", "4"), "body.count"),
    "a listing without its last page": (GET_PAGE, with_member("max_page"), "body"),
    "a role that there is not": (GET_PAGE, with_member("users.0.role", "KNIGHT"), "body.users.0.role"),
    "a password given back": (GET_PAGE, with_member("users.0.password", "Secret!pw"), "body.users.0"),
    "the key's user without an id": (GET_ME, with_member("id"), "body"),
    "a date as a text": (GET_ME, with_member("created_at", "today"), "body.created_at"),
    "a user without an e-mail": (GET_ONE, with_member("email"), "body"),
    "an e-mail that is none": (GET_ONE, with_member("email", "perceval"), "body.email"),
    "groups that are no numbers": (GET_ONE, with_member("accesses", [["a"]]), "body.accesses.0.0"),
    "a user with a phone": (GET_ONE, with_member("phone", "1"), "body"),
    "a create without an id": (MAKE, with_member("id"), "body"),
    "a create that is ok": (MAKE, with_member("status", "ok"), "body.status"),
    "an update with a number for an id": (CHANGE, with_member("id", 7), "body.id"),
    "an update that tells more": (CHANGE, with_member("lang", "de"), "body"),
    "a 400 for a create, in a text": (post("/user", {}), with_member("errors.json", "no"), "body.errors.json"),
    "a 400 for an update, without errors": (post(USER, {"lang": "tlh"}), with_member("errors"), "body"),
    "a 400 for a search, without errors": (get("/user/search?page=0"), with_member("errors"), "body"),
    "a 401 with another reason": (get(USER, headers=[]), with_member("errors.authentication"), "body.errors"),
    "a 403 with another reason": (post(USER, {"org_id": 1}), with_member("errors.authorization"), "body.errors"),
    "a 404 with an object": (get("/user/nobody"), with_member("errors.json", {}), "body.errors.json"),
}


@pytest.mark.parametrize("request_, alter, place", WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_a_sandbox_that_answered_something_wrong_is_caught(court, request_, alter, place):
    court.back.alter = altered_body(alter)
    check_caught(court, request_, f"response.{place}")


@pytest.mark.parametrize("alter, throttle, place", WRONG_HEADS)
def test_a_wrong_head_of_an_answer_is_caught(court, alter, throttle, place):
    court.sandbox.faults(throttle=throttle)
    court.back.alter = lambda exchange: alter(exchange.reply)
    check_caught(court, GET_ONE, place)


def test_what_goes_past_the_judge_is_caught(court):
    ask(court.front.port, *GET_ME)
    court.check()
    ask(court.sandbox_port, *get(f"{court.sandbox_path}/user/me"))
    with pytest.raises(AssertionError):
        court.check()


def test_the_lock_file_names_no_host():
    """Renewed by npm install --package-lock-only, and then jq 'del(.packages[].funding)'."""
    lock = (JUDGE / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock and '"resolved"' not in lock
    assert all("integrity" in package for path, package in json.loads(lock)["packages"].items() if path)
