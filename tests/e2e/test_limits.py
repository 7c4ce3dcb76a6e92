"""The safety limits: what trips them, what the refusal says, and how one run may go beyond."""

import re

import pytest

from support.people import OWNER, company, new_row, person, row_of


def refused(result, sandbox):
    assert result.code == 4, result
    assert sandbox.writes() == []
    assert all(entry["outcome"] == "skipped" and entry["reason"] == "refused" for entry in result.entries
               if entry["changes"]), result
    found = re.findall(r"add --allow (\w+=\d+)", result.stderr)
    assert found and result.report["run"]["message"]
    return sorted(set(found))


TRIPPED = [
    # people, rows, the limits said, what --allow must say
    ("creates", 99, lambda people: [new_row(n) for n in range(26)], ["creates=26"]),
    ("updates", 99, lambda people: [row_of(user, lang="de") for user in people[1:35]], ["updates=34"]),
    ("a third of the company", 299, lambda people: [row_of(user, last_name="X") for user in people[1:101]],
     ["updates=100"]),
    ("e-mail addresses", 99, lambda people: [{"id": user["id"], "email": f"x{i}@example.com"}
                                            for i, user in enumerate(people[1:27])], ["email=26", "updates=26"]),
    ("roles", 299, lambda people: [row_of(user, role="ORG_MANAGER") for user in people[1:27]], ["role=26"]),
    ("deactivations by column", 69, lambda people: [row_of(user, disabled=True) for user in people[1:5]],
     ["deactivations=4"]),
    ("a privileged role for somebody there", 20, lambda people: [row_of(people[1], role="ORG_ADMIN")],
     ["privileged=1"]),
    ("a privileged role for somebody new", 20, lambda people: [new_row(1, role="ORG_ADMIN")], ["privileged=1"]),
    ("two limits at once", 20, lambda people: [new_row(n) for n in range(30)] + [row_of(people[1], role="ORG_ADMIN")],
     ["creates=30", "privileged=1"]),
]


@pytest.mark.parametrize("size, rows, allowed", [case[1:] for case in TRIPPED], ids=[case[0] for case in TRIPPED])
def test_beyond_a_limit_nothing_is_written_until_it_is_allowed(start_sandbox, make_job, size, rows, allowed):
    people = company(size)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    made = rows(people)
    roster = job.roster(made)
    assert refused(job.sync(roster), sandbox) == allowed

    dry = job.plan(roster)
    assert dry.code == 4 and sandbox.writes() == []
    for one in allowed:
        assert f"--allow {one}" in dry.words()

    too_few = [f"--allow={one.split('=')[0]}={int(one.split('=')[1]) - 1}" for one in allowed]
    assert refused(job.sync(roster, *too_few), sandbox) == allowed

    enough = [f"--allow={one}" for one in allowed]
    result = job.sync(roster, *enough)
    assert result.code == 0, result
    assert len(sandbox.writes()) == len(made)


UNTRIPPED = [
    ("25 creates are at the floor", 20, {}, lambda people: [new_row(n) for n in range(25)]),
    ("3 deactivations are at the floor", 20, {}, lambda people: [row_of(user, disabled=True) for user in people[1:4]]),
    ("20% of 200, rounded down, is 40", 199, {}, lambda people: [row_of(user, lang="de") for user in people[1:41]]),
    ("a count of one's own", 19, {"creates": 30}, lambda people: [new_row(n) for n in range(30)]),
    ("a privileged role that the configuration permits", 19, {"privileged": 1},
     lambda people: [row_of(people[1], role="ORG_ADMIN")]),
    ("a limit of an attribute of one's own, not reached", 19, {"attributes": {"lang": 2}},
     lambda people: [row_of(user, lang="de") for user in people[1:3]]),
]


@pytest.mark.parametrize("size, limits, rows", [case[1:] for case in UNTRIPPED], ids=[case[0] for case in UNTRIPPED])
def test_at_a_limit_the_run_goes_on(start_sandbox, make_job, size, limits, rows):
    people = company(size)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(limits=limits)
    made = rows(people)
    result = job.sync(job.roster(made))
    assert result.code == 0, result
    assert len(sandbox.writes()) == len(made)


