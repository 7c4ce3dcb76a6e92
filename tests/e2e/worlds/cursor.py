"""Accounts: opaque cursors and a total, a bearer token, errors that are a list of sentences."""

from dataclasses import replace

from support.scripted import Answer
from worlds.api import Api, to
from worlds.strict import Refused, needed, number, parameters, strictly
from worlds.world import OWNER

BODY = {"email": str, "given_name": str, "family_name": str, "role": str, "state": str, "labels": [str],
        "job_title": str}
STATES = {"active": True, "suspended": False}


class Cursor(Api):
    columns = {"email": "email", "first": "given_name", "last": "family_name", "role": "role", "active": "state",
               "tags": "labels", "title": "job_title"}
    words = {"active": {True: "active", False: "suspended"}}
    knows_own_user = True
    tells = True
    refusal = ("refused", "The record is locked by payroll; See https://accounts.example/errors")
    clears = "title"

    def error(self, refused):
        return Answer(refused.status, {"errors": [refused.words, "See https://accounts.example/errors"]})

    def shown(self, user_id, person):
        return {"id": user_id, "email": person.email, "given_name": person.first, "family_name": person.last,
                "role": person.role, "state": self.words["active"][person.active],
                "labels": sorted(person.tags, reverse=True), "job_title": person.title or None, "avatar_url": None}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, *list(BODY)[:4])
            before = replace(OWNER, tags=frozenset())
        if body.get("state", "active") not in STATES or body.get("role", "editor") not in ("editor", "reader"):
            raise Refused(422, "State or role is not included in the list")
        active = STATES[body["state"]] if "state" in body else before.active
        return replace(before, email=body.get("email", before.email), first=body.get("given_name", before.first),
                       last=body.get("family_name", before.last), role=body.get("role", before.role), active=active,
                       tags=frozenset(body.get("labels", before.tags)), title=body.get("job_title", before.title))

    @to("GET", "/accounts")
    def list(self, request):
        query = parameters(request, "page_token", "limit", "email")
        found = self.having(email=query["email"]) if "email" in query else self.listed()
        limit = number(query, "limit", 2, 1, self.page)
        tokens = {"": 0, **{f"after-{user_id}": at for at, (user_id, _) in enumerate(found, 1)}}
        if query.get("page_token", "") not in tokens:
            raise Refused(400, "The page token has expired")
        start = tokens[query.get("page_token", "")]
        more = f"after-{found[start + limit - 1][0]}" if start + limit < len(found) else None
        return Answer(200, {"accounts": self.part(found, start, limit), "total": len(found), "next_page_token": more})

    @to("GET", "/accounts/me")
    def me(self, request):
        return Answer(200, self.shown(*self.having(email=OWNER.email)[0]))

    @to("GET", "/accounts/(u[0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/accounts", "write")
    def post(self, request):
        user_id = self.create(request.json)
        return Answer(201, self.shown(user_id, self.person(user_id)))

    @to("PATCH", "/accounts/(u[0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, self.shown(user_id, self.person(user_id)))
