"""A run that is killed at any moment, or stopped, and gone on with: each change exactly once."""

import shutil
import threading

import pytest

from support.clock import shifted
from support.journal_faults import journal_fault, journal_trace, read_trace
from support.people import company, new_row, person, row_of
from support.scripted import Drop, Later
from support.work import Work, a_dozen_changes, half_and_half, updates_of

SHORT = {"timeout": "500ms"}  # after which a create that was not answered is looked up once more


def begin(make_job, sandbox, work, name, *, timeout=SHORT):
    """A job of its own on a sandbox that knows of nothing else."""
    sandbox.begin_with(work.people)
    job = make_job(sandbox, name=name).configure(http=timeout, limits={"updates": 10000, "creates": 10000})
    return job, job.roster(work.rows)


def check_done(job, roster, work, sandbox, result, completed_again=False):
    """The whole work is done, once, the report tells all of it, and nothing is left to do."""
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox, completed_again)
    again = job.plan(roster)
    assert again.code == 0 and again.report["totals"]["unchanged"] == len(work.rows), again


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("when", ["kill_before", "kill_after"])
def test_killed_at_every_request(in_parallel, make_job, when, in_flight):
    work = a_dozen_changes()
    widest = ["--max-in-flight", in_flight]

    def undisturbed(sandbox, name):
        job, roster = begin(make_job, sandbox, work, name)
        result = job.sync(roster, *widest)
        requests = sandbox.summary()["requests"]
        check_done(job, roster, work, sandbox, result)
        return requests

    def killed_at(sandbox, number):
        job, roster = begin(make_job, sandbox, work, f"job-{number}")
        sandbox.faults(**{when: number})
        killed = job.sync(roster, *widest)
        assert killed.killed, killed
        run = job.runs()[0]["id"]
        result = job.resume()
        # An update that completes a create leaves no trace that can be read, should its answer be lost.
        check_done(job, roster, work, sandbox, result, completed_again=(when, in_flight) != ("kill_before", 1))
        assert result.report["run"]["id"] == run
        nothing = job.resume()
        assert nothing.code == 0 and not nothing.has_report and "nothing to resume" in nothing.words(), nothing

    requests = in_parallel(undisturbed, ["undisturbed"])[0]
    assert requests > work.changes
    in_parallel(killed_at, range(1, requests + 1))


@pytest.mark.parametrize("when", ["kill-before", "kill-after"])
def test_killed_at_every_write_of_the_journal(in_parallel, make_job, tmp_path, when):
    work = a_dozen_changes()

    def traced(sandbox, name):
        job, roster = begin(make_job, sandbox, work, name)
        job.environment = journal_trace(tmp_path / "trace")
        assert job.sync(roster).code == 0
        return read_trace(tmp_path / "trace")

    def killed_at(sandbox, number):
        job, roster = begin(make_job, sandbox, work, f"job-{number}")
        job.environment = journal_fault(f"{when}:{number}")
        killed = job.sync(roster)
        job.environment = {}
        if not killed.killed:  # answers come as they please, and so are not always recorded in as many writes
            return False
        result = job.resume()
        assert result.code == 0, result
        if not result.has_report:  # the run had not begun, or had come to its end
            assert "nothing to resume" in result.words()
            result = job.sync(roster) if not sandbox.writes() else job.past_report()
        assert result.code == 0, result
        work.check_totals(result.report)
        work.check(sandbox, completed_again=True)
        return True

    trace = in_parallel(traced, ["traced"])[0]
    assert sum(name == "journal.db-wal" for _, name in trace) > 10
    numbers = [number for number, (_, name) in enumerate(trace, start=1) if not name.endswith("-shm")]
    struck = in_parallel(killed_at, numbers if when == "kill-before" else numbers[1::4])
    assert sum(struck) >= len(struck) * 0.8


def test_a_faulty_row_is_told_of_in_the_end_too(in_parallel, make_job):
    work = a_dozen_changes()

    def killed_at(sandbox, number):
        job, _ = begin(make_job, sandbox, work, f"job-{number}")
        roster = job.roster(work.rows + [new_row(99, role="EMPEROR")])
        sandbox.faults(kill_after_write=number)
        assert job.sync(roster).killed
        result = job.resume()
        assert result.code == 3, result
        assert result.totals == {"rows": len(work.rows) + 1, "created": len(work.creates), "rejected": 1,
                                 "updated": len(work.updates), "unchanged": len(work.rows) - work.changes}
        assert result.entries[-1]["outcome"] == "rejected" and result.entries[-1]["faults"]
        work.check(sandbox, completed_again=True)

    in_parallel(killed_at, [1, 7])


def test_killed_again_and_again(start_sandbox, make_job):
    """25 times in one sync, before and after requests of every kind."""
    work = half_and_half(200)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    for kill in range(25):
        when = ["kill_before", "kill_after", "kill_before_write", "kill_after_write"][kill % 4]
        sandbox.faults(**{when: 1 + kill * 7 % 6})
        result = job.sync(roster) if kill == 0 else job.resume()
        assert result.killed, (kill, result)
    check_done(job, roster, work, sandbox, job.resume())
    assert len(job.runs()) == 2  # that one, and the look at whether anything is left to do


