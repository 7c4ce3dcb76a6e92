"""Tenovos, versions 1.5 and 1, as rostersync-sandbox plays them."""

from support.program import KEY
from worlds.person import Person
from worlds.sandboxed import Sandboxed
from worlds.world import OWNER

ROLES = {"reader": "7d5620e0-f423-11e9-8071-89c0c4052141", "editor": "7d5620e3-f423-11e9-8071-89c0c4052141"}
GROUPS = {"north": "7d6207c0-f423-11e9-8071-89c0c4052141", "south": "7d6207c1-f423-11e9-8071-89c0c4052141",
          "east": "7d6207c2-f423-11e9-8071-89c0c4052141"}
BOARD = "7d6207c6-f423-11e9-8071-89c0c4052141"  # which the caller is not in


class Tenovos(Sandboxed):
    profile = "tenovos"
    arguments = ("--profile", "tenovos", "--username", OWNER.email, "--password", KEY)
    credentials = {"api_key": KEY, "username": OWNER.email, "password": KEY}
    columns = {"email": "email", "first": "firstName", "last": "lastName", "role": "userRoleId", "active": "status",
               "tags": "groups", "title": "company"}
    words = {"active": {True: "enabled", False: "disabled"}, "role": ROLES, "tags": GROUPS}
    tells = True
    names_new = False
    clears = "title"
    refusal = ("vanished", "User not found")

    def row(self, person, **cells):
        """With what a new user needs besides, where somebody is new."""
        needed = {"username": person.email, "friendlyName": person.first, "accountType": "local",
                  "password": "Correct-Horse-1"}
        is_seeded = person.email.startswith("person.")
        return {**super().row(person, **cells), **{name: "" if is_seeded else value for name, value in needed.items()}}

    def shown(self, user_id, person):
        return {"userId": user_id, "emailId": person.email, "firstName": person.first, "lastName": person.last,
                "roleId": ROLES[person.role], "status": self.words["active"][person.active],
                "groups": sorted((GROUPS[tag] for tag in person.tags), reverse=True) or [GROUPS["north"]],
                "company": person.title}

    def understood(self, user):
        return Person(user["emailId"], user["firstName"], user["lastName"], named(ROLES, user["roleId"]),
                      user["status"] == "enabled", frozenset(named(GROUPS, group) for group in user["groups"]),
                      user.get("company", ""))

    def is_write(self, entry):
        return entry["method"] != "GET" and not entry["path"].endswith("/auth/token")

    def is_create(self, write):
        return write.method == "POST"


class TenovosV1(Tenovos):
    """Its listing shows the caller's own groups, and so does its search."""

    profile = "tenovos-v1"
    arguments = ("--profile", "tenovos-v1", "--username", OWNER.email, "--password", KEY, "--client-id", "a-client")
    credentials = {"api_key": KEY, "client_id": "a-client", "username": OWNER.email, "password": KEY}
    columns = {name: column for name, column in Tenovos.columns.items() if name != "title"}
    proves = False
    looks_everywhere = False
    clears = None

    def hide(self, email):
        users = self.sandbox.users()
        for user in users:
            if user["emailId"] == email:
                user["groups"] = [BOARD]
        self.sandbox.begin_with(users)


def named(names, wanted):
    return next((name for name, value in names.items() if value == wanted), "elsewhere")
