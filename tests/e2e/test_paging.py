"""Listings that go wrong in ways that only their kind of paging can, over the worlds that have it."""

import json
import re
import threading
from dataclasses import replace

import pytest

from support.scripted import Answer
from worlds.cursor import Cursor
from worlds.link import Link
from worlds.offset import Offset
from worlds.passes import Passes
from worlds.person import newcomer, some, someone
from worlds.uncounted import Uncounted


@pytest.fixture
def begin(make_job):
    """begin(kind, people, meddle): a world whose answers `meddle(request, answer)` may change, and a job for it."""
    started = []

    def begin_with(kind, people, meddle):
        class Meddled(kind):
            asked = []

            @classmethod
            def profile_name(cls):
                return kind.profile_name()

            def answer(self, request):
                self.asked.append(request)
                return meddle(request, super().answer(request)) or Answer(500)

        world = Meddled()
        started.append(world)
        world.seed(people)
        job = make_job(world).configure(missing="deactivate" if kind.proves else "report")
        job.configure(profile=world.profile_in(job.directory))
        job.environment = world.environment()
        return world, job

    yield begin_with
    for world in started:
        world.close()


LISTINGS = ["/api/accounts", "/api/staff", "/api/members", "/api/people", "/api/v3/users"]


def is_listing(request):
    return request.method == "GET" and request.path in LISTINGS


def everybody(world):
    return list(world.people().values())


@pytest.mark.parametrize("kind, member, first", [(Cursor, "next_page_token", "after-u0005"), (Uncounted, "next", "5")],
                         ids=["counted", "uncounted"])
def test_a_cursor_that_goes_in_circles_is_not_followed_for_ever(begin, kind, member, first):
    def meddle(request, answer):
        if is_listing(request) and isinstance(answer.body, dict):
            answer.body[member] = first
        return answer

    people = some(12)
    world, job = begin(kind, people, meddle)
    result = job.sync(job.roster([world.row(people[0])]), "--fetch", "list")
    assert result.report["directory"]["complete"] is False and result.report["orphans"] is None, result
    assert len(world.asked) < 20
    assert world.writes() == [] and everybody(world) == people


def test_a_link_to_another_origin_is_not_followed(begin, start_directory):
    stranger = start_directory()

    def meddle(request, answer):
        if "Link" in answer.headers:
            answer.headers["Link"] = f'<{stranger.origin}/api/members?after=5>; rel="next"'
        return answer

    people = some(12)
    world, job = begin(Link, people, meddle)
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(newcomer(1))]), "--fetch", "list")
    assert result.code == 1, result
    assert stranger.requests == [], "the password went to a stranger"
    assert not any(world.is_create(write) for write in world.writes())
    assert "another origin" in result.words()


class NextInTheBody(Link):
    """The members and the next address in one object, as in {"members": […], "links": {"next": …}}."""

    @classmethod
    def profile_name(cls):
        return "link"

    @classmethod
    def profile_text(cls):
        profile = json.loads(super().profile_text())
        for name in ("list", "find"):
            profile["operations"][name]["items"] = "/members"
        profile["operations"]["list"]["paging"]["next"] = "/links/next"
        return json.dumps(profile)

    def answer(self, request):
        answer = super().answer(request)
        if is_listing(request):
            link = re.search('<([^>]*)>; title="a, b"; rel="next"', answer.headers.pop("Link", ""))
            answer.body = {"members": answer.body, "links": {"next": link and link.group(1)}}
        return answer


def test_the_next_address_may_stand_in_the_body(begin):
    people = some(12)
    world, job = begin(NextInTheBody, people, lambda request, answer: answer)
    result = job.sync(job.roster([world.row(person) for person in people]), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 12, "unchanged": 12}, result
    assert result.report["directory"] == {"users": 12, "complete": True}


def test_a_link_may_be_relative(begin):
    def meddle(request, answer):
        if "Link" in answer.headers:
            answer.headers["Link"] = answer.headers["Link"].replace(world.origin, "")
        return answer

    people = some(12)
    world, job = begin(Link, people, meddle)
    result = job.sync(job.roster([world.row(person) for person in people]), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 12, "unchanged": 12}, result
    assert result.report["directory"] == {"users": 12, "complete": True}


