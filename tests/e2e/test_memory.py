"""What is remembered from one run to the next: values that the API does not give back, and values that it does not
keep."""

import stat

from support.people import company, new_row, row_of, rows_of

SECRET = "Correct-Horse-1"


def with_phones(people, **changes):
    return [row_of(user, phone=f"+33 1 99 00 00 {number:02d}", **changes) for number, user in enumerate(people[1:], 1)]


def bodies(entries):
    return sorted((entry["body"] for entry in entries), key=str)


def memory_holds(job, text):
    return any(text.encode() in file.read_bytes() for file in job.state.glob("memory*"))


def test_what_cannot_be_read_back_goes_out_once_and_again_only_when_the_roster_changes(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = with_phones(people)
    first = job.sync(job.roster(rows))
    assert first.code == 0 and first.totals == {"rows": 3, "updated": 3}, first
    assert bodies(sandbox.updates()) == [{"phone": row["phone"]} for row in rows]
    assert first.entry(1)["changes"] == [{"attribute": "phone", "before": None, "after": rows[0]["phone"]}]
    assert "write_only" not in [warning["code"] for warning in first.report["warnings"]]

    sandbox.forget()
    second = job.sync(job.roster(rows))
    assert second.code == 0 and second.totals == {"rows": 3, "unchanged": 3}, second
    assert sandbox.writes() == []

    rows[0]["phone"] = "+44 20 7946 0000"
    rows[1]["phone"] = "\\N"
    rows[2]["phone"] = ""
    third = job.sync(job.roster(rows))
    assert third.code == 0 and third.totals == {"rows": 3, "updated": 2, "unchanged": 1}, third
    assert bodies(sandbox.updates()) == [{"phone": ""}, {"phone": "+44 20 7946 0000"}]
    sandbox.forget()
    assert job.sync(job.roster(rows)).totals == {"rows": 3, "unchanged": 3}
    assert sandbox.writes() == []
    assert not memory_holds(job, "7946")


def test_the_night_after_a_create_sends_nothing(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(2))
    job = make_job(sandbox).configure(roster={"blank": {"keywords": "clear"}}, password_updates=True)
    roster = job.roster([new_row(1, phone="+33 1", keywords="", password=SECRET,
                                 receive_reviews_email_notifications="no"),
                         new_row(2, phone="", keywords="a", password="", receive_reviews_email_notifications="yes")])
    first = job.sync(roster)
    assert first.code == 0 and first.totals == {"rows": 2, "created": 2}, first
    sandbox.forget()
    second = job.sync(roster)
    assert second.code == 0 and second.totals == {"rows": 2, "unchanged": 2}, second
    assert sandbox.writes() == []
    assert not memory_holds(job, SECRET)


def test_a_password_goes_out_on_updates_where_the_configuration_asks_for_it(start_sandbox, make_job):
    people = company(2)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(user, password=SECRET) for user in people[1:]])
    assert job.sync(roster).totals == {"rows": 2, "unchanged": 2}
    assert sandbox.writes() == []
    job.configure(password_updates=True)
    result = job.sync(roster)
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 2}, result
    assert [set(entry["body"]) for entry in sandbox.updates()] == [{"password"}] * 2
    sandbox.forget()
    assert job.sync(roster).totals == {"rows": 2, "unchanged": 2}
    assert sandbox.writes() == []
    changed = job.sync(job.roster([row_of(people[1], password="Battery-Staple-2"), row_of(people[2], password=SECRET)]))
    assert changed.totals == {"rows": 2, "updated": 1, "unchanged": 1}, changed
    for word in [SECRET, "Battery-Staple-2"]:
        assert not memory_holds(job, word)
        assert word not in changed.stdout + changed.stderr + "".join(changed.files.values())


def test_first_sends_count_against_the_limit_and_assume_current_spares_them(start_sandbox, make_job):
    people = company(60)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    refused = job.sync(roster)
    assert refused.code == 4, refused
    assert "--assume-current" in refused.report["run"]["message"]
    assert sandbox.writes() == []

    planned = job.plan(roster, "--assume-current")
    assert planned.code == 0 and planned.totals == {"rows": 60, "unchanged": 60}, planned
    assert job.sync(roster).code == 4  # a dry run has recorded nothing
    assert not (job.state / "memory.key").exists()

    recorded = job.sync(roster, "--assume-current")
    assert recorded.code == 0 and recorded.totals == {"rows": 60, "unchanged": 60}, recorded
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 60, "unchanged": 60}, again
    assert sandbox.writes() == []

    rows = with_phones(people)
    rows[7]["phone"] = "+44 20 7946 0000"
    changed = job.sync(job.roster(rows), "--assume-current")  # what is known is not assumed
    assert changed.totals == {"rows": 60, "unchanged": 59, "updated": 1}, changed


def test_a_refusal_that_first_sends_have_no_part_in_does_not_speak_of_them(start_sandbox, make_job):
    people = company(60)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    refused = job.sync(job.roster([row_of(user, lang="de") for user in people[1:]]))
    assert refused.code == 4, refused
    assert "--assume-current" not in refused.report["run"]["message"]


