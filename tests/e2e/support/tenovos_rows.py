"""Requests of Tenovos, most of them bad, that the sandbox and Prism must think alike of; where they do not, the row
says why. A session's tokens are not known before there is one: {authorization}, {accessToken} and {refreshToken} stand
for them."""

import json
from dataclasses import replace

from support.contract_rows import Row
from support.program import KEY
from support.tenovos_people import GROUPS, OWNER, ROLE_NAMES, ROLES, team

PEOPLE = team(3)
USER = f"/user/{PEOPLE[1]['userId']}"
NEW = {"firstName": "Perceval", "lastName": "de Galles", "friendlyName": "Perceval", "email": "perceval@example.com",
       "username": "perceval", "password": "Correct-Horse-1", "accountType": "local", "userRoleId": ROLES[0],
       "groups": [GROUPS[0]]}
WHO = {"username": OWNER["emailId"], "password": KEY}
TOKENS = {"accessToken": "{accessToken}", "refreshToken": "{refreshToken}"}

JSON = ("Content-Type", "application/json")
API_KEY = ("X-API-Key", KEY)
AUTHORIZATION = ("Authorization", "{authorization}")
ACCESS_TOKEN = ("AccessToken", "{accessToken}")
SIGNED_IN = (API_KEY, AUTHORIZATION, ACCESS_TOKEN)
AS_JSON = (*SIGNED_IN, JSON)
KNOCKING = (API_KEY, JSON)


def filled(row, session):
    """The row with the tokens of a session."""
    def fill(text):
        for name, value in session.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    body = row.body if row.body is None else fill(row.body.decode("utf-8")).encode("utf-8")
    return replace(row, body=body, headers=tuple((name, fill(value)) for name, value in row.headers))


# Values that an attribute cannot have, on create and update alike.
WRONG = {
    "firstName": [7, None, ["Perceval"]],
    "lastName": [True, None, {}],
    "friendlyName": [7, None],
    "email": ["perceval", "perce val@example.com", "@example.com", "", 7, None, ["perceval@example.com"]],
    "userRoleId": [7, None, [ROLES[0]]],
    "groups": [GROUPS[0], [1], [None], None, {}],
}
WRONG_ON_CREATE = {
    **WRONG,
    "firstName": [*WRONG["firstName"], ""],
    "lastName": [*WRONG["lastName"], ""],
    "friendlyName": [*WRONG["friendlyName"], ""],
    "groups": [*WRONG["groups"], []],
    "username": ["", 7, None],
    "password": ["", 12345678, None],
    "accountType": ["", "Local", "saml", None],
    "customAttributes": ["x", [], None],
}
WRONG_CUSTOM = {"company": [7, None], "country": [True, None], "phone": [33, None], "contact": [612345678, None]}
WRONG_ON_UPDATE = {
    **WRONG,
    "company": [7, None],
    "country": [True, None],
    "phone": ["612345678", "+33 6 12 34 56 78", "", None, True],
    "contact": ["612345678", "0612345678", None, [612345678]],
    "userRoleName": [7, None],
    "status": ["Enabled", "active", "", True, None],
}

# Attributes that there are, elsewhere.
STRANGE = ["userId", "customerId", "emailId", "roleId", "userName", "roleName", "nickname"]
STRANGE_ON_CREATE = ["status", "company", "country", "phone", "contact", "userRoleName", *STRANGE]
STRANGE_ON_UPDATE = ["username", "password", "accountType", "customAttributes", *STRANGE]


def create(name, changes, **verdict):
    return Row(f"create: {name}", "POST", "/user", {**NEW, **changes}, **{"headers": AS_JSON, **verdict})


def update(name, body, **verdict):
    return Row(f"update: {name}", "PATCH", USER, body, **{"headers": AS_JSON, **verdict})


def search(target, **verdict):
    return Row(f"search: {target}", "GET", f"/user/search/{target}", headers=SIGNED_IN, **verdict)


def get(target, **verdict):
    return Row(f"GET {target}", "GET", target, **{"headers": SIGNED_IN, **verdict})


def sign_in(name, body, **verdict):
    return Row(f"sign-in: {name}", "POST", "/auth/token", body, **{"headers": KNOCKING, **verdict})


def wrong_values():
    for make, wrong in ((create, WRONG_ON_CREATE), (update, WRONG_ON_UPDATE)):
        for attribute, values in wrong.items():
            for value in values:
                said = json.dumps(value, ensure_ascii=False)
                yield make(f"{attribute} = {said}", {attribute: value}, at=f"request.body.{attribute}")
    for attribute, values in WRONG_CUSTOM.items():
        for value in values:
            yield create(f"custom {attribute} = {json.dumps(value)}", {"customAttributes": {attribute: value}},
                         at=f"request.body.customAttributes.{attribute}")


