"""A roster that is not the file that was meant, or only half of it: exit 4, and nothing written."""

import gzip
import hashlib
import json

import pytest

from support.people import company, row_of, rows_of


def seal(roster, *comments, name=None, digest=None, mode="  "):
    """A manifest as sha256sum writes it."""
    digest = digest or hashlib.sha256(roster.read_bytes()).hexdigest()
    text = "".join(f"# {comment}\n" for comment in comments) + f"{digest}{mode}{name or roster.name}\n"
    manifest = roster.with_name(roster.name + ".sha256")
    manifest.write_text(text, encoding="utf-8")
    return manifest


def refused(result, *words):
    assert result.code == 4, result
    for word in words:
        assert word in result.words(), f"{word!r} is missing in: {result}"
    return result


@pytest.fixture
def work(start_sandbox, make_job):
    people = company(6)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    return sandbox, job, job.roster([row_of(people[1], lang="de")] + rows_of(people[2:]))


def test_a_manifest_that_holds_changes_nothing(work):
    sandbox, job, roster = work
    seal(roster, "made by HR", "rows: 6", mode=" *")
    assert job.validate(roster).code == 0
    assert job.plan(roster).code == 2
    assert job.sync(roster).code == 0 and len(sandbox.writes()) == 1


def test_a_file_that_is_not_the_one_that_was_sealed(work):
    sandbox, job, roster = work
    seal(roster)
    before = hashlib.sha256(roster.read_bytes()).hexdigest()
    roster.write_bytes(roster.read_bytes() + b"new.1@example.com,A,B,PUBLISHER,en\r\n")
    after = hashlib.sha256(roster.read_bytes()).hexdigest()
    for run in (job.validate, job.plan, job.sync):
        refused(run(roster), "roster.csv", "roster.csv.sha256", before, after)
    assert sandbox.writes() == [] and sandbox.ledger() == []


def test_a_file_that_is_cut_off_is_told_by_its_manifest(work):
    sandbox, job, roster = work
    seal(roster)
    roster.write_bytes(roster.read_bytes()[:-10])
    refused(job.sync(roster), "this is not the file that")
    assert sandbox.ledger() == []


def test_the_bytes_of_a_packed_roster_are_those_that_count(work):
    sandbox, job, roster = work
    packed = roster.with_name("roster.csv.gz")
    packed.write_bytes(gzip.compress(roster.read_bytes()))
    seal(packed)
    assert job.plan(packed).code == 2
    seal(packed, digest=hashlib.sha256(roster.read_bytes()).hexdigest())
    refused(job.plan(packed), "this is not the file that")
    assert sandbox.writes() == []


def test_the_rows_that_were_expected(work):
    sandbox, job, roster = work
    seal(roster, "rows: 7")
    for run in (job.validate, job.plan, job.sync):
        refused(run(roster), "6 data rows", "says 7")
    assert sandbox.writes() == []


@pytest.mark.parametrize("text", ["", "{}\n", "d41d8cd98f00b204e9800998ecf8427e  roster.csv\n"], ids=["empty", "JSON", "MD5"])
def test_a_manifest_that_cannot_be_understood(work, text):
    sandbox, job, roster = work
    roster.with_name("roster.csv.sha256").write_text(text, encoding="utf-8")
    refused(job.sync(roster), "this manifest cannot be understood", "sha256sum roster.csv")
    assert sandbox.ledger() == []


def test_a_manifest_of_another_file(work):
    sandbox, job, roster = work
    seal(roster, name="people.csv")
    refused(job.sync(roster), 'of "people.csv", and the roster is "roster.csv"')
    assert sandbox.ledger() == []


def test_a_manifest_may_be_required(work):
    sandbox, job, roster = work
    job.configure(roster={"manifest": "required"})
    for run in (job.validate, job.plan, job.sync):
        refused(run(roster), "there is no manifest", "roster.manifest")
    refused(job.sync("-", stdin=roster.read_bytes()), "standard input has no manifest")
    assert sandbox.ledger() == []
    seal(roster)
    assert job.sync(roster).code == 0


def test_a_manifest_may_be_left_alone(work):
    _, job, roster = work
    seal(roster, digest="0" * 64)
    refused(job.sync(roster), "0" * 64)
    job.configure(roster={"manifest": "off"})
    assert job.sync(roster).code == 0
    job.configure(roster={"manifest": "auto"})
    assert job.sync("-", stdin=roster.read_bytes()).code == 0


def test_a_stable_key_that_the_roster_lacks(work):
    sandbox, job, roster = work
    job.configure(roster={"key": "employee_number"})
    for run in (job.validate, job.plan, job.sync):
        refused(run(roster), 'no column "employee_number"', "roster.key")
    assert sandbox.ledger() == []


def test_a_stable_key_may_be_no_attribute(work):
    _, job, roster = work
    job.configure(roster={"key": "employee_number", "columns": {"Matricule": "employee_number"}})
    lines = roster.read_text(encoding="utf-8").splitlines()
    keyed = [lines[0] + ",Matricule"] + [f"{line},{number}" for number, line in enumerate(lines[1:])]
    result = job.sync(job.roster("\r\n".join(keyed) + "\r\n"))
    assert result.code == 0 and result.totals == {"rows": 6, "updated": 1, "unchanged": 5}, result
    records = json.dumps([{"email": "person.2@example.com", "Employee Number": 4711}])
    job.configure(roster={"key": "employee_number", "columns": {}})
    assert job.sync(job.roster(records, "roster.json")).code == 0
