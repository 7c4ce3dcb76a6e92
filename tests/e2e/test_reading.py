"""Reading the directory: with the fewest requests, and only as complete as it is proved to be."""

import pytest

from support.people import OWNER, company, new_row, person, row_of, rows_of
from support.scripted import Answer


def pages(server):
    return [request for request in server.asked("GET", "/v2/user/search") if "email" not in request.query]


def test_three_rows_against_a_thousand_users_take_three_look_ups_and_a_search_for_who_is_new(start_sandbox, make_job):
    people = company(999)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster([row_of(people[500], lang="de"), row_of(people[700]), new_row(1)]))
    assert result.code == 2, result
    summary = sandbox.summary()
    assert summary["lookups"] == 3 + 1 and summary["me"] == 1
    assert summary["listings"] <= 1 and summary["reads_by_id"] == 0
    assert result.report["directory"] == {"users": 1000, "complete": False}
    assert result.report["orphans"] is None and result.report["totals"]["orphans"] is None


def test_a_roster_as_large_as_the_directory_takes_the_listing(start_sandbox, make_job):
    people = company(999)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster(rows_of(people)))
    assert result.code == 0, result
    summary = sandbox.summary()
    assert (summary["listings"], summary["other_reads"]) == (10, 1)
    assert result.report["directory"] == {"users": 1000, "complete": True}
    assert {entry["query"]["per_page"] for entry in sandbox.ledger() if "page" in entry["query"]} == {"100"}


@pytest.mark.parametrize("fetch, columns, expected", [
    ("list", ["email"], {"lookups": 0, "reads_by_id": 0}),
    ("by-key", ["email"], {"lookups": 30, "reads_by_id": 0}),
    ("by-id", ["id", "email"], {"lookups": 0, "reads_by_id": 30}),
    ("by-key", ["id", "email"], {"lookups": 30, "reads_by_id": 0}),
    ("by-id", ["email"], {"lookups": 30, "reads_by_id": 0}),
])
def test_fetch_chooses_how_people_are_read(start_sandbox, make_job, fetch, columns, expected):
    people = company(300)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = [row_of(user, *columns, lang="de") for user in people[1:31]]
    result = job.sync(job.roster(rows), "--fetch", fetch, "--allow", "updates=30")
    assert result.code == 0, result
    assert result.totals == {"rows": 30, "updated": 30}
    summary = sandbox.summary()
    assert {name: summary[name] for name in expected} == expected
    assert summary["listings"] == (4 if fetch == "list" else summary["listings"]) and summary["listings"] <= 4


def test_attributes_that_a_listing_lacks_are_read_by_id(start_sandbox, make_job):
    people = [OWNER] + [person(n, role="GROUP_MANAGER", accesses=[[1, n]]) for n in range(1, 21)]
    sandbox = start_sandbox("--listing-omits", "accesses,lang", people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[3]["accesses"] = [[1, 4], [9]]
    result = job.sync(job.roster(rows), "--fetch", "list")
    assert result.code == 0, result
    assert result.totals == {"rows": 20, "unchanged": 19, "updated": 1}
    assert [entry["body"] for entry in sandbox.updates()] == [{"accesses": [[1, 4], [9]]}]
    assert sandbox.summary()["reads_by_id"] == 20


def test_an_attribute_that_the_roster_does_not_manage_needs_no_reading(start_sandbox, make_job):
    people = company(20)
    sandbox = start_sandbox("--listing-omits", "accesses,lang,custom_role", people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(rows_of(people, "email", "last_name")), "--fetch", "list")
    assert result.code == 0, result
    assert sandbox.summary()["reads_by_id"] == 0


def test_disabled_missing_from_a_listing_is_unknown_and_no_deactivation(start_sandbox, make_job):
    people = company(5)
    people[2]["disabled"] = True
    sandbox = start_sandbox("--listing-omits", "disabled", people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, "email", disabled=user.get("disabled", False)) for user in people[1:]]))
    assert result.code == 0, result
    assert result.totals == {"rows": 5, "unchanged": 5}
    assert sandbox.writes() == []


def unproved(request, server, lie):
    if request.path != "/v2/user/search" or "email" in request.query:
        return None
    body = server.page(request.query)
    lie(body)
    return Answer(200, body)


def too_many_declared(body):
    body["count"] += 1


def too_few_declared(body):
    body["count"] -= 1


def one_user_twice(body):
    if len(body["users"]) > 1:
        body["users"][-1] = body["users"][0]


def no_count(body):
    del body["count"]