def test_a_configured_limit_is_stricter_and_leaves_the_others(start_sandbox, make_job):
    people = company(50)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(limits={"attributes": {"lang": 1}, "floor": 10})
    two = job.roster([row_of(user, lang="de") for user in people[1:3]])
    assert refused(job.sync(two), sandbox) == ["lang=2"]
    roles = job.roster([row_of(user, role="ORG_MANAGER") for user in people[1:12]])
    assert refused(job.sync(roles), sandbox) == ["role=11", "updates=11"]


def test_the_limits_look_at_what_this_run_may_carry_out(start_sandbox, make_job):
    people = company(100)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(user, lang="de") for user in people[1:]])
    assert job.sync(roster).code == 4

    canary = job.sync(roster, "--limit", "10")
    assert canary.code == 0, canary
    assert canary.totals == {"rows": 100, "updated": 10, "skipped": 90}
    assert {entry["reason"] for entry in canary.entries} == {None, "limit"}
    assert len(sandbox.writes()) == 10

    sandbox.forget()
    only = job.sync(roster, "--only", "PERSON.50@example.com", "--only", "person.51@example.com")
    assert only.code == 0, only
    assert only.totals == {"rows": 100, "updated": 2, "unchanged": 10, "skipped": 88}
    assert {entry["path"].rsplit("/", 1)[1] for entry in sandbox.writes()} == {people[50]["id"], people[51]["id"]}


def test_limit_zero_and_an_only_that_names_nobody(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(people[1], lang="de"), new_row(1)])
    nothing = job.sync(roster, "--limit", "0")
    assert nothing.code == 0 and nothing.totals == {"rows": 2, "skipped": 2}, nothing
    nobody = job.sync(roster, "--only", "nobody@example.com")
    assert nobody.code == 1 and "--only nobody@example.com" in nobody.stderr, nobody
    assert sandbox.writes() == []


def test_no_creates_and_no_updates_by_configuration(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(create=False)
    rows = [row_of(people[1], lang="de"), new_row(1)]
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert [(entry["outcome"], entry["reason"]) for entry in result.entries] == [("updated", None),
                                                                               ("skipped", "create_disabled")]
    job.configure(create=True, update=False)
    rows[0]["lang"] = "pl"
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert [entry["outcome"] for entry in result.entries] == ["skipped", "created"]


def test_a_deactivation_by_column_within_the_limits(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([{"email": people[1]["email"], "disabled": "yes"}]))
    assert result.code == 0, result
    assert [entry["body"] for entry in sandbox.writes()] == [{"disabled": True}]
    assert result.entry(1)["changes"] == [{"attribute": "disabled", "before": False, "after": True}]
    assert "disables this account" in result.stdout


def test_shares_of_deactivations_are_of_the_enabled(start_sandbox, make_job):
    # 80 of 101 are enabled: 5% of them are 4.
    people = [OWNER] + [person(n, disabled=n > 79) for n in range(1, 101)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    five = job.roster([row_of(user, disabled=True) for user in people[1:6]])
    assert refused(job.sync(five), sandbox) == ["deactivations=5"]
    four = job.sync(job.roster([row_of(user, disabled=True) for user in people[1:5]]))
    assert four.code == 0, four


def test_without_a_whole_listing_shares_are_of_the_declared_count(start_sandbox, make_job):
    people = company(199)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(limits={"updates": "5%", "floor": 0})
    eleven = [row_of(user, lang="de") for user in people[1:12]]
    assert refused(job.sync(job.roster(eleven), "--fetch", "by-key"), sandbox) == ["updates=11"]
    ten = job.sync(job.roster(eleven[:10]), "--fetch", "by-key")
    assert ten.code == 0, ten
    assert ten.totals == {"rows": 10, "updated": 10}


def test_only_by_the_directorys_key_where_the_roster_has_ids(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, "id", lang="de") for user in people[1:]]), "--only", "person.3@example.com")
    assert result.code == 0, result
    assert result.totals == {"rows": 5, "updated": 1, "skipped": 4}
    assert [entry["path"].rsplit("/", 1)[1] for entry in sandbox.updates()] == [people[3]["id"]]
