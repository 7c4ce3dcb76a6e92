"""What is made wrong of rostersync (its profile) and of the sandbox (its answers), so that the judge has something to
catch, and where it must find it."""

import json

from support.places import with_member
from support.tenovos_people import ROLES
from support.tenovos_rows import AS_JSON, KNOCKING, NEW, SIGNED_IN, USER, WHO

LISTING, SEARCH, READ = "GET /user/search/*", "GET /user/search/{text}", "GET /user/{id}"
SIGN_IN, CREATE, UPDATE = "POST /auth/token", "POST /user", "PATCH /user/{id}"

# Right and wrong in the profile; of a new row; the operation and the place.
WRONG_CLIENTS = {
    "pages that are too large": ('"max": 100', '"max": 101', {}, LISTING, "request.query.limit"),
    "the name that it is read by": ('"type": "email",', '"type": "email", "create": "/emailId",', {},
                                    CREATE, "request.body"),
    "custom attributes that are not": ('"create": "/customAttributes/company", ', "", {"company": "C"},
                                       CREATE, "request.body"),
    "a custom attribute that is none": ("/customAttributes/company", "/customAttributes/employer", {"company": "C"},
                                        CREATE, "request.body.customAttributes"),
    "a kind of account that there is not": ('["local", "federated"]', '["local", "federated", "guest"]',
                                            {"accountType": "guest"}, CREATE, "request.body.accountType"),
    "a text for a list": ('"type": "set<text>"', '"type": "text"', {"groups": "a"}, CREATE, "request.body.groups"),
    "another method": ('{"request": "POST /user"', '{"request": "PUT /user"', {}, "PUT /user", "request"),
    "another header for the key": ('"X-API-Key"', '"X-Key"', {}, SIGN_IN, "request"),
    "no access token": (', "AccessToken": "{session.access_token}"}', "}", {}, SEARCH, "request"),
    "another name of the user": ('"username": "{credential.username}"', '"user": "{credential.username}"', {},
                                 SIGN_IN, "request.body"),
}

# Right and wrong in the profile; of the row of somebody who is there; the place in the update.
WRONG_UPDATES = {
    "the name that it is read by": ('"type": "email",', '"type": "email", "update": "/emailId",',
                                    {"email": "moved@example.com"}, "request.body"),
    "a role by the name that it is read by": ('"read": "/roleId",', '"read": "/roleId", "update": "/roleId",',
                                              {"userRoleId": ROLES[1]}, "request.body"),
    "a number as a text": ('"as_number": ["update"]', '"as_number": ["create"]', {"contact": "612345678"},
                           "request.body.contact"),
    "custom attributes, which creates alone have": ('"create": "/customAttributes/country"',
                                                    '"update": "/customAttributes/country"', {"country": "France"},
                                                    "request.body"),
    "a status that there is not": ('["enabled", "disabled"]', '["enabled", "disabled", "gone"]', {"status": "gone"},
                                   "request.body.status"),
}


def post(target, body, headers=AS_JSON):
    return "POST", target, json.dumps(body).encode("utf-8"), headers


ENTER = post("/auth/token", WHO, KNOCKING)
GET_PAGE, GET_ONE = ("GET", "/user/search/*", None, SIGNED_IN), ("GET", USER, None, SIGNED_IN)
MAKE, CHANGE = post("/user", NEW), ("PATCH", USER, b'{"country": "France"}', AS_JSON)
GET_ROLES, GET_GROUPS = ("GET", "/roles", None, SIGNED_IN), ("GET", "/security/groups", None, SIGNED_IN)
WRONG_ANSWERS = {
    "a session without a token": (ENTER, with_member("session.accessToken"), "body.session"),
    "a session without its end": (ENTER, with_member("session.expireEpoch"), "body.session"),
    "an end that is a text": (ENTER, with_member("session.expireEpoch", "soon"), "body.session.expireEpoch"),
    "a sign-in without a session": (ENTER, with_member("session"), "body"),
    "a session that tells more": (ENTER, with_member("session.scope", "all"), "body.session"),
    "a listing's count as a text": (GET_PAGE, with_member("count", "4"), "body.count"),
    "a listing without its count": (GET_PAGE, with_member("count"), "body"),
    "a listing that failed": (GET_PAGE, with_member("status", "error"), "body.status"),
    "a status that there is not": (GET_PAGE, with_member("data.0.status", "gone"), "body.data.0.status"),
    "a password given back": (GET_PAGE, with_member("data.0.password", "Secret!pw"), "body.data.0"),
    "a user without what v1.5 adds": (GET_ONE, with_member("friendlyName"), "body"),
    "a user without an id": (GET_ONE, with_member("userId"), "body"),
    "an e-mail that is none": (GET_ONE, with_member("emailId", "perceval"), "body.emailId"),
    "an e-mail by the name it is sent by": (GET_ONE, with_member("email", "perceval@example.com"), "body"),
    "a telephone as a number": (GET_ONE, with_member("phone", 612345678), "body.phone"),
    "groups that are no texts": (GET_ONE, with_member("groups", [1]), "body.groups.0"),
    "a create with an id": (MAKE, with_member("userId", "7"), "body"),
    "a create that failed": (MAKE, with_member("status", "error"), "body.status"),
    "an update without one of the eight": (CHANGE, with_member("roleId"), "body"),
    "an update that tells the role's name": (CHANGE, with_member("roleName", "End user"), "body"),
    "an update with a number for a telephone": (CHANGE, with_member("contact", 612345678), "body.contact"),
    "a role without an id": (GET_ROLES, with_member("1.id"), "body.1"),
    "a role without a name": (GET_ROLES, with_member("1.name"), "body.1"),
    "a role by the name of a user's": (GET_ROLES, with_member("1.roleId", "x"), "body.1"),
    "a group without an id": (GET_GROUPS, with_member("1.groupId"), "body.1"),
    "a group without a name": (GET_GROUPS, with_member("1.groupName"), "body.1"),
    "a group by another name": (GET_GROUPS, with_member("1.id", "x"), "body.1"),
    "a group with a number for an id": (GET_GROUPS, with_member("1.groupId", 7), "body.1.groupId"),
    "a 400 that says success": (post("/user", {}), with_member("status", "success"), "body.status"),
    "a 400 without a message": (post("/user", {}), with_member("message"), "body"),
    "a 400 that tells more": (post("/user", {}), with_member("detail", "x"), "body"),
    "a 401 with a number for a detail": ((*GET_ONE[:3], SIGNED_IN[:1]), with_member("detail", 7), "body.detail"),
    "a 401 without a message": ((*GET_ONE[:3], SIGNED_IN[:1]), with_member("message"), "body"),
    "a 403 with another word": (("GET", "/user/nobody", None, SIGNED_IN), with_member("error", "x"), "body"),
}