@pytest.mark.parametrize("lie", [too_many_declared, too_few_declared, one_user_twice, no_count])
def test_a_listing_that_is_not_proved_withholds_creates_and_nothing_else(start_directory, make_job, lie):
    people = [person(n) for n in range(1, 251)]
    server = start_directory(people, lambda request: unproved(request, server, lie))
    job = make_job(server)
    rows = rows_of([OWNER] + people)
    rows[0]["lang"] = "de"
    result = job.sync(job.roster(rows + [new_row(1)]), "--fetch", "list")
    assert result.code == 3, result
    assert result.entry(1)["outcome"] == "updated"
    assert (result.entry(251)["outcome"], result.entry(251)["reason"]) == ("skipped", "listing_incomplete")
    assert result.report["directory"]["complete"] is False and result.report["orphans"] is None
    assert server.creates == []
    # A row whose user the listing hid is withheld as well, not created a second time.
    assert {entry["outcome"] for entry in result.entries[1:250]} <= {"unchanged", "skipped"}


def test_a_directory_that_changes_while_it_is_listed_is_read_again(start_directory, make_job):
    people = [person(n) for n in range(1, 251)]

    def script(request):
        if request.query.get("page") == "2" and len(server.people) == 251:
            server.people.insert(1, person(9999))  # pushes the last of page 1 onto page 2, which is answered now
        return None

    server = start_directory(people, script)
    job = make_job(server)
    result = job.sync(job.roster(rows_of([OWNER] + people) + [new_row(1)]), "--fetch", "list")
    assert result.code == 0, result
    assert result.totals == {"rows": 251, "unchanged": 250, "created": 1}
    assert len(pages(server)) == 6
    assert len(result.report["orphans"]) == 2


def page_numbers_lie(body):
    body["max_page"] = 1


def more_pages_than_there_are(body):
    body["max_page"] += 3


def test_fewer_pages_declared_than_there_are(start_directory, make_job):
    people = [person(n) for n in range(1, 251)]
    server = start_directory(people, lambda request: unproved(request, server, page_numbers_lie))
    job = make_job(server)
    result = job.sync(job.roster(rows_of([OWNER] + people) + [new_row(1)]), "--fetch", "list")
    assert result.code == 3, result
    assert result.report["directory"]["complete"] is False
    assert server.writes == []


def test_more_pages_declared_than_there_are(start_directory, make_job):
    people = [person(n) for n in range(1, 251)]
    server = start_directory(people, lambda request: unproved(request, server, more_pages_than_there_are))
    job = make_job(server)
    result = job.sync(job.roster(rows_of([OWNER] + people)), "--fetch", "list")
    assert result.code == 0, result
    assert result.report["directory"] == {"users": 251, "complete": True}
    assert len(pages(server)) <= 20


def test_a_page_that_never_ends_is_not_followed_for_ever(start_directory, make_job):
    people = [person(n) for n in range(1, 51)]

    def script(request):
        if request.path != "/v2/user/search" or "email" in request.query:
            return None
        body = server.page({**request.query, "page": "1"})  # page 1, whatever is asked for
        return Answer(200, {**body, "page": int(request.query["page"]), "max_page": int(request.query["page"]) + 1})

    server = start_directory(people, script)
    job = make_job(server)
    result = job.sync(job.roster(rows_of([OWNER] + people) + [new_row(1)]), "--fetch", "list")
    assert result.code in (0, 3), result
    assert len(pages(server)) < 50


def test_items_without_an_id_are_no_listing(start_directory, make_job):
    def lie(body):
        for user in body["users"]:
            user.pop("id", None)

    people = [person(1)]
    server = start_directory(people, lambda request: unproved(request, server, lie))
    job = make_job(server).configure(http={"retries": 1})
    result = job.sync(job.roster([new_row(1)]), "--fetch", "list")
    assert result.code == 1, result
    assert server.writes == []


def test_a_fuzzy_look_up_is_not_taken_for_an_exact_one(start_directory, make_job):
    people = [person(1), person(11)]

    def script(request):
        if "email" in request.query:
            return Answer(200, server.page({"page": "1", "per_page": "100"}))
        return None

    server = start_directory(people, script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(people[0], lang="de"), new_row(1)]), "--fetch", "by-key")
    assert result.code == 0, result
    assert result.totals == {"rows": 2, "updated": 1, "created": 1}
    assert server.find(email="person.11@example.com")[0]["lang"] == "fr"


def test_a_user_who_vanishes_between_the_listing_and_the_write(start_directory, make_job):
    people = [person(1), person(2)]
    server = start_directory(people, lambda request: Answer(404, {"errors": {"json": "Resource not found"}})
                             if request.is_write and request.path.endswith(people[0]["id"]) else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people]))
    assert result.code == 3, result
    assert result.totals == {"rows": 2, "updated": 1, "failed": 1}
    assert result.entry(1)["http_status"] == 404
