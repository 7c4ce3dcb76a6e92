"""The shipped profiles, as worlds: rostersync-sandbox plays their APIs."""

import itertools
from dataclasses import dataclass

from support.program import KEY
from worlds.person import Person
from worlds.world import OWNER, World


@dataclass
class Write:
    """One entry of the ledger."""
    method: str
    path: str
    json: dict


class Sandboxed(World):
    """A person is what `shown` makes of them in the sandbox's store, and `understood` reads there."""

    is_shipped = True
    searches = True
    profile = None  # its name
    arguments = ()
    page = 100
    knows_own_user = True
    forgets = {}  # attribute -> the API's name of it, where it is not the column's

    def __init__(self, start_sandbox):
        self.start = start_sandbox
        self.numbers = itertools.count(1)
        self.sandbox = None

    @classmethod
    def of(cls, start_sandbox):
        return cls(start_sandbox)

    @classmethod
    def profile_name(cls):
        return cls.profile

    def profile_in(self, _folder):
        return self.profile

    @property
    def base_url(self):
        return self.sandbox.base_url

    def close(self):
        """The fixture that started it ends it."""

    def new_id(self):
        return f"50000000000000000000{next(self.numbers):04x}"

    def seed(self, people):
        users = [{**self.shown(self.new_id(), person), **({"me": True} if person == OWNER else {})}
                 for person in [OWNER, *people]]
        self.sandbox = self.start(*self.arguments, people=users)

    def people(self):
        found = [self.understood(user) for user in self.sandbox.users()]
        found = [person for person in found if person.email != OWNER.email]
        assert len(found) == len({person.email for person in found}), "made twice"
        return {person.email: person for person in found}

    def writes(self):
        return [Write(entry["method"], entry["path"], entry["body"]) for entry in self.sandbox.ledger()
                if self.is_write(entry)]

    def is_write(self, entry):
        return entry["method"] != "GET"

    def forget(self):
        self.sandbox.forget()

    def disturb(self, *kinds):
        if "throttle" in kinds:
            self.sandbox.faults(**{"throttle": 50, "throttle-seconds": 0})
        else:
            self.sandbox.faults(**{"disturb-writes": 100, "disturb-max": 1, "disturb-kinds": kinds})

    def sync_killed_at_write(self, job, roster, number):
        self.sandbox.faults(**{"kill-after-write": number})
        return job.sync(roster, "--max-in-flight", "1")

    def lock_person(self, email):
        self.sandbox.faults(forbid=[email])

    def ignore(self, *names):
        self.sandbox.faults(ignores=[self.forgets.get(name, self.columns[name]) for name in names])


class Partoo(Sandboxed):
    profile = "partoo"
    credentials = {"api_key": KEY}
    columns = {"email": "email", "first": "first_name", "last": "last_name", "role": "role", "active": "disabled",
               "tags": "business_ids"}
    words = {"active": {True: False, False: True}, "role": {"editor": "BUSINESS_MANAGER", "reader": "PUBLISHER"}}
    refusal = ("refused", "Operation not allowed")

    def shown(self, user_id, person):
        return {"id": user_id, "email": person.email, "first_name": person.first, "last_name": person.last,
                "role": self.words["role"][person.role], "disabled": not person.active,
                "business_ids": sorted(person.tags, reverse=True)}

    def understood(self, user):
        role = next(role for role, name in self.words["role"].items() if name == user["role"])
        return Person(user["email"], user["first_name"], user["last_name"], role, not user["disabled"],
                      frozenset(user.get("business_ids") or []))

    def is_create(self, write):
        return write.path.endswith("/user")
