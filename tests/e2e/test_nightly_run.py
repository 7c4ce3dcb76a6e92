"""The nightly job itself: a first run, a second one, a dry run, and the requests that they take."""

import random
import unicodedata

from support.people import OWNER, company, new_row, person, row_of, rows_of


def mixed_company(count):
    people = [OWNER]
    for number in range(1, count):
        if number % 3 == 0:
            people.append(person(number))
        elif number % 3 == 1:
            people.append(person(number, role="BUSINESS_MANAGER", business_ids=[f"b{number}", f"b{number + 1}", "b0"]))
        else:
            people.append(person(number, role="GROUP_MANAGER", accesses=[[1, number], [2]]))
    return people


def test_first_run_then_nothing_left_to_do(start_sandbox, make_job):
    people = mixed_company(60)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[4]["last_name"] = "Married"
    rows[5]["lang"] = "pl"
    roster = job.roster(rows + [new_row(1), new_row(2)])

    first = job.sync(roster)
    assert first.code == 0, first
    assert first.totals == {"rows": 61, "unchanged": 57, "updated": 2, "created": 2}
    assert sandbox.user(rows[4]["email"])["last_name"] == "Married"
    assert sandbox.user("new.2@example.com")["first_name"] == "Newfirst2"

    sandbox.forget()
    second = job.sync(roster)
    assert second.code == 0, second
    assert second.totals == {"rows": 61, "unchanged": 61}
    assert sandbox.writes() == []
    assert job.plan(roster).code == 0


def test_a_dry_run_writes_nothing_and_says_what_would_be(start_sandbox, make_job):
    people = mixed_company(40)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[0]["lang"] = "de"
    before = sandbox.users()

    result = job.plan(job.roster(rows + [new_row(1)]))
    assert result.code == 2, result
    assert result.totals == {"rows": 40, "unchanged": 38, "planned_update": 1, "planned_create": 1}
    assert result.entry(1)["changes"] == [{"attribute": "lang", "before": "fr", "after": "de"}]
    assert "DRY RUN" in result.stdout and "person.1@example.com" in result.stdout
    assert sandbox.writes() == [] and sandbox.users() == before
    assert result.report["http"]["writes"] == 0


def test_a_dry_run_of_a_refused_plan_writes_nothing_either(start_sandbox, make_job):
    people = company(100)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster([row_of(user, lang="de") for user in people[1:]]))
    assert result.code == 4, result
    assert result.totals == {"rows": 100, "planned_update": 100}
    assert sandbox.writes() == []


def change_one_attribute_each(rows):
    """Changes 30 rows in one attribute each; answers what their patches must hold, by e-mail."""
    chosen = random.Random(3).sample(range(len(rows)), 200)
    patches = {}
    for index in chosen:
        row = rows[index]
        number = len(patches)
        if number == 30:
            break
        if number < 8:
            patch = {"last_name": row["last_name"] + "-Smith"}
        elif number < 14:
            patch = {"first_name": "É" + row["first_name"]}
        elif number < 20:
            patch = {"lang": "hu"}
        elif number < 25 and row["role"] == "BUSINESS_MANAGER":
            patch = {"business_ids": row["business_ids"] + ["extra"]}
        elif number >= 25 and row["role"] == "GROUP_MANAGER":
            patch = {"accesses": row["accesses"] + [[77, 78]]}
        else:
            continue
        row.update(patch)
        patches[row["email"]] = patch
    assert len(patches) == 30
    return patches


