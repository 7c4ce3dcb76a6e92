"""The contract judge: Stoplight Prism, which holds what goes over the wire against a document of tests/e2e/judge.

    rostersync -> front -> Prism -> back -> sandbox

Prism forwards each request as it is and says what is wrong with it, and with its answer, in a header of the answer
(sl-violations), which rostersync ignores: judging changes nothing for the run. The front is the only address that
rostersync is given, and it keeps every exchange with that header before it passes the answer on; so nothing goes past
the judge unseen. The back passes on what it gets, unless a test wants to know whether a wrong answer is noticed.
"""

import http.client
import json
import os
import re
import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from support.program import HANG_GUARD, REPOSITORY

JUDGE = REPOSITORY / "tests" / "e2e" / "judge"
PRISM = REPOSITORY / "build" / "judge" / "node_modules" / ".bin" / "prism"

OF_A_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


def partoo_operation(method, target):
    """Which operation it is; for a search, what is asked for too."""
    address = urlsplit(target)
    if address.path == "/user/search":
        asked = {"email", "query"} & set(parse_qs(address.query, keep_blank_values=True))
        return f"{method} {address.path} by {' and '.join(sorted(asked)) or 'page'}"
    return f"{method} " + (address.path if address.path in ("/user", "/user/me") else "/user/{user_id}")


def tenovos_operation(method, target):
    """Likewise; who asks looks for a user by the same operation that it lists everybody by."""
    path = urlsplit(target).path
    if path.startswith("/user/search/"):
        return f"{method} /user/search/" + ("*" if unquote(path).endswith("/*") else "{text}")
    return f"{method} " + re.sub("^/user/.*", "/user/{id}", path)


@dataclass
class Law:
    """By which an API is judged."""
    document: Path
    operation: callable  # (method, target): what it is called in tests


PARTOO = Law(JUDGE / "partoo.openapi.yaml", partoo_operation)
TENOVOS = Law(JUDGE / "tenovos.openapi.yaml", tenovos_operation)


class Prism:
    """`proxy` judges what goes on to `upstream` and back; `mock` answers by itself, as the document has it."""

    def __init__(self, document, kind, *upstream):
        assert PRISM.exists(), f"there is no {PRISM}: run scripts/setup test"
        line = [str(PRISM), kind, str(document), *upstream, "--host", "127.0.0.1", "--port", "0", "--cors=false"]
        self.said = []
        self.port = None
        self.settled = threading.Event()  # it listens, or it ended
        self.process = subprocess.Popen(line, env={"PATH": os.environ["PATH"], "NO_COLOR": "1"},
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, encoding="utf-8")
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.said.append(line)
            address = re.search(r"Prism is listening on http://127\.0\.0\.1:(\d+)", line)
            if address:
                self.port = int(address[1])
                self.settled.set()
        self.settled.set()

    def wait(self):
        """Until it listens: it takes seconds, so several are best started before any is waited for."""
        assert self.settled.wait(HANG_GUARD) and self.port, "".join(self.said)
        return self

    def close(self):
        self.process.terminate()
        self.process.wait(HANG_GUARD)
        self.reader.join(HANG_GUARD)
        self.process.stdout.close()


@dataclass
class Reply:
    status: int
    headers: list  # of names and values
    body: bytes

    @property
    def violations(self):
        """What is wrong with the request and the answer, as Prism says it."""
        said = [value for name, value in self.headers if name.lower() == "sl-violations"]
        return [violation for value in said for violation in violations_of(value)]

    @property
    def places(self):
        """Where: such as request.body.role."""
        return [".".join(map(str, violation["location"])) for violation in self.violations]


def violations_of(value):
    """Too many of them are cut off somewhere, after words that say so."""
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return [{"location": [], "code": "many", "message": value}]


def ask(port, method, target, body=None, headers=()):
    """One request on a connection of its own, with these headers and no others."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG_GUARD)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Reply(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


@dataclass
class Exchange:
    method: str
    target: str
    body: bytes
    reply: Reply
    kind: str  # of operation

    def __str__(self):
        messages = [violation["message"] for violation in self.reply.violations]
        found = "; ".join(f"{place}: {message}" for place, message in zip(self.reply.places, messages))
        return f"{self.method} {self.target} {self.body.decode(errors='replace')} -> {self.reply.status}: {found}"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # of 5, the default, a client that opens 16 connections at once waits a second for some


class Relay:
    """Passes on to a port what it gets, and keeps each exchange; alter(exchange) may change the answer."""

    def __init__(self, target_port, operation):
        self.target_port = target_port
        self.operation = operation
        self.alter = None
        self.exchanges = []
        self.under_way = 0
        self.change = threading.Condition()
        self.server = Server(("127.0.0.1", 0), handler_of(self))
        self.port = self.server.server_address[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def pass_on(self, method, target, body, headers):
        with self.change:
            self.under_way += 1
        try:
            reply = ask(self.target_port, method, target, body, passed_on(headers))
            exchange = Exchange(method, target, body or b"", reply, self.operation(method, target))
            if self.alter:
                self.alter(exchange)
            self.exchanges.append(exchange)
            return reply
        finally:
            with self.change:
                self.under_way -= 1
                self.change.notify_all()

    def settle(self):
        """Until what was asked is answered, also where the client that asked is gone."""
        with self.change:
            assert self.change.wait_for(lambda: self.under_way == 0, HANG_GUARD)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(HANG_GUARD)


def handler_of(relay):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def do_GET(self):
            sent = self.headers.get("Content-Length")
            body = None if sent is None else self.rfile.read(int(sent))
            reply = relay.pass_on(self.command, self.path, body, self.headers.items())
            self.send_response_only(reply.status)
            for name, value in passed_on(reply.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except OSError:  # the client had enough
                self.close_connection = True

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    return Handler


def passed_on(headers):
    return [(name, value) for name, value in headers if name.lower() not in OF_A_CONNECTION]


class Court:
    """A sandbox with the judge before it, and, beside them, a server made of nothing but the document (`mock`)."""

    def __init__(self, sandbox, law=PARTOO):
        self.sandbox = sandbox
        address = urlsplit(sandbox.base_url)
        self.sandbox_port, self.sandbox_path = address.port, address.path
        self.parts = []
        try:
            self.back = self.keep(Relay(address.port, law.operation))
            self.prism = self.keep(Prism(law.document, "proxy", self.back.base_url + address.path))
            self.mock = self.keep(Prism(law.document, "mock"))
            self.front = self.keep(Relay(self.prism.wait().port, law.operation))
            self.mock.wait()
        except BaseException:
            self.close()
            raise
        self.base_url = self.front.base_url  # without the API's own path, which Prism puts before each request's

    def keep(self, part):
        self.parts.append(part)
        return part

    def close(self):
        for part in reversed(self.parts):
            part.close()

    def begin_with(self, people):
        self.front.settle()
        self.sandbox.begin_with(people)
        self.sandbox.faults(throttle=0)
        self.back.alter = None
        self.front.exchanges = []

    @property
    def exchanges(self):
        return self.front.exchanges

    @property
    def kinds(self):
        return {exchange.kind for exchange in self.exchanges}

    def attributes(self, kind):
        """What was sent in such requests."""
        return {name for exchange in self.exchanges if exchange.kind == kind for name in json.loads(exchange.body)}

    def check(self):
        """All that the sandbox got came by here, and nothing was wrong with it or with its answer."""
        self.front.settle()
        assert len(self.exchanges) == self.sandbox.summary()["requests"] > 0
        wrong = [str(exchange) for exchange in self.exchanges if exchange.reply.violations]
        assert not wrong, "\n".join(wrong)