def strange_attributes():
    for make, names in ((create, STRANGE_ON_CREATE), (update, STRANGE_ON_UPDATE)):
        for name in names:
            yield make(f"{name} is none of its attributes", {name: "x"}, at="request.body")
    yield create("status is no custom attribute", {"customAttributes": {"status": "enabled"}},
                 at="request.body.customAttributes")


def missing_attributes():
    for name in NEW:
        body = {other: value for other, value in NEW.items() if other != name}
        yield Row(f"create: no {name}", "POST", "/user", body, AS_JSON, at="request.body")


def wrong_bodies():
    for name, method, target, good, signed in (("create", "POST", "/user", NEW, SIGNED_IN),
                                               ("update", "PATCH", USER, {"country": "France"}, SIGNED_IN),
                                               ("sign-in", "POST", "/auth/token", WHO, (API_KEY,))):
        def row(said, body, *kind, target=target, method=method, name=name, signed=signed, **verdict):
            headers = (*signed, *(("Content-Type", one) for one in kind))
            return Row(f"{name}: {said}", method, target, body, headers, **verdict)

        plain = "application/json"
        yield row("a list", [], plain, at="request.body")
        yield row("a text", "Perceval", plain, at="request.body")
        if method != "PATCH":  # of which Prism passes on the length alone, so that whoever gets it waits for the rest
            yield row("null", b"null", plain, at="request")
        yield row("an empty body", b"", plain, at="request")
        yield row("cut off", b'{"email": "perceval@exa', plain)  # before anything is judged
        yield row("a form", b"country=France", "application/x-www-form-urlencoded", at="request")
        yield row("JSON that calls itself text", good, "text/plain", at="request")
        yield row("JSON that does not say so", good, at="request.body")
        yield row("another JSON", good, "application/merge-patch+json", mock=200,
                  why="Prism takes whatever ends in +json for application/json; the page does not")
        yield row("no body at all", None, at="request")


def wrong_credentials():
    gateway = "the gateway refuses by 403 whoever has not its key; whatever is missing, Prism answers 401"
    unknown = "the document knows that there are a key and a session, and not which"
    for name, method, target, body in (("search", "GET", "/user/search/*", None), ("read", "GET", USER, None),
                                       ("create", "POST", "/user", NEW), ("update", "PATCH", USER, {"country": "x"}),
                                       ("roles", "GET", "/roles", None), ("groups", "GET", "/security/groups", None)):
        kind = () if body is None else (JSON,)

        def row(said, *headers, kind=kind, name=name, method=method, target=target, body=body, **verdict):
            return Row(f"{name}: {said}", method, target, body, (*headers, *kind), **verdict)

        yield row("no key", AUTHORIZATION, ACCESS_TOKEN, sandbox=403, mock=401, at="request", why=gateway)
        yield row("another key", ("X-API-Key", "another"), AUTHORIZATION, ACCESS_TOKEN, sandbox=403, mock=200,
                  why=unknown)
        yield row("no session", API_KEY, sandbox=401, at="request")
        yield row("no authorization", API_KEY, ACCESS_TOKEN, sandbox=401, at="request")
        yield row("no access token", API_KEY, AUTHORIZATION, sandbox=401, at="request")
        yield row("another access token", API_KEY, AUTHORIZATION, ("AccessToken", "x"), sandbox=401, mock=200,
                  why=unknown)
        yield row("a bearer", API_KEY, ("Authorization", "Bearer {authorization}"), ACCESS_TOKEN, sandbox=401, mock=200,
                  why=unknown)


def wrong_sign_ins():
    unknown = "the document knows neither who may sign in nor which sessions there are"
    yield sign_in("no key", WHO, headers=(JSON,), sandbox=403, mock=401, at="request",
                  why="the gateway refuses by 403 whoever has not its key; whatever is missing, Prism answers 401")
    yield sign_in("another password", {**WHO, "password": "x"}, sandbox=401, mock=200, why=unknown)
    yield sign_in("another user", {**WHO, "username": "x"}, sandbox=401, mock=200, why=unknown)
    yield sign_in("no password", {"username": "x"}, at="request.body")
    yield sign_in("no user", {"password": "x"}, at="request.body")
    yield sign_in("a number for a password", {**WHO, "password": 7}, at="request.body")
    yield sign_in("a client, which is version 1's", {**WHO, "clientId": "x"}, at="request.body")
    yield sign_in("and a renewal at once", {**WHO, "session": TOKENS}, at="request.body")
    for name in TOKENS:
        rest = {other: value for other, value in TOKENS.items() if other != name}
        yield sign_in(f"renewed without {name}", {"session": rest}, at="request.body")
        yield sign_in(f"renewed by another {name}", {"session": {**TOKENS, name: "x"}}, sandbox=401, mock=200,
                      why=unknown)
    yield sign_in("renewed by an authorization", {"session": {**TOKENS, "authorization": "{authorization}"}},
                  at="request.body")
    yield sign_in("renewed by a text", {"session": "{accessToken}"}, at="request.body")


