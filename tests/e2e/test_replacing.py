"""An API whose PUT replaces the whole user: nothing is lost of what the roster does not say."""

from dataclasses import replace

import pytest

from support.scripted import Answer
from worlds.offset import Offset
from worlds.person import some


@pytest.fixture
def begin(make_job):
    """begin(people, meddle): the world, and a job for it; `meddle(request)` may answer, or change the world."""
    started = []

    def begin_with(people, meddle):
        class Meddled(Offset):
            @classmethod
            def profile_name(cls):
                return "offset"

            def answer(self, request):
                return meddle(request) or super().answer(request)

        world = Meddled()
        started.append(world)
        world.seed(people)
        job = make_job(world)
        job.configure(profile=world.profile_in(job.directory))
        job.environment = world.environment()
        return world, job

    yield begin_with
    for world in started:
        world.close()


def is_read(request):
    return request.method == "GET" and request.path.count("/") == 4


def test_what_somebody_else_changed_meanwhile_stays(begin):
    people = some(2)
    changed = replace(people[0], tags=frozenset(["east", "south"]))

    def meddle(request):
        if is_read(request):
            world.people_by_id[request.path.rsplit("/", 1)[1]] = changed

    world, job = begin(people, meddle)
    result = job.sync(job.roster([{"email": people[0].email, "last_name": "Renamed"}]), "--fetch", "list")
    assert result.code == 0 and result.totals == {"rows": 1, "updated": 1}, result
    assert world.people() == {person.email: person for person in [replace(changed, last="Renamed"), people[1]]}


def test_what_the_profile_does_not_mention_is_sent_back_as_it_was(begin):
    world, job = begin(some(1), lambda request: None)
    result = job.sync(job.roster([{"email": "person.1@example.com", "last_name": "Renamed"}]))
    assert result.code == 0, result
    sent = world.writes()[0].json["user"]
    assert sent["locale"] == "pt" and "created_at" not in sent
    assert result.entry(1)["changes"] == [{"attribute": "last_name", "before": "Last1", "after": "Renamed"}]


@pytest.mark.parametrize("status, reason", [(404, "vanished"), (403, "refused")])
def test_who_cannot_be_read_is_not_replaced(begin, status, reason):
    people = some(2)

    def meddle(request):
        gone = is_read(request) and request.path.endswith("/1001")
        return Answer(status, {"error": {"detail": "Not today"}}) if gone else None

    world, job = begin(people, meddle)
    result = job.sync(job.roster([world.row(person, last="Renamed") for person in people]), "--fetch", "list")
    assert result.code == 3 and result.totals == {"rows": 2, "failed": 1, "updated": 1}, result
    assert result.entry(1)["reason"] == reason and "Not today" in result.entry(1)["message"]
    assert world.people() == {person.email: person for person in [people[0], replace(people[1], last="Renamed")]}