def test_a_thousand_users_with_few_changes_take_few_requests(start_sandbox, make_job):
    people = mixed_company(1000)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    patches = change_one_attribute_each(rows)
    untouched = [row for row in rows if row["email"] not in patches]
    untouched[10]["role"] = "BUSINES_MANAGER"
    untouched[20]["email"] = "person at example.com"
    roster = job.roster(rows + [new_row(number) for number in range(1, 6)] + [new_row(6, role="")] )

    result = job.sync(roster)
    assert result.code == 3, result
    assert result.totals == {"rows": 1005, "unchanged": 967, "updated": 30, "created": 5, "rejected": 3}
    summary = sandbox.summary()
    assert summary["listings"] == 10
    assert summary["other_reads"] <= 4
    assert summary["writes"] == 35
    ids = {user["id"]: user["email"] for user in people}
    sent = {ids[entry["path"].rsplit("/", 1)[1]]: entry["body"] for entry in sandbox.updates()}
    assert {email: set(body) for email, body in sent.items()} == {email: set(patch) for email, patch in patches.items()}
    for email, patch in patches.items():
        for name, value in patch.items():
            assert normal(sent[email][name]) == normal(value)
    assert sorted(entry["body"]["email"] for entry in sandbox.creates()) == [f"new.{n}@example.com" for n in range(1, 6)]

    sandbox.forget()
    again = job.sync(roster)
    assert again.code == 3
    assert again.totals == {"rows": 1005, "unchanged": 1002, "rejected": 3}
    assert sandbox.writes() == []


def normal(value):
    if isinstance(value, list):
        return sorted(sorted(item) if isinstance(item, list) else item for item in value)
    return value


def test_what_only_is_spelt_differently_is_no_change(start_sandbox, make_job):
    people = [OWNER,
              person(1, email="Perceval@Example.com"),
              person(2, role="BUSINESS_MANAGER", business_ids=["b1", "b2", "b3"]),
              person(3, role="GROUP_MANAGER", accesses=[[1, 2], [3], [4, 5, 6]]),
              person(4, first_name="Élodie", last_name="Großmann-Núñez"),
              person(5)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[0]["email"] = "pERCEVAL@eXAMPLE.COM"
    rows[1]["business_ids"] = ["b3", "b1", "b2", "b1"]
    rows[2]["accesses"] = [[6, 4, 5], [3], [2, 1]]
    rows[3] = {name: unicodedata.normalize("NFD", value) for name, value in rows[3].items()}
    rows[4] = {name: f"  {value}\t" for name, value in rows[4].items()}
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert result.totals == {"rows": 5, "unchanged": 5}
    assert sandbox.writes() == []


def test_empty_blank_and_clear_are_three_different_things(start_sandbox, make_job):
    people = [OWNER, person(1, role="BUSINESS_MANAGER", business_ids=["b1"]),
              person(2, role="BUSINESS_MANAGER", business_ids=["b1"]),
              person(3, role="BUSINESS_MANAGER", business_ids=[])]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster("email,business_ids\n"
                                 "person.1@example.com,\n"
                                 "person.2@example.com,\\N\n"
                                 "person.3@example.com,\\N\n"))
    assert result.totals == {"rows": 3, "unchanged": 2, "updated": 1}, result
    assert [entry["body"] for entry in sandbox.updates()] == [{"business_ids": []}]
    assert sandbox.user("person.1@example.com")["business_ids"] == ["b1"]
    assert sandbox.user("person.2@example.com")["business_ids"] == []


def test_orphans_are_reported_and_left_alone(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(rows_of(people[:4])))
    assert result.code == 0, result
    orphans = {orphan["email"]: orphan for orphan in result.report["orphans"]}
    assert set(orphans) == {"owner@example.com", "person.4@example.com", "person.5@example.com"}
    assert orphans["owner@example.com"]["reason"] == "own_user"
    assert orphans["person.4@example.com"] == {"user_id": people[4]["id"], "email": "person.4@example.com",
                                              "outcome": "reported", "reason": None, "http_status": None,
                                              "message": None, "changes": [], "attempts": 0}
    assert result.report["directory"] == {"users": 6, "complete": True}
    assert sandbox.writes() == []


def test_a_rejected_row_still_points_to_its_user(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[1]["lang"] = "klingon"
    result = job.sync(job.roster(rows))
    assert result.code == 3
    assert [orphan["email"] for orphan in result.report["orphans"]] == ["owner@example.com"]
