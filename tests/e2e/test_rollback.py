"""The way back: what a run changed is undone, as an ordinary plan."""

import json

import pytest

from support.people import company, new_row, person, row_of
from support.work import Work, a_dozen_changes

SHORT = {"timeout": "500ms"}


def synced(job, roster, *arguments):
    """The name of a run that went well."""
    result = job.sync(roster, *arguments)
    assert result.code == 0, result
    return result.report["run"]["id"]


def by_id(users):
    return {user["id"]: user for user in users}


def check_undone(sandbox, before, created):
    """Everybody is as before, and who is new is disabled and otherwise as created."""
    now = by_id(sandbox.users())
    for user in before:
        assert now.pop(user["id"]) == user
    assert sorted(user["email"] for user in now.values()) == sorted(created)
    assert all(user["disabled"] is True for user in now.values())


def test_a_sync_is_undone(start_sandbox, make_job):
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox).configure(limits={"deactivations": 100})
    before = sandbox.users()
    run = synced(job, job.roster(work.rows))
    work.check(sandbox)
    sandbox.forget()

    planned = job.rollback(run)
    assert planned.code == 2, planned
    assert planned.totals == {"rows": work.changes, "planned_update": work.changes}
    assert "DRY RUN" in planned.stdout and f"rostersync rollback {run} --apply" in planned.words()
    assert planned.report["run"]["undoes"] == run and planned.report["run"]["dry_run"] is True
    assert sandbox.writes() == []

    result = job.rollback(run, "--apply")
    assert result.code == 0, result
    assert result.totals == {"rows": work.changes, "updated": work.changes}
    assert result.report["run"]["changes_digest"] == planned.report["run"]["changes_digest"]
    check_undone(sandbox, before, [row["email"] for row in work.creates])
    assert len(sandbox.writes()) == work.changes

    sandbox.forget()
    for arguments in ([], ["--apply"]):
        again = job.rollback(run, *arguments)
        assert again.code == 0 and again.totals == {"rows": work.changes, "unchanged": work.changes}, again
    assert sandbox.writes() == []


def test_a_rollback_is_undone(start_sandbox, make_job):
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox).configure(limits={"deactivations": 100})
    run = synced(job, job.roster(work.rows))
    after = sandbox.users()
    way_back = job.rollback(run, "--apply").report["run"]["id"]
    result = job.rollback(way_back, "--apply")
    assert result.code == 0, result
    assert by_id(sandbox.users()) == by_id(after)


def test_the_way_back_is_a_plan_like_any_other(start_sandbox, make_job):
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox).configure(limits={"deactivations": 100})
    before = sandbox.users()
    run = synced(job, job.roster(work.rows))
    file = job.directory / "back.json"
    planned = job.rollback(run, "--out", file)
    assert planned.code == 2 and f"rostersync apply {file}" in planned.words(), planned
    assert len(json.loads(file.read_text())["changes"]) == work.changes
    result = job.apply(file)
    assert result.code == 0, result
    check_undone(sandbox, before, [row["email"] for row in work.creates])


def test_who_changed_since_is_left_alone(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    run = synced(job, job.roster([row_of(user, lang="de") for user in people[1:]] + [new_row(1), new_row(2)]))
    users = sandbox.users()
    changed = {people[1]["email"]: ("lang", "it"), people[2]["email"]: ("lang", "fr"),
               people[3]["email"]: ("last_name", "Married"), "new.1@example.com": ("last_name", "Married"),
               "new.2@example.com": ("disabled", True)}
    for user in users:
        if user["email"] in changed:
            name, value = changed[user["email"]]
            user[name] = value
    sandbox.begin_with(users)
    result = job.rollback(run, "--apply")
    assert result.code == 3, result
    assert result.totals == {"rows": 7, "conflict": 2, "unchanged": 2, "updated": 3}
    for email in (people[1]["email"], "new.1@example.com"):
        assert result.by_key(email)["reason"] == "drifted"
    assert "lang" in result.by_key(people[1]["email"])["message"]
    assert sandbox.user(people[1]["email"])["lang"] == "it"
    assert sandbox.user(people[3]["email"])["last_name"] == "Married"
    assert sandbox.user("new.1@example.com")["disabled"] is False


def test_the_limits_hold_for_the_way_back(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(10))
    job = make_job(sandbox)
    run = synced(job, job.roster([new_row(n) for n in range(6)]))
    sandbox.forget()
    assert job.rollback(run).code == 4
    refused = job.rollback(run, "--apply")
    assert refused.code == 4 and "--allow deactivations=6" in refused.stderr, refused
    assert sandbox.writes() == []
    canary = job.rollback(run, "--apply", "--limit", "2")
    assert canary.code == 0 and canary.totals == {"rows": 6, "updated": 2, "skipped": 4}, canary
    assert job.rollback(run, "--apply", "--allow", "deactivations=4").code == 0


def test_protected_people_and_administrators(start_sandbox, make_job):
    people = company(5) + [person(9, role="ORG_ADMIN")]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    run = synced(job, job.roster([row_of(people[1], lang="de"), row_of(people[6], role="ORG_MANAGER")]))
    refused = job.rollback(run, "--apply")
    assert refused.code == 4 and "--allow privileged=1" in refused.stderr, refused
    job.configure(protect=["person.1@*"])
    result = job.rollback(run, "--apply", "--allow", "privileged=1")
    assert result.code == 3 and result.by_key(people[1]["email"])["reason"] == "protected", result
    assert sandbox.user(people[6]["email"])["role"] == "ORG_ADMIN"


def test_what_cannot_be_undone_is_told(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    run = synced(job, job.roster([new_row(1, send_invitation=True), new_row(2, send_invitation=False)]))
    result = job.rollback(run, "--apply")
    assert result.code == 0, result
    entry = result.by_key("new.1@example.com")
    assert entry["warnings"] == ["not_undone"] and "send_invitation" in entry["notes"][0]
    assert result.by_key("new.2@example.com")["warnings"] == []
    assert "not_undone" in result.stdout


def test_only_what_was_written_is_undone(start_sandbox, make_job):
    people = company(4)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(people[1]), row_of(people[2], lang="de"), new_row(1, role="EMPEROR"),
                         row_of(people[0], first_name="Me")])
    mixed = job.sync(roster)
    assert mixed.code == 3, mixed
    result = job.rollback(mixed.report["run"]["id"], "--apply")
    assert result.code == 0 and result.totals == {"rows": 1, "updated": 1}, result
    dry = job.plan(roster).report["run"]["id"]
    nothing = job.rollback(dry)
    assert nothing.code == 0 and nothing.totals == {}, nothing


