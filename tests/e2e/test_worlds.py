"""What holds whatever the API looks like: one suite over every world, invented and shipped."""

from dataclasses import replace

import pytest

from worlds import WORLDS
from worlds.person import newcomer, some, someone
from worlds.world import OWNER


def over(**traits):
    """Over the worlds that have these traits; all of them, where none is named."""
    names = [name for name, world in WORLDS.items() if all(getattr(world, trait) == wanted
                                                           for trait, wanted in traits.items())]
    return pytest.mark.parametrize("world", names, indirect=True)


@pytest.fixture
def world(request, start_sandbox):
    begun = WORLDS[request.param].of(start_sandbox)
    yield begun
    begun.close()


@pytest.fixture
def begin(world, make_job):
    """A world with these people in it, and a job for it."""
    def begin_with(people, **config):
        world.seed(people)
        job = make_job(world).configure(**config)
        job.configure(profile=world.profile_in(job.directory))
        job.environment = world.environment()
        return job
    return begin_with


def rows(world, people):
    return [world.row(person) for person in people]


@over()
def test_the_first_run_makes_it_so_and_the_second_writes_nothing(world, begin):
    people = some(4)
    job = begin(people)
    wanted = [replace(people[0], last="Renamed"), replace(people[1], tags=frozenset(["east", "south"])), people[2],
              newcomer(1), newcomer(2, tags=frozenset(["north", "south"]))]
    if "title" in world.columns:
        wanted[1], wanted[4] = replace(wanted[1], title="4711"), replace(wanted[4], title="4712")
    roster = job.roster(rows(world, wanted))
    result = job.sync(roster)
    assert result.code == 0, result
    assert result.totals == {"rows": 5, "updated": 2, "unchanged": 1, "created": 2}
    everybody = {person.email: person for person in [*wanted, people[3]]}
    assert world.people() == everybody
    assert all(entry["user_id"] for entry in result.entries), "a new user's id is not known"
    world.forget()
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": 5, "unchanged": 5}, again
    assert world.writes() == []
    assert world.people() == everybody


@over()
def test_a_dry_run_writes_nothing_and_its_plan_is_what_apply_carries_out(world, begin):
    people = some(3)
    job = begin(people)
    wanted = [replace(people[0], first="Renamed"), newcomer(1)]
    roster = job.roster(rows(world, wanted))
    plan = job.directory / "plan.json"
    dry = job.plan(roster, "--out", plan)
    assert dry.code == 2 and dry.totals == {"rows": 2, "planned_update": 1, "planned_create": 1}, dry
    assert world.writes() == [] and dry.report["http"]["writes"] == 0
    assert list(world.people().values()) == people
    result = job.apply(plan)
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 1, "created": 1}, result
    assert world.people() == {person.email: person for person in [*wanted, *people[1:]]}
    world.forget()
    again = job.apply(plan)
    assert again.code == 0 and again.totals == {"rows": 2, "unchanged": 2}, again
    assert world.writes() == []


@over(names_new=True)
def test_an_answer_that_names_the_new_user_needs_no_look_up(world, begin):
    new = [newcomer(number) for number in range(1, 9)]
    job = begin(some(2))
    result = job.sync(job.roster(rows(world, new)), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 8, "created": 8}, result
    assert result.report["http"]["reads"] < 8 and all(entry["user_id"] for entry in result.entries)


@over(sends_whole=False)
def test_an_update_carries_what_differs_and_nothing_else(world, begin):
    people = some(2)
    job = begin(people)
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(people[1], role="reader",
                                                                                  active=False)]))
    assert result.code == 0, result
    assert {change["attribute"] for change in result.entry(1)["changes"]} == {world.columns["last"]}
    assert sorted(sorted(world.sent(write)) for write in world.writes()) == [["active", "role"], ["last"]]


@over(sends_whole=True)
def test_an_update_that_replaces_carries_everything(world, begin):
    people = some(2)
    job = begin(people)
    roster = job.roster([{world.columns["email"]: people[0].email, world.columns["last"]: "Renamed"}])
    result = job.sync(roster)
    assert result.code == 0, result
    assert [world.sent(write) for write in world.writes()] == [set(world.columns)]
    assert world.people() == {person.email: person for person in [replace(people[0], last="Renamed"), people[1]]}


