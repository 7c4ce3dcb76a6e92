"""Plans that are saved, reviewed, and carried out as they stand."""

import json
import stat

from support.people import company, new_row, row_of
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