def test_which_run_is_not_rolled_back(start_sandbox, make_job):
    people = company(40)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(http=SHORT, limits={"updates": 1000})
    unknown = job.rollback("20200101T000000Z-000000", "--apply")
    assert unknown.code == 1 and "there is no run" in unknown.stderr, unknown
    roster = job.roster([row_of(user, lang="de") for user in people[1:]])
    sandbox.faults(kill_after_write=5)
    assert job.sync(roster, "--max-in-flight", "1").killed
    run = job.runs()[0]["id"]
    still_open = job.rollback(run, "--apply")
    assert still_open.code == 1 and "rostersync resume" in still_open.stderr, still_open
    assert len(sandbox.committed()) == 5
    assert job.resume().code == 0
    result = job.rollback(run, "--apply")
    assert result.code == 0 and result.totals == {"rows": 40, "updated": 40}, result


def test_a_run_whose_rows_are_no_longer_kept(start_sandbox, make_job):
    people = company(3)
    job = make_job(start_sandbox(people=people))
    run = synced(job, job.roster([row_of(people[1], lang="de")]))
    for _ in range(31):
        assert job.plan(job.roster([row_of(people[1], lang="de")])).code == 0
    result = job.rollback(run, "--apply")
    assert result.code == 1 and "no longer kept" in result.stderr, result


@pytest.mark.parametrize("when", ["kill_before_write", "kill_after_write"])
def test_a_rollback_that_is_killed_is_resumed(in_parallel, make_job, when):
    work = Work(company(6), [row_of(user, lang="de") for user in company(6)[1:]] + [new_row(1), new_row(2)])

    def killed_at(sandbox, number):
        sandbox.begin_with(work.people)
        job = make_job(sandbox, name=f"job-{number}").configure(http=SHORT)
        before = sandbox.users()
        run = synced(job, job.roster(work.rows))
        sandbox.forget()
        sandbox.faults(**{when: number})
        assert job.rollback(run, "--apply", "--max-in-flight", "1").killed
        result = job.resume()
        assert result.code == 0 and result.totals == {"rows": 8, "updated": 8}, result
        check_undone(sandbox, before, ["new.1@example.com", "new.2@example.com"])
        assert len(sandbox.committed()) == 8

    in_parallel(killed_at, list(range(1, 9)))


def test_people_who_were_disabled_by_absence_are_enabled_again(start_sandbox, make_job):
    people = company(6)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(missing="deactivate")
    before = sandbox.users()
    run = synced(job, job.roster([row_of(user) for user in people[1:5]]))
    assert sandbox.user(people[6]["email"])["disabled"] is True
    result = job.rollback(run, "--apply")
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 2}, result
    assert by_id(sandbox.users()) == by_id(before)


def test_what_the_directory_drops_with_a_role_is_told_before_and_after(start_sandbox, make_job):
    people = company(2)
    people[1].update(role="BUSINESS_MANAGER", business_ids=["b1", "b2"])
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([{"email": people[1]["email"], "role": "ORG_MANAGER"}])
    planned = job.plan(roster)
    assert planned.entry(1)["warnings"] == ["loses_effect"] and '["b1","b2"]' in planned.entry(1)["notes"][0]
    run = synced(job, roster)
    result = job.rollback(run, "--apply")
    assert sandbox.user(people[1]["email"])["role"] == "BUSINESS_MANAGER"
    assert result.entry(1)["warnings"] == ["not_undone"] and "business_ids" in result.words()
    nothing = job.rollback(planned.report["run"]["id"])
    assert nothing.code == 0 and "nothing is left to undo" in nothing.words()
