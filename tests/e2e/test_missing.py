"""People whom no row points to: told of, or disabled, and everything that keeps somebody from being disabled by mistake."""

import json

import pytest

from support.people import OWNER, company, new_row, person, row_of, rows_of
from support.scripted import Answer


def disabled(sandbox):
    return sorted(user["email"] for user in sandbox.users() if user.get("disabled"))


def orphans(result):
    return {orphan["email"]: orphan for orphan in result.report["orphans"]}


def fates(result):
    return {email: (orphan["outcome"], orphan["reason"]) for email, orphan in orphans(result).items()}


@pytest.fixture
def start(start_sandbox, make_job):
    """A company whose last people are missing from the roster, and a job that disables who is missing."""

    def begin(size=30, missing=2, **config):
        people = company(size)
        sandbox = start_sandbox(people=people)
        job = make_job(sandbox).configure(missing="deactivate", **config)
        return sandbox, job, people, rows_of(people)[:size - missing]

    return begin


def test_who_is_missing_is_disabled_never_deleted_and_once(start):
    sandbox, job, _, rows = start()
    roster = job.roster(rows)
    gone = ["person.29@example.com", "person.30@example.com"]

    dry = job.plan(roster)
    assert dry.code == 2 and sandbox.writes() == []
    assert dry.report["totals"]["planned_deactivate"] == 2 and "2 would be disabled" in dry.words()

    result = job.sync(roster)
    assert result.code == 0, result
    assert [write["body"] for write in sandbox.writes()] == [{"disabled": True}] * 2
    assert disabled(sandbox) == gone and len(sandbox.users()) == 31
    assert result.report["totals"]["deactivated"] == 2 and result.totals["unchanged"] == 28
    assert fates(result) == {OWNER["email"]: ("reported", "own_user"),
                             **{email: ("deactivated", None) for email in gone}}
    told = orphans(result)[gone[0]]
    assert told["http_status"] == 200
    assert told["changes"] == [{"attribute": "disabled", "before": False, "after": True}]

    sandbox.forget()
    again = job.sync(roster)
    assert again.code == 0 and sandbox.writes() == []
    assert {fate for email, fate in fates(again).items() if email in gone} == {("reported", "disabled")}


def test_by_default_who_is_missing_is_only_told_of(start):
    sandbox, job, _, rows = start(missing=3)
    del job.config["missing"]
    result = job.sync(job.roster(rows))
    assert result.code == 0 and sandbox.writes() == []
    assert sorted(outcome for outcome, _ in fates(result).values()) == ["reported"] * 4


def test_people_who_come_back_are_enabled_only_where_the_roster_says_so(start):
    sandbox, job, people, rows = start()
    job.sync(job.roster(rows))
    back = rows + [row_of(people[29])]
    result = job.sync(job.roster(back))
    assert result.code == 0 and "person.29@example.com" in disabled(sandbox)
    assert result.by_key("person.29@example.com")["warnings"] == ["matched_disabled"]
    result = job.sync(job.roster([{**row, "disabled": row["email"] == "nobody"} for row in back]))
    assert result.code == 0 and disabled(sandbox) == ["person.30@example.com"]


def test_the_limit_counts_whom_the_run_would_disable_and_whom_it_would_disable_by_column(start):
    sandbox, job, people, rows = start(missing=3)
    roster = job.roster([{**row, "disabled": row["email"] == "person.1@example.com"} for row in rows])
    refused = job.sync(roster)
    assert refused.code == 4 and sandbox.writes() == []
    assert "--allow deactivations=4" in refused.words()
    assert {fate for email, fate in fates(refused).items() if email != OWNER["email"]} == {
        ("deactivate_skipped", "refused")}
    assert job.sync(roster, "--allow", "deactivations=3").code == 4 and sandbox.writes() == []
    assert job.sync(roster, "--limit", "3").code == 0  # a canary: what it may carry out is within the limit
    assert len(disabled(sandbox)) == 3
    result = job.sync(roster, "--allow", "deactivations=4")
    assert result.code == 0 and len(disabled(sandbox)) == 4


def test_half_an_export_disables_nobody(start):
    sandbox, job, _, rows = start(size=200, missing=100)
    result = job.sync(job.roster(rows))
    assert result.code == 4 and sandbox.writes() == [] and "--allow deactivations=100" in result.words()


