"""Badges: the API of the README's "A new API in forty lines"; the profile is the README's own."""

from dataclasses import replace

from support.readme import block
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, needed, number, parameters, strictly

HOLDER = {"mail": str, "name": {"first": str, "last": str}, "rank": str, "state": int, "machines": [str]}
STATES = {1: True, 9: False}
RANKS = {"guest": "reader", "member": "editor"}


class Badges(Api):
    columns = {"email": "mail", "first": "first_name", "last": "last_name", "role": "rank", "active": "state",
               "tags": "machines"}
    words = {"active": {True: "valid", False: "blocked"}, "role": {"reader": "guest", "editor": "member"}}
    places = {"first": "/name/first", "last": "/name/last"}
    wraps = "/holder"
    page = 50

    @classmethod
    def profile_text(cls):
        return block("json forty-lines")

    def new_id(self):
        return str(16 + next(self.numbers))

    def error(self, refused):
        return Answer(refused.status, {"problems": [refused.words]})

    def shown(self, user_id, person):
        return {"number": int(user_id), "mail": person.email, "name": {"first": person.first, "last": person.last},
                "rank": self.words["role"][person.role],
                "state": next(code for code, active in STATES.items() if active == person.active),
                "machines": sorted(person.tags), "visits": 4}

    def taken(self, body, before):
        strictly(body, {"holder": HOLDER})
        holder = body.get("holder", {})
        if before is None:
            needed(holder, "mail", "name", "rank")
            before = Person("", "", "", tags=frozenset())
        if holder.get("state", 1) not in STATES or holder.get("rank", "guest") not in RANKS:
            raise Refused(422, "State or rank is not one of those that there are")
        name = holder.get("name", {})
        active = STATES[holder["state"]] if "state" in holder else before.active
        return replace(before, email=holder.get("mail", before.email), first=name.get("first", before.first),
                       last=name.get("last", before.last), role=RANKS.get(holder.get("rank"), before.role),
                       active=active, tags=frozenset(holder.get("machines", before.tags)))

    @to("GET", "/holders")
    def list(self, request):
        query = parameters(request, "skip", "take", "mail")
        found = self.having(email=query["mail"]) if "mail" in query else self.listed()
        start = number(query, "skip", 0)
        holders = self.part(found, start, number(query, "take", 10, 1, self.page))
        return Answer(200, {"holders": holders, "matched": len(found)})

    @to("GET", "/holders/([0-9]+)")
    def read(self, request, user_id):
        return Answer(200, {"holder": self.shown(user_id, self.person(user_id))})

    @to("POST", "/holders", "write")
    def post(self, request):
        return Answer(201, {"holder": {"number": int(self.create(request.json))}})

    @to("PATCH", "/holders/([0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(204)
