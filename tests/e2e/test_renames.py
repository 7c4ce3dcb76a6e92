"""People who are there already under another address: nobody gets a second account, and one line settles it."""

import re

import pytest
from support.people import OWNER, company, new_row, person, row_of, rows_of

WAYS = ["list", "by-key", "by-id"]


def outcome(entry):
    return entry["outcome"], entry["reason"]


def renamed(people, number, address="married@example.com", **changes):
    """The roster in which HR gave the number-th another address."""
    return rows_of(people[:number] + people[number + 1:]) + [row_of(people[number], email=address, **changes)]


def numbered(rows):
    """With a column of HR's own: the number that somebody keeps, whatever else changes."""
    return [{"employee_number": f"E{row['first_name'].removeprefix('First')}", **row} for row in rows]


def warnings(result):
    return [warning["code"] for warning in result.report["warnings"]]


def one_account(sandbox, people, address):
    users = sandbox.users()
    assert len(users) == len(people)
    assert len([user for user in users if user["email"] == address]) == 1


@pytest.mark.parametrize("fetch", WAYS)
def test_the_accident_a_new_address_makes_no_second_account(start_sandbox, make_job, fetch):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3))
    result = job.sync(roster, "--fetch", fetch)
    assert result.code == 3, result
    entry = result.by_key("married@example.com")
    assert outcome(entry) == ("conflict", "probable_rename")
    assert result.totals == {"rows": 30, "unchanged": 29, "conflict": 1}
    assert sandbox.writes() == []
    for words in ("married@example.com (First3 Last3)", people[3]["id"], "person.3@example.com (First3 Last3)"):
        assert words in entry["message"]
    if fetch == "list":
        assert [orphan["email"] for orphan in result.report["orphans"]] == [OWNER["email"]]

    [line] = re.findall(r"--accept-rename \S+(?=;)", entry["message"])
    dry = job.plan(roster, "--fetch", fetch, *line.split())
    assert dry.code == 2 and dry.by_key("married@example.com")["outcome"] == "planned_update", dry
    assert job.sync(roster, "--fetch", fetch).code == 3, "a dry run is remembered"

    settled = job.sync(roster, "--fetch", fetch, *line.split())
    assert settled.code == 0, settled
    entry = settled.by_key("married@example.com")
    assert entry["outcome"] == "updated" and entry["user_id"] == people[3]["id"]
    assert entry["changes"] == [{"attribute": "email", "before": "person.3@example.com",
                                 "after": "married@example.com"}]
    one_account(sandbox, people, "married@example.com")

    sandbox.forget()
    for more in ([], line.split()):  # the same option again changes nothing, and is no error
        again = job.sync(roster, "--fetch", fetch, *more)
        assert again.code == 0 and again.totals == {"rows": 30, "unchanged": 30}, again
        assert warnings(again) == []
    assert sandbox.writes() == []


@pytest.mark.parametrize("fetch", WAYS)
def test_another_person_of_that_name_is_created_once_it_was_said(start_sandbox, make_job, fetch):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(rows_of(people[:3] + people[4:]) + [row_of(people[3], email="namesake@example.com")])
    result = job.sync(roster, "--fetch", fetch)
    assert result.code == 3 and "--accept-new namesake@example.com" in result.by_key("namesake@example.com")["message"]
    settled = job.sync(roster, "--fetch", fetch, "--accept-new", "Namesake@Example.com")
    assert settled.code == 0 and settled.totals == {"rows": 30, "unchanged": 29, "created": 1}, settled
    sandbox.forget()
    again = job.sync(roster, "--fetch", fetch)
    assert again.code == 0 and sandbox.writes() == [], again


def test_what_was_said_is_remembered_when_it_could_not_be_carried_out_yet(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3) + [row_of(people[4], email="namesake@example.com")])
    said = ["--accept-rename", "person.3@example.com=married@example.com", "--accept-new", "namesake@example.com"]
    held_back = job.sync(roster, *said, "--limit", "0")
    assert held_back.code == 0 and sandbox.writes() == [], held_back
    result = job.sync(roster)
    assert result.code == 0 and result.totals == {"rows": 31, "unchanged": 29, "updated": 1, "created": 1}, result


