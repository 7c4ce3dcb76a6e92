"""What is sent: creates and their completion, and what becomes of writes that are disturbed, refused or cut short."""

import re
import signal
import threading

import pytest

from support.people import company, new_row, person, row_of, rows_of
from support.program import terminate
from support.scripted import Answer, Drop, Later, Reset


def test_what_a_create_cannot_carry_follows_in_one_update(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.sync(job.roster([new_row(1, phone="+33 1 99 00 12 34", keywords=["a", "b"],
                                          receive_reviews_email_notifications="no", disabled="false")]))
    assert result.code == 0, result
    assert result.totals == {"rows": 1, "created": 1}
    create, update = sandbox.writes()
    assert set(create["body"]) == {"email", "first_name", "last_name", "role", "lang"}
    assert update["path"].endswith(result.entry(1)["user_id"])
    assert update["body"] == {"phone": "+33 1 99 00 12 34", "keywords": ["a", "b"],
                              "receive_reviews_email_notifications": False}
    assert result.entry(1)["attempts"] == 2
    assert {change["attribute"] for change in result.entry(1)["changes"]} >= {"phone", "keywords", "email"}


def test_a_new_person_whom_the_roster_calls_inactive_is_not_created(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.sync(job.roster([new_row(1, disabled="true")]))
    assert result.code == 0, result
    assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("skipped", "inactive")
    assert sandbox.writes() == []


def test_a_create_without_a_role_is_rejected_and_a_default_helps(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    roster = job.roster([new_row(1, role=""), row_of(person(1), role="", lang="de")])
    result = job.sync(roster)
    assert result.code == 3, result
    assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("rejected", "missing_required")
    assert "ORG_ADMIN" in result.entry(1)["message"]
    assert result.entry(2)["outcome"] == "updated"
    job.configure(roster={"defaults": {"role": "BUSINESS_MANAGER"}})
    result = job.sync(roster)
    assert result.code == 0, result
    assert sandbox.user("new.1@example.com")["role"] == "BUSINESS_MANAGER"
    assert sandbox.user("person.1@example.com")["role"] == "PUBLISHER"  # defaults are for creates only


def test_a_password_goes_out_on_create_only_and_is_never_seen(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    secret = "Correct-Horse-1"
    rows = [row_of(people[1], phone="+1 555 0100", password=secret), new_row(1, phone="+1 555 0101", password=secret)]
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert result.totals == {"rows": 2, "updated": 1, "created": 1}
    assert len(sandbox.creates()) == 1 and sandbox.creates()[0]["body"]["password"] == "***"
    assert [set(entry["body"]) for entry in sandbox.updates()] == [{"phone"}, {"phone"}]
    said = result.stdout + result.stderr + "".join(file.read_text() for file in job.reports.iterdir())
    assert secret not in said


def test_a_row_that_the_api_forbids_fails_alone_with_its_words(start_sandbox, make_job):
    people = company(10)
    sandbox = start_sandbox("--forbid", people[3]["email"], people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]))
    assert result.code == 3, result
    assert result.totals == {"rows": 10, "updated": 9, "failed": 1}
    failed = result.entry(3)
    assert failed["http_status"] == 403 and failed["attempts"] == 1
    assert "Operation not allowed" in failed["message"]
    assert len(sandbox.updates()) == 10


def test_a_key_that_is_dead_from_the_start(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3), key="another-key")
    job = make_job(sandbox)
    for run in (job.plan, job.sync):
        result = run(job.roster([new_row(1)]))
        assert result.code == 1, result
        assert result.totals == {"rows": 1, "skipped": 1}
        assert re.search("credentials|key", result.stderr) and "not authenticated" in result.stderr
    assert sandbox.writes() == []


def test_a_key_that_dies_after_the_first_writes(start_sandbox, make_job):
    people = company(60)
    sandbox = start_sandbox("--revoke-after", "5", people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:26]]), "--max-in-flight", "4")
    assert result.code == 6, result
    assert result.totals["updated"] == 5
    assert {(entry["outcome"], entry["reason"]) for entry in result.entries} <= {
        ("updated", None), ("failed", "credentials"), ("skipped", "stopped")}
    assert result.totals["skipped"] > 0
    assert len([entry for entry in sandbox.writes() if entry["committed"]]) == 5
    assert len(sandbox.writes()) <= 5 + 4  # those in flight, and nothing after them
    sandbox.faults(**{"revoke-after": None})
    again = job.sync(job.roster([row_of(user, lang="de") for user in people[1:26]]))
    assert again.code == 0 and again.totals == {"rows": 25, "unchanged": 5, "updated": 20}


