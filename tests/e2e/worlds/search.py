"""Entries: a search by POST with paging in its body, nested names, integer ids, errors as objects with a field."""

from dataclasses import replace

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, needed, strictly

BODY = {"name": {"given": str, "family": str}, "contact": {"email": str}, "access": {"level": str, "open": bool},
        "areas": [str]}
SEARCH = {"filter": {"email": str}, "paging": {"page": int, "size": int}}


class Search(Api):
    credentials = {"client": "rostersync", "secret": KEY}
    columns = {"email": "email", "first": "given_name", "last": "family_name", "role": "level", "active": "open",
               "tags": "areas"}
    refusal = ("refused", "Request 0815 was not carried out; The record is locked by payroll")
    places = {"email": "/contact/email", "first": "/name/given", "last": "/name/family", "role": "/access/level",
              "active": "/access/open"}

    def new_id(self):
        return str(70000 + next(self.numbers))

    def headers(self):
        return {"X-Client": "rostersync", "X-Secret": KEY}

    def error(self, refused):
        faults = [{"field": refused.field, "message": refused.words}, {"message": "Request 0815 was not carried out"}]
        return Answer(refused.status, {"errors": faults if refused.field else [faults[1], {"message": refused.words}]})

    def shown(self, user_id, person):
        return {"id": int(user_id), "name": {"given": person.first, "family": person.last},
                "contact": {"email": person.email}, "access": {"level": person.role, "open": person.active},
                "areas": sorted(person.tags, reverse=True)}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, "name", "contact", "access")
            before = Person("", "", "", tags=frozenset())
        name, access = body.get("name", {}), body.get("access", {})
        return replace(before, email=body.get("contact", {}).get("email", before.email),
                       first=name.get("given", before.first), last=name.get("family", before.last),
                       role=access.get("level", before.role), active=access.get("open", before.active),
                       tags=frozenset(body.get("areas", before.tags)))

    @to("POST", "/entries/search")
    def search(self, request):
        strictly(request.json, SEARCH)
        wanted = request.json.get("filter", {})
        found = self.having(**wanted) if wanted else self.listed()
        paging = {"page": 1, "size": 2, **request.json.get("paging", {})}
        if not 1 <= paging["size"] <= self.page or paging["page"] < 1:
            raise Refused(400, "There is no such page", "paging")
        start = (paging["page"] - 1) * paging["size"]
        return Answer(200, {"results": self.part(found, start, paging["size"]),
                            "meta": {"total": len(found), "pages": max(1, -(-len(found) // paging["size"]))}})

    @to("GET", "/entries/([0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/entries", "write")
    def post(self, request):
        return Answer(201, {"id": int(self.create(request.json))})

    @to("PATCH", "/entries/([0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, {"done": True})
