"""Agents: one answer has everybody, yes and no are letters, an extension is a number when it is changed, a create says
who asks for it, and whose credentials these are is found by their name."""

import re
from dataclasses import replace
from urllib.parse import unquote

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, basic, needed, parameters, strictly
from worlds.world import OWNER

AGENT = {"mail": str, "first": str, "last": str, "desk": str, "open": str, "queues": [str]}
LETTERS = {"Y": True, "N": False}


class Everybody(Api):
    credentials = {"username": OWNER.email, "password": KEY}
    columns = {"email": "mail", "first": "first", "last": "last", "role": "desk", "active": "open", "tags": "queues",
               "title": "extension"}
    knows_own_user = True
    clears = "title"

    def headers(self):
        return {"Authorization": basic(**self.credentials)}

    def error(self, refused):
        return Answer(refused.status, {"fault": {"text": refused.words}})

    def shown(self, user_id, person):
        return {"agent_id": user_id, "mail": person.email, "first": person.first, "last": person.last,
                "desk": person.role, "open": "Y" if person.active else "N", "queues": sorted(person.tags, reverse=True),
                "extension": person.title}

    def taken(self, body, before):
        if before is None:
            strictly(body, {**AGENT, "extension": str, "origin": str})
            needed(body, "mail", "first", "last", "desk", "origin")
            before = Person("", "", "", tags=frozenset())
        else:
            cleared = isinstance(body, dict) and body.get("extension") == ""
            strictly(body, {**AGENT, "extension": str if cleared else int})
        if body.get("open", "Y") not in LETTERS:
            raise Refused(400, "open is Y or N")
        title = str(body.get("extension", before.title))
        if not re.fullmatch("([1-9][0-9]*)?", title):
            raise Refused(400, "An extension is a number")
        return replace(before, email=body.get("mail", before.email), first=body.get("first", before.first),
                       last=body.get("last", before.last), role=body.get("desk", before.role), title=title,
                       active=LETTERS[body["open"]] if "open" in body else before.active,
                       tags=frozenset(body.get("queues", before.tags)))

    @to("GET", "/agents")
    def list(self, request):
        parameters(request)
        found = self.listed()
        return Answer(200, {"agents": self.part(found, 0, len(found)), "how_many": len(found)})

    @to("GET", "/agents/named/([^/]+)")
    def named(self, request, name):
        """Whoever's address begins with this."""
        wanted = unquote(name).casefold()
        found = [one for one in self.people_by_id.items() if one[1].email.casefold().startswith(wanted)]
        return Answer(200, {"agents": [self.shown(*one) for one in found], "how_many": len(found)})

    @to("GET", "/agents/(u[0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/agents", "write")
    def post(self, request):
        return Answer(201, {"agent_id": self.create(request.json)})

    @to("PATCH", "/agents/(u[0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, {})