def test_a_key_that_dies_before_the_first_write(start_directory, make_job):
    people = [person(n) for n in range(1, 6)]
    server = start_directory(people, lambda request: Answer(401, {"errors": {"authentication": "User not authenticated"}})
                             if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people]), "--max-in-flight", "1")
    assert result.code == 1, result
    assert len(server.writes) == 1
    assert all(user["lang"] == "fr" for user in server.people[1:])


def test_a_storm_of_429s_loses_nothing(start_sandbox, make_job):
    people = company(200)
    sandbox = start_sandbox("--throttle", "30", "--throttle-seconds", "0", people=people)
    job = make_job(sandbox)
    rows = [row_of(user, lang="de") for user in people[1:26]] + [new_row(n) for n in range(20)]
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert result.totals == {"rows": 45, "updated": 25, "created": 20}
    committed = [entry for entry in sandbox.writes() if entry["committed"]]
    assert len(committed) == 45
    throttled = sandbox.summary()["throttled"]
    assert throttled > 0 and result.report["http"]["throttled"] == throttled


@pytest.mark.parametrize("date", [False, True], ids=["seconds", "a date"])
def test_retry_after_pauses_the_whole_client(start_sandbox, make_job, date):
    people = company(20)
    sandbox = start_sandbox("--rate", "12/s", *(["--retry-after-date"] if date else []), people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]), "--max-in-flight", "8")
    assert result.code == 0, result
    assert result.totals == {"rows": 20, "updated": 20}
    summary = sandbox.summary()
    # Each 429 finds at most the other seven in flight: a client that paused requests one by one would meet many more.
    assert summary["throttled"] <= 8 * 4
    assert "throttled: waiting" in result.stderr


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_creates_whose_answers_are_lost_are_made_once_each(start_sandbox, make_job, seed):
    sandbox = start_sandbox("--disturb-writes", "40", "--fault-seed", seed, "--disturb-max", "3", people=company(2))
    job = make_job(sandbox).configure(limits={"creates": 1000})
    rows = [new_row(n) for n in range(300)]
    result = job.sync(job.roster(rows), "--max-in-flight", "64")
    assert result.code == 0, result
    assert result.totals == {"rows": 300, "created": 300}
    emails = [user["email"] for user in sandbox.users() if user["email"].startswith("new.")]
    assert sorted(emails) == sorted(row["email"] for row in rows)
    faults = sandbox.summary()["faults"]
    assert set(faults) == {"reset-before", "reset-after", "500-after", "truncated"}
    assert sum(entry["committed"] for entry in sandbox.creates()) == 300
    sandbox.faults(**{"disturb-writes": 0})
    sandbox.forget()
    assert job.sync(job.roster(rows)).totals == {"rows": 300, "unchanged": 300}
    assert sandbox.writes() == []


def test_updates_whose_answers_are_lost_are_settled_by_reading(start_sandbox, make_job):
    people = company(130)
    sandbox = start_sandbox("--disturb-writes", "60", "--fault-seed", "5", people=people)
    job = make_job(sandbox).configure(limits={"updates": 1000})
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:101]]))
    assert result.code == 0, result
    assert result.totals == {"rows": 100, "updated": 100}
    assert all(user["lang"] == "de" for user in sandbox.users() if user["email"] in {p["email"] for p in people[1:101]})
    lost = [entry for entry in sandbox.ledger() if entry["fault"] in ("reset-after", "500-after", "truncated")]
    repeated = [entry["path"] for entry in sandbox.updates() if entry["committed"]]
    assert lost and len(repeated) == len(set(repeated)) == 100  # carried out, found so, and not sent again


