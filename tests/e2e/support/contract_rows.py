"""Requests, most of them bad, that the sandbox and Prism must think alike of; where they do not, the row says why."""

import json
from dataclasses import dataclass

from support.people import company
from support.program import KEY

PEOPLE = company(3)
USER = f"/user/{PEOPLE[1]['id']}"
NEW = {"email": "perceval@example.com", "first_name": "Perceval", "last_name": "de Galles", "role": "PUBLISHER"}

KEYED = (("x-APIKey", KEY),)
AS_JSON = (*KEYED, ("Content-Type", "application/json"))


@dataclass
class Row:
    name: str
    method: str
    target: str
    body: object = None  # bytes as they are, None for no body at all; anything else as JSON
    headers: tuple = AS_JSON
    sandbox: int = 400
    mock: int = None  # what the document alone would have answered; None: the same
    at: str = None  # where Prism finds the fault of the request; None: it finds none
    answer_at: str = None  # likewise of the sandbox's answer
    why: str = None  # the two differ

    def __post_init__(self):
        if self.mock is None:
            self.mock = self.sandbox
        if self.body is not None and not isinstance(self.body, bytes):
            self.body = json.dumps(self.body).encode("utf-8")

    @property
    def attribute(self):
        """Of which the fault is, where it is one attribute's."""
        parts = (self.at or "").split(".")
        return parts[2] if parts[:2] in (["request", "body"], ["request", "query"]) and len(parts) > 2 else None


# Values that an attribute cannot have, on create and update alike.
WRONG = {
    "email": ["perceval", "perceval@example", "perce val@example.com", "@example.com", ".p@example.com", "", 7, None,
              ["perceval@example.com"]],
    "first_name": [7, None, ["Perceval"]],
    "last_name": [True, None, {}],
    "org_id": ["42", 4.5, None],
    "accesses": ["[[1]]", [1], [["1"]], [[1.5]], None],
    "business_ids": ["b1|b2", [1], [None], None],
    "role": ["KNIGHT", "PROVIDER", "publisher", "", None, ["PUBLISHER"]],
    "custom_role": [7, None, ["default"]],
    "sidebar_pages": ["posts", ["home"], [None]],
    "status": ["disabled", "", None],
    "password": ["Ab!4567", "Ab!éééé", 12345678, None],
    "lang": ["pt-BR", "en-GB", "", None],
    "sso_only": ["true", 1, None],
}
WRONG_ON_CREATE = {**WRONG, "send_invitation": ["no", 0, None]}
WRONG_ON_UPDATE = {**WRONG, "sidebar_pages": [*WRONG["sidebar_pages"], None], "phone": [33, None],
                   "keywords": ["north", [1], ["k"] * 13, None],
                   "receive_reviews_email_notifications": ["yes", None], "disabled": ["true", 1, None]}

# Attributes that there are, elsewhere.
STRANGE = ["id", "created_at", "provider", "available_features", "shadow_user_id", "nickname"]
STRANGE_ON_CREATE = ["disabled", "phone", "keywords", "receive_reviews_email_notifications", *STRANGE]
STRANGE_ON_UPDATE = ["send_invitation", *STRANGE]


def create(name, changes, **verdict):
    return Row(f"create: {name}", "POST", "/user", {**NEW, **changes}, **verdict)


def update(name, body, **verdict):
    return Row(f"update: {name}", "POST", USER, body, **verdict)


def search(query, **verdict):
    return Row(f"search: {query}", "GET", f"/user/search?{query}", headers=KEYED, **verdict)


def wrong_values():
    for make, wrong in ((create, WRONG_ON_CREATE), (update, WRONG_ON_UPDATE)):
        for attribute, values in wrong.items():
            for value in values:
                said = json.dumps(value, ensure_ascii=False)
                yield make(f"{attribute} = {said}", {attribute: value}, at=f"request.body.{attribute}")


def strange_attributes():
    for make, names in ((create, STRANGE_ON_CREATE), (update, STRANGE_ON_UPDATE)):
        for name in names:
            yield make(f"{name} is none of its attributes", {name: "x"}, at="request.body")


