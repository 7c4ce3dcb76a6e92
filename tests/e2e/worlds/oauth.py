"""Workers: OAuth 2.0 client credentials (RFC 6749, 4.4), offset paging, everybody by search."""

from dataclasses import replace
from urllib.parse import parse_qsl

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, basic, needed, number, parameters, strictly

BODY = {"email": str, "givenName": str, "familyName": str, "role": str, "active": bool, "groups": [str]}


class OAuth(Api):
    credentials = {"client_id": "rostersync", "client_secret": KEY}
    columns = {"email": "email", "first": "givenName", "last": "familyName", "role": "role", "active": "active",
               "tags": "groups"}
    tells = True

    def __init__(self):
        self.tokens = []
        super().__init__()

    def headers(self):
        """With a token that was not given to anybody else."""
        self.tokens.append("for-a-test")
        return {"Authorization": "Bearer for-a-test"}

    def authorised(self, request):
        return request.headers.get("authorization") in [f"Bearer {token}" for token in self.tokens]

    def error(self, refused):
        return Answer(refused.status, {"error": "invalid_request", "error_description": refused.words})

    @to("POST", "/oauth/token", "sign_in")
    def token(self, request):
        form = dict(parse_qsl(request.body.decode()))
        if request.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Refused(415, "Only a form is understood")
        if request.headers.get("authorization") != basic("rostersync", KEY):
            return Answer(401, {"error": "invalid_client"}, {"WWW-Authenticate": "Basic"})
        if form != {"grant_type": "client_credentials", "scope": "workers"}:
            return Answer(400, {"error": "invalid_scope"})
        self.tokens.append(f"t0ken.{len(self.tokens)}/{'~' * 20}")
        return Answer(200, {"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 3600})

    def shown(self, user_id, person):
        return {"id": user_id, "email": person.email, "givenName": person.first, "familyName": person.last,
                "role": person.role, "active": person.active, "groups": sorted(person.tags, reverse=True)}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, "email", "givenName", "familyName", "role")
            before = Person("", "", "", tags=frozenset())
        names = {column: name for name, column in self.columns.items()}
        said = {names[member]: frozenset(value) if member == "groups" else value for member, value in body.items()}
        return replace(before, **said)

    @to("GET", "/workers")
    def list(self, request):
        query = parameters(request, "start", "count", "email")
        found = self.having(email=query["email"]) if "email" in query else self.listed()
        start = number(query, "start", 1, 1) - 1
        workers = self.part(found, start, number(query, "count", 2, 1, self.page))
        return Answer(200, {"workers": workers, "total": len(found)})

    @to("GET", "/workers/(u[0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/workers", "write")
    def post(self, request):
        return Answer(201, {"id": self.create(request.json)})

    @to("PATCH", "/workers/(u[0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, self.shown(user_id, self.person(user_id)))