def wrong_addresses():
    for method, target in (("DELETE", USER), ("PUT", USER), ("POST", USER), ("GET", "/user"), ("PATCH", "/user"),
                           ("POST", "/user/search/*"), ("POST", "/roles"), ("DELETE", "/security/groups"),
                           ("GET", "/auth/token")):
        body = None if method == "GET" else {}
        yield Row(f"{method} {target}", method, target, body, SIGNED_IN if body is None else AS_JSON, sandbox=405,
                  at="request")
    for target in ("/users", f"{USER}/groups", "/groups"):
        yield get(target, sandbox=404, at="request")
    yield get("/user/search/first/last", sandbox=200, mock=404, at="request",
              why="the sandbox takes a / for the %2F that it should have been")
    yield get("/user/search", sandbox=403, mock=200, why="an id that nobody has; the document knows nobody")


def wrong_queries():
    for parameter, value in (("from", "-1"), ("from", "1.5"), ("from", "one"), ("limit", "0"), ("limit", "101"),
                             ("limit", "all")):
        yield search(f"*?{parameter}={value}", at=f"request.query.{parameter}")
    yield search("*?from=1&from=2", at="request.query.from")
    unlisted = {"mock": 200, "why": "no document can forbid a parameter that it does not list"}
    yield search("*?offset=1", **unlisted)
    yield get(f"{USER}?limit=1", **unlisted)
    yield get("/roles?limit=1", answer_at="response", **unlisted)


def beyond_the_document():
    nobody = {"mock": 200, "why": "the document knows nobody"}
    names = {"mock": 200, "why": "the document knows neither roles nor groups"}
    for make in (create, update):
        yield make("an e-mail that is another's", {"email": PEOPLE[2]["emailId"]}, **nobody)
        yield make("a role that there is not", {"userRoleId": "knight"}, **names)
        yield make("a group that there is not", {"groups": ["table"]}, **names)
    yield create("a user name that is another's", {"username": PEOPLE[2]["emailId"]}, **nobody)
    yield update("a role by a name that there is not", {"userRoleName": "Knight"}, **names)
    yield update("a role, and another's name", {"userRoleId": ROLES[0], "userRoleName": ROLE_NAMES[1]}, **names)
    for name in ("firstName", "lastName"):
        yield update(f"an empty {name}", {name: ""}, mock=200,
                     why="the page says no least length; see CONTRADICTIONS.md")
    for value in (1.5, -1):
        yield update(f"a telephone of {value}", {"phone": value}, mock=200,
                     why="any number is one to the page; the sandbox takes those that a telephone can have")
    yield Row("update: somebody who is not there", "PATCH", "/user/nobody", {"country": "x"}, AS_JSON, sandbox=403,
              **nobody)
    yield get("/user/nobody", sandbox=403, **nobody)


CUSTOM = {"country": "France", "company": "Kaamelott", "phone": "+33 6 12 34 56 78", "contact": "0612345678"}


def good_requests():
    fine = {"sandbox": 200}
    yield sign_in("by name", WHO, **fine)
    yield sign_in("renewed", {"session": TOKENS}, **fine)
    yield create("what must be there", {}, **fine)
    yield create("everything", {"customAttributes": CUSTOM, "groups": GROUPS[:3]}, **fine)
    yield create("no custom attribute", {"customAttributes": {}}, **fine)
    yield create("the type with its charset", {}, **fine,
                 headers=(*SIGNED_IN, ("Content-Type", "application/json; charset=utf-8")))
    yield update("nothing", {}, **fine)
    yield update("everything", {"firstName": "P", "lastName": "G", "friendlyName": "PG", "email": NEW["email"],
                                "company": "K", "country": "F", "contact": 1234567890, "phone": 0,
                                "userRoleId": ROLES[1], "userRoleName": ROLE_NAMES[1], "groups": GROUPS,
                                "status": "disabled"}, **fine)
    yield update("what can be empty", {"friendlyName": "", "company": "", "country": "", "groups": []}, **fine)
    for name, values in (("accountType", ["local", "federated"]), ("userRoleId", ROLES)):
        for value in values:
            yield create(f"{name} = {value}", {name: value}, **fine)
    for name, values in (("status", ["enabled", "disabled"]), ("userRoleName", ROLE_NAMES), ("userRoleId", ROLES)):
        for value in values:
            yield update(f"{name} = {value}", {name: value}, **fine)
    for target in ("*", "*?from=0&limit=100", "*?from=900", "PERSON.1%40example.com", "First1%20Last1",
                   "a%2Fb%3F%23%25", "nobody?limit=1"):
        yield search(target, **fine)
    for target in (USER, "/roles", "/security/groups"):
        yield get(target, **fine)


GROUPS_OF_ROWS = [wrong_values, strange_attributes, missing_attributes, wrong_bodies, wrong_credentials, wrong_sign_ins,
                  wrong_addresses, wrong_queries, beyond_the_document, good_requests]
ROWS = [row for rows in GROUPS_OF_ROWS for row in rows()]