def test_a_completing_update_that_is_lost_is_settled_too(start_sandbox, make_job):
    sandbox = start_sandbox("--disturb-writes", "60", "--fault-seed", "8", people=company(2))
    job = make_job(sandbox).configure(limits={"creates": 100})
    result = job.sync(job.roster([new_row(n, phone=f"+1 555 {n:04}", disabled="false") for n in range(40)]))
    assert result.code == 0, result
    assert result.totals == {"rows": 40, "created": 40}
    users = {user["email"]: user for user in sandbox.users()}
    assert len(users) == 43 and all(users[f"new.{n}@example.com"]["phone"] == f"+1 555 {n:04}" for n in range(40))


def test_everything_disturbed_at_once(start_sandbox, make_job):
    people = company(120)
    sandbox = start_sandbox("--disturb-writes", "40", "--disturb-reads", "20", "--throttle", "10",
                            "--throttle-seconds", "0", "--latency-jitter", "3", people=people)
    job = make_job(sandbox).configure(limits={"creates": 100, "updates": 100})
    rows = rows_of(people)
    for row in rows[:40]:
        row["last_name"] = "Changed"
    result = job.sync(job.roster(rows + [new_row(n) for n in range(40)]))
    assert result.code == 0, result
    assert result.totals == {"rows": 160, "unchanged": 80, "updated": 40, "created": 40}
    users = sandbox.users()
    assert len(users) == 161 and sum(user["last_name"] == "Changed" for user in users) == 40


def test_a_create_whose_answer_is_lost_and_somebody_else_is_there(start_directory, make_job):
    def script(request):
        if request.method == "POST" and request.path == "/v2/user":
            server.people.append({"id": "7" * 24, **request.json, "last_name": "Somebody-Else"})
            return Drop()
        return None

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 3, result
    assert result.entry(1)["outcome"] == "conflict"
    assert len(server.writes) == 1


@pytest.mark.parametrize("ending", [Drop, Reset], ids=["closed", "reset"])
@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "lost"])
@pytest.mark.parametrize("row", [new_row(1), row_of(person(1), lang="de")], ids=["create", "update"])
def test_a_post_on_a_kept_connection_is_not_sent_twice_behind_the_programs_back(start_directory, make_job, row,
                                                                               carried_out, ending):
    """libcurl by itself repeats a POST whose reused connection ends without an answer."""
    reused = []

    def script(request):
        if len(server.writes) != 1 or not request.is_write:
            return None
        reused.extend(earlier for earlier in server.requests[:-1] if earlier.connection == request.connection)
        if carried_out:
            server.regular(request)
        return ending()

    server = start_directory([person(1)], script)
    job = make_job(server)
    result = job.sync(job.roster([row]), "--max-in-flight", "1")
    assert result.code == 0, result
    assert reused
    methods = "".join(request.method[0] for request in server.requests)
    first = methods.index("P")
    assert methods[first + 1] == "G"  # read before anything is sent again
    assert methods.count("P") == (1 if carried_out else 2)
    assert len(server.find(email=row["email"], lang=row["lang"])) == 1


def test_sigterm_lets_requests_in_flight_finish_and_reports(start_directory, make_job):
    gate = threading.Event()
    people = [person(n) for n in range(1, 121)]

    def script(request):
        if request.is_write and len(server.writes) > 5:
            return Later(gate, server.regular(request))
        return None

    server = start_directory(people, script)
    job = make_job(server).configure(limits={"updates": 1000})
    roster = job.roster([row_of(user, lang="de") for user in people])
    process = job.start("sync", roster, "--max-in-flight", "2")
    server.wait_for(lambda: len(server.writes) == 7)  # two of them unanswered
    terminate(process)
    gate.set()
    result = job.finish(process)
    assert result.code == 6, result
    assert result.totals == {"rows": 120, "updated": 7, "skipped": 113}
    assert {(entry["outcome"], entry["reason"]) for entry in result.entries} == {("updated", None),
                                                                              ("skipped", "stopped")}
    assert len(server.writes) == 7 and "SIGTERM" in result.stderr
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 120, "unchanged": 7, "updated": 113}


