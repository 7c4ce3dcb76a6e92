"""What the invented APIs have in common: a strict server, the people in it, and what can go wrong on purpose."""

import itertools
import re
import threading
from dataclasses import replace

from support.program import HANG_GUARD, KEY
from support.scripted import Answer, Drop, Later, Reset, Server, handler_of
from worlds.person import Person
from worlds.strict import Refused
from worlds.world import OWNER, World


def to(method, pattern, kind="read"):
    """Marks what answers a request; `kind` "write" changes people, and "sign_in" is neither."""
    def mark(function):
        function.route = (method, re.compile(pattern), kind)
        return function
    return mark


class Api(World):
    """An invented API: a server with a directory of people.

    A subclass says how a person looks in its answers (`shown`) and what a body makes of one (`taken`); methods marked
    by `to` answer requests. Whatever it does not know is an error.
    """

    def __init__(self):
        self.people_by_id = {}
        self.numbers = itertools.count(1)
        self.log = []  # the writes that came
        self.locked = set()
        self.ignored = set()
        self.unlisted = set()
        self.unshown = set()
        self.kinds = None
        self.disturbed = []
        self.kill_at = None
        self.at_it = threading.Event()
        self.killed = threading.Event()
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

    def seed(self, people):
        for person in ([OWNER] if self.knows_own_user else []) + list(people):
            self.add(person)

    def people(self):
        """By e-mail; the own user is none of them."""
        found = {person.email: person for person in self.people_by_id.values() if person != OWNER}
        assert len(found) == len([person for person in self.people_by_id.values() if person != OWNER]), "made twice"
        return found

    def writes(self):
        return list(self.log)

    def forget(self):
        self.log.clear()

    def disturb(self, *kinds):
        """The first attempt of each write, in turn: "throttle" or "reset-before" (nothing is done), "reset-after" or
        "500-after" (it is, and the answer is lost)."""
        self.kinds = itertools.cycle(kinds)

    def lock_person(self, email):
        """Their updates are refused, in the words of `forbidden`."""
        self.locked.add(email)

    def sync_killed_at_write(self, job, roster, number):
        """A sync that is killed when its number-th write has been carried out, and not answered."""
        self.kill_at = number
        process = job.start("sync", roster, "--max-in-flight", "1")
        threading.Thread(target=lambda: (process.wait(), self.at_it.set()), daemon=True).start()  # should it end before
        assert self.at_it.wait(HANG_GUARD)
        process.kill()
        process.wait()
        self.killed.set()
        return job.finish(process)

    def ignore(self, *names):
        """These attributes are taken in writes, and not kept."""
        self.ignored.update(names)

    def hide(self, email):
        """Listings do not show them, and do not count them; look-ups do."""
        self.unlisted.add(email)

    def omit(self, email):
        """Listings count them, and do not show them."""
        self.unshown.add(email)

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
        self.log.append(request)
        key = (request.method, request.path, request.body)
        kind = None
        if self.kinds is not None and key not in self.disturbed:
            self.disturbed.append(key)
            kind = next(self.kinds)
        if kind == "throttle":
            return Answer(429, {}, {"Retry-After": "0"})
        if kind == "reset-before":
            return Reset()
        answer = serve()
        if len(self.log) == self.kill_at:
            self.at_it.set()
            return Later(self.killed, Drop())
        if kind == "reset-after":
            return Reset()
        return Answer(500, b"<h1>Oops</h1>", {"Content-Type": "text/html"}) if kind == "500-after" else answer

    def error(self, refused):
        """The answer that tells of it."""
        return Answer(refused.status, {"error": refused.words})

    def listed(self):
        """(id, person) of everybody whom a listing shows."""
        return [(user_id, person) for user_id, person in self.people_by_id.items()
                if person.email not in self.unlisted]

    def part(self, found, start, size):
        """The users of one answer, as they look in it."""
        return [self.shown(*one) for one in found[start:start + size] if one[1].email not in self.unshown]

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
            raise Refused(422, "The record is locked by payroll")
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
