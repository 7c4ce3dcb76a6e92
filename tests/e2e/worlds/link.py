"""Members: Link headers (RFC 8288), the count in a header, basic authentication, answers without a body."""

from dataclasses import replace

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, basic, needed, number, parameters, strictly

BODY = {"mail": str, "forename": str, "surname": str, "kind": str, "enabled": bool, "teams": [str], "note": str}


class Link(Api):
    credentials = {"username": "röbot", "password": KEY}
    columns = {"email": "mail", "first": "forename", "last": "surname", "role": "kind", "active": "enabled",
               "tags": "teams", "title": "note"}

    def new_id(self):
        return str(next(self.numbers))

    def headers(self):
        return {"Authorization": basic(**self.credentials)}

    def error(self, refused):
        fields = {refused.field: refused.words} if refused.field else {}
        return Answer(refused.status, {"message": refused.words, "fields": fields})

    def shown(self, user_id, person):
        return {"id": user_id, "mail": person.email, "forename": person.first, "surname": person.last,
                "kind": person.role, "enabled": person.active,
                "teams": sorted(person.tags, reverse=True), "note": person.title}

    def taken(self, body, before):
        strictly(body, BODY)
        if before is None:
            needed(body, "mail", "forename", "surname", "kind")
            before = Person("", "", "", tags=frozenset())
        names = {column: name for name, column in self.columns.items()}
        said = {names[member]: frozenset(value) if member == "teams" else value for member, value in body.items()}
        return replace(before, **said)

    @to("GET", "/members")
    def list(self, request):
        query = parameters(request, "per_page", "after", "mail")
        found = self.having(email=query["mail"]) if "mail" in query else self.listed()
        size = number(query, "per_page", 2, 1, self.page)
        rest = [one for one in found if int(one[0]) > number(query, "after", 0)]
        headers = {"X-Total-Count": str(len(found))}
        if len(rest) > size:
            following = f"{self.base_url}/members?after={rest[size - 1][0]}&per_page={size}"
            headers["Link"] = f'<{self.base_url}/members>; rel="first", <{following}>; title="a, b"; rel="next"'
        return Answer(200, self.part(rest, 0, size), headers)

    @to("GET", "/members/([0-9]+)")
    def read(self, request, user_id):
        return Answer(200, self.shown(user_id, self.person(user_id)))

    @to("POST", "/members", "write")
    def post(self, request):
        return Answer(201, b"", {"Location": f"/api/members/{self.create(request.json)}"})

    @to("PATCH", "/members/([0-9]+)", "write")
    def patch(self, request, user_id):
        if not request.json:
            raise Refused(400, "There is nothing to change")
        self.update(user_id, request.json)
        return Answer(204)
