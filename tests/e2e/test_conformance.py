"""Every attribute of every shipped profile, in every direction; and the README's tables, held to the profiles."""

import json
import re
from dataclasses import dataclass, field

import pytest

from support.program import REPOSITORY
from support.readme import section
from worlds import WORLDS
from worlds.person import newcomer, someone
from worlds.tenovos import GROUPS, ROLES
from worlds.world import OWNER

FILES = {file.stem: file for file in (REPOSITORY / "config/profiles").glob("*.json")}
PROFILES = dict(sorted(FILES.items()))
USER = "50000000000000000000aaaa"
TITLE = "### What the profiles say"


def told(profile):
    return json.loads(re.sub(r"^ *//.*$", "", PROFILES[profile].read_text(encoding="utf-8"), flags=re.MULTILINE))


def attributes_of(profile):
    return told(profile)["attributes"]


@dataclass
class Sample:
    """A value in the API's JSON that a user has, and another that the roster gives them."""
    old: object
    new: object
    cell: object = None  # as the roster says `new`, where that differs
    read: str = None  # the members that hold it, where it is not its own name; "a/b" is b in a
    create: str = None
    update: str = None
    others: dict = field(default_factory=dict)  # what a user needs for this to be of effect; columns are named alike
    sent_as: object = None  # on updates, where that differs
    refused: int = None  # whom the API lets set it is not who runs these tests

    def on_roster(self):
        return self.new if self.cell is None else self.cell


EDITOR = {"role": "BUSINESS_MANAGER"}
PARTOO = {
    "email": Sample("person.1@example.com", "changed@example.com"),
    "first_name": Sample("First1", "Renée"),
    "last_name": Sample("Last1", "Renamed"),
    "role": Sample("PUBLISHER", "ORG_MANAGER"),
    "business_ids": Sample(["b1"], ["b1", "b2"], others=EDITOR),
    "accesses": Sample([[1]], [[1, 2], [3]], others={"role": "GROUP_MANAGER"}),
    "custom_role": Sample("basic", "advanced"),
    "org_id": Sample(42, 43, refused=403),
    "lang": Sample("fr", "de"),
    "status": Sample("invited", "active"),
    "disabled": Sample(False, True),
    "sso_only": Sample(False, True),
    "phone": Sample("+33 1", "+33 2"),
    "keywords": Sample(["a"], ["a", "b"]),
    "receive_reviews_email_notifications": Sample(False, True),
    "send_invitation": Sample(None, True),
    "password": Sample(None, "Correct-Horse-1"),
    "sidebar_pages": Sample(["posts"], ["messages", "posts"]),
    "available_features": Sample(["posts"], ["diffusion"]),
    "provider": Sample("one", "another"),
    "created_at": Sample(1, 2),
    "shadow_user_id": Sample("a", "b"),
}
TENOVOS = {
    "email": Sample("person.1@example.com", "changed@example.com", read="emailId"),
    "firstName": Sample("First1", "Renée"),
    "lastName": Sample("Last1", "Renamed"),
    "friendlyName": Sample("First1 Last1", "R. Renamed"),
    "username": Sample("person.1", "renamed.1", read="userName"),
    "password": Sample(None, "Correct-Horse-1"),
    "accountType": Sample("local", "federated"),
    "userRoleId": Sample(ROLES["reader"], ROLES["editor"], read="roleId"),
    "userRoleName": Sample(None, "Contributor"),
    "groups": Sample([GROUPS["north"]], sorted([GROUPS["south"], GROUPS["east"]])),
    "status": Sample("enabled", "disabled"),
    "company": Sample("Old & Sons", "New & Sons", create="customAttributes/company"),
    "country": Sample("France", "Spain", create="customAttributes/country"),
    "contact": Sample("4711", "4712", create="customAttributes/contact", sent_as=4712),
    "phone": Sample("4711", "4712", create="customAttributes/phone", sent_as=4712),
    "customerId": Sample("1234567890", "1234567891"),
}
SAMPLES = {"partoo": PARTOO, "tenovos": TENOVOS, "tenovos-v1": TENOVOS}
EVERY = [(profile, name) for profile in PROFILES for name in attributes_of(profile)]
over_every_attribute = pytest.mark.parametrize("profile, name", EVERY, ids=["-".join(one) for one in EVERY])


def sample_of(profile, name):
    assert name in SAMPLES[profile], f"say a value of {name} among the samples of {profile}"
    return SAMPLES[profile][name]


class Case:
    """One user in the directory, and a job that says one attribute of them, or of somebody new."""

    def __init__(self, profile, name, start_sandbox, make_job):
        self.world = WORLDS[profile].of(start_sandbox)
        self.name = name
        self.sample = sample_of(profile, name)
        it = attributes_of(profile)[name]
        self.readable = it.get("read", True) is not False
        self.on_create = it.get("create", True) is not False
        self.on_update = it.get("update", True) not in (False, "on_request")
        self.world.sandbox = start_sandbox(*self.world.arguments, people=self.users())
        self.job = make_job(self.world).configure(profile=profile)
        self.job.environment = self.world.environment()

    def users(self):
        user = self.world.shown(USER, someone(1, role="reader", tags=frozenset()))
        put(user, self.sample.read or self.name, self.sample.old)
        user.update(self.sample.others)
        return [{**self.world.shown("4fffffffffffffffffffffff", OWNER), "me": True}, user]

    def sync(self, row, *arguments):
        cells = {**self.sample.others, **row, self.name: self.sample.on_roster()}
        return self.job.sync(self.job.roster([cells]), *arguments)


