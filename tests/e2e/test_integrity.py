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
    assert job.sync(job.roster(records, "roster.json"), "--allow", "shrink=5").code == 0


# --- a roster that lost half its rows ---------------------------------------------------------------------------------


@pytest.fixture
def ten(start_sandbox, make_job):
    """Ten people, and a job whose last good run had rows of all of them."""
    people = company(10)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    assert job.sync(job.roster(rows_of(people))).code == 0
    return people, sandbox, job


def first(people, count, **changes):
    return [row_of(user, **changes) for user in people[1:count + 1]]


def test_less_than_half_the_rows_of_the_last_good_run(ten):
    people, sandbox, job = ten
    short = job.roster(first(people, 4, lang="de"))
    for run in (job.plan, job.sync):
        result = refused(run(short), "the roster has 4 rows, 6 fewer than the 10 of the last good run",
                         "add --allow shrink=6")
        assert result.report["run"]["exit_code"] == 4
    assert sandbox.writes() == []
    assert job.validate(short).code == 0
    refused(job.sync(short, "--allow", "shrink=5"), "add --allow shrink=6")
    assert sandbox.writes() == []
    assert job.sync(job.roster(first(people, 5))).code == 0  # half of them is enough


def test_what_was_allowed_becomes_the_measure(ten):
    people, sandbox, job = ten
    short = job.roster(first(people, 4, lang="de"))
    assert job.plan(short, "--allow", "shrink=6").code == 2
    refused(job.sync(short))  # a plan is no good run
    assert job.sync(short, "--allow", "shrink=6").code == 0 and len(sandbox.writes()) == 4
    assert job.sync(short).code == 0
    assert job.sync(job.roster(first(people, 2))).code == 0


def test_runs_that_did_not_end_well_or_were_narrowed_are_no_measure(ten):
    people, sandbox, job = ten
    short = job.roster(first(people, 4, lang="de"), "short.csv")
    narrowed = job.sync(short, "--only", people[1]["email"], "--allow", "shrink=6")
    assert narrowed.code == 0 and len(sandbox.writes()) == 1
    refused(job.sync(short), "6 fewer than the 10")
    too_much = job.roster(first(people, 4, role="ORG_ADMIN"), "too-much.csv")
    refused(job.sync(too_much, "--allow", "shrink=6"), "privileged")
    refused(job.sync(short), "6 fewer than the 10")
    with_a_person_needed = job.sync(job.roster(first(people, 3) + [row_of(people[4], lang="xx")]), "--allow", "shrink=6")
    assert with_a_person_needed.code == 3
    assert job.sync(short).code == 0


def test_a_run_that_was_gone_on_with_is_a_measure_once_it_ends(start_sandbox, make_job):
    people = company(10)
    sandbox = start_sandbox("--kill-before-write", "3", people=people)
    job = make_job(sandbox).configure(http={"max_in_flight": 1})
    assert job.sync(job.roster(first(people, 10, lang="de"))).killed
    assert job.plan(job.roster(first(people, 4, lang="de"), "short.csv")).code == 2
    resumed = job.resume()
    assert resumed.code == 0, resumed
    refused(job.plan(job.roster(first(people, 4, lang="de"), "short.csv")), "6 fewer than the 10")


def test_a_narrowed_run_that_was_gone_on_with_is_no_measure(start_sandbox, make_job):
    people = company(10)
    sandbox = start_sandbox("--kill-before-write", "1", people=people)
    job = make_job(sandbox)
    assert job.sync(job.roster(first(people, 10, lang="de")), "--only", people[1]["email"]).killed
    assert job.resume().code == 0
    assert job.plan(job.roster(first(people, 4, lang="de"))).code == 2