def missing_attributes():
    for name in ("email", "first_name", "last_name"):
        body = {other: value for other, value in NEW.items() if other != name}
        yield Row(f"create: no {name}", "POST", "/user", body, at="request.body")


def wrong_bodies():
    for name, target in (("create", "/user"), ("update", USER)):
        yield Row(f"{name}: a list", "POST", target, [], at="request.body")
        yield Row(f"{name}: a text", "POST", target, "Perceval", at="request.body")
        yield Row(f"{name}: null", "POST", target, b"null", at="request")
        yield Row(f"{name}: an empty body", "POST", target, b"", at="request")
        yield Row(f"{name}: cut off", "POST", target, b'{"email": "perceval@exa')  # before anything is judged
        yield Row(f"{name}: a form", "POST", target, b"lang=fr", at="request", sandbox=415,
                  headers=(*KEYED, ("Content-Type", "application/x-www-form-urlencoded")))
        yield Row(f"{name}: JSON that calls itself text", "POST", target, NEW, at="request", sandbox=415,
                  headers=(*KEYED, ("Content-Type", "text/plain")))
        yield Row(f"{name}: JSON that does not say so", "POST", target, NEW, sandbox=415, mock=400, at="request.body",
                  headers=KEYED, why="Prism takes it for the first type that is listed, and reads it as a text")
        yield Row(f"{name}: another JSON", "POST", target, NEW, sandbox=415, mock=200,
                  headers=(*KEYED, ("Content-Type", "application/merge-patch+json")),
                  why="Prism takes whatever ends in +json for application/json; the guide does not")
        yield Row(f"{name}: no body at all", "POST", target, sandbox=415, mock=400, at="request", headers=KEYED,
                  why="both refuse; the sandbox looks at the type first")


def wrong_keys():
    no_key = AS_JSON[1:]
    for name, method, target, body in (("search", "GET", "/user/search", None), ("me", "GET", "/user/me", None),
                                       ("read", "GET", USER, None), ("create", "POST", "/user", NEW),
                                       ("update", "POST", USER, {"lang": "de"})):
        yield Row(f"{name}: no key", method, target, body, no_key, sandbox=401, at="request")
        yield Row(f"{name}: the key in another header", method, target, body, (*no_key, ("Authorization", KEY)),
                  sandbox=401, at="request")
        yield Row(f"{name}: a wrong key", method, target, body, (*no_key, ("x-APIKey", "another")),
                  sandbox=401, mock=200, why="the document knows that there is a key, and not which")


def wrong_addresses():
    for method, target in (("DELETE", USER), ("PUT", USER), ("PATCH", USER), ("GET", "/user"), ("PUT", "/user"),
                           ("DELETE", "/user/me")):
        yield Row(f"{method} {target}", method, target, {} if method != "GET" else None, sandbox=405, at="request",
                  headers=AS_JSON if method != "GET" else KEYED)
    for target in ("/users", "/user/search/all", f"{USER}/lang"):
        yield Row(f"GET {target}", "GET", target, headers=KEYED, sandbox=404, at="request")
    for target in ("/user/me", "/user/search"):
        yield Row(f"POST {target}", "POST", target, {}, sandbox=405, mock=200, answer_at="response",
                  why="an address without a template comes first (OpenAPI 3.1, Paths Object); to Prism it is an id")


def wrong_queries():
    for parameter, value in (("page", "0"), ("page", "-1"), ("page", "1.5"), ("page", "one"), ("per_page", "0"),
                             ("per_page", "101"), ("per_page", "all"), ("order_by", "lang"), ("order_by", "EMAIL"),
                             ("status", "disabled"), ("org_id", "mine"), ("display_business_ids", "maybe")):
        yield search(f"{parameter}={value}", at=f"request.query.{parameter}")
    yield search("page=1&page=2", at="request.query.page")
    yield search("email=", mock=200, why="an empty address is a text as good as any to the document")
    yield search("mail=a@example.com", mock=200, why="no document can forbid a parameter that it does not list")
    yield search("org_id=42", sandbox=403, mock=200, why="for a PROVIDER's key only, which is a matter of who asks")
    yield Row("read: display_business_ids=maybe", "GET", f"{USER}?display_business_ids=maybe", headers=KEYED, mock=422,
              at="request.query.display_business_ids", answer_at="response",
              why='"User information" lists no 400, so Prism makes up an answer; see CONTRADICTIONS.md')


