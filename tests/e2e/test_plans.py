"""Plans that are saved, reviewed, and carried out as they stand."""

import json
import stat

import pytest

from support.clock import shifted
from support.people import company, new_row, person, row_of
from support.scripted import Answer
from support.work import a_dozen_changes


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_plan_can_be_kept(start_sandbox, make_job):
    work = a_dozen_changes()
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox)
    file = job.directory / "plan.json"
    result = job.plan(job.roster(work.rows), "--out", file)
    assert result.code == 2, result
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text(encoding="utf-8")
    assert "Correct-Horse" not in text
    plan = json.loads(text)
    assert plan["schema"] == "rostersync.plan/1" and plan["refused"] is None
    assert plan["directory"] == {"users": 10, "enabled": 10, "complete": True}
    assert len(plan["changes"]) == work.changes
    assert [change["email"] for change in plan["changes"]] == sorted(change["email"] for change in plan["changes"])
    assert plan["changes_digest"] == result.report["run"]["changes_digest"]
    assert f"rostersync apply {file}" in result.words()
    assert sandbox.writes() == []
    real = job.sync(job.roster(list(reversed(work.rows)), "other.csv"))
    assert real.code == 0, real
    assert real.report["run"]["changes_digest"] == plan["changes_digest"]


def test_two_plans_differ_only_in_what_differs(start_sandbox, make_job):
    people = company(6)
    job = make_job(start_sandbox(people=people))
    first, second = job.directory / "first.json", job.directory / "second.json"
    rows = [row_of(user, lang="de") for user in people[1:]]
    assert job.plan(job.roster(rows), "--out", first).code == 2
    rows[2]["lang"] = "es"
    assert job.plan(job.roster(rows), "--out", second).code == 2
    lines = [file.read_text(encoding="utf-8").splitlines() for file in (first, second)]
    assert len(lines[0]) == len(lines[1])
    differ = [name for name, _ in ((a.split(":")[0].strip(' "'), b) for a, b in zip(*lines) if a != b)]
    assert set(differ) <= {"id", "started_at", "sha256", "after", "changes_digest", "digest"}
    assert differ.count("after") == 1


def test_a_refused_plan_is_kept_and_marked(start_sandbox, make_job):
    people = company(30)
    job = make_job(start_sandbox(people=people))
    file = job.directory / "plan.json"
    result = job.plan(job.roster([row_of(user, lang="de") for user in people[1:]]), "--out", file)
    assert result.code == 4, result
    assert "--allow updates=30" in read(file)["refused"] and len(read(file)["changes"]) == 30


