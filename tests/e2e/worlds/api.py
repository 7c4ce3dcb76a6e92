"""What the invented APIs have in common: a strict server, the people in it, and what can go wrong on purpose."""

import base64
import itertools
import re
import threading
from dataclasses import replace
from pathlib import Path

from support.program import KEY
from support.scripted import Answer, Reset, Server, handler_of
from worlds.person import Person

OWNER = Person("owner@example.com", "Olive", "Owner")


class Refused(Exception):
    """An answer that is an error: of `field`, where it is one member's."""

    def __init__(self, status, words, field=None):
        super().__init__(words)
        self.status = status
        self.words = words
        self.field = field


def to(method, pattern, kind="read"):
    """Marks what answers a request; `kind` "write" changes people, and "sign_in" is neither."""
    def mark(function):
        function.route = (method, re.compile(pattern), kind)
        return function
    return mark


class World:
    """One API, and a directory of people behind it.

    A subclass says how a person looks in its answers (`shown`) and what a body makes of one (`taken`); methods marked
    by `to` answer requests. Whatever it does not know is an error.
    """

    profile = None  # a file beside this one, unless said otherwise
    credentials = {"token": KEY}
    columns = {"email": "email", "first": "first", "last": "last", "role": "role", "active": "active", "tags": "tags"}
    words = {}  # of an attribute: {what a Person has: what the roster says}
    places = {}  # attribute -> where the object of an update holds it; the column's name, if not said
    wraps = ""  # where the body holds that object
    read_only = frozenset()  # members of the object that are no attribute of a person
    page = 5  # the most people of one answer
    proves = True  # a listing says how many there are
    is_shipped = False
    knows_own_user = False
    sends_whole = False  # an update carries all of a user
    clears = "tags"  # what can be cleared
    forbidden = "The record is locked by payroll"

    def __init__(self):
        self.people_by_id = {}
        self.numbers = itertools.count(1)
        self.requests = []
        self.log = []  # of the writes: (request, the status of the answer or None where there was none)
        self.locked = set()
        self.ignored = set()
        self.unlisted = set()
        self.kinds = None
        self.disturbed = []
        self.defects = []  # of the server itself
        self.lock = threading.RLock()
        self.arrival = threading.Condition(self.lock)
        self.connections = 0
        routes = [getattr(type(self), name) for name in dir(type(self)) if name != "base_url"]
        self.routes = [(route.route, route) for route in routes if hasattr(route, "route")]
        self.server = Server(("127.0.0.1", 0), handler_of(self))
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.base_url = self.origin + "/api"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @classmethod
    def of(cls, _start_sandbox):
        return cls()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        assert not self.defects, self.defects

    # What the suite asks of every world.

    @classmethod
    def profile_path(cls):
        return cls.profile or str(Path(__file__).parent / f"{cls.__name__.lower()}.json")

    @classmethod
    def environment(cls, **instead):
        """The credentials as rostersync takes them from its environment."""
        name = Path(cls.profile_path()).stem.replace("-", "_").upper()
        return {f"{name}_{key.upper()}": value for key, value in {**cls.credentials, **instead}.items()}

    @classmethod
    def wrong_credentials(cls):
        last = list(cls.credentials)[-1]
        return cls.environment(**{last: "another-secret"})

    def row(self, person, **cells):
        """The roster row that says all of a person; `cells` as they stand there."""
        said = {self.columns[name]: self.cell(name, getattr(person, name)) for name in self.columns}
        return {**said, **{self.columns[name]: self.cell(name, value) for name, value in cells.items()}}

    def cell(self, name, value):
        if isinstance(value, frozenset):
            return sorted(self.words.get(name, {}).get(item, item) for item in value)
        return self.words.get(name, {}).get(value, value)

    def seed(self, people):
        for person in ([OWNER] if self.knows_own_user else []) + list(people):
            self.add(person)

    def people(self):
        """By e-mail; the own user is none of them."""
        found = {person.email: person for person in self.people_by_id.values() if person != OWNER}
        assert len(found) == len([person for person in self.people_by_id.values() if person != OWNER]), "made twice"
        return found

    def writes(self):
        return [request for request, _ in self.log]

    def carried_out(self):
        return [request for request, status in self.log if status is not None and status < 300]

    def forget(self):
        self.log.clear()
        self.requests.clear()

    def sent(self, write):
        """The attributes in the body of an update, by the names that a Person has."""
        body = write.json
        for token in self.wraps.split("/")[1:]:
            body = body[token]
        names = {self.places.get(name, "/" + column): name for name, column in self.columns.items()}
        return {names.get(place, place) for place in flattened(body)} - self.read_only

    def is_create(self, write):
        return write.method == "POST"

    def disturb(self, *kinds):
        """The first attempt of each write: "throttle", "500", "reset-before" (nothing is done), "reset-after" or
        "500-after" (it is, and the answer is lost)."""
        self.kinds = itertools.cycle(kinds)

    def lock_person(self, email):
        """Their updates are refused, in the words of `forbidden`."""
        self.locked.add(email)

    def ignore(self, *names):
        """These attributes are taken in writes, and not kept."""
        self.ignored.update(names)

    def hide(self, email):
        """Listings do not show them, and do not count them; look-ups do."""
        self.unlisted.add(email)

    # What a subclass builds on.

    def new_id(self):
        return f"u{next(self.numbers):04}"

    def add(self, person):
        user_id = self.new_id()
        self.people_by_id[user_id] = person
        return user_id

    def headers(self):
        """Those of whoever may ask."""
        return {"Authorization": f"Bearer {KEY}"}

    def authorised(self, request):
        return all(request.headers.get(name.lower()) == value for name, value in self.headers().items())

    def understands(self, request):
        return request.headers.get("content-type") == "application/json"

    def understand(self, request):
        if not self.understands(request):
            raise Refused(415, "This type of body is not understood")
        try:
            request.json
        except ValueError:
            raise Refused(400, "The body is no JSON") from None

    def answer(self, request):
        with self.lock:
            self.requests.append(request)
            try:
                kind, serve = self.route(request)
                return self.disturb_write(request, serve) if kind == "write" else serve()
            except Refused as refused:
                return self.error(refused)
            except Exception as defect:
                self.defects.append(f"{request.method} {request.path}: {defect!r}")
                raise

    def route(self, request):
        path = request.path.removeprefix("/api")
        fitting = [(method, kind, function, pattern.fullmatch(path)) for (method, pattern, kind), function
                   in self.routes if pattern.fullmatch(path)]
        for method, kind, function, match in fitting:
            if method == request.method:
                if kind != "sign_in" and not self.authorised(request):
                    raise Refused(401, "Who are you?")
                if kind != "sign_in" and method != "GET":
                    self.understand(request)
                return kind, lambda: function(self, request, *match.groups())
        raise Refused(405 if fitting else 404, f"{request.method} {request.path} is not known here")

    def disturb_write(self, request, serve):
        key = (request.method, request.path, request.body)
        kind = None
        if self.kinds is not None and key not in self.disturbed:
            self.disturbed.append(key)
            kind = next(self.kinds)
        self.log.append((request, None))
        if kind == "throttle":
            return self.note(Answer(429, {}, {"Retry-After": "0"}))
        if kind == "500":
            return self.note(Answer(500, b"<h1>Oops</h1>", {"Content-Type": "text/html"}))
        if kind == "reset-before":
            return Reset()
        try:
            answer = self.note(serve())
        except Refused as refused:
            answer = self.note(self.error(refused))
        if kind == "reset-after":
            return Reset()
        return Answer(500, b"", {}) if kind == "500-after" else answer

    def note(self, answer):
        self.log[-1] = (self.log[-1][0], answer.status)
        return answer

    def error(self, refused):
        """The answer that tells of it."""
        return Answer(refused.status, {"error": refused.words})

    def listed(self):
        """(id, person) of everybody whom a listing shows."""
        return [(user_id, person) for user_id, person in self.people_by_id.items()
                if person.email not in self.unlisted]

    def having(self, **attributes):
        """Those whose attributes are these, without case."""
        return [(user_id, person) for user_id, person in self.people_by_id.items()
                if all(getattr(person, name).casefold() == value.casefold() for name, value in attributes.items())]

    def person(self, user_id):
        if user_id not in self.people_by_id:
            raise Refused(404, "There is nobody with this id")
        return self.people_by_id[user_id]

    def create(self, body):
        """The new id."""
        person = self.taken(body, None)
        if self.having(email=person.email):
            raise Refused(409, "Email has already been taken", "email")
        return self.add(self.kept(person, None))

    def update(self, user_id, body):
        before = self.person(user_id)
        if before.email in self.locked:
            raise Refused(422, self.forbidden)
        person = self.taken(body, before)
        if any(other != user_id for other, _ in self.having(email=person.email)):
            raise Refused(409, "Email has already been taken", "email")
        self.people_by_id[user_id] = self.kept(person, before)

    def kept(self, person, before):
        unkept = before or Person("", "", "", active=True, tags=frozenset(), title="")
        return replace(person, **{name: getattr(unkept, name) for name in self.ignored})

    def taken(self, body, before):
        """The person that a body makes of `before`, or of nobody."""
        raise NotImplementedError

    def shown(self, user_id, person):
        """The object that answers hold."""
        raise NotImplementedError