def beyond_the_document():
    taken = {"email": PEOPLE[2]["email"]}
    for make in (create, update):
        yield make("an e-mail that is another's", taken, mock=200, why="the document knows nobody")
        yield make("org_id", {"org_id": 42}, sandbox=403, mock=200,
                   why="for a PROVIDER's key only, which is a matter of who asks; see CONTRADICTIONS.md")
        yield make("a password without upper case", {"password": "abcdefg!"}, mock=200,
                   why="what a password must hold is said in words; the schema has its length")
        yield make("64 letters and more before the @", {"email": "p" * 65 + "@example.com"}, mock=200,
                   why="no such address can be (RFC 5321); Prism's e-mail format does not count")
        yield make("a name of 5000 letters", {"first_name": "p" * 5000}, mock=200,
                   why="the sandbox takes no text over 4096 bytes; the pages name no bound")
        yield make("a whole number with a point", {"accesses": [[1.0]]}, mock=200,
                   why="to JSON Schema 1.0 is a whole number; the sandbox wants it written as one")
    yield Row("update: somebody who is not there", "POST", "/user/nobody", {"lang": "de"}, sandbox=404, mock=200,
              why="the document knows nobody")
    yield Row("read: somebody who is not there", "GET", "/user/nobody", headers=KEYED, sandbox=404, mock=200,
              why="the document knows nobody")


EVERY_VALUE = {
    "role": ["ORG_ADMIN", "ORG_MANAGER", "GROUP_MANAGER", "BUSINESS_MANAGER", "PUBLISHER"],
    "status": ["active", "invited"],
    "lang": ["fr", "en", "es", "it", "pt-br", "de", "ar", "nl", "pl", "cs", "ca", "sk", "pt", "lv", "ro", "bg", "hu"],
    "sidebar_pages": [["bulk_modification"], ["diffusion"], ["feedback_management"], ["messages"], ["posts"],
                      ["presence_analytics"], ["review_analytics"], ["review_invite"], ["review_management"]],
}
EVERYTHING = {"first_name": "Perceval", "last_name": "de Galles", "accesses": [[1, 2], [1, 3]], "business_ids": ["b1"],
              "role": "GROUP_MANAGER", "custom_role": "knights", "sidebar_pages": ["posts", "bulk_modification"],
              "status": "invited", "password": "Ab!ééééé", "lang": "pt-br", "sso_only": True}


def good_requests():
    fine = {"sandbox": 200}
    yield create("what must be there", {}, **fine)
    yield create("everything", {**EVERYTHING, "send_invitation": False}, **fine)
    yield create("all the features", {"sidebar_pages": None}, **fine)
    yield create("the type with its charset", {}, headers=(*KEYED, ("Content-Type", "application/json; charset=utf-8")),
                 **fine)
    yield update("nothing", {}, **fine)
    yield update("everything", {**EVERYTHING, "email": NEW["email"], "disabled": True, "phone": "",
                                "keywords": ["k"] * 12, "receive_reviews_email_notifications": False}, **fine)
    yield update("what can be empty", {"accesses": [], "business_ids": [], "custom_role": "", "keywords": [],
                                       "sidebar_pages": [], "first_name": ""}, **fine)
    for query in ("", "page=1&per_page=100", "page=9", "order_by=-org_id", "status=invited", "query=first1+last1",
                  "email=PERSON.1%40EXAMPLE.COM", "display_business_ids=false"):
        yield search(query, **fine)
    for target in ("/user/me", USER, f"{USER}?display_business_ids=false"):
        yield Row(f"GET {target}", "GET", target, headers=KEYED, **fine)


def every_value():
    for make in (create, update):
        for attribute, values in EVERY_VALUE.items():
            for value in values:
                yield make(f"{attribute} = {json.dumps(value)}", {attribute: value}, sandbox=200)


GROUPS = [wrong_values, strange_attributes, missing_attributes, wrong_bodies, wrong_keys, wrong_addresses,
          wrong_queries, beyond_the_document, good_requests, every_value]
ROWS = [row for rows in GROUPS for row in rows()]