def test_a_row_that_may_be_anybodys_keeps_everybody(start):
    sandbox, job, _, rows = start()
    result = job.sync(job.roster(rows + [{**new_row(1), "email": "person.29 at example.com"}]))
    assert result.code == 3 and sandbox.writes() == []
    assert {fate for email, fate in fates(result).items() if email != OWNER["email"]} == {
        ("deactivate_skipped", "unreadable_key")}
    assert result.report["totals"]["deactivate_skipped"] == 2


@pytest.mark.parametrize("row", [{"lang": "klingon"}, {"id": "5000000000000000000000aa"}],
                         ids=["rejected", "in conflict"])
def test_who_has_a_row_is_not_missing_whatever_becomes_of_it(start, row):
    sandbox, job, people, rows = start(missing=1)
    result = job.sync(job.roster(rows + [{**row_of(people[30]), **row}]))
    assert result.code == 3 and sandbox.writes() == [] and set(fates(result)) == {OWNER["email"]}


def test_the_protected_and_those_whom_the_roster_does_not_speak_for_stay(start):
    sandbox, job, people, rows = start(missing=4, protect=["*.30@example.com", {"role": "ORG_MANAGER"}],
                                       manage={"email": ["*@example.com"], "lang": ["fr", "e*"]})
    users = sandbox.users()
    by_mail = {user["email"]: user for user in users}
    by_mail["person.29@example.com"]["role"] = "ORG_MANAGER"
    by_mail["person.28@example.com"]["lang"] = "de"
    sandbox.begin_with(users)
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert disabled(sandbox) == ["person.27@example.com"]
    assert fates(result) == {"person.30@example.com": ("reported", "protected"),
                             "person.29@example.com": ("reported", "protected"),
                             "person.27@example.com": ("deactivated", None),
                             OWNER["email"]: ("reported", "own_user")}


def test_only_writes_to_those_it_names_missing_or_not(start):
    sandbox, job, people, rows = start()
    rows[0]["lang"] = "de"
    roster = job.roster(rows)
    result = job.sync(roster, "--only", "person.1@example.com")
    assert result.code == 0 and disabled(sandbox) == []
    assert [write["body"] for write in sandbox.writes()] == [{"lang": "de"}]
    result = job.sync(roster, "--only", "Person.29@example.com")
    assert result.code == 0 and disabled(sandbox) == ["person.29@example.com"]
    assert fates(result)["person.30@example.com"] == ("deactivate_skipped", "only")
    sandbox.forget()
    result = job.sync(roster, "--only", "person.300@example.com")
    assert result.code == 1 and sandbox.writes() == [] and "person.300@example.com" in result.stderr


def test_an_unproved_listing_keeps_everybody(start_directory, make_job):
    people = [person(n) for n in range(1, 31)]

    def lie(request):
        if request.path != "/v2/user/search" or "email" in request.query:
            return None
        body = server.page(request.query)
        body["count"] += 1
        return Answer(200, body)

    server = start_directory(people, lie)
    job = make_job(server).configure(missing="deactivate")
    rows = rows_of([OWNER] + people)[:28]
    rows[0]["lang"] = "de"
    result = job.sync(job.roster(rows))
    assert result.code == 3, result
    assert result.entry(1)["outcome"] == "updated" and len(server.writes) == 1
    assert result.report["orphans"] is None and result.report["totals"]["deactivate_skipped"] == 2
    assert "2 users might have been disabled" in result.words()


def test_what_the_listing_does_not_say_is_read_before_anybody_is_disabled(start):
    sandbox, job, _, rows = start(missing=3)
    users = sandbox.users()
    next(user for user in users if user["email"] == "person.30@example.com")["disabled"] = True
    sandbox.begin_with(users)
    sandbox.faults(**{"listing-omits": "disabled"})
    result = job.sync(job.roster(rows))
    assert result.code == 0 and len(sandbox.writes()) == 2, result
    assert fates(result)["person.30@example.com"] == ("reported", "disabled")