def test_where_there_is_no_plan_an_old_one_stays(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    file = job.directory / "plan.json"
    file.write_text("an old one")
    assert job.plan(job.roster("email,first_name\n"), "--out", file).code == 4
    assert job.plan(job.directory / "nothing.csv", "--out", file).code == 1
    job.environment["PARTOO_API_KEY"] = "another-key"
    assert job.plan(job.roster([new_row(1)]), "--out", file).code == 1
    assert file.read_text() == "an old one"


def test_a_plan_that_could_not_be_kept_is_not_made(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    for place in ("nowhere/plan.json", "."):
        result = job.plan(job.roster([new_row(1)]), "--out", place)
        assert result.code == 1 and "--out" in result.stderr, result
    assert sandbox.ledger() == []


SHORT = {"timeout": "500ms"}


def saved(job, roster, *arguments, code=2):
    """A plan of the roster, and its file."""
    file = job.directory / "plan.json"
    result = job.plan(roster, "--out", file, *arguments)
    assert result.code == code, result
    return file


def test_a_plan_is_carried_out_as_it_stands(start_sandbox, make_job):
    work = a_dozen_changes()
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox)
    file = saved(job, job.roster(work.rows))
    result = job.apply(file)
    assert result.code == 0, result
    assert result.totals == {"rows": work.changes, "created": len(work.creates), "updated": len(work.updates)}
    work.check(sandbox)
    run = result.report["run"]
    assert run["command"] == "apply" and run["plan"] == str(file)
    assert run["changes_digest"] == read(file)["changes_digest"]
    assert [entry["key"] for entry in result.entries] == [change["email"] for change in read(file)["changes"]]
    assert [entry["line"] for entry in result.entries] == [change["line"] for change in read(file)["changes"]]
    assert job.plan(job.roster(work.rows)).code == 0
    sandbox.forget()
    again = job.apply(file)
    assert again.code == 0, again
    assert again.totals == {"rows": work.changes, "unchanged": work.changes}
    assert sandbox.writes() == []


def test_the_roster_is_not_needed_where_no_secret_is(start_sandbox, make_job):
    work = a_dozen_changes(secrets=False)
    sandbox = start_sandbox(people=work.people)
    job = make_job(sandbox)
    roster = job.roster(work.rows)
    file = saved(job, roster)
    roster.unlink()
    result = job.apply(file)
    assert result.code == 0, result
    work.check(sandbox)


@pytest.mark.parametrize("lost", ["gone", "changed", "there"])
def test_a_secret_comes_from_the_same_roster_or_not_at_all(start_sandbox, make_job, lost):
    people = company(3)
    rows = [row_of(user, lang="de") for user in people[1:]] + [new_row(1), new_row(2, password="Correct-Horse-2")]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(rows)
    file = saved(job, roster)
    if lost == "gone":
        roster.unlink()
    if lost == "changed":
        job.roster([rows[-1], *rows[:-1]])
    result = job.apply(file)
    if lost == "there":
        assert result.code == 0, result
        sent = [entry["body"] for entry in sandbox.creates() if entry["body"]["email"] == "new.2@example.com"]
        assert [body["password"] for body in sent] != [] and len(sandbox.creates()) == 2
        return
    assert result.code == 3, result
    assert result.by_key("new.2@example.com")["reason"] == "secret_unavailable"
    assert result.totals == {"rows": 5, "updated": 3, "created": 1, "skipped": 1}
    assert [entry["body"]["email"] for entry in sandbox.creates()] == ["new.1@example.com"]


def tamper(file, change):
    plan = read(file)
    change(plan)
    file.write_text(json.dumps(plan, indent=2), encoding="utf-8")


REFUSED = [
    ("a change more", lambda plan: plan["changes"][0]["changes"][0].update(after="ORG_ADMIN"), "digest"),
    ("a change less", lambda plan: plan["changes"].pop(), "digest"),
    ("another day", lambda plan: plan["run"].update(started_at="2030-01-01T00:00:00Z"), "digest"),
    ("an unknown schema", lambda plan: plan.update(schema="rostersync.plan/9"), "rostersync.plan/9"),
]


@pytest.mark.parametrize("change, words", [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_plan_that_was_changed_is_refused(start_sandbox, make_job, change, words):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    file = saved(job, job.roster([row_of(people[1], lang="de"), new_row(1)]))
    tamper(file, change)
    sandbox.forget()
    result = job.apply(file)
    assert result.code == 1 and words in result.stderr, result
    assert sandbox.ledger() == []


def test_white_space_is_no_change(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    file = saved(job, job.roster([row_of(people[1], lang="de")]))
    file.write_text(json.dumps(read(file), indent=7) + "\n\n", encoding="utf-8")
    assert job.apply(file).code == 0


def test_what_is_no_plan(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(2))
    job = make_job(sandbox)
    roster = job.roster([new_row(1)])
    for file in (roster, job.directory / "nothing.json"):
        result = job.apply(file)
        assert result.code == 1 and file.name in result.stderr, result
    assert sandbox.ledger() == []


def test_the_plan_of_another_directory(start_sandbox, start_directory, make_job):
    people = company(3)
    here, there = start_sandbox(people=people), start_sandbox(people=people)
    job = make_job(here)
    file = saved(job, job.roster([row_of(people[1], lang="de")]))
    result = job.apply(file, "--base-url", there.base_url, "--state", "other")
    assert result.code == 1 and here.base_url in result.stderr and there.base_url in result.stderr, result
    assert there.ledger() == [] and here.writes() == []


def test_the_plan_of_another_organization(start_directory, make_job):
    mine = {"org": 42}

    def script(request):
        if request.path != "/v2/user/me":
            return None
        return Answer(200, {"id": "4fffffffffffffffffffffff", "email": "owner@example.com", "org_id": mine["org"]})

    server = start_directory([person(1)], script)
    job = make_job(server)
    file = saved(job, job.roster([row_of(person(1), lang="de")]))
    mine["org"] = 43
    result = job.apply(file, "--state", "other")
    assert result.code == 1 and "42" in result.stderr and "43" in result.stderr, result
    assert server.writes == []


@pytest.mark.parametrize("offset, code, words", [("+23h", 0, ""), ("+25h", 1, "24 hours"), ("-3h", 1, "clock")])
def test_how_old_a_plan_may_be(start_sandbox, make_job, offset, code, words):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    file = saved(job, job.roster([row_of(people[1], lang="de")]))
    job.environment = shifted(offset)
    result = job.apply(file)
    assert result.code == code and words in result.stderr, result
    assert len(sandbox.writes()) == (1 if code == 0 else 0)


@pytest.mark.parametrize("count", [5, 120])
def test_who_changed_since_is_left_alone(start_sandbox, make_job, count):
    """One by one, and by one listing where there are many."""
    people = company(count)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(limits={"updates": 1000})
    rows = [row_of(user, lang="de") for user in people[1:]] + [new_row(1), new_row(2)]
    file = saved(job, job.roster(rows))
    users = sandbox.users()
    changed = {people[1]["email"]: ("lang", "it"), people[2]["email"]: ("last_name", "Married"),
               people[3]["email"]: ("lang", "de")}
    for user in users:
        if user["email"] in changed:
            name, value = changed[user["email"]]
            user[name] = value
    sandbox.begin_with(users + [person(700, email="new.1@example.com")])
    result = job.apply(file)
    assert result.code == 3, result
    assert result.by_key(people[1]["email"])["reason"] == "drifted"
    assert result.by_key(people[2]["email"])["reason"] == "drifted"
    assert result.by_key(people[3]["email"])["outcome"] == "unchanged"
    assert result.by_key("new.1@example.com")["reason"] == "unseen"
    assert result.totals == {"rows": count + 2, "updated": count - 3, "unchanged": 1, "conflict": 3, "created": 1}
    assert sandbox.user(people[1]["email"])["lang"] == "it"
    assert sandbox.user(people[2]["email"])["lang"] == "fr"
    assert len(sandbox.committed()) == count - 2


def test_the_limits_are_checked_anew(start_sandbox, make_job):
    people = company(60)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    file = saved(job, job.roster([row_of(user, lang="de") for user in people[1:31]]), code=4)
    refused = job.apply(file)
    assert refused.code == 4 and "--allow updates=30" in refused.stderr, refused
    assert refused.totals == {"rows": 30, "skipped": 30} and sandbox.writes() == []
    canary = job.apply(file, "--limit", "10")
    assert canary.code == 0 and canary.totals == {"rows": 30, "updated": 10, "skipped": 20}, canary
    result = job.apply(file, "--allow", "updates=30")
    assert result.code == 0 and result.totals == {"rows": 30, "updated": 20, "unchanged": 10}, result

    file = saved(job, job.roster([row_of(user, lang="es") for user in people[1:31]]), "--allow", "updates=30")
    assert job.apply(file).code == 4  # what was allowed to the plan is not allowed to the run


def test_only_and_protected_people(start_sandbox, make_job):
    people = company(6)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    file = saved(job, job.roster([row_of(user, lang="de") for user in people[1:]]))
    only = job.apply(file, "--only", "PERSON.2@example.com")
    assert only.code == 0 and only.totals == {"rows": 6, "updated": 1, "skipped": 5}, only
    nobody = job.apply(file, "--only", "nobody@example.com")
    assert nobody.code == 1 and "nobody@example.com" in nobody.stderr, nobody
    job.configure(protect=["person.3@*", {"role": "ORG_MANAGER"}])
    users = sandbox.users()
    for user in users:
        if user["email"] == people[4]["email"]:
            user["role"] = "ORG_MANAGER"
    sandbox.begin_with(users)
    result = job.apply(file)
    assert result.code == 3, result
    assert [result.by_key(people[n]["email"])["reason"] for n in (3, 4)] == ["protected", "protected"]
    assert result.totals == {"rows": 6, "updated": 3, "unchanged": 1, "conflict": 2}
    assert len(sandbox.writes()) == 3


def test_deactivations_of_a_plan(start_sandbox, make_job):
    people = company(6)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(missing="deactivate")
    file = saved(job, job.roster([row_of(user) for user in people[1:5]] + [new_row(1)]))
    assert [change["action"] for change in read(file)["changes"]] == ["create", "deactivate", "deactivate"]
    users = sandbox.users()
    for user in users:
        if user["email"] == people[6]["email"]:
            user["last_name"] = "Changed"
    sandbox.begin_with(users)
    result = job.apply(file)
    assert result.code in (0, 3), result
    assert result.totals.get("created") == 1 and result.report["totals"]["deactivated"] >= 1
    assert sandbox.user(people[5]["email"])["disabled"] is True
    assert result.report["totals"]["rows"] == 1 and result.report["totals"]["orphans"] == 2
    sandbox.forget()
    assert job.apply(file).code in (0, 3)
    assert sandbox.writes() == [] or result.code == 3


@pytest.mark.parametrize("when", ["kill_before_write", "kill_after_write"])
def test_an_apply_that_is_killed_is_resumed(in_parallel, make_job, when):
    work = a_dozen_changes()

    def killed_at(sandbox, number):
        sandbox.begin_with(work.people)
        job = make_job(sandbox, name=f"job-{number}").configure(http=SHORT)
        file = saved(job, job.roster(work.rows))
        sandbox.faults(**{when: number})
        assert job.apply(file, "--max-in-flight", "1").killed
        assert [(run["command"], run["state"]) for run in job.runs()][0] == ("apply", "interrupted")
        file.unlink()
        result = job.resume()
        assert result.code == 0, result
        assert result.totals == {"rows": work.changes, "created": len(work.creates), "updated": len(work.updates)}
        work.check(sandbox, completed_again=True)
        assert result.report["run"]["changes_digest"] and job.resume().code == 0
        assert job.plan(job.roster(work.rows)).code == 0

    in_parallel(killed_at, list(range(1, work.changes + 4)))


def test_an_interrupted_run_is_settled_and_superseded_by_apply(start_sandbox, make_job):
    people = company(40)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(http=SHORT, limits={"updates": 1000})
    roster = job.roster([row_of(user, lang="de") for user in people[1:]])
    file = saved(job, roster)
    sandbox.faults(kill_after_write=5)
    assert job.sync(roster, "--max-in-flight", "1").killed
    result = job.apply(file)
    assert result.code == 0, result
    assert result.totals == {"rows": 40, "updated": 35, "unchanged": 5}
    assert [run["state"] for run in job.runs()[:2]] == ["finished", "superseded"]
    assert len(sandbox.committed()) == 40