@over()
def test_who_comes_under_another_address_is_a_question_and_the_answer_is_an_update(world, begin):
    people = some(3)
    job = begin(people)
    moved = replace(people[0], email="married@example.com")
    roster = job.roster(rows(world, [moved, *people[1:]]))
    asked = job.sync(roster)
    assert asked.code == 3 and asked.totals == {"rows": 3, "conflict": 1, "unchanged": 2}, asked
    assert asked.entry(1)["reason"] == "probable_rename" and people[0].email in asked.entry(1)["message"]
    assert world.writes() == []
    result = job.sync(roster, "--accept-rename", f"{people[0].email}={moved.email}")
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 1, "unchanged": 2}, result
    assert world.people() == {person.email: person for person in [moved, *people[1:]]}


@over(searches=True)
def test_who_is_looked_up_alone_is_searched_for_by_name_too(world, begin):
    people = some(3)
    job = begin(people)
    roster = job.roster(rows(world, [replace(people[0], email="married@example.com"), newcomer(1)]))
    result = job.sync(roster, "--fetch", "by-key")
    assert result.code == 3 and result.totals == {"rows": 2, "conflict": 1, "created": 1}, result
    assert result.entry(1)["reason"] == "probable_rename" and people[0].email in result.entry(1)["message"]
    assert world.people() == {person.email: person for person in [*people, newcomer(1)]}


@pytest.mark.parametrize("world", [name for name, world in WORLDS.items() if world.clears], indirect=True)
def test_what_is_cleared_is_empty_and_stays_so(world, begin):
    full = {"tags": frozenset(["north", "south"]), "title": "4711"}[world.clears]
    people = [someone(1, **{world.clears: full}), someone(2, **{world.clears: full})]
    job = begin(people)
    roster = job.roster([world.row(people[0], **{world.clears: r"\N"}), world.row(people[1], **{world.clears: ""})])
    result = job.sync(roster)
    assert result.code == 0 and result.totals == {"rows": 2, "updated": 1, "unchanged": 1}, result
    empty = replace(people[0], **{world.clears: type(full)()})
    assert world.people() == {person.email: person for person in [empty, people[1]]}
    world.forget()
    assert job.sync(roster).totals == {"rows": 2, "unchanged": 2} and world.writes() == []


@over()
def test_the_order_of_a_list_is_no_change(world, begin):
    person = someone(1, tags=frozenset(["east", "north", "south"]))
    job = begin([person])
    row = world.row(person)
    column = world.columns["tags"]
    result = job.sync(job.roster([{**row, column: row[column][::-1]}]))
    assert result.code == 0 and result.totals == {"rows": 1, "unchanged": 1}, result
    assert world.writes() == []


@over()
@pytest.mark.parametrize("fetch", ["list", "by-key"])
def test_the_case_of_an_address_is_no_change_and_nobody_new(world, begin, fetch):
    people = some(2)
    job = begin(people)
    roster = job.roster([world.row(people[0], email=people[0].email.upper()), world.row(people[1])])
    result = job.sync(roster, "--fetch", fetch)
    assert result.code == 0 and result.totals == {"rows": 2, "unchanged": 2}, result
    assert world.writes() == []


@over()
def test_who_is_inactive_in_the_roster_is_shut_out_and_let_in_again(world, begin):
    people = some(2)
    job = begin(people)
    for active in (False, True):
        wanted = replace(people[0], active=active)
        result = job.sync(job.roster(rows(world, [wanted, people[1]])))
        assert result.code == 0 and result.totals == {"rows": 2, "updated": 1, "unchanged": 1}, result
        assert world.people() == {wanted.email: wanted, people[1].email: people[1]}


@over(proves=True)
def test_who_is_missing_from_the_roster_is_shut_out_and_nobody_is_deleted(world, begin):
    people = [*some(3), someone(4, active=False)]
    job = begin(people, missing="deactivate")
    roster = job.roster(rows(world, people[:2]))
    result = job.sync(roster)
    assert result.code == 0 and result.report["totals"]["deactivated"] == 1, result
    assert result.report["directory"] == {"users": 4 + world.knows_own_user, "complete": True}
    assert world.people() == {person.email: person for person in [*people[:2], replace(people[2], active=False),
                                                                  people[3]]}
    world.forget()
    again = job.sync(roster)
    assert again.code == 0 and world.writes() == [], again


