"""Who a row means, and what is in conflict instead of guessed."""

from support.people import OWNER, company, new_row, person, row_of, rows_of


def outcome(entry):
    return entry["outcome"], entry["reason"]


def test_an_id_matches_before_the_address(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([{"id": people[2]["id"], "email": "renamed@example.com"}]))
    assert result.code == 0, result
    [update] = sandbox.updates()
    assert update["path"].endswith("/user/" + people[2]["id"]) and update["body"] == {"email": "renamed@example.com"}
    assert result.entry(1)["user_id"] == people[2]["id"]


def test_an_id_that_the_directory_lacks(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(5))
    job = make_job(sandbox)
    for fetch in ("list", "by-id", "by-key"):
        result = job.sync(job.roster([{"id": "600000000000000000000000", **new_row(1)}]), "--fetch", fetch)
        assert result.code == 3, result
        assert outcome(result.entry(1)) == ("conflict", "unknown_id")
    assert sandbox.writes() == []


def test_an_id_and_an_address_of_two_people(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    for fetch in ("list", "by-id", "by-key"):
        result = job.sync(job.roster([{"id": people[1]["id"], "email": people[2]["email"], "lang": "de"}]),
                          "--fetch", fetch)
        assert result.code == 3, result
        assert outcome(result.entry(1)) == ("conflict", "ambiguous_match")
    assert sandbox.writes() == []


def test_two_rows_for_one_person(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([{"id": people[1]["id"], "email": "", "lang": "de"},
                                  {"id": "", "email": people[1]["email"], "lang": "pl"}]))
    assert result.code == 3, result
    assert [outcome(entry) for entry in result.entries] == [("conflict", "ambiguous_match")] * 2
    assert sandbox.writes() == []


def test_rows_that_share_a_key_are_in_conflict_even_where_nobody_has_it(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    roster = job.roster([row_of(people[1], lang="de"), row_of(people[1], lang="pl", email="PERSON.1@example.com"),
                         new_row(1), new_row(1, email="New.1@Example.com", lang="de"), row_of(people[2], lang="it")])
    result = job.sync(roster)
    assert result.code == 3, result
    assert [outcome(entry) for entry in result.entries] == [("conflict", "duplicate_key")] * 4 + [("updated", None)]
    assert len(sandbox.writes()) == 1
    checked = job.validate(roster)
    assert checked.code == 3
    assert [outcome(entry) for entry in checked.entries][:4] == [("conflict", "duplicate_key")] * 4


def test_identical_rows_collapse_with_a_warning(start_sandbox, make_job):
    people = company(5)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(people[1], lang="de"), new_row(1), row_of(people[1], lang="de"), new_row(1)]))
    assert result.code == 0, result
    assert result.totals == {"rows": 4, "updated": 1, "created": 1, "skipped": 2}
    assert result.entry(3)["warnings"] == ["duplicate_row"] and result.entry(4)["warnings"] == ["duplicate_row"]
    assert len(sandbox.writes()) == 2


def test_somebody_who_is_there_unseen(start_sandbox, make_job):
    people = company(5)
    people[3]["disabled"] = True
    sandbox = start_sandbox("--hide-disabled", people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(rows_of(people) + [new_row(1)]))
    assert result.code == 3, result
    assert outcome(result.entry(3)) == ("conflict", "unseen")
    assert "already exists" in result.entry(3)["message"]
    assert result.entry(3)["http_status"] == 400
    assert result.totals == {"rows": 6, "unchanged": 4, "created": 1, "conflict": 1}
    assert len(sandbox.users()) == 7


def test_a_disabled_person_of_whom_the_roster_says_nothing(start_sandbox, make_job):
    people = company(5)
    people[3]["disabled"] = True
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(rows_of(people)))
    assert result.code == 0, result
    assert result.totals == {"rows": 5, "unchanged": 5}
    assert [entry["warnings"] for entry in result.entries] == [[], [], ["matched_disabled"], [], []]
    assert sandbox.user(people[3]["email"])["disabled"] is True

    back = job.sync(job.roster([{"email": people[3]["email"], "disabled": "no"}]), "--allow", "shrink=4")
    assert back.code == 0 and back.entry(1)["warnings"] == [], back
    assert sandbox.user(people[3]["email"])["disabled"] is False


