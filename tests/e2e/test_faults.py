"""What befalls the machine: a disk that is full, a clock that jumps, a state directory that cannot be used."""

import contextlib
import os
import random
import sqlite3
import subprocess

import pytest

from support.clock import shifted_by_file
from support.journal_faults import journal_fault, journal_trace, read_trace
from support.people import company, person, row_of
from support.work import a_dozen_changes, half_and_half, updates_of


def begin(make_job, sandbox, work, name="job"):
    sandbox.begin_with(work.people)
    job = make_job(sandbox, name=name).configure(http={"timeout": "500ms"}, limits={"updates": 10000, "creates": 10000})
    return job, job.roster(work.rows)


@pytest.mark.parametrize("fault", ["full", "full-once", "failing"])
def test_a_disk_that_is_full_while_the_journal_writes(in_parallel, make_job, tmp_path, fault):
    """A clean stop; and what was sent is in the journal, or `resume` would send it twice."""
    work = a_dozen_changes()

    def traced(sandbox, name):
        job, roster = begin(make_job, sandbox, work, name)
        job.environment = journal_trace(tmp_path / "trace")
        assert job.sync(roster, "--max-in-flight", "2").code == 0
        return read_trace(tmp_path / "trace")

    def full_from(sandbox, number):
        job, roster = begin(make_job, sandbox, work, f"job-{number}")
        job.environment = journal_fault(f"{fault}:{number}")
        stopped = job.sync(roster, "--max-in-flight", "2")
        job.environment = {}
        if stopped.code == 0:  # what failed was no more than tidying up
            work.check(sandbox)
            return 0
        assert stopped.code == (6 if sandbox.writes() else 1), stopped
        assert "journal.db" in stopped.stderr and stopped.stderr.count("error: ") == 1, stopped
        assert stopped.has_report
        # Answers that could not be recorded are not told as open.
        assert stopped.totals.get("updated", 0) + stopped.totals.get("created", 0) <= len(sandbox.committed())
        result = job.resume()
        assert result.code == 0, result
        if not result.has_report and sandbox.writes():  # its end was on the disk, though the disk denied it
            work.check(sandbox)
            return stopped.code
        if not result.has_report:
            result = job.sync(roster)
            assert result.code == 0, result
        work.check_totals(result.report)
        work.check(sandbox, completed_again=True)
        return stopped.code

    trace = in_parallel(traced, ["traced"])[0]
    numbers = [number for number, (call, _) in enumerate(trace, start=1)
               if fault == "failing" or call not in ("fsync", "fdatasync")]
    codes = in_parallel(full_from, numbers[::1 if fault == "full" else 3])
    assert {1, 6} <= set(codes)


def test_nothing_is_sent_without_a_line_in_the_journal(in_parallel, make_job):
    """Killed at a write of any number, each request of the ledger has its intent on the disk."""
    work = half_and_half(60)

    def killed_at(sandbox, number):
        job, roster = begin(make_job, sandbox, work, f"job-{number}")
        sandbox.faults(kill_before_write=number)
        assert job.sync(roster).killed
        report = job.past_report()
        intents = {entry["key"] for entry in report.entries
                   if entry["outcome"] in ("created", "updated") or entry["reason"] == "unsettled"}
        emails = {user["id"]: user["email"] for user in work.people}
        sent = {entry["body"]["email"] if entry["path"].endswith("/user") else emails[entry["path"].rsplit("/", 1)[1]]
                for entry in sandbox.writes()}
        assert len(sent) >= number and sent <= intents

    in_parallel(killed_at, [1, 2, 15, 16, 17, 30, 45, 60])


@pytest.mark.parametrize("jump", ["+3600", "-3600"])
def test_a_clock_that_jumps_in_the_middle(start_directory, make_job, tmp_path, jump):
    now = tmp_path / "offset"
    now.write_text("+0")
    people = [person(number) for number in range(1, 41)]

    def script(request):
        if len(server.writes) == 10:
            now.write_text(jump)
        return None

    server = start_directory(people, script)
    job = make_job(server).configure(limits={"updates": 100}, http={"rate": "50/s"})
    job.environment = shifted_by_file(now)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people]), "--max-in-flight", "2", "--deadline", "30m")
    assert result.code == 0 and result.totals == {"rows": 40, "updated": 40}, result
    assert len(server.writes) == 40