def test_somebody_who_is_locked_between_two_listings_is_read_again(begin):
    moved = threading.Event()

    def meddle(request, answer):
        if is_listing(request) and "state" not in request.query and not moved.is_set():
            moved.set()
            user_id, person = world.having(email=people[0].email)[0]
            world.people_by_id[user_id] = replace(person, active=False)
        return answer

    people = some(4)
    world, job = begin(Passes, people, meddle)
    roster = job.roster([{**world.row(person), "status": ""} for person in people])
    result = job.sync(roster, "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 4, "unchanged": 4}, result
    assert result.report["directory"] == {"users": 4, "complete": True}
    assert result.entry(1)["warnings"] == ["matched_disabled"]


def test_listings_that_overlap_are_joined_by_id(begin):
    people = [*some(7), newcomer(1, active=False), newcomer(2, active=False)]
    world, job = begin(Passes, people, lambda request, answer: answer)
    file = job.directory / "passes.json"
    profile = json.loads(file.read_text(encoding="utf-8"))
    profile["operations"]["list"]["passes"][1]["query"]["state"] = "all"
    file.write_text(json.dumps(profile), encoding="utf-8")
    result = job.sync(job.roster([world.row(person) for person in people[:8]]), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 8, "unchanged": 8}, result
    assert result.report["directory"] == {"users": 9, "complete": True}
    assert [orphan["email"] for orphan in result.report["orphans"]] == [people[8].email]


def test_a_listing_of_several_that_is_refused_ends_the_run(begin):
    def meddle(request, answer):
        return Answer(403, {"error": "Not for you"}) if "state" in request.query else answer

    people = some(3)
    world, job = begin(Passes, people, meddle)
    result = job.sync(job.roster([world.row(people[0], last="Renamed"), world.row(newcomer(1))]), "--fetch", "list")
    assert result.code == 1 and "Not for you" in result.words(), result
    assert everybody(world) == people and world.writes() == []


@pytest.mark.parametrize("fetch", ["by-key", "list"])
def test_who_is_on_the_second_page_of_a_fuzzy_search_is_found(begin, fetch):
    """All that comes before has the address that is looked for in its own."""
    people = [*(someone(number, email=f"not.{number}.jo@example.com") for number in range(1, 7)),
              someone(7, email="jo@example.com")]
    world, job = begin(Uncounted, people, lambda request, answer: answer)
    world.hide("jo@example.com")
    result = job.sync(job.roster([world.row(people[6], last="Renamed")]), "--fetch", fetch)
    assert result.code == 0 and result.totals == {"rows": 1, "updated": 1}, result
    assert everybody(world)[:6] == people[:6] and world.people()["jo@example.com"].last == "Renamed"


class CappedOffset(Offset):
    """Gives five, however many are asked for, and says nothing of it."""

    @classmethod
    def profile_name(cls):
        return "offset"

    @classmethod
    def profile_text(cls):
        return super().profile_text().replace('"max": 5', '"max": 50')

    def answer(self, request):
        if "limit" in request.query:
            request.query["limit"] = str(min(5, int(request.query["limit"])))
        return super().answer(request)


class CappedPages(Passes):
    """Likewise, and its pages are counted by what it gives."""

    @classmethod
    def profile_name(cls):
        return "passes"

    @classmethod
    def profile_text(cls):
        return super().profile_text().replace('"max": 5', '"max": 50')

    def answer(self, request):
        if "size" in request.query:
            request.query["size"] = str(min(5, int(request.query["size"])))
        return super().answer(request)


@pytest.mark.parametrize("kind", [CappedOffset, CappedPages])
def test_an_api_that_gives_fewer_than_it_is_asked_for_is_read_whole_all_the_same(begin, kind):
    people = some(23)
    world, job = begin(kind, people, lambda request, answer: answer)
    result = job.sync(job.roster([world.row(person) for person in people]), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 23, "unchanged": 23}, result
    assert result.report["directory"] == {"users": 23, "complete": True}
    assert len([request for request in world.asked if is_listing(request)]) < 12
