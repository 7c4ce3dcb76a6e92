"""One person in several rows: united where they agree, in conflict where they do not."""

from support.people import OWNER, company, new_row, person, row_of


def outcome(entry):
    return entry["outcome"], entry["reason"]


def manager(number, **attributes):
    return person(number, role="BUSINESS_MANAGER", business_ids=["b1"], **attributes)


def test_a_line_per_shop_becomes_one_update_and_one_create(start_sandbox, make_job):
    people = [OWNER, manager(1), person(2)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(merge=["business_ids"])
    there, new = people[1], new_row(1, role="BUSINESS_MANAGER")
    roster = job.roster([row_of(there, business_ids=["b2"]), {**new, "business_ids": ["b7"]},
                         row_of(there, business_ids=["b1"]), row_of(people[2], business_ids=""),
                         {**new, "business_ids": ["b8", "b7"]},
                         row_of(there, business_ids=["b3"], email=there["email"].upper())])
    dry = job.plan(roster)
    assert dry.code == 2 and dry.totals["skipped"] == 3, dry
    result = job.sync(roster)
    assert result.code == 0, result
    assert [outcome(entry) for entry in result.entries] == [
        ("updated", None), ("created", None), ("skipped", "merged"), ("unchanged", None), ("skipped", "merged"),
        ("skipped", "merged")]
    assert "row 1" in result.entry(3)["message"] and "row 2" in result.entry(5)["message"]
    assert result.entry(3)["user_id"] == there["id"]
    assert sorted(sandbox.user(there["email"])["business_ids"]) == ["b1", "b2", "b3"]
    assert sorted(sandbox.user(new["email"])["business_ids"]) == ["b7", "b8"]
    assert [orphan["email"] for orphan in result.report["orphans"]] == [OWNER["email"]]
    sandbox.forget()
    assert job.sync(roster).code == 0 and sandbox.writes() == []


def test_without_merge_such_rows_are_in_conflict(start_sandbox, make_job):
    people = [OWNER, manager(1)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(people[1], business_ids=["b2"]), row_of(people[1], business_ids=["b3"])])
    result = job.sync(roster)
    assert result.code == 3 and sandbox.writes() == []
    assert [outcome(entry) for entry in result.entries] == [("conflict", "duplicate_key")] * 2
    assert "row 2" in result.entry(1)["message"] and "business_ids" in result.entry(1)["message"]


def test_rows_that_disagree_say_in_which_column(start_sandbox, make_job):
    people = [OWNER, manager(1), manager(2)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(merge=["business_ids"])
    roster = job.roster([row_of(people[1], business_ids=["b2"]),
                         row_of(people[1], business_ids=["b3"], last_name="Other"),
                         row_of(people[2], business_ids=["b4"])])
    for run in (job.plan, job.sync, job.validate):
        result = run(roster)
        assert result.code == 3, result
        assert [outcome(entry) for entry in result.entries][:2] == [("conflict", "duplicate_key")] * 2
        for row, other in (1, 2), (2, 1):
            message = result.entry(row)["message"]
            assert f"row {other}," in message and "last_name" in message and "business_ids" not in message
    assert sandbox.user(people[1]["email"])["business_ids"] == ["b1"]
    assert sandbox.user(people[2]["email"])["business_ids"] == ["b4"]


def test_a_rejected_row_among_them_is_no_part_of_the_union(start_sandbox, make_job):
    people = [OWNER, manager(1)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(merge=["business_ids"])
    result = job.sync(job.roster([row_of(people[1], business_ids=["b2"]),
                                  row_of(people[1], business_ids=["b3"], lang="xx")]))
    assert result.code == 3 and sandbox.writes() == [], result
    assert outcome(result.entry(1)) == ("conflict", "duplicate_key")
    assert "row 2, which is rejected" in result.entry(1)["message"]
    assert result.entry(2)["outcome"] == "rejected"


def test_validate_tells_of_united_rows_and_needs_nobody(make_job):
    job = make_job().configure(merge=["business_ids"])
    result = job.validate(job.roster([new_row(1, business_ids=["b1"]), new_row(1, business_ids=["b2"])]))
    assert result.code == 0, result
    assert [outcome(entry) for entry in result.entries] == [("skipped", "not_compared"), ("skipped", "merged")]


def test_a_list_of_what_is_no_list_is_refused(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(1))
    for name, words in ("last_name", "merge: last_name is one value, not a list"), ("busines_ids", '"business_ids"?'):
        job = make_job(sandbox, name).configure(merge=[name])
        result = job.sync(job.roster([new_row(1)]))
        assert result.code == 1 and words in result.words(), result