def test_a_deactivation_that_fails_needs_a_person(start):
    sandbox, job, _, rows = start()
    sandbox.faults(forbid="person.29@example.com")
    result = job.sync(job.roster(rows))
    assert result.code == 3 and disabled(sandbox) == ["person.30@example.com"]
    told = orphans(result)["person.29@example.com"]
    assert (told["outcome"], told["reason"], told["http_status"]) == ("deactivate_failed", "refused", 403)
    assert told["message"] and result.report["totals"]["deactivate_failed"] == 1
    assert "could not be disabled" in result.words()


@pytest.mark.parametrize("kill", ["kill-before-write", "kill-after-write"])
def test_a_run_that_is_killed_while_it_disables_people_is_finished(start, kill):
    sandbox, job, _, rows = start(size=40, missing=3)
    sandbox.faults(**{kill: 2})
    assert job.sync(job.roster(rows), "--max-in-flight", "1").killed
    result = job.resume()
    assert result.code == 0, result
    assert len(disabled(sandbox)) == 3 and len(sandbox.committed()) == 3
    assert result.report["totals"]["deactivated"] == 3
    assert job.past_report().report["totals"]["deactivated"] == 3


def test_what_cannot_be_is_refused_before_anything_is_asked(start):
    sandbox, job, _, rows = start()
    result = job.sync(job.roster(rows), "--fetch", "by-key")
    assert result.code == 1 and sandbox.ledger() == [] and "whole listing" in result.stderr


def test_grace_counts_good_runs_in_a_row_of_the_whole_roster(start):
    sandbox, job, people, rows = start(missing_after="3 runs")
    roster = job.roster(rows)
    gone = ["person.29@example.com", "person.30@example.com"]

    def reasons(result):
        return {email: fate for email, fate in fates(result).items() if email in gone}

    first = job.sync(roster)
    assert first.code == 0 and reasons(first) == {email: ("reported", "grace") for email in gone}
    assert "1 of the 3 runs" in orphans(first)[gone[0]]["message"]
    job.plan(roster)  # a dry run counts nothing, nor does one that writes to some only
    job.sync(roster, "--only", "person.1@example.com")
    job.sync(job.roster(rows + [row_of(people[30])], "with-30.csv"))  # who comes back begins anew
    assert disabled(sandbox) == []

    dry = job.plan(roster)
    assert dry.code == 2 and reasons(dry) == {gone[0]: ("planned_deactivate", None), gone[1]: ("reported", "grace")}
    assert job.sync(roster).code == 0 and disabled(sandbox) == [gone[0]]
    assert job.sync(roster).code == 0 and disabled(sandbox) == [gone[0]]
    assert job.sync(roster).code == 0 and disabled(sandbox) == gone


def test_a_saved_plan_disables_whom_it_names_and_a_rollback_brings_them_back(start):
    sandbox, job, _, rows = start()
    rows[0]["lang"] = "de"
    roster = job.roster(rows)
    before = sandbox.users()
    dry = job.plan(roster, "--out", "plan.json")
    assert dry.code == 2 and sandbox.writes() == []
    plan = json.loads((job.directory / "plan.json").read_text(encoding="utf-8"))
    assert [(change["action"], change["email"]) for change in plan["changes"]] == [
        ("update", "person.1@example.com"), ("deactivate", "person.29@example.com"),
        ("deactivate", "person.30@example.com")]

    users = sandbox.users()
    next(user for user in users if user["email"] == "person.30@example.com")["last_name"] = "Newcomer"
    next(user for user in users if user["email"] == "person.30@example.com")["email"] = "back@example.com"
    sandbox.begin_with(users)
    result = job.run("apply", "plan.json", "--verify")
    assert result.code == 3, result
    assert disabled(sandbox) == ["person.29@example.com"] and len(sandbox.writes()) == 2
    assert fates(result)["person.29@example.com"] == ("deactivated", None)
    assert fates(result)["person.30@example.com"] == ("deactivate_skipped", "drifted")
    assert result.totals == {"rows": 1, "updated": 1, "deactivated": 1, "deactivate_skipped": 1}
    applied = result.report["run"]["id"]

    sandbox.forget()
    back = job.run("rollback", applied, "--apply")
    assert back.code == 0 and len(sandbox.writes()) == 2 and disabled(sandbox) == []
    assert [user["lang"] for user in sandbox.users()] == [user["lang"] for user in before]