def test_six_hundred_writes_of_which_two_in_five_are_disturbed(start_sandbox, make_job):
    work = half_and_half(600)
    sandbox = start_sandbox("--disturb-writes", 41, "--fault-seed", 41, "--disturb-max", 100)
    job, roster = begin(make_job, sandbox, work, "job", timeout={"timeout": "20s", "retries": 12})
    result = job.sync(roster)
    check_done(job, roster, work, sandbox, result)
    attempts = sandbox.writes()
    disturbed = [entry for entry in attempts if entry["fault"]]
    assert 0.35 < len(disturbed) / len(attempts) < 0.47
    assert {entry["fault"] for entry in disturbed} == {"reset-before", "reset-after", "500-after", "truncated"}
    assert len(sandbox.committed()) == 600


def test_the_report_of_an_interrupted_run_tells_what_is_open(start_sandbox, make_job):
    work = half_and_half(60)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_after_write=6)
    assert job.sync(roster, "--max-in-flight", "1").killed
    assert job.runs()[0]["state"] == "interrupted"
    report = job.past_report()
    assert report.has_report, report
    assert {entry["reason"] for entry in report.entries if entry["outcome"] in ("failed", "skipped")} == {
        "unsettled", "stopped"}
    assert report.totals["updated"] == 5  # what was answered is no longer open
    assert len(sandbox.committed()) == 6
    check_done(job, roster, work, sandbox, job.resume())
    assert job.runs()[1]["state"] == "finished"


@pytest.mark.parametrize("when", ["kill_before_write", "kill_after_write"])
def test_a_sync_instead_of_a_resume_settles_and_supersedes(in_parallel, make_job, when):
    work = a_dozen_changes()

    def killed_at(sandbox, item):
        number, in_flight = item
        job, roster = begin(make_job, sandbox, work, f"job-{number}-{in_flight}")
        sandbox.faults(**{when: number})
        assert job.sync(roster, "--max-in-flight", in_flight).killed
        first = job.runs()[0]["id"]
        result = job.sync(roster)
        assert result.code == 0, result
        work.check(sandbox, completed_again=True)
        runs = [(run["id"], run["state"]) for run in job.runs()]
        assert runs == [(result.report["run"]["id"], "finished"), (first, "superseded")]
        refused = job.resume(first)
        assert refused.code == 1 and "superseded" in refused.stderr, refused
        assert job.resume().code == 0
        assert job.plan(roster).code == 0

    writes = work.changes + 3  # the updates that complete a create
    in_parallel(killed_at, [(number, in_flight) for in_flight in (1, 4) for number in range(1, writes + 1)])


def test_nothing_to_resume(start_sandbox, make_job):
    work = updates_of(3)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    for before in (None, job.sync, job.plan):
        if before:
            assert before(roster).code == 0
        asked = len(sandbox.ledger())
        result = job.resume()
        assert result.code == 0 and "nothing to resume" in result.words(), result
        assert len(sandbox.ledger()) == asked
    unknown = job.resume("20200101T000000Z-000000")
    assert unknown.code == 1 and "there is no run" in unknown.stderr, unknown


@pytest.mark.parametrize("offset, code", [("+23h", 0), ("+25h", 1), ("-1h", 0)])
def test_how_old_a_run_may_be(start_sandbox, make_job, offset, code):
    work = a_dozen_changes()
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_after_write=5)
    assert job.sync(roster).killed
    done = len(sandbox.committed())
    job.environment = shifted(offset)
    result = job.resume()
    job.environment = {}
    assert result.code == code, result
    if code == 1:
        assert "24 hours" in result.stderr and "sync" in result.stderr
        assert len(sandbox.committed()) == done
        result = job.sync(roster)
        assert result.code == 0, result
    work.check(sandbox, completed_again=True)


CHANGED = [3, 59]  # one whose write was intended when the run was killed, and one that it had not come to


def test_who_changed_meanwhile_is_left_alone(start_sandbox, make_job):
    work = updates_of(60)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_before_write=1)
    assert job.sync(roster, "--max-in-flight", "1").killed
    people = sandbox.users()
    emails = [f"person.{number}@example.com" for number in CHANGED]
    for user in people:
        if user["email"] in emails:
            user["lang"] = "it"
    sandbox.ask("PUT", "/users", people)
    result = job.resume("--max-in-flight", "1")
    assert result.code == 3, result
    assert result.totals == {"rows": 60, "updated": 58, "conflict": 2}
    for email in emails:
        assert result.by_key(email)["reason"] == "drifted"
        assert sandbox.user(email)["lang"] == "it"
    assert len(sandbox.committed()) == 58


