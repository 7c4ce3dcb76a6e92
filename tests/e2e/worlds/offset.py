"""Users: offset and limit with a total, users wrapped in {"user": …} everywhere, PUT that replaces, a header key."""

from dataclasses import replace

from support.program import KEY
from support.scripted import Answer
from worlds.api import Api, to
from worlds.person import Person
from worlds.strict import Refused, needed, number, parameters, strictly

# What is left out of a PUT falls back to this.
NEW = {"email": "", "first_name": "", "last_name": "", "role": "reader", "active": True, "regions": [], "locale": "fr"}
WRAPPED = {"user": {"id": int, "email": str, "first_name": str, "last_name": str, "role": str, "active": bool,
                    "regions": [str], "locale": str}}


class Offset(Api):
    credentials = {"api_token": KEY}
    columns = {"email": "email", "first": "first_name", "last": "last_name", "role": "role", "active": "active",
               "tags": "regions"}
    wraps = "/user"
    read_only = frozenset(["/id", "/locale"])
    sends_whole = True

    def __init__(self):
        self.locales = {}  # of users, which the profile does not mention; it must survive every PUT
        super().__init__()

    def new_id(self):
        return str(1000 + next(self.numbers))

    def add(self, person):
        user_id = super().add(person)
        self.locales[user_id] = "pt"
        return user_id

    def headers(self):
        return {"Authorization": f"Token token={KEY}"}

    def error(self, refused):
        return Answer(refused.status, {"error": {"code": refused.status, "detail": refused.words}})

    def shown(self, user_id, person):
        return {"id": int(user_id), "email": person.email, "first_name": person.first, "last_name": person.last,
                "role": person.role, "active": person.active, "regions": sorted(person.tags, reverse=True),
                "locale": self.locales[user_id], "created_at": "2024-02-29T08:00:00Z"}

    def taken(self, body, before):
        strictly(body, WRAPPED)
        needed(body, "user")
        user = {**NEW, **body["user"]}
        needed(user, "email", "first_name", "last_name")
        return replace(before or Person("", "", ""), email=user["email"], first=user["first_name"],
                       last=user["last_name"], role=user["role"], active=user["active"],
                       tags=frozenset(user["regions"]))

    @to("GET", "/v3/users")
    def list(self, request):
        query = parameters(request, "from", "limit", "email")
        found = self.having(email=query["email"]) if "email" in query else self.listed()
        start = number(query, "from", 0)
        users = self.part(found, start, number(query, "limit", 2, 1, self.page))
        return Answer(200, {"meta": {"total": len(found)}, "users": [{"user": user} for user in users]})

    @to("GET", "/v3/users/([0-9]+)")
    def read(self, request, user_id):
        return Answer(200, {"user": self.shown(user_id, self.person(user_id))})

    @to("POST", "/v3/users", "write")
    def post(self, request):
        return Answer(201, {"user": {"id": int(self.create(request.json))}})

    @to("PUT", "/v3/users/([0-9]+)", "write")
    def put(self, request, user_id):
        strictly(request.json, WRAPPED)
        user = request.json.get("user", {})
        if user.get("id", int(user_id)) != int(user_id):
            raise Refused(400, "The id cannot be changed")
        self.update(user_id, request.json)
        self.locales[user_id] = user.get("locale", NEW["locale"])
        return Answer(204)

    def people(self):
        assert set(self.locales.values()) <= {"pt"}, "a PUT has lost what the profile does not mention"
        return super().people()