def flattened(body, place=""):
    """JSON Pointers of the members that are no objects."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{place}/{name}")
        else:
            yield f"{place}/{name}"


def strictly(value, shape, place=""):
    """Holds JSON to a shape: {"name": str, "tags": [str]}; `...` is anything. What is missing may be."""
    if shape is ...:
        return
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Refused(400, f"{place or 'the body'} must be an object", place)
        for name, item in value.items():
            if name not in shape:
                raise Refused(400, f"{place}/{name} is not known", f"{place}/{name}")
            strictly(item, shape[name], f"{place}/{name}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Refused(400, f"{place} must be a list", place)
        for item in value:
            strictly(item, shape[0], place)
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise Refused(400, f"{place} must be {shape.__name__}, and not {value!r}", place)


def needed(body, *names):
    for name in names:
        if body.get(name) in (None, ""):
            raise Refused(400, f"{name} can't be blank", name)


def parameters(request, *names):
    """The query, all of whose names are known, each one of `names`."""
    for name in request.query:
        if name not in names:
            raise Refused(400, f"the parameter {name} is not known")
    return request.query


def number(query, name, default, least=0, most=10 ** 9):
    text = query.get(name, str(default))
    if not re.fullmatch("[0-9]+", text) or not least <= int(text) <= most:
        raise Refused(400, f"{name} must be a number from {least} to {most}")
    return int(text)


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