def test_who_was_created_by_somebody_else_meanwhile_is_a_conflict(start_sandbox, make_job):
    work = Work(company(2), [new_row(number) for number in range(1, 61)])
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_before_write=1)
    assert job.sync(roster, "--max-in-flight", "1").killed
    emails = [f"new.{number}@example.com" for number in CHANGED]
    sandbox.ask("PUT", "/users", sandbox.users() + [person(70 + n, email=email) for n, email in enumerate(emails)])
    sandbox.forget()
    result = job.resume()
    assert result.code == 3, result
    assert result.totals == {"rows": 60, "created": 58, "conflict": 2}
    for email in emails:
        assert result.by_key(email)["outcome"] == "conflict"
        assert sandbox.user(email)["last_name"].startswith("Last7")
    assert len(sandbox.creates()) == 58  # it was seen that they are there


@pytest.mark.parametrize("when, number", [("kill_before_write", 1), ("kill_after_write", 3), ("kill_before_write", 10)])
def test_the_roster_is_not_needed_where_no_secret_is(start_sandbox, make_job, when, number):
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(**{when: number})
    assert job.sync(roster).killed
    roster.unlink()
    result = job.resume()
    roster = job.roster(work.rows)
    check_done(job, roster, work, sandbox, result, completed_again=True)


@pytest.mark.parametrize("lost", ["gone", "changed"])
def test_a_secret_whose_roster_is_lost_is_not_made_up(start_sandbox, make_job, lost):
    people = company(3)
    rows = [row_of(user, lang="de") for user in people[1:]] + [new_row(1), new_row(2, password="Correct-Horse-2")]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(http=SHORT)
    roster = job.roster(rows)
    sandbox.faults(kill_before_write=1)
    assert job.sync(roster, "--max-in-flight", "1").killed
    sandbox.forget()
    if lost == "gone":
        roster.unlink()
    else:
        job.roster(rows + [new_row(3)])
    result = job.resume()
    assert result.code in (0, 3), result
    assert (result.by_key("new.2@example.com")["outcome"], result.by_key("new.2@example.com")["reason"]) == (
        "skipped", "secret_unavailable")
    assert {"rows": 5, "updated": 3, "created": 1, "skipped": 1} == result.totals
    assert [entry["body"]["email"] for entry in sandbox.creates()] == ["new.1@example.com"]
    again = job.sync(job.roster(rows))
    assert again.code == 0 and again.totals == {"rows": 5, "unchanged": 4, "created": 1}, again


def test_no_secret_stands_in_the_state_directory(start_sandbox, make_job):
    work = a_dozen_changes()
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_before_write=2)
    assert job.sync(roster, "--max-in-flight", "1").killed
    for _ in range(2):
        kept = b"".join(file.read_bytes() for file in job.state.rglob("*") if file.is_file())
        assert b"new.6@example.com" in kept and b"Correct-Horse" not in kept
        assert job.resume().code == 0
    work.check(sandbox)


@pytest.mark.parametrize("next_command", ["resume", "sync"])
def test_a_create_that_arrives_after_its_sender_was_killed(start_directory, make_job, next_command):
    """The request lies somewhere on the way while the next process looks for the user, and finds nobody yet."""
    never = threading.Event()

    def script(request):
        if request.is_write and len(server.creates) == 1:
            return Later(never, Drop())
        looks = [asked for asked in server.requests if "email" in asked.query]
        if "email" in request.query and len(looks) == 1:
            answer = server.regular(request)
            server.regular(server.creates[0])
            return answer
        return None

    server = start_directory([person(1)], script)
    job = make_job(server).configure(http={"timeout": "3s"})
    roster = job.roster([new_row(1)])
    process = job.start("sync", roster, "--fetch", "list")
    server.wait_for(lambda: server.creates)
    process.kill()
    process.communicate()
    result = job.resume() if next_command == "resume" else job.sync(roster, "--fetch", "list")
    never.set()
    assert result.code == 0, result
    assert result.totals == {"rows": 1, "created" if next_command == "resume" else "unchanged": 1}
    assert len(server.creates) == 1 and len(server.find(email="new.1@example.com")) == 1


def test_another_run_of_the_same_state_is_busy_to_resume_too(start_sandbox, make_job):
    work = updates_of(40)
    sandbox = start_sandbox("--latency", 50)
    job, roster = begin(make_job, sandbox, work, "job", timeout={"timeout": "20s"})
    process = job.start("sync", roster, "--max-in-flight", "1")
    while not sandbox.writes():
        pass
    refused = job.resume()
    assert refused.code == 5, refused
    sandbox.faults(latency=0)
    assert job.finish(process).code == 0
    work.check(sandbox)


def test_the_state_of_a_killed_run_can_be_moved(start_sandbox, make_job):
    """A state directory is whole in itself: no path in it leads out."""
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox()
    job, roster = begin(make_job, sandbox, work, "job")
    sandbox.faults(kill_after_write=4)
    assert job.sync(roster, "--state", "state").killed
    shutil.move(job.directory / "state", job.directory / "elsewhere")
    result = job.resume("--state", "elsewhere")
    assert result.code == 0, result
    work.check(sandbox, completed_again=True)
