"""A run that stops before its work is done: what it leaves, what it says, and that `resume` finishes it, each change
once."""

import re
import signal
import threading

import pytest

from support.people import person, row_of
from support.scripted import Answer, Later
from support.work import Work, half_and_half, updates_of

ENDS_WITH = r"rostersync resume \(with the same options\) goes on with them, which is likely to take \d[\d.]* (second|minute|hour)s?"


def begin(make_job, sandbox, work, **http):
    job = make_job(sandbox).configure(http=http, limits={"updates": 10000, "creates": 10000})
    return job, job.roster(work.rows)


def check_stopped(job, result, work):
    """Stopped early, and all that was answered is on record."""
    assert result.code == 6, result
    assert re.search(ENDS_WITH, result.words()), result
    assert result.totals["rows"] == len(work.rows) and result.totals["skipped"] > 0
    latest = job.runs()[0]
    assert (latest["state"], latest["exit_code"]) == ("interrupted", 6)
    assert latest["id"] == result.report["run"]["id"]
    written = result.totals.get("updated", 0) + result.totals.get("created", 0)
    assert latest["changes"] == work.changes and latest["settled"] >= written


def check_resumed(job, sandbox, work, stopped, *arguments):
    result = job.resume(*arguments)
    assert result.code == 0, result
    assert result.report["run"]["id"] == stopped.report["run"]["id"]
    work.check_totals(result.report)
    work.check(sandbox)
    assert job.runs()[0]["state"] == "finished"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal(start_directory, make_job, name):
    """What is in flight is waited for; nothing more is sent."""
    gate = threading.Event()
    work = updates_of(60)
    people = [user for user in work.people if not user.get("me")]
    server = start_directory(people, lambda request: Later(gate, server.regular(request))
                             if request.is_write and 5 < len(server.writes) <= 9 else None)
    job, roster = begin(make_job, server, work)
    process = job.start("sync", roster, "--max-in-flight", "4")
    server.wait_for(lambda: len(server.writes) == 9)  # four of them unanswered
    process.send_signal(getattr(signal, name))
    gate.set()
    stopped = job.finish(process)
    check_stopped(job, stopped, work)
    assert name in stopped.stderr
    assert stopped.totals == {"rows": 60, "updated": 9, "skipped": 51} and len(server.writes) == 9
    result = job.resume()
    assert result.code == 0 and result.totals == {"rows": 60, "updated": 60}, result
    assert len(server.writes) == len({request.path for request in server.writes}) == 60


def test_a_second_signal_at_once(start_directory, make_job):
    gate = threading.Event()
    people = [person(number) for number in range(1, 5)]
    server = start_directory(people, lambda request: Later(gate, server.regular(request))
                             if request.is_write and len(server.writes) > 2 and not gate.is_set() else None)
    job, roster = begin(make_job, server, Work(people, [row_of(user, lang="de") for user in people]))
    process = job.start("sync", roster, "--max-in-flight", "1")
    server.wait_for(lambda: len(server.writes) == 3)
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate()
    gate.set()
    result = job.resume()
    assert result.code == 0 and result.totals == {"rows": 4, "updated": 4}, result
    assert len(server.writes) == len({request.path for request in server.writes}) == 4


def test_a_signal_while_reading_can_be_resumed_too(start_directory, make_job):
    gate = threading.Event()
    people = [person(number) for number in range(1, 5)]
    server = start_directory(people, lambda request: None if gate.is_set() else Later(gate, Answer(500)))
    job, roster = begin(make_job, server, Work(people, [row_of(user, lang="de") for user in people]))
    process = job.start("sync", roster)
    server.wait_for(lambda: server.requests)
    process.send_signal(signal.SIGTERM)
    stopped = job.finish(process)
    assert stopped.code == 6 and "rostersync resume" in stopped.words(), stopped
    gate.set()
    result = job.resume()
    assert result.code == 0 and result.totals == {"rows": 4, "updated": 4}, result
    assert result.report["run"]["id"] == stopped.report["run"]["id"]


def test_the_deadline(start_sandbox, make_job):
    work = half_and_half(80)
    sandbox = start_sandbox("--latency", 100, people=work.people)
    job, roster = begin(make_job, sandbox, work)
    stopped = job.sync(roster, "--deadline", "2s", "--max-in-flight", "2")  # of the four that it would take
    check_stopped(job, stopped, work)
    assert "deadline" in stopped.stderr
    again = job.resume("--deadline", "100ms")  # one of its own, and too short for anything
    assert again.code == 6, again
    sandbox.faults(latency=0)
    check_resumed(job, sandbox, work, stopped)