def test_the_user_behind_the_key_is_never_written(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    same = job.sync(job.roster([row_of(OWNER, "email", "first_name")]))
    assert same.code == 0 and same.totals == {"rows": 1, "unchanged": 1}
    for fetch in ("list", "by-key"):
        result = job.sync(job.roster([{"email": OWNER["email"], "disabled": "true"},
                                      row_of(people[1], lang="de" if fetch == "list" else "it")]), "--fetch", fetch)
        assert result.code == 3, result
        assert outcome(result.entry(1)) == ("conflict", "protected")
        assert result.entry(2)["outcome"] == "updated"
    assert not any(OWNER["first_name"] in str(entry) for entry in sandbox.writes())
    assert sandbox.user(OWNER["email"])["disabled"] is False


def test_protect_holds_against_both_addresses_and_for_creates(start_sandbox, make_job):
    people = [OWNER, person(1, email="boss@partner.example"), person(2, role="ORG_ADMIN"), person(3), person(4)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(protect=["*@PARTNER.example", {"role": "ORG_ADMIN"}])
    result = job.sync(job.roster([
        {"id": people[1]["id"], "email": "boss@example.com"},
        {"id": people[2]["id"], "email": "person.2@example.com", "lang": "de"},
        {"id": people[3]["id"], "email": "taken@partner.example"},
        {"id": "", **new_row(1, email="new@Partner.example")},
        {"id": people[4]["id"], "email": people[4]["email"], "lang": "de"}]))
    assert result.code == 3, result
    assert [outcome(entry) for entry in result.entries] == [("conflict", "protected")] * 4 + [("updated", None)]
    assert len(sandbox.writes()) == 1
    unchanged = job.sync(job.roster([{"email": "boss@partner.example", "lang": "fr"}]), "--allow", "shrink=4")
    assert unchanged.code == 0 and unchanged.totals == {"rows": 1, "unchanged": 1}


def test_an_attribute_without_effect_for_the_role_is_not_sent(start_sandbox, make_job):
    people = [OWNER, person(1), person(2, role="BUSINESS_MANAGER", business_ids=["b1"]), person(3)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    rows = [row_of(people[1], business_ids=["b7"]),                              # stays a PUBLISHER
            row_of(people[2], role="GROUP_MANAGER", business_ids=["b9"], accesses=[[1]]),  # no longer a BUSINESS_MANAGER
            row_of(people[3], role="BUSINESS_MANAGER", business_ids=["b3"]),         # becomes one with this write
            new_row(1, business_ids=["b5"])]
    result = job.sync(job.roster(rows))
    assert result.code == 0, result
    assert [entry["warnings"] for entry in result.entries] == [["not_applicable"],
                                                             ["not_applicable", "loses_effect"], [],
                                                             ["not_applicable"]]
    bodies = {entry["path"].rsplit("/", 1)[1]: entry["body"] for entry in sandbox.updates()}
    assert bodies == {people[2]["id"]: {"role": "GROUP_MANAGER", "accesses": [[1]]},
                      people[3]["id"]: {"role": "BUSINESS_MANAGER", "business_ids": ["b3"]}}
    assert "business_ids" not in sandbox.creates()[0]["body"]
    sandbox.forget()
    assert job.sync(job.roster(rows)).code == 0
    assert sandbox.writes() == []


def test_a_providers_role_and_invited_for_somebody_active_are_never_sent(start_sandbox, make_job):
    people = [OWNER, person(1, role="PROVIDER"), person(2)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([{"email": people[1]["email"], "role": "PUBLISHER", "lang": "de", "status": ""},
                                  {"email": people[2]["email"], "role": "", "lang": "de", "status": "invited"}]))
    assert result.code == 0, result
    assert [entry["body"] for entry in sandbox.updates()] == [{"lang": "de"}] * 2
    assert result.entry(1)["warnings"] and result.entry(2)["warnings"]


def test_two_users_for_one_row(start_directory, make_job):
    server = start_directory([person(1), person(2, email="PERSON.1@example.com"), person(3)])
    job = make_job(server)
    for fetch in ("list", "by-key"):
        result = job.sync(job.roster([row_of(person(1), lang="de"), row_of(person(3))]), "--fetch", fetch)
        assert result.code == 3, result
        assert outcome(result.entry(1)) == ("conflict", "ambiguous_match")
    assert server.writes == []


def test_a_user_whom_rows_in_conflict_point_to_is_no_orphan(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster([row_of(people[1], lang="de"), row_of(people[1], lang="pl"), row_of(people[2])]),
                      "--fetch", "list")
    assert result.code == 3
    assert {orphan["email"] for orphan in result.report["orphans"]} == {people[3]["email"], OWNER["email"]}


def test_empty_null_and_absent_are_equal(start_directory, make_job):
    people = [person(n, role="BUSINESS_MANAGER") for n in range(1, 5)]
    people[0]["business_ids"] = []
    people[1]["business_ids"] = None
    people[3]["business_ids"] = ""

    def script(request):
        if request.path.endswith(people[2]["id"]) or request.path.endswith("/search"):
            answer = server.regular(request)
            for user in answer.body.get("users", [answer.body]):
                if user["id"] == people[2]["id"]:
                    del user["business_ids"]  # absent from a full read too
            return answer
        return None

    server = start_directory(people, script)
    job = make_job(server)
    result = job.sync(job.roster([row_of(user, "email", business_ids="\\N") for user in people]))
    assert result.code == 0, result
    assert result.totals == {"rows": 4, "unchanged": 4}
    assert server.writes == []
