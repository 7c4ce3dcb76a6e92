"""--verify: every written user is read back, and compared with what was sent."""

import pytest

from support.people import company, new_row, row_of, rows_of
from support.work import a_dozen_changes, half_and_half

MANY = {"updates": 10000, "creates": 10000}


def reads_by_id(sandbox):
    """How often each user was read, the owner of the key apart."""
    counts = {}
    for entry in sandbox.ledger():
        user_id = entry["path"].rsplit("/", 1)[1]
        if entry["method"] == "GET" and user_id not in ("search", "me"):
            counts[user_id] = counts.get(user_id, 0) + 1
    return counts


def written(report):
    return {entry["user_id"] for entry in report["entries"] if entry["outcome"] in ("created", "updated")}


def test_every_written_user_is_read_once(start_sandbox, make_job):
    work = a_dozen_changes()
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox).configure(limits=MANY)
    roster = job.roster(work.rows)
    result = job.sync(roster, "--verify")
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox)
    assert reads_by_id(sandbox) == {user_id: 1 for user_id in written(result.report)}
    assert len(written(result.report)) == work.changes
    asked = result.report["http"]
    assert asked["reads"] + asked["writes"] == asked["requests"] == sandbox.summary()["requests"]
    sandbox.forget()
    again = job.sync(roster, "--verify")
    assert again.code == 0 and again.totals == {"rows": len(work.rows), "unchanged": len(work.rows)}, again
    assert not reads_by_id(sandbox)


def test_what_is_not_kept_is_named(start_sandbox, make_job):
    people = company(3)
    rows = [row_of(people[1], lang="de", last_name="Renamed"), row_of(people[2], last_name="Renamed"), row_of(people[3]),
            new_row(1, lang="it"), new_row(2, lang="")]
    sandbox = start_sandbox("--ignores", "lang", people=people)
    job = make_job(sandbox)
    roster = job.roster(rows)
    result = job.sync(roster, "--verify")
    assert result.code == 3, result
    assert result.totals == {"rows": 5, "failed": 2, "updated": 1, "created": 1, "unchanged": 1}, result
    changed = result.entry(1)
    assert (changed["outcome"], changed["reason"], changed["http_status"]) == ("failed", "not_kept", 200)
    assert changed["message"] == (
        'the API confirmed the write, and did not keep it: lang: "de" was sent, and "fr" is there')
    assert changed["message"] in result.csv_rows[0]["message"]
    assert 'lang: "de" was sent' in result.words()
    assert changed["faults"] == [{"reason": "not_kept", "column": "lang", "message": '"de" was sent, and "fr" is there'}]
    new = result.by_key("new.1@example.com")
    assert (new["outcome"], new["reason"]) == ("failed", "not_kept")
    assert new["user_id"] == sandbox.user("new.1@example.com")["id"]
    assert '"it" was sent' in new["faults"][0]["message"]
    assert len(sandbox.creates()) == 2 and len(sandbox.updates()) == 2
    reads = reads_by_id(sandbox)
    assert reads[people[1]["id"]] == reads[new["user_id"]] == 2 and reads[people[2]["id"]] == 1
    assert job.past_report().entry(1) == changed
    sandbox.faults(ignores=[])
    again = job.sync(roster, "--verify")  # for a person to know of, as it was written before, and came to nothing
    assert again.code == 3 and again.totals == {"rows": 5, "updated": 1, "failed": 1, "unchanged": 3}, again
    assert again.entry(1)["reason"] == "not_kept" and sandbox.user(people[1]["email"])["lang"] == "de"
    kept = job.sync(roster, "--verify")
    assert kept.code == 0 and kept.totals == {"rows": 5, "unchanged": 5}, kept


def test_without_it_nothing_is_read_back(start_sandbox, make_job):
    people = company(2)
    sandbox = start_sandbox("--ignores", "lang", people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]))
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 2}, result
    assert not reads_by_id(sandbox)


@pytest.mark.parametrize("lag, code", [(1, 0), (2, 3)])
def test_an_api_that_lags_is_given_a_second_look(start_sandbox, make_job, lag, code):
    people = company(1)
    sandbox = start_sandbox("--lag", lag, people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(people[1], lang="de"), new_row(1)]), "--verify")
    assert result.code == code, result
    assert set(reads_by_id(sandbox).values()) == {2}
    assert len(sandbox.committed()) == 2
    if code:
        assert {entry["reason"] for entry in result.entries} == {"not_kept"}
        assert "there is no such user" in result.entries[1]["message"]


def test_of_which_two_in_five_are_disturbed(start_sandbox, make_job):
    work = half_and_half(200)
    sandbox = start_sandbox("--disturb-writes", 40, "--disturb-reads", 10, "--fault-seed", 5, people=work.people)
    job = make_job(sandbox).configure(http={"retries": 12}, limits=MANY)
    result = job.sync(job.roster(work.rows), "--verify")
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox)
    assert set(reads_by_id(sandbox)) >= written(result.report)


def test_killed_and_resumed_it_still_reads_back(start_sandbox, make_job):
    work = half_and_half(60)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox).configure(http={"timeout": "500ms"}, limits=MANY)
    roster = job.roster(work.rows)
    sandbox.faults(kill_after_write=20)
    assert job.sync(roster, "--verify").killed
    sandbox.forget()
    result = job.resume()
    assert result.code == 0, result
    work.check_totals(result.report)
    later = {entry["path"].rsplit("/", 1)[1] for entry in sandbox.committed() if not entry["path"].endswith("/user")}
    later |= {sandbox.user(entry["body"]["email"])["id"] for entry in sandbox.creates()}
    assert later and set(reads_by_id(sandbox)) >= later
    work.check_directory(sandbox)


def test_what_only_compares_has_no_such_option(start_sandbox, make_job):
    people = company(1)
    job = make_job(start_sandbox(people=people))
    refused = job.plan(job.roster(rows_of(people)), "--verify")
    assert refused.code == 1 and "--verify" in refused.stderr, refused
