"""A door before a scripted directory: lets in who says who they are, in one way or another, and remembers who asked.

Every secret here holds KEY, so that a run that shows any of them, whole or in part, is found out by Job.check.
"""

import base64
import json
import re
from urllib.parse import parse_qsl

from support.program import KEY, REPOSITORY
from support.scripted import Answer

USER = "hr.é@example.com"
PASSWORD = f'{KEY}-pä"ss'
CLIENT = f"{KEY}-client"
CLIENT_SECRET = f"{KEY}-s:3/c"
TOKEN = f"{KEY}-token"


def partoo_with(auth, **members):
    """The shipped profile's text, as of an API that wants to know otherwise who asks."""
    text = (REPOSITORY / "config" / "profiles" / "partoo.json").read_text(encoding="utf-8")
    profile = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    for name in ("credentials", "headers"):
        del profile[name]
    profile["auth"] = auth
    profile.update(members)
    return json.dumps(profile, indent=1)


SIGN_IN = {
    "by": "sign_in",
    "credentials": ["username", "password"],
    "request": "POST /auth/token",
    "body": {"session": {"user": "{credential.username}", "password": "{credential.password}"}},
    "session": {"ticket": "/session/ticket", "again": "/session/again"},
    "expires": {"in": "/session/life", "unit": "ms"},
    "use": {"Authorization": "{session.ticket}", "X-Again": "{session.again}"},
}
REFRESH = {"body": {"session": {"again": "{session.again}"}}}
SIGN_IN_SECRETS = {"username": USER, "password": PASSWORD}
CLIENT_SECRETS = {"client_id": CLIENT, "client_secret": CLIENT_SECRET}


def basic(user, word):
    return "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()


class FixedDoor:
    """For ways without a session: these headers, with every request."""

    def __init__(self, **headers):
        self.headers = {name.lower().replace("_", "-"): value for name, value in headers.items()}

    def __call__(self, request):
        if all(request.headers.get(name) == value.encode().decode("latin-1") for name, value in self.headers.items()):
            return None
        return Answer(401, {"errors": "who are you?"})


class TicketDoor:
    """For ways with a session. Tickets hold until they are revoked; `at_sign_in(nth, request)` may answer otherwise."""

    def __init__(self, life=None, inside=lambda request: None):
        self.life = life  # as the answers tell it
        self.inside = inside
        self.at_sign_in = lambda nth, request: None
        self.valid = set()
        self.issued = 0
        self.sign_ins = []  # "password", "refresh" or "grant", in the order in which they came
        self.refused = []  # requests that were not let in
        self.grants = []  # requests for a token of OAuth 2

    def __call__(self, request):
        if request.path in ("/v2/auth/token", "/v2/oauth/token"):
            return self.sign_in(request)
        if request.headers.get("authorization") not in self.valid:
            self.refused.append(request)
            return Answer(401, {"errors": f"no entry with {request.headers.get('authorization')}"})
        return self.inside(request)

    def sign_in(self, request):
        grant = request.headers["content-type"] == "application/x-www-form-urlencoded"
        asked = {} if grant else request.json["session"]
        self.sign_ins.append("grant" if grant else "refresh" if "again" in asked else "password")
        if (otherwise := self.at_sign_in(len(self.sign_ins), request)) is not None:
            return otherwise
        if grant:
            return self.grant(request)
        if asked not in ({"user": USER, "password": PASSWORD}, {"again": f"{KEY}-again-{self.issued}"}):
            return Answer(403, {"errors": f"{json.dumps(asked)} is wrong"})
        return Answer(200, {"session": {"ticket": self.issue(), "again": f"{KEY}-again-{self.issued}",
                                        "life": self.life}})

    def grant(self, request):
        self.grants.append(request)
        form = dict(parse_qsl(request.body.decode("ascii"), strict_parsing=True))
        in_header = request.headers.get("authorization") == basic(CLIENT, CLIENT_SECRET.replace(":", "%3A")
                                                                  .replace("/", "%2F"))
        in_form = (form.get("client_id"), form.get("client_secret")) == (CLIENT, CLIENT_SECRET)
        if form.get("grant_type") != "client_credentials" or in_header == in_form:
            return Answer(401, {"error": "invalid_client", "error_description": f"not with {request.body.decode()}"})
        return Answer(200, {"access_token": self.issue("Bearer ").removeprefix("Bearer "), "token_type": "bearer"})

    def issue(self, prefix=""):
        self.issued += 1
        ticket = f"{prefix}{KEY}-ticket-{self.issued}"
        self.valid.add(ticket)
        return ticket
