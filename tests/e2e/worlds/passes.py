"""People: the listing hides who is locked unless asked for them; a status is a number; pages from 0, a key header."""

from dataclasses import replace

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, needed, number, parameters, strictly

BODY = {"email": str, "name": str, "surname": str, "role": int, "status": int, "sites": [str]}
ACTIVE, LOCKED = 1, 3
ROLES = {10: "reader", 20: "editor"}


class Passes(Api):
    credentials = {"key": KEY}
    columns = {"email": "email", "first": "name", "last": "surname", "role": "role", "active": "status",
               "tags": "sites"}
    tells = True
    words = {"active": {True: "active", False: "locked"}, "role": {"reader": "reading", "editor": "editing"}}

    def new_id(self):
        return f"{next(self.numbers):08x}-0000-4000-8000-000000000000"

    def headers(self):
        return {"X-Key": KEY}

    def error(self, refused):
        return Answer(refused.status, {"error": refused.words})

    def shown(self, user_id, person):
        return {"uuid": user_id, "email": person.email, "name": person.first, "surname": person.last,
                "role": next(code for code, role in ROLES.items() if role == person.role),
                "status": ACTIVE if person.active else LOCKED, "sites": sorted(person.tags, reverse=True)}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, "email", "name", "surname", "role")
            before = Person("", "", "", tags=frozenset())
        status = body.get("status", ACTIVE if before.active else LOCKED)
        if status not in (ACTIVE, LOCKED) or body.get("role", 10) not in ROLES:
            raise Refused(400, "No such status or role")
        return replace(before, email=body.get("email", before.email), first=body.get("name", before.first),
                       last=body.get("surname", before.last), role=ROLES.get(body.get("role"), before.role),
                       active=status == ACTIVE, tags=frozenset(body.get("sites", before.tags)))

    @to("GET", "/people")
    def list(self, request):
        query = parameters(request, "page", "size", "state", "email")
        states = {None: [True], "locked": [False], "all": [True, False]}
        if query.get("state") not in states:
            raise Refused(400, "No such state")
        found = [one for one in self.listed() if one[1].active in states[query.get("state")]]
        if "email" in query:
            found = self.having(email=query["email"])
        size = number(query, "size", 2, 1, self.page)
        start = number(query, "page", 0) * size
        return Answer(200, {"people": self.part(found, start, size), "count": len(found)})

    @to("GET", "/people/([0-9a-f-]{36})")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/people", "write")
    def post(self, request):
        return Answer(200, {"uuid": self.create(request.json)})

    @to("POST", "/people/([0-9a-f-]{36})", "write")
    def change(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, {"person": self.shown(user_id, self.person(user_id))})

    def is_create(self, write):
        return write.path == "/api/people"
