"""People for a directory, and the roster rows that say the same."""

OWNER = {"id": "4fffffffffffffffffffffff", "email": "owner@example.com", "first_name": "Owner", "last_name": "Of-Key",
         "role": "ORG_ADMIN", "me": True}

COLUMNS = ["email", "first_name", "last_name", "role", "business_ids", "accesses", "lang"]


def person(number, **attributes):
    """The number-th of many people who differ in all that matters."""
    user = {"id": f"50000000000000000000{number:04x}", "email": f"person.{number}@example.com",
            "first_name": f"First{number}", "last_name": f"Last{number}", "role": "PUBLISHER", "lang": "fr"}
    return {**user, **attributes}


def company(count, **attributes):
    return [OWNER] + [person(number, **attributes) for number in range(1, count + 1)]


def row_of(user, *columns, **changes):
    """The roster row that leaves `user` as it is, but for `changes`."""
    names = columns or [name for name in COLUMNS if name in user]
    return {**{name: user[name] for name in names}, **changes}


def rows_of(people, *columns):
    return [row_of(user, *columns) for user in people if not user.get("me")]


def new_row(number, **attributes):
    user = {"email": f"new.{number}@example.com", "first_name": f"Newfirst{number}", "last_name": f"Newlast{number}",
            "role": "PUBLISHER", "lang": "en"}
    return {**user, **attributes}
