"""People for a Tenovos sandbox, and the roster rows that say the same."""

ROLES = [f"7d5620e{n}-f423-11e9-8071-89c0c4052141" for n in range(5)]
GROUPS = [f"7d6207c{n}-f423-11e9-8071-89c0c4052141" for n in range(7)]
ROLE_NAMES = ["End user", "Administrator", "Librarian", "Contributor", "Reviewer"]

OWNER = {"userId": "4fffffffffffffffffffffff", "emailId": "owner@example.com", "firstName": "Owner",
         "lastName": "Of-Key", "me": True}

# What a roster calls what is answered by another name.
COLUMNS = {"userId": "id", "emailId": "email", "firstName": "firstName", "lastName": "lastName",
           "roleId": "userRoleId", "groups": "groups", "status": "status", "company": "company", "country": "country",
           "contact": "contact", "phone": "phone", "friendlyName": "friendlyName"}


def member(number, **attributes):
    """The number-th of many who differ in all that matters, as the API answers them."""
    user = {"userId": f"50000000000000000000{number:04x}", "emailId": f"person.{number}@example.com",
            "firstName": f"First{number}", "lastName": f"Last{number}", "roleId": ROLES[0], "groups": [GROUPS[0]],
            "status": "enabled", "company": "Kaamelott"}
    return {**user, **attributes}


def team(count):
    return [OWNER] + [member(number) for number in range(1, count + 1)]


def row_of(user, **changes):
    """The roster row that leaves `user` as it is, but for `changes`."""
    return {**{COLUMNS[name]: value for name, value in user.items()}, **changes}


def new_row(number, **attributes):
    row = {"email": f"new.{number}@example.com", "firstName": f"Newfirst{number}", "lastName": f"Newlast{number}",
           "friendlyName": f"New {number}", "username": f"new.{number}", "password": "Correct-Horse-1",
           "accountType": "local", "userRoleId": ROLES[0], "groups": [GROUPS[0]]}
    return {**row, **attributes}