def test_without_its_key_what_was_confirmed_is_sent_once_more(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    assert job.sync(roster).totals == {"rows": 3, "updated": 3}
    key = job.state / "memory.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 and len(key.read_bytes()) == 32
    assert stat.S_IMODE((job.state / "memory.db").stat().st_mode) == 0o600
    key.unlink()
    assert job.plan(roster).totals == {"rows": 3, "planned_update": 3}
    assert not key.exists()
    assert job.sync(roster, "--assume-current").totals == {"rows": 3, "unchanged": 3}
    assert job.sync(roster).totals == {"rows": 3, "unchanged": 3}


def test_a_plan_leaves_no_trace_in_what_is_remembered(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    assert job.plan(roster).code == 2
    assert not list(job.state.glob("memory*"))
    job.sync(roster)
    before = (job.state / "memory.db").read_bytes()
    assert job.plan(job.roster(with_phones(people, lang="de"))).code == 2
    assert (job.state / "memory.db").read_bytes() == before


def test_a_damaged_memory_stops_a_run_before_it_writes(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    job.sync(roster)
    sandbox.forget()
    (job.state / "memory.db").write_bytes(b"notes of somebody\n" * 500)
    result = job.sync(job.roster(with_phones(people, lang="de")))
    assert result.code == 1, result
    assert "memory.db" in result.stderr and "damaged" in result.stderr
    assert sandbox.writes() == []


def test_a_run_that_was_killed_teaches_the_one_that_takes_its_place(start_sandbox, make_job):
    people = company(8)
    sandbox = start_sandbox("--kill-after-write", "4", people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    assert job.sync(roster, "--max-in-flight", "1").killed
    done = {entry["path"] for entry in sandbox.committed()}
    assert done
    sandbox.faults(**{"kill-after-write": None})
    sandbox.forget()
    result = job.sync(roster)
    assert result.code == 0, result
    sent_again = {entry["path"] for entry in sandbox.updates()} & done
    assert len(sent_again) <= 1  # whose answer was lost, and which nothing can show
    sandbox.forget()
    assert job.sync(roster).totals == {"rows": 8, "unchanged": 8}
    assert sandbox.writes() == []


def test_a_run_that_was_killed_and_resumed_is_remembered_whole(start_sandbox, make_job):
    people = company(8)
    sandbox = start_sandbox("--kill-after-write", "4", people=people)
    job = make_job(sandbox)
    roster = job.roster(with_phones(people))
    assert job.sync(roster, "--max-in-flight", "1").killed
    sandbox.faults(**{"kill-after-write": None})
    resumed = job.run("resume")
    assert resumed.code == 0 and resumed.totals == {"rows": 8, "updated": 8}, resumed
    sandbox.forget()
    assert job.sync(roster).totals == {"rows": 8, "unchanged": 8}
    assert sandbox.writes() == []


def lose(sandbox, people):
    """Whatever was written, the directory is as it was."""
    sandbox.begin_with(people)


def test_a_value_that_is_not_kept_is_told_of_and_after_three_runs_not_sent_any_more(start_sandbox, make_job):
    people = company(4)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[0]["lang"] = "de"
    roster = job.roster(rows)

    first = job.sync(roster)
    assert first.code == 0 and first.totals == {"rows": 4, "unchanged": 3, "updated": 1}, first
    for _ in range(2):
        lose(sandbox, people)
        planned = job.plan(roster)
        assert planned.code == 3 and planned.entry(1)["outcome"] == "planned_update", planned
        assert planned.entry(1)["warnings"] == ["not_kept"] and "lang: written on" in planned.entry(1)["notes"][0]
        told = job.sync(roster)
        assert told.code == 3 and told.totals == {"rows": 4, "unchanged": 3, "failed": 1}, told
        assert told.entry(1)["reason"] == "not_kept"
        assert [fault["column"] for fault in told.entry(1)["faults"]] == ["lang"]
        assert "lang: written on " in told.entry(1)["message"] and '"fr" again' in told.entry(1)["message"]
        assert [entry["body"] for entry in sandbox.updates()] == [{"lang": "de"}]

    lose(sandbox, people)
    given_up = job.sync(roster)
    assert given_up.code == 3 and given_up.totals == {"rows": 4, "unchanged": 3, "skipped": 1}, given_up
    assert given_up.entry(1)["reason"] == "not_kept"
    assert "written 3 times" in given_up.entry(1)["message"]
    assert sandbox.writes() == []
    assert job.plan(roster).code == 3
    asked = job.sync(roster, "--only", people[1]["email"])  # to be tried once more
    assert asked.code == 3 and [entry["body"] for entry in sandbox.updates()] == [{"lang": "de"}], asked
    lose(sandbox, people)

    rows[0]["last_name"] = "Married"  # what else there is goes out
    beside = job.sync(job.roster(rows))
    assert beside.code == 3 and beside.entry(1)["outcome"] == "updated", beside
    assert beside.entry(1)["warnings"] == ["not_kept"]
    assert [entry["body"] for entry in sandbox.updates()] == [{"last_name": "Married"}]

    rows[0]["lang"] = "en"  # the roster changes its mind
    changed = job.sync(job.roster(rows))
    assert changed.code == 0 and changed.entry(1)["outcome"] == "updated", changed
    assert sandbox.user(people[1]["email"])["lang"] == "en"
    assert job.sync(job.roster(rows)).totals == {"rows": 4, "unchanged": 4}


def test_a_value_that_was_kept_in_between_is_news_when_it_is_lost(start_sandbox, make_job):
    people = company(2)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[0]["lang"] = "de"
    roster = job.roster(rows)
    assert job.sync(roster).totals["updated"] == 1
    assert job.sync(roster).totals == {"rows": 2, "unchanged": 2}  # it was kept
    lose(sandbox, people)
    result = job.sync(roster)
    assert result.code == 0 and result.totals == {"rows": 2, "unchanged": 1, "updated": 1}, result


def test_another_value_in_the_directory_is_no_value_that_was_not_kept(start_sandbox, make_job):
    people = company(2)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = rows_of(people)
    rows[0]["lang"] = "de"
    roster = job.roster(rows)
    assert job.sync(roster).totals["updated"] == 1
    sandbox.begin_with([people[0], {**people[1], "lang": "en"}, people[2]])
    result = job.sync(roster)
    assert result.code == 0 and result.totals == {"rows": 2, "unchanged": 1, "updated": 1}, result
