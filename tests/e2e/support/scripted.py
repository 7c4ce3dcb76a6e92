"""A small directory that misbehaves as it is told: what a server that keeps to its contract would never do."""

import contextlib
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from support.people import OWNER
from support.program import HANG_GUARD


@dataclass
class Request:
    method: str
    path: str  # without the query
    query: dict
    headers: dict  # names in lower case
    body: bytes
    connection: int  # requests of one connection share it

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def is_write(self):
        return self.method != "GET"


@dataclass
class Answer:
    status: int = 200
    body: object = None  # bytes as they are; anything else as JSON
    headers: dict = field(default_factory=dict)


@dataclass
class Raw:
    """These bytes and the end of the connection."""
    data: bytes


@dataclass
class Flood:
    """A head, so many blocks one after another or until the client has had enough, and the end of the connection."""
    head: bytes
    block: bytes
    times: int
    tail: bytes = b""
    taken: int = 0  # bytes of the blocks that went out

    def pour(self, sink):
        sink.sendall(self.head)
        for _ in range(self.times):
            sink.sendall(self.block)
            self.taken += len(self.block)
        sink.sendall(self.tail)


@dataclass
class Later:
    """The answer, once the event is set."""
    event: threading.Event
    answer: object


class Drop:
    """The connection ends without an answer."""


class Reset:
    """The connection is reset without an answer."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # whoever finds the queue full waits for a second


class Directory:
    """Answers as the API does; `script(request)` may answer otherwise, or change the directory and answer None."""

    def __init__(self, people=None, script=None):
        self.people = [dict(OWNER)] + [dict(user) for user in people or []]
        self.script = script or (lambda request: None)
        self.requests = []
        self.lock = threading.RLock()
        self.arrival = threading.Condition(self.lock)
        self.connections = 0
        self.server = Server(("127.0.0.1", 0), self.handler())
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.base_url = self.origin + "/v2"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def handler(self):
        return handler_of(self)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, method=None, path=None):
        return [request for request in self.requests
                if method in (None, request.method) and path in (None, request.path)]

    @property
    def writes(self):
        return [request for request in self.requests if request.is_write]

    @property
    def creates(self):
        return self.asked("POST", "/v2/user")

    def wait_for(self, reached):
        """Until reached() is true of what arrived."""
        with self.arrival:
            assert self.arrival.wait_for(reached, HANG_GUARD)

    def find(self, **attributes):
        return [user for user in self.people if all(user.get(name) == value for name, value in attributes.items())]

    def answer(self, request):
        with self.lock:
            self.requests.append(request)
            self.arrival.notify_all()
            scripted = self.script(request)
            return self.regular(request) if scripted is None else scripted

    def regular(self, request):
        tail = request.path.removeprefix("/v2")
        if request.method == "GET" and tail == "/user/search":
            return Answer(200, self.page(request.query))
        if request.method == "GET" and tail == "/user/me":
            return Answer(200, public(self.people[0]))
        if request.method == "POST" and tail == "/user":
            return self.create(request.json)
        found = self.find(id=tail.removeprefix("/user/"))
        if not found:
            return Answer(404, {"errors": {"json": "Resource not found"}})
        if request.method == "POST":
            found[0].update(request.json)
            return Answer(200, {"id": found[0]["id"], "status": "success"})
        return Answer(200, public(found[0]))

    def create(self, body):
        if any(user["email"].casefold() == body["email"].casefold() for user in self.people):
            return Answer(400, {"errors": {"json": {"email": "Email already exists"}}})
        user = {"id": f"6000000000000000000{len(self.people):05x}", **body}
        self.people.append(user)
        return Answer(200, {"id": user["id"], "status": "success"})

    def page(self, query):
        people = self.people
        if "email" in query:
            people = [user for user in people if user["email"].casefold() == query["email"].casefold()]
        size = int(query.get("per_page", 30))
        page = int(query.get("page", 1))
        return {"page": page, "max_page": max(1, -(-len(people) // size)), "count": len(people),
                "users": [public(user) for user in people[(page - 1) * size:page * size]]}


def public(user):
    defaults = {"org_id": 42, "lang": "fr", "business_ids": [], "accesses": [], "status": "active", "disabled": False,
                "custom_role": "", "sso_only": False, "sidebar_pages": []}
    return {**defaults, **{name: value for name, value in user.items() if name not in ("me", "password", "phone")}}


def handler_of(directory):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self):
            super().setup()
            with directory.lock:
                directory.connections += 1
                self.number = directory.connections

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.serve()

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def serve(self):
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            self.send(directory.answer(Request(self.command, address.path, query, headers, body, self.number)))

        def send(self, answer):
            if isinstance(answer, Later):
                answer.event.wait()
                return self.send(answer.answer)
            if isinstance(answer, Answer):
                return self.send_answer(answer)
            self.close_connection = True
            if isinstance(answer, Raw):
                self.wfile.write(answer.data)
            elif isinstance(answer, Flood):
                with contextlib.suppress(OSError):  # the client has had enough
                    answer.pour(self.connection)
            elif isinstance(answer, Reset):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

        def send_answer(self, answer):
            body = answer.body
            if not isinstance(body, bytes):
                body = b"" if body is None else json.dumps(body).encode("utf-8")
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:  # the client had enough
                self.close_connection = True

    return Handler