@over(proves=True, is_shipped=False)
def test_a_listing_that_shows_fewer_than_it_counts_makes_nobody_new_and_shuts_nobody_out(world, begin):
    people = some(7)
    job = begin(people, missing="deactivate")
    world.omit(people[5].email)
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(people[5]), world.row(newcomer(1))]),
                      "--fetch", "list")
    assert result.code == 3, result
    assert result.totals == {"rows": 3, "updated": 1, "skipped": 2, "deactivate_skipped": 5}
    assert {entry["reason"] for entry in result.entries[1:]} == {"listing_incomplete"}
    assert result.report["directory"]["complete"] is False and result.report["orphans"] is None
    assert world.people() == {person.email: person for person in [replace(people[0], last="Renamed"), *people[1:]]}


@over(proves=False)
def test_where_no_listing_is_proved_nobody_is_shut_out_for_being_missing(world, begin):
    people = some(3)
    job = begin(people, missing="deactivate")
    roster = job.roster([world.row(people[0], last="Renamed"), world.row(people[1]), world.row(newcomer(1))])
    result = job.sync(roster)
    assert result.code == 3 and "never proved" in result.words(), result
    assert result.totals == {"rows": 3, "updated": 1, "unchanged": 1, "created": 1, "deactivate_skipped": 1}
    assert result.report["directory"]["complete"] is False and result.report["orphans"] is None
    again = job.configure(missing="report").sync(roster)
    assert again.code == 0 and again.totals == {"rows": 3, "unchanged": 3}, again
    assert all(person.active for person in world.people().values()) and people[2].email in world.people()


@over()
@pytest.mark.parametrize("kinds", [["reset-after"], ["500-after", "reset-before"]], ids=" and ".join)
def test_a_create_whose_answer_is_lost_is_made_once(world, begin, kinds):
    people = some(2)
    job = begin(people)
    world.disturb(*kinds)
    new = [newcomer(number) for number in range(1, 5)]
    result = job.sync(job.roster(rows(world, [*people, *new])))
    assert result.code == 0 and result.totals == {"rows": 6, "unchanged": 2, "created": 4}, result
    assert len([write for write in world.writes() if world.is_create(write)]) >= 4
    assert world.people() == {person.email: person for person in [*people, *new]}


@over()
@pytest.mark.parametrize("kinds", [["reset-after"], ["500-after", "reset-before"]], ids=" and ".join)
def test_an_update_whose_answer_is_lost_is_settled_by_reading(world, begin, kinds):
    people = some(6)
    job = begin(people)
    world.disturb(*kinds)
    wanted = [replace(person, last="Renamed") for person in people]
    result = job.sync(job.roster(rows(world, wanted)))
    assert result.code == 0 and result.totals == {"rows": 6, "updated": 6}, result
    assert world.people() == {person.email: person for person in wanted}
    if kinds == ["reset-after"]:
        assert len(world.writes()) == 6, "what had been carried out was sent again"


@over()
@pytest.mark.parametrize("number", [2, 4], ids=["in the first kind", "in the second kind"])
def test_a_run_that_is_killed_is_gone_on_with_and_does_nothing_twice(world, begin, number):
    people = some(3)
    job = begin(people)
    wanted = [*(replace(person, last="Renamed") for person in people), newcomer(1), newcomer(2)]
    assert world.sync_killed_at_write(job, job.roster(rows(world, wanted)), number).killed
    job.configure(http={"timeout": "500ms"})  # how long it waits for what may still arrive
    result = job.resume()
    assert result.code == 0 and result.totals == {"rows": 5, "updated": 3, "created": 2}, result
    assert world.people() == {person.email: person for person in wanted}
    assert len(world.writes()) == 5


@over()
def test_a_429_is_waited_out(world, begin):
    people = some(3)
    job = begin(people)
    world.disturb("throttle")
    wanted = [replace(person, last="Renamed") for person in people]
    result = job.sync(job.roster(rows(world, wanted)), "--max-in-flight", "1")
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result
    assert result.report["http"]["throttled"] > 0 and "throttled: waiting" in result.stderr
    assert world.people() == {person.email: person for person in wanted}


@over()
def test_a_row_that_the_api_refuses_fails_alone_in_its_words(world, begin):
    people = some(3)
    job = begin(people)
    world.lock_person(people[1].email)
    result = job.sync(job.roster([world.row(person, last="Renamed") for person in people]))
    assert result.code == 3 and result.totals == {"rows": 3, "updated": 2, "failed": 1}, result
    refused = result.entry(2)
    reason, words = world.refusal
    assert refused["reason"] == reason and words in refused["message"], refused
    assert 400 <= refused["http_status"] < 500 and refused["attempts"] == 1
    assert world.people()[people[1].email] == people[1]


