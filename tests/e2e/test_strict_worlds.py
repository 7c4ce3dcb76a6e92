"""The servers of the invented APIs refuse whatever they do not know, so that a suite over them can fail."""

import json
import re
import urllib.error
import urllib.request

import pytest

from support.program import HANG_GUARD
from worlds import WORLDS
from worlds.person import some

INVENTED = [name for name, world in WORLDS.items() if not world.is_shipped]
pytestmark = pytest.mark.parametrize("world", INVENTED, indirect=True)


@pytest.fixture
def world(request, start_sandbox):
    begun = WORLDS[request.param].of(start_sandbox)
    begun.seed(some(3))
    yield begun
    begun.close()


def ask(world, line, body=None, path="", headers=None, kind="application/json"):
    """(status, JSON or None) of an operation of the profile such as "GET /people"."""
    method, place = line.split(" ")
    target = world.base_url + re.sub("{.*?}", next(iter(world.people_by_id)), place) + path
    sent = {**(world.headers() if headers is None else headers)}
    if body is not None:
        sent["Content-Type"] = kind
    request = urllib.request.Request(target, method=method, headers=sent,
                                     data=None if body is None else json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request, timeout=HANG_GUARD) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else None
    except urllib.error.HTTPError as refusal:
        text = refusal.read()
        return refusal.code, json.loads(text)


def operations(world):
    return json.loads(world.profile_text())["operations"]


def asked(operation):
    """The body of an operation that has one."""
    return {"body": {}} if operation["request"].startswith("POST") else {}


def test_whoever_has_no_key_or_another_is_refused(world):
    for operation in operations(world).values():
        if "request" in operation:
            for headers in ({}, {name: value + "x" for name, value in world.headers().items()}):
                assert ask(world, operation["request"], headers=headers)[0] == 401, operation
    assert world.writes() == []


def test_a_body_must_say_that_it_is_json_and_be_what_is_known(world):
    told = operations(world)
    for name in ("create", "update"):
        operation = told[name]
        kind = operation.get("content_type", "application/json")
        strange = {"nonsense": 1}
        for token in operation.get("at", "").split("/")[1:]:
            strange = {token: strange}
        assert ask(world, operation["request"], strange, kind="text/plain")[0] == 415
        assert ask(world, operation["request"], strange, kind=kind)[0] == 400
        assert ask(world, operation["request"], [], kind=kind)[0] == 400
    assert len(world.people()) == 3


def test_addresses_parameters_and_methods_that_are_not_known_are_refused(world):
    told = operations(world)
    listing = told["list"]["request"]
    assert ask(world, listing, path="/nonsense/at/all", **asked(told["list"]))[0] == 404
    assert ask(world, listing.replace("GET", "PUT").replace("POST", "PUT"), {})[0] == 405
    if listing.startswith("GET"):
        assert ask(world, listing, path="?nonsense=1")[0] == 400
    else:
        assert ask(world, listing, {"nonsense": 1})[0] == 400


def test_a_page_is_never_larger_than_the_profile_says(world):
    listing = operations(world)["list"]
    paging = listing["paging"]
    if paging["by"] == "none":
        return
    assert paging["max"] == world.page
    if paging["size"].startswith("/"):
        assert ask(world, listing["request"], {"paging": {"size": world.page + 1}})[0] == 400
    else:
        assert ask(world, listing["request"], path=f"?{paging['size']}={world.page + 1}")[0] == 400