@pytest.mark.parametrize("jump", ["+3600", "-3600"])
def test_a_clock_that_jumps_between_a_kill_and_resume(start_sandbox, make_job, tmp_path, jump):
    work = a_dozen_changes()
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work)
    sandbox.faults(kill_after_write=5)
    assert job.sync(roster).killed
    now = tmp_path / "offset"
    now.write_text(jump)
    job.environment = shifted_by_file(now)
    result = job.resume()
    assert result.code == 0, result
    work.check(sandbox, completed_again=True)


@contextlib.contextmanager
def read_only(directory):
    """Root is stopped by no mode, but by a mount."""
    if os.geteuid() != 0:
        directory.chmod(0o500)
        try:
            yield
        finally:
            directory.chmod(0o700)
        return
    mounted = subprocess.run(["mount", "--bind", directory, directory], capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("this root may not mount anything, and no mode stops it")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", directory], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def files_of(directory):
    return {file.name: file.read_bytes() for file in directory.iterdir() if file.is_file()}


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_state_directory_that_is_read_only(start_sandbox, make_job, used):
    work = updates_of(5)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work)
    state = job.directory / "state"
    state.mkdir(mode=0o700)
    if used:
        sandbox.faults(kill_before_write=3)
        assert job.sync(roster, "--state", "state", "--max-in-flight", "1").killed
    sandbox.forget()
    before = files_of(state)
    with read_only(state):
        for result in [job.sync(roster, "--state", "state")] + ([job.resume("--state", "state")] if used else []):
            assert result.code == 1 and str(state.name) in result.stderr, result
    assert files_of(state) == before and sandbox.writes() == []
    result = job.resume("--state", "state") if used else job.sync(roster, "--state", "state")
    assert result.code == 0, result
    assert {user["lang"] for user in sandbox.users() if user["email"].startswith("person.")} == {"de"}


def test_a_state_directory_of_another_version(start_sandbox, make_job):
    work = updates_of(3)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work)
    assert job.plan(roster).code == 2
    journal = job.state / "journal.db"
    with contextlib.closing(sqlite3.connect(journal)) as database:
        database.execute("PRAGMA user_version = 4711")
    before = journal.read_bytes()
    for result in (job.sync(roster), job.resume()):
        assert result.code == 1, result
        assert "4711" in result.stderr and "journal.db" in result.stderr and "version" in result.stderr
    assert journal.read_bytes() == before and sandbox.writes() == []


def test_resume_with_the_state_of_another_directory(start_sandbox, make_job):
    work = updates_of(3)
    here, there = start_sandbox(), start_sandbox()
    job, roster = begin(make_job, here, work)
    there.begin_with(work.people)
    here.faults(kill_before_write=2)
    assert job.sync(roster).killed
    result = job.resume("--base-url", there.base_url)
    assert result.code == 1, result
    assert here.base_url in result.stderr and there.base_url in result.stderr and "--state" in result.stderr
    assert there.ledger() == []
    assert job.resume().code == 0
    work.check(here)


def garbage(journal, part):
    data = bytearray(journal.read_bytes())
    if part == "no database":
        data = bytearray(b"This was a shopping list.\n" * 500)
    elif part == "cut in half":
        data = data[:len(data) // 2]
    elif part == "a header of noise":
        data[:100] = random.Random(1).randbytes(100)
    elif part == "pages of noise":
        data[4096:] = random.Random(2).randbytes(len(data) - 4096)
    journal.write_bytes(data)
    return bytes(data)


@pytest.mark.parametrize("part", ["no database", "cut in half", "a header of noise", "pages of noise"])
def test_a_journal_that_is_damaged_is_said_to_be_and_left_as_it_is(start_sandbox, make_job, part):
    work = half_and_half(40)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work)
    sandbox.faults(kill_before_write=11)
    assert job.sync(roster, "--max-in-flight", "1").killed
    assert job.run("runs").code == 0  # the last to leave a database in order puts it into one file
    sandbox.forget()
    with contextlib.closing(sqlite3.connect(job.state / "journal.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal = job.state / "journal.db"
    before = garbage(journal, part)
    for result in (job.sync(roster), job.resume()):
        assert result.code == 1, result
        assert "journal.db" in result.stderr and "damaged" in result.stderr, result
    assert journal.read_bytes() == before
    assert sandbox.writes() == []


def test_a_directory_in_place_of_the_journal(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    (job.directory / "state" / "journal.db").mkdir(parents=True)
    (job.directory / "state").chmod(0o700)
    result = job.sync(job.roster([row_of(person(1), lang="de")]), "--state", "state")
    assert result.code == 1 and "journal.db" in result.stderr, result
    assert sandbox.writes() == []