def test_sigterm_while_reading_is_6_too(start_directory, make_job):
    gate = threading.Event()
    server = start_directory([person(1)], lambda request: Later(gate, server.regular(request)))
    job = make_job(server)
    process = job.start("sync", job.roster([new_row(1)]))
    server.wait_for(lambda: server.requests)
    terminate(process)
    result = job.finish(process)
    gate.set()
    assert result.code == 6, result
    assert result.totals == {"rows": 1, "skipped": 1}
    assert server.writes == []


def test_a_second_sigterm_ends_it_at_once(start_directory, make_job):
    gate = threading.Event()
    server = start_directory([person(1)], lambda request: Later(gate, server.regular(request))
                             if request.is_write else None)
    job = make_job(server)
    process = job.start("sync", job.roster([new_row(1)]))
    server.wait_for(lambda: server.writes)
    while process.poll() is None:  # the first waits for the write in flight, which is never answered
        terminate(process)
    gate.set()
    process.communicate()
    assert process.returncode == -signal.SIGTERM


def test_half_done_creates_are_completed_before_others_are_begun(start_directory, make_job):
    """What a create cannot carry is lost for good when the run ends between the two: so they go together."""
    gate = threading.Event()
    server = start_directory([], lambda request: Later(gate, server.regular(request))
                             if len(server.writes) > 20 and request.is_write else None)
    job = make_job(server).configure(limits={"creates": 100})
    process = job.start("sync", job.roster([new_row(n, phone="+1 555 0100") for n in range(60)]), "--max-in-flight", "2")
    server.wait_for(lambda: len(server.writes) == 22)
    terminate(process)
    gate.set()
    result = job.finish(process)
    assert result.code == 6, result
    assert result.totals.get("failed", 0) <= 2
    assert result.totals["created"] >= 9


def test_a_signal_ends_a_long_pause_at_once(start_directory, make_job):
    server = start_directory([person(1)], lambda request: Answer(429, {}, {"Retry-After": "600"})
                             if request.is_write else None)
    job = make_job(server)
    process = job.start("sync", job.roster([new_row(1)]))
    for line in process.stderr:
        if b"throttled" in line:
            break
    terminate(process)
    result = job.finish(process)
    assert result.code == 6, result
    assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("skipped", "stopped")
    assert len(server.writes) == 1


def test_a_directory_that_is_lost_after_the_first_writes(start_sandbox, make_job):
    people = company(120)
    sandbox = start_sandbox("--fail-after", "5", people=people)
    job = make_job(sandbox).configure(limits={"updates": 1000}, http={"retries": 0})
    result = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]), "--max-in-flight", "4")
    assert result.code == 6, result
    assert result.totals["updated"] == 5
    assert result.totals["failed"] <= 20 + 4 and result.totals["skipped"] >= 120 - 5 - 24
    assert "too many" in result.stderr
    sandbox.faults(**{"fail-after": None})
    again = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]))
    assert again.code == 0, again


def test_what_the_api_says_of_an_attribute_that_was_sent_stands_with_that_attribute(start_directory, make_job):
    """Verbatim as a whole, too; and a member that was not sent is no attribute's fault."""
    words = {"errors": {"json": {"lang": "is not spoken here", "first_name": "is fine"}}}
    server = start_directory([person(1)], lambda request: Answer(400, words) if request.is_write else None)
    job = make_job(server)
    result = job.sync(job.roster([row_of(person(1), lang="de")]))
    assert result.code == 3, result
    entry = result.entry(1)
    assert (entry["outcome"], entry["reason"], entry["http_status"]) == ("failed", "refused", 400)
    assert entry["faults"] == [{"reason": "refused", "column": "lang", "message": "is not spoken here"}]
    assert "is fine" in entry["message"]