def test_a_wait_beyond_the_deadline_is_not_begun(start_sandbox, make_job):
    work = updates_of(60)
    sandbox = start_sandbox("--rate", "20/h", people=work.people)
    job, roster = begin(make_job, sandbox, work, max_wait="2h")
    stopped = job.sync(roster, "--deadline", "10m", "--max-in-flight", "4")
    check_stopped(job, stopped, work)
    sandbox.faults(rate="off")
    check_resumed(job, sandbox, work, stopped)


def test_a_wait_beyond_max_wait(start_sandbox, make_job):
    work = updates_of(60)
    sandbox = start_sandbox("--rate", "20/h", people=work.people)
    job, roster = begin(make_job, sandbox, work, max_wait="1m")
    stopped = job.sync(roster, "--max-in-flight", "4")
    check_stopped(job, stopped, work)
    assert "max_wait" in stopped.stderr
    still = job.resume()
    assert still.code == 6 and "max_wait" in still.stderr, still
    sandbox.faults(rate="off")
    check_resumed(job, sandbox, work, stopped)


def test_a_key_that_dies_after_the_first_writes(start_sandbox, make_job):
    work = half_and_half(40)
    sandbox = start_sandbox("--revoke-after", 7, people=work.people)
    job, roster = begin(make_job, sandbox, work)
    stopped = job.sync(roster, "--max-in-flight", "4")
    check_stopped(job, stopped, work)
    assert re.search("credentials|key", stopped.stderr)
    assert len(sandbox.committed()) == 7
    still = job.resume()
    assert still.code == 6 and len(sandbox.committed()) == 7, still
    sandbox.faults(**{"revoke-after": None})
    check_resumed(job, sandbox, work, stopped)


def test_a_directory_that_is_lost(start_sandbox, make_job):
    """The circuit breaker: operations given up, 20 in a row. What was given up is tried again by `resume`."""
    work = half_and_half(120)
    sandbox = start_sandbox("--fail-after", 8, people=work.people)
    job, roster = begin(make_job, sandbox, work, retries=0)
    stopped = job.sync(roster, "--max-in-flight", "4")
    check_stopped(job, stopped, work)
    assert "too many" in stopped.stderr
    assert len(sandbox.committed()) == 8
    assert len(sandbox.writes()) <= 8 + 20 + 4 * 4
    sandbox.faults(**{"fail-after": None})
    check_resumed(job, sandbox, work, stopped)


def until(process, reached):
    while not reached():
        assert process.poll() is None, process.communicate()


def test_a_directory_that_is_gone(start_sandbox, make_job, tmp_path):
    work = half_and_half(120)
    sandbox = start_sandbox("--state", tmp_path / "state.json", "--latency", 20, people=work.people)
    job, roster = begin(make_job, sandbox, work, retries=0, timeout="2s")
    process = job.start("sync", roster, "--max-in-flight", "4")
    until(process, lambda: len(sandbox.committed()) >= 8)
    sandbox.stop()
    stopped = job.finish(process)
    check_stopped(job, stopped, work)
    gone = job.resume()
    assert gone.code == 6 and "127.0.0.1" in gone.stderr, gone
    sandbox.restart()
    check_resumed(job, sandbox, work, stopped)


def test_a_directory_that_restarts_is_waited_for(start_sandbox, make_job, tmp_path):
    work = half_and_half(120)
    sandbox = start_sandbox("--state", tmp_path / "state.json", "--latency", 20, people=work.people)
    job, roster = begin(make_job, sandbox, work, retries=12)
    process = job.start("sync", roster, "--max-in-flight", "4")
    for restarts in (1, 2):
        until(process, lambda: len(sandbox.committed()) >= 20 * restarts)
        sandbox.restart()
    result = job.finish(process)
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox)


def test_the_same_trouble_can_stop_a_resumed_run_again(start_sandbox, make_job):
    work = half_and_half(100)
    sandbox = start_sandbox(people=work.people)
    job, roster = begin(make_job, sandbox, work)
    sandbox.faults(**{"revoke-after": 5})
    stopped = job.sync(roster)
    for committed in (5, 10, 15):
        assert stopped.code == 6 and len(sandbox.committed()) == committed, stopped
        sandbox.faults(**{"revoke-after": 5})
        stopped = job.resume()
    sandbox.faults(**{"revoke-after": None})
    check_resumed(job, sandbox, work, stopped)


def test_what_stops_before_the_first_write_is_no_run_to_resume(start_sandbox, make_job):
    """Could not run, or refused: nothing was written, and nothing is left open."""
    work = updates_of(60)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox)
    roster = job.roster(work.rows)
    refused = job.sync(roster)
    assert refused.code == 4, refused
    sandbox.faults(**{"revoke-after": 0})
    dead = job.sync(roster, "--allow", "updates=60")
    assert dead.code == 1, dead
    sandbox.faults(**{"revoke-after": None})
    result = job.resume()
    assert result.code == 0 and "nothing to resume" in result.words(), result
    assert sandbox.writes() == []
