"""Rows that somebody knows of stay in the report, and exit code 3 is for what is new."""

import datetime

import pytest

from support.people import OWNER, company, new_row, person, row_of

KNOWN = {"reason": "leaves in June"}


def days_from_now(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days)).date().isoformat()


def codes(result):
    return [warning["code"] for warning in result.report["warnings"]]


def known(entry):
    return entry["acknowledged"]


@pytest.fixture
def work(start_sandbox, make_job):
    """A row of each kind that needs a person, and one that is updated."""
    people = company(5)
    sandbox = start_sandbox("--forbid", people[2]["email"], people=people)
    job = make_job(sandbox).configure(roster={"key": "employee_number"})
    rows = [row_of(people[1], lang="xx"),                                     # rejected
            row_of(people[2], lang="de"),                                     # refused by the API
            {**new_row(1), "id": "600000000000000000000000"},                 # no such user
            {**row_of(people[3]), "email": "First3 at home", "employee_number": "4711"},  # its key is none
            row_of(people[4], lang="de")]
    return sandbox, job, job.roster(rows)


KEYS = ["PERSON.1@example.com", "person.2@example.com", "600000000000000000000000", "first3 AT home"]


def test_known_rows_of_every_kind_do_not_ask_for_a_person(work):
    sandbox, job, roster = work
    assert job.sync(roster).code == 3
    job.configure(acknowledge=[{"key": key, **KNOWN} for key in KEYS])
    result = job.sync(roster)
    assert result.code == 0, result
    assert [entry["outcome"] for entry in result.entries] == ["rejected", "failed", "conflict", "rejected", "unchanged"]
    assert [known(entry) for entry in result.entries] == [{"reason": "leaves in June", "until": None}] * 4 + [None]
    assert [row["acknowledged"] for row in result.csv_rows] == ["leaves in June"] * 4 + [""]
    assert codes(result) == []
    assert "4 of them acknowledged" in result.words() and "but for 4 rows that are acknowledged" in result.words()
    past = job.past_report()
    assert past.entries == result.entries and past.report["run"]["exit_code"] == 0


def test_a_new_one_still_asks_for_a_person(work):
    _, job, roster = work
    for left_out in range(len(KEYS)):
        job.configure(acknowledge=[{"key": key, **KNOWN} for key in KEYS[:left_out] + KEYS[left_out + 1:]])
        result = job.sync(roster)
        assert result.code == 3, result
        assert known(result.entry(left_out + 1)) is None
        assert "A person is needed for 1 row." in result.words()


def test_by_stable_key(work):
    _, job, roster = work
    job.configure(acknowledge=[{"key": key, **KNOWN} for key in KEYS[:3] + ["4711"]])
    result = job.sync(roster)
    assert result.code == 0 and known(result.entry(4)), result


def test_plan_and_validate_know_of_it_too(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(acknowledge=[{"key": people[1]["email"], **KNOWN}])
    roster = job.roster([row_of(people[1], lang="xx"), row_of(people[2], lang="de")])
    assert job.plan(roster).code == 2
    result = job.validate(roster)
    assert result.code == 0 and known(result.entry(1)), result
    assert "but for 1 row that is acknowledged" in result.words()


def test_until_its_last_day(work):
    _, job, roster = work
    job.configure(acknowledge=[{"key": key, "until": days_from_now(1), **KNOWN} for key in KEYS])
    result = job.sync(roster)
    assert result.code == 0 and known(result.entry(1))["until"] == days_from_now(1), result
    job.configure(acknowledge=[{"key": key, **KNOWN} for key in KEYS[1:]] +
                  [{"key": KEYS[0], "until": days_from_now(-1), **KNOWN}])
    result = job.sync(roster)
    assert result.code == 3 and known(result.entry(1)) is None, result
    assert codes(result) == ["acknowledgement_expired"]


def test_one_that_is_not_needed_is_told_of(start_sandbox, make_job):
    people = company(4)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(acknowledge=[{"key": "nobody@example.com", **KNOWN},
                                                   {"key": people[1]["email"], **KNOWN},
                                                   {"key": people[2]["email"], **KNOWN},
                                                   {"key": people[3]["email"], **KNOWN}])
    roster = job.roster([row_of(people[1]), row_of(people[2], lang="de"), row_of(people[3], lang="xx")])
    dry = job.plan(roster)
    assert dry.code == 2 and codes(dry) == ["acknowledgement_unused"] * 2, dry  # whether the update works is not known
    result = job.sync(roster)
    assert result.code == 0 and codes(result) == ["acknowledgement_unused"] * 3, result
    words = " ".join(warning["message"] for warning in result.report["warnings"])
    assert "no row has this key" in words and "row 1 needs nobody" in words and "row 2 needs nobody" in words
    assert job.past_report().report["warnings"] == result.report["warnings"]


def test_it_outlives_an_interruption(start_sandbox, make_job):
    people = company(6)
    sandbox = start_sandbox("--forbid", people[1]["email"], "--kill-before-write", "3", people=people)
    job = make_job(sandbox).configure(acknowledge=[{"key": people[1]["email"], **KNOWN},
                                                   {"key": people[2]["email"], **KNOWN}], http={"max_in_flight": 1})
    roster = job.roster([row_of(people[2], lang="xx")] + [row_of(user, lang="de") for user in
                                                          [people[1]] + people[3:]])
    assert job.sync(roster).killed
    result = job.resume()
    assert result.code == 0, result
    assert [entry["outcome"] for entry in result.entries] == ["rejected", "failed"] + ["updated"] * 4
    assert known(result.entry(1)) and known(result.entry(2)) and known(result.entry(3)) is None
    assert job.past_report().entries == result.entries


def test_withheld_deactivations_are_not_silenced(start_sandbox, make_job):
    people = [OWNER] + [person(number) for number in range(1, 8)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(missing="deactivate", acknowledge=[{"key": "nobody in particular", **KNOWN}])
    rows = [row_of(user) for user in people[1:6]] + [{**row_of(people[6]), "email": "nobody in particular"}]
    result = job.sync(job.roster(rows))
    assert result.code == 3, result
    assert known(result.entry(6)) and sandbox.writes() == []
