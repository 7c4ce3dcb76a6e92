"""Staff: cursors, and nobody says how many there are; a create answers with nothing that tells of the new one."""

from dataclasses import replace

from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import needed, number, parameters, strictly

BODY = {"email": str, "firstName": str, "lastName": str, "role": str, "blocked": bool, "offices": [str]}


class Uncounted(Api):
    columns = {"email": "email", "first": "firstName", "last": "lastName", "role": "role", "active": "blocked",
               "tags": "offices"}
    words = {"active": {True: False, False: True}}
    proves = False
    tells = True
    names_new = False
    searches = True

    def error(self, refused):
        return Answer(refused.status, {"detail": refused.words, "title": "Problem"},
                      {"Content-Type": "application/problem+json"})

    def shown(self, user_id, person):
        return {"_id": user_id, "email": person.email, "firstName": person.first, "lastName": person.last,
                "role": person.role, "blocked": not person.active, "offices": sorted(person.tags, reverse=True)}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, "email", "firstName", "lastName", "role")
            before = Person("", "", "", tags=frozenset())
        return replace(before, email=body.get("email", before.email), first=body.get("firstName", before.first),
                       last=body.get("lastName", before.last), role=body.get("role", before.role),
                       active=not body.get("blocked", not before.active),
                       tags=frozenset(body.get("offices", before.tags)))

    @to("GET", "/staff")
    def list(self, request):
        query = parameters(request, "cursor", "limit")
        return self.page_of(self.listed(), query)

    @to("GET", "/staff/search")
    def search(self, request):
        query = parameters(request, "q", "cursor", "limit")
        words = query.get("q", "").casefold()
        found = [one for one in self.people_by_id.items()
                 if words in f"{one[1].email} {one[1].first} {one[1].last}".casefold()]
        return self.page_of(found, query)

    def page_of(self, found, query):
        start = number(query, "cursor", 0)
        limit = number(query, "limit", 2, 1, self.page)
        answer = {"staff": self.part(found, start, limit)}
        if start + limit < len(found):
            answer["next"] = str(start + limit)
        return Answer(200, answer)

    @to("GET", "/staff/(u[0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/staff", "write")
    def post(self, request):
        self.create(request.json)
        return Answer(202, {"accepted": True})

    @to("PATCH", "/staff/(u[0-9]+)", "write")
    def patch(self, request, user_id):
        self.update(user_id, request.json)
        return Answer(200, self.shown(user_id, self.person(user_id)))

    def understands(self, request):
        patch = request.headers.get("content-type") == "application/merge-patch+json"
        return patch if request.method == "PATCH" else super().understands(request)
