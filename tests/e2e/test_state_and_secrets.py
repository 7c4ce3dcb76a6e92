"""The lock, the state directory, and what must never be seen."""

import fcntl
import os
import stat
import threading

from support.people import company, new_row, person, row_of
from support.program import KEY, Job
from support.scripted import Answer, Later


def test_a_second_run_on_the_same_state_is_busy(start_directory, make_job):
    gate = threading.Event()
    server = start_directory([person(1)], lambda request: Later(gate, server.regular(request)))
    job = make_job(server)
    roster = job.roster([row_of(person(1), lang="de")])
    first = job.start("sync", roster)
    server.wait_for(lambda: server.requests)
    second = job.sync(roster)
    asked = len(server.requests)
    assert second.code == 5, second
    assert not second.has_report and second.stdout == ""
    assert "another run" in second.stderr
    gate.set()
    assert job.finish(first).code == 0
    assert asked == 1  # the second one asked nothing
    assert job.sync(roster).code == 0


def test_a_lock_that_a_killed_run_left_behind_is_no_lock(start_directory, make_job):
    gate = threading.Event()
    server = start_directory([person(1)], lambda request: None if gate.is_set() else Later(gate, Answer(500)))
    job = make_job(server)
    roster = job.roster([row_of(person(1), lang="de")])
    first = job.start("sync", roster)
    server.wait_for(lambda: server.requests)
    first.kill()
    first.communicate()
    gate.set()
    assert job.sync(roster).code == 0


def test_the_state_directory_of_another_address(start_sandbox, make_job):
    people = company(3)
    here, there = start_sandbox(people=people), start_sandbox(people=people)
    job = make_job(here)
    roster = job.roster([row_of(people[1], lang="de")])
    assert job.sync(roster, "--state", "state").code == 0
    result = job.sync(roster, "--state", "state", "--base-url", there.base_url)
    assert result.code == 1, result
    assert here.base_url in result.stderr and there.base_url in result.stderr and "--state" in result.stderr
    assert there.ledger() == []
    assert job.sync(roster, "--state", "other", "--base-url", there.base_url).code == 0


def test_the_state_directory_of_another_organization(start_directory, make_job):
    """One address serves many organizations; the key says which."""
    mine = {"org": 42}

    def script(request):
        if request.path != "/v2/user/me":
            return None
        return Answer(200, {"id": "4fffffffffffffffffffffff", "email": "owner@example.com", "org_id": mine["org"]})

    server = start_directory([person(1)], script)
    job = make_job(server)
    roster = job.roster([row_of(person(1), lang="de")])
    assert job.plan(roster).code == 2
    mine["org"] = 43
    result = job.sync(roster)
    assert result.code == 1 and "42" in result.stderr and "43" in result.stderr, result
    assert server.writes == []
    mine["org"] = 42
    assert job.sync(roster).code == 0


def test_a_state_directory_that_is_damaged_is_left_alone(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    roster = job.roster([new_row(1)])
    assert job.plan(roster, "--state", "state").code == 2
    files = [file for file in (job.directory / "state").iterdir() if file.stat().st_size]
    for file in files:
        file.write_text("{")
    result = job.sync(roster, "--state", "state")
    assert result.code == 1, result
    assert "state" in result.stderr and sandbox.writes() == []


def test_the_key_from_a_file_with_a_newline(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(credentials={"api_key": {"file": "secrets/secret-key"}})
    job.environment["PARTOO_API_KEY"] = None
    (job.directory / "secrets").mkdir()
    (job.directory / "secrets" / "secret-key").write_text(KEY + "\n")
    result = job.sync(job.roster([row_of(people[1], lang="de")]))
    assert result.code == 0, result


def test_the_key_is_in_no_log_at_any_level_and_in_no_file(start_directory, make_job):
    """Job.check looks through everything after each run; here the program is made to say as much as it can."""
    people = [person(n) for n in range(1, 4)]
    server = start_directory(people, lambda request: Answer(403, {"errors": f"the key {request.headers['x-apikey']} may not"})
                             if request.is_write else None)
    job = make_job(server)
    roster = job.roster([row_of(user, lang="de") for user in people])
    for extra in ([], ["--log-format", "json"], ["--output", "json"]):
        result = job.sync(roster, "--log-level", "debug", *extra)
        assert result.code == 3, result
        assert "debug" in result.stderr and "/user/search" in result.stderr


def test_the_key_is_not_in_the_process_list(start_directory, make_job):
    gate = threading.Event()
    server = start_directory([], lambda request: Later(gate, server.regular(request)))
    job = make_job(server)
    process = job.start("plan", job.roster([new_row(1)]))
    server.wait_for(lambda: server.requests)
    with open(f"/proc/{process.pid}/cmdline", "rb") as file:
        assert KEY.encode() not in file.read()
    gate.set()
    assert job.finish(process).code == 2


def test_files_of_peoples_data_are_private_whatever_the_umask(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    before = os.umask(0)
    try:
        assert job.sync(job.roster([new_row(1)]), "--state", "state").code == 0
    finally:
        os.umask(before)
    for folder in ("state", "reports"):
        assert stat.S_IMODE((job.directory / folder).stat().st_mode) == 0o700
        for file in (job.directory / folder).iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_report_of_the_last_run_with_open_rights_is_closed(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    job.reports.mkdir(mode=0o700)
    (job.reports / "report.csv").write_text("old")
    (job.reports / "report.csv").chmod(0o644)
    process = job.start("plan", job.roster([new_row(1)]))
    assert job.finish(process).code == 2  # Job.check looks at the modes