def put(document, place, value):
    *above, last = place.split("/")
    for token in above:
        document = document.setdefault(token, {})
    if value is not None:
        document[last] = value


@over_every_attribute
def test_an_attribute_is_read_and_updated_as_the_profile_says(profile, name, start_sandbox, make_job):
    case = Case(profile, name, start_sandbox, make_job)
    sample = case.sample
    result = case.sync({"id": USER})
    if not case.on_update:
        assert case.world.writes() == [] and result.code == 0, result
        assert name in result.stderr or result.entry(1)["outcome"] == "unchanged"
        return
    assert len(case.world.writes()) == 1, result
    written = sample.new if sample.sent_as is None else sample.sent_as
    assert case.world.writes()[0].json == nested(sample.update or name, written)
    if sample.refused:
        assert result.code == 3 and result.entry(1)["http_status"] == sample.refused, result
        return
    assert result.code == 0 and result.entry(1)["outcome"] == "updated", result
    change = result.entry(1)["changes"][0]
    assert change["attribute"] == name and (change["before"] is not None) == case.readable, change
    case.world.forget()
    again = case.sync({"id": USER})
    assert again.code == 0 and case.world.writes() == [], again


def nested(place, value):
    for token in reversed(place.split("/")):
        value = {token: value}
    return value


@over_every_attribute
def test_an_attribute_is_created_as_the_profile_says(profile, name, start_sandbox, make_job):
    case = Case(profile, name, start_sandbox, make_job)
    sample = case.sample
    row = case.world.row(newcomer(1))
    result = case.sync({column: cell for column, cell in row.items() if column not in case.sample.others})
    creates = [write for write in case.world.writes() if case.world.is_create(write)]
    if result.code == 0 and result.entry(1)["reason"] == "inactive":
        assert not case.on_create and creates == [], result
        return
    assert len(creates) == 1, result
    value = creates[0].json
    for token in (sample.create or name).split("/"):
        value = value.get(token) if isinstance(value, dict) else None
    if case.on_create:
        assert value == ("***" if name == "password" else sample.new), creates
    else:
        assert value is None
        follows = case.on_update
        assert len(case.world.writes()) == 1 + follows, case.world.writes()
    assert result.code == (3 if sample.refused and case.on_create else 0), result


def test_every_attribute_has_a_sample_and_every_sample_is_of_an_attribute():
    assert {profile: set(attributes_of(profile)) for profile in PROFILES} == {
        profile: set(samples) for profile, samples in SAMPLES.items() if profile in PROFILES}


# The README's tables.

SHOWN_BY = {
    "list": "test_worlds.py::test_a_directory_of_several_pages_is_read_whole",
    "find": "test_worlds.py::test_the_case_of_an_address_is_no_change_and_nobody_new",
    "find_name": "test_worlds.py::test_who_is_looked_up_alone_is_searched_for_by_name_too",
    "read": "test_worlds.py::test_verify_reads_back_and_says_what_was_not_kept",
    "me": "test_worlds.py::test_the_user_behind_the_credentials_is_never_written",
    "create": "test_worlds.py::test_a_create_whose_answer_is_lost_is_made_once",
    "update": "test_worlds.py::test_an_update_whose_answer_is_lost_is_settled_by_reading",
    "deactivate": "test_worlds.py::test_who_is_inactive_in_the_roster_is_shut_out_and_let_in_again",
}


def operation_cell(profile, operation):
    it = told(profile)["operations"].get(operation)
    if it is None:
        return "–"
    if operation == "deactivate":
        return " ".join(f"`{name}`: {json.dumps(value)}" for name, value in it["set"].items())
    return f"`{it['request']}`"


def attribute_cell(profile, attribute):
    it = attributes_of(profile).get(attribute)
    if it is None:
        return "–"
    letters = [letter for letter, direction in (("r", "read"), ("c", "create"), ("u", "update"))
               if it.get(direction, True) not in (False, "on_request")]
    return " ".join(letters + ["(u)"] * (it.get("update") == "on_request"))


def table(head, lines):
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|",
                      *("| " + " | ".join(cells) + " |" for cells in lines)])


def expected_tables():
    names = [f"`{name}`" for name in PROFILES]
    operations = [[f"`{operation}`", *(operation_cell(profile, operation) for profile in PROFILES), f"`{test}`"]
                  for operation, test in SHOWN_BY.items()]
    every = dict.fromkeys(name for profile in PROFILES for name in attributes_of(profile))
    attributes = [[f"`{name}`", *(attribute_cell(profile, name) for profile in PROFILES)] for name in every]
    return (table(["operation", *names, "shown by"], operations),
            table(["attribute", *names], attributes))


def test_the_tables_of_the_readme_say_what_the_profiles_say():
    text = section(TITLE)
    for wanted in expected_tables():
        assert wanted in text, f"the README should have:\n\n{wanted}"


def test_every_test_that_the_tables_name_exists():
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)", section(TITLE))
    assert len(named) >= len(SHOWN_BY)
    for file, function in named:
        assert f"\ndef {function}(" in (REPOSITORY / "tests/e2e" / file).read_text(encoding="utf-8"), (file, function)
    assert set(PROFILES) <= set(WORLDS), "each shipped profile is a world of test_worlds.py"