@over()
def test_wrong_credentials_end_the_run_before_anything_is_written(world, begin):
    people = some(2)
    job = begin(people)
    job.environment = world.wrong_credentials()
    for run in (job.plan, job.sync):
        result = run(job.roster([world.row(people[0], last="Renamed"), world.row(newcomer(1))]))
        assert result.code == 1 and "accept the credentials" in result.stderr, result
        assert "another-secret" not in result.stdout + result.stderr
    assert world.writes() == []
    assert list(world.people().values()) == people


@over()
def test_a_directory_of_several_pages_is_read_whole(world, begin):
    people = some(2 * world.page + 2)
    job = begin(people)
    wanted = [*people[:-1], replace(people[-1], last="Renamed")]
    result = job.sync(job.roster(rows(world, wanted)), "--fetch", "list")
    assert result.code == 0, result
    assert result.totals == {"rows": len(people), "unchanged": len(people) - 1, "updated": 1}
    assert result.report["directory"]["complete"] is world.proves
    assert result.report["http"]["reads"] < 8, "it was not the listing that told of everybody"
    assert world.people() == {person.email: person for person in wanted}


@over(proves=False, looks_everywhere=True)
def test_somebody_whom_the_listing_does_not_show_is_found_and_not_made_twice(world, begin):
    people = some(3)
    job = begin(people)
    world.hide(people[1].email)
    wanted = [people[0], replace(people[1], last="Renamed"), people[2]]
    result = job.sync(job.roster(rows(world, wanted)), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 3, "unchanged": 2, "updated": 1}, result
    assert not any(world.is_create(write) for write in world.writes())
    assert world.people() == {person.email: person for person in wanted}


@over(looks_everywhere=False)
def test_somebody_whom_no_look_up_shows_is_a_conflict_and_not_made_twice(world, begin):
    people = some(3)
    job = begin(people)
    world.hide(people[1].email)
    result = job.sync(job.roster([world.row(people[0]), {**world.row(newcomer(1)), "email": people[1].email}]))
    assert result.code == 3 and result.totals == {"rows": 2, "unchanged": 1, "conflict": 1}, result
    assert result.entry(2)["reason"] == "unseen"
    assert len(world.people()) == 3


@over()
def test_a_run_is_taken_back(world, begin):
    people = some(3)
    job = begin(people)
    run = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(people[1], active=False),
                               world.row(newcomer(1))]))
    assert run.code == 0, run
    name = run.report["run"]["id"]
    world.forget()
    dry = job.rollback(name)
    assert dry.code == 2 and world.writes() == [], dry
    result = job.rollback(name, "--apply")
    assert result.code == 0 and result.totals == {"rows": 3, "updated": 3}, result
    assert world.people() == {person.email: person for person in [*people, newcomer(1, active=False)]}


@over()
def test_verify_reads_back_and_says_what_was_not_kept(world, begin):
    people = some(2)
    job = begin(people)
    world.ignore("last")
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(people[1], first="Renamed")]),
                      "--verify")
    assert result.code == 3 and result.totals == {"rows": 2, "failed": 1, "updated": 1}, result
    assert result.entry(1)["reason"] == "not_kept"
    assert world.columns["last"] in result.entry(1)["message"]
    assert world.people() == {person.email: person for person in [people[0], replace(people[1], first="Renamed")]}


@over(tells=True)
def test_an_answer_with_the_user_in_it_says_at_once_what_was_not_kept(world, begin):
    people = some(2)
    job = begin(people)
    world.ignore("last")
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(people[1], first="Renamed")]))
    assert result.code == 3 and result.totals == {"rows": 2, "failed": 1, "updated": 1}, result
    assert result.entry(1)["reason"] == "not_kept" and world.columns["last"] in result.entry(1)["message"]


@over(knows_own_user=True)
def test_the_user_behind_the_credentials_is_never_written(world, begin):
    people = some(2)
    job = begin(people)
    result = job.sync(job.roster([world.row(OWNER, last="Renamed"), world.row(people[0], last="Renamed")]))
    assert result.code == 3 and result.totals == {"rows": 2, "conflict": 1, "updated": 1}, result
    assert result.entry(1)["reason"] == "protected"
    assert len(world.writes()) == 1