def test_what_was_said_in_a_run_that_a_limit_refused_is_not_remembered(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(limits={"floor": 0, "attributes": {"email": 0}})
    roster = job.roster(renamed(people, 3))
    said = ["--accept-rename", "person.3@example.com=married@example.com"]
    refused = job.sync(roster, *said)
    assert refused.code == 4 and "--allow email=1" in refused.words(), refused
    assert outcome(job.sync(roster).by_key("married@example.com")) == ("conflict", "probable_rename")
    assert job.sync(roster, *said, "--allow", "email=1").code == 0
    one_account(sandbox, people, "married@example.com")


@pytest.mark.parametrize("fetch", WAYS)
def test_with_a_number_that_hr_keeps_nobody_is_asked(start_sandbox, make_job, fetch):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(roster={"key": "employee_number"})
    rows = numbered(rows_of(people) + [new_row(1, first_name="First99")])
    first = job.sync(job.roster(rows), "--fetch", fetch)
    assert first.code == 0 and first.totals == {"rows": 31, "unchanged": 30, "created": 1}, first
    rows = numbered(renamed(people, 3) + [new_row(1, first_name="First99", email="promoted@example.com")])
    result = job.sync(job.roster(rows), "--fetch", fetch)
    assert result.code == 0 and result.totals == {"rows": 31, "unchanged": 29, "updated": 2}, result
    assert result.by_key("married@example.com")["user_id"] == people[3]["id"]
    assert len(sandbox.users()) == 32
    sandbox.forget()
    assert job.sync(job.roster(rows), "--fetch", fetch).code == 0
    assert sandbox.writes() == []


@pytest.mark.parametrize("fetch", WAYS)
def test_number_and_address_of_two_people(start_sandbox, make_job, fetch):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(roster={"key": "employee_number"})
    assert job.sync(job.roster(numbered(rows_of(people)))).code == 0
    rows = numbered(rows_of(people[:3] + people[5:])) + numbered([row_of(people[3], email=people[4]["email"])])
    result = job.sync(job.roster(rows), "--fetch", fetch)
    assert result.code == 3 and outcome(result.by_key(people[4]["email"])) == ("conflict", "ambiguous_match"), result
    assert sandbox.writes() == []


def test_a_dry_run_makes_no_link(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(roster={"key": "employee_number"})
    job.plan(job.roster(numbered(rows_of(people))))
    result = job.sync(job.roster(numbered(renamed(people, 3))))
    assert outcome(result.by_key("married@example.com")) == ("conflict", "probable_rename")


def test_links_of_people_whom_a_resumed_run_created(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox("--kill-after-write", "2", people=people)
    job = make_job(sandbox).configure(roster={"key": "employee_number"})
    rows = numbered(rows_of(people) + [new_row(n, first_name=f"First10{n}") for n in range(1, 5)])
    roster = job.roster(rows)
    assert job.sync(roster).killed
    resumed = job.resume()
    assert resumed.code == 0 and resumed.totals["created"] == 4, resumed
    for number, row in enumerate(rows[30:]):
        row["email"] = f"moved.{number}@example.com"
    result = job.sync(job.roster(rows))
    assert result.code == 0 and result.totals == {"rows": 34, "unchanged": 30, "updated": 4}, result
    assert len(sandbox.users()) == 35


@pytest.mark.parametrize("fetch", WAYS)
def test_a_company_that_moves_to_another_domain(start_sandbox, make_job, fetch):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(email_domains={"example.com": "new.example"},
                                      limits={"attributes": {"email": 30}})
    rows = [row_of(user, email=user["email"].replace("example.com", "New.example")) for user in people[1:]]
    result = job.sync(job.roster(rows), "--fetch", fetch, "--allow", "updates=30")
    assert result.code == 0 and result.totals == {"rows": 30, "updated": 30}, result
    assert len(sandbox.users()) == 31
    sandbox.forget()
    assert job.sync(job.roster(rows), "--fetch", fetch).code == 0
    assert sandbox.writes() == []


def test_an_address_at_both_domains_is_a_guess(start_sandbox, make_job):
    people = company(5) + [person(6, email="person.3@new.example", first_name="Else")]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(email_domains={"example.com": "new.example"})
    row = row_of(people[3], email="person.3@new.example")
    result = job.sync(job.roster([row, new_row(1)]), "--fetch", "list")
    assert outcome(result.entry(1)) == ("conflict", "ambiguous_match"), result
    assert "created" == result.entry(2)["outcome"]
    settled = job.sync(job.roster([{"id": people[6]["id"], **row_of(people[6])}]), "--fetch", "list")
    assert settled.code == 0 and settled.totals == {"rows": 1, "unchanged": 1}, settled


def test_only_narrows_a_rename_as_anything_else(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3))
    said = ["--accept-rename", "person.3@example.com=married@example.com"]
    other = job.sync(roster, *said, "--only", "person.5@example.com")
    assert other.code == 0 and outcome(other.by_key("married@example.com")) == ("skipped", "only"), other
    assert sandbox.writes() == []
    this = job.sync(roster, *said, "--only", "married@example.com")
    assert this.code == 0 and this.totals["updated"] == 1, this
    one_account(sandbox, people, "married@example.com")


def test_only_does_not_create_whom_it_names_beside_an_old_account(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(renamed(people, 3)), "--only", "married@example.com")
    assert result.code == 3 and outcome(result.by_key("married@example.com")) == ("conflict", "probable_rename")
    assert sandbox.writes() == []


def test_few_rows_of_a_large_directory_are_searched_for_by_name(start_sandbox, make_job):
    people = company(1500)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = [row_of(people[1]), row_of(people[700], email="married@example.com"), new_row(1)]
    result = job.sync(job.roster(rows))
    assert result.code == 3, result
    assert [entry["outcome"] for entry in result.entries] == ["unchanged", "conflict", "created"]
    assert result.report["directory"]["complete"] is False
    assert result.report["http"]["reads"] < 15


def test_people_who_are_to_be_disabled_for_absence_are_not_where_they_may_be_renamed(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(missing="deactivate")
    result = job.sync(job.roster(renamed(people, 3)))
    assert result.code == 3, result
    assert sandbox.writes() == []
    gone = job.sync(job.roster(renamed(people, 3)), "--accept-new", "married@example.com")
    assert gone.code == 0 and gone.totals["deactivated"] == 1, gone
    assert sandbox.user("person.3@example.com")["disabled"] is True


def test_what_was_said_and_fits_nothing_is_told(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3))
    result = job.sync(roster, "--accept-rename", "nobody@example.com=married@example.com",
                      "--accept-rename", "person.4@example.com=no.row@example.com",
                      "--accept-new", "no.row.either@example.com")
    assert warnings(result) == ["accept_unused"] * 3
    assert result.code == 3 and outcome(result.by_key("married@example.com")) == ("conflict", "probable_rename")
    assert sandbox.writes() == []


def test_many_of_them_stand_in_a_file(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3) + [row_of(people[4], email="namesake@example.com")])
    (job.directory / "renames").write_text("# of March\r\n\r\nperson.3@example.com=married@example.com  # Ms Three\r\n",
                                           encoding="utf-8")
    (job.directory / "new").write_text("namesake@example.com\n", encoding="utf-8")
    result = job.sync(roster, "--accept-rename", "@renames", "--accept-new=@new")
    assert result.code == 0 and result.totals == {"rows": 31, "unchanged": 29, "updated": 1, "created": 1}, result


@pytest.mark.parametrize("arguments, words", [
    (["--accept-rename", "a@example.com"], "expected OLD=NEW"),
    (["--accept-rename", "=b@example.com"], "expected OLD=NEW"),
    (["--accept-rename", "a@x.com=c@x.com", "--accept-rename", "b@x.com=c@x.com"], "c@x.com cannot be both"),
    (["--accept-rename", "a@x.com=b@x.com", "--accept-rename", "a@x.com=c@x.com"], "a@x.com cannot become both"),
    (["--accept-rename", "a@x.com=b@x.com", "--accept-new", "b@x.com"], "--accept-rename says"),
    (["--accept-new", "@no.such.file"], "no.such.file"),
])
def test_what_contradicts_itself_is_refused(start_sandbox, make_job, arguments, words):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.sync(job.roster([new_row(1)]), *arguments)
    assert result.code == 1 and words in result.words(), result
    assert sandbox.writes() == []


def test_a_run_that_begins_again_knows_what_was_said(start_sandbox, make_job):
    people = company(30)
    sandbox = start_sandbox("--kill-before", "2", people=people)
    job = make_job(sandbox)
    roster = job.roster(renamed(people, 3))
    assert job.sync(roster, "--accept-rename", "person.3@example.com=married@example.com").killed
    result = job.resume()
    assert result.code == 0 and result.totals == {"rows": 30, "unchanged": 29, "updated": 1}, result
    one_account(sandbox, people, "married@example.com")
