"""A directory that speaks HTTP/2 over TLS, and ends streams as a test tells it to."""

import json
import socketserver
import ssl
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded

from support.scripted import Directory, Request


@dataclass
class ResetStream:
    """Of that one request, by its name in RFC 9113 section 7."""
    error: str


@dataclass
class Part:
    """The head of an answer, some of its body, and a reset of the stream."""
    status: int
    data: bytes


@dataclass
class GoAway:
    """The connection ends with GOAWAY: the request was seen, or (the server says) it was not."""
    seen: bool
    error: str = "NO_ERROR"


class Silence:
    """That one request is never answered; the connection goes on."""


class H2Directory(Directory):
    def __init__(self, certificate, people=None, script=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.context.set_alpn_protocols(["h2"])
        super().__init__(people, script)
        self.base_url = f"https://localhost:{self.server.server_address[1]}/v2"

    def handler(self):
        return handler_of(self)


def handler_of(directory):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                with directory.context.wrap_socket(self.request, server_side=True) as self.stream:
                    self.talk()
            except OSError:  # the client has gone
                pass

        def talk(self):
            with directory.lock:
                directory.connections += 1
                self.number = directory.connections
            self.requests = {}  # stream -> its head, its body
            self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
            self.h2.initiate_connection()
            self.open = True
            while self.open:
                self.stream.sendall(self.h2.data_to_send())
                data = self.stream.recv(65536)
                if not data:
                    return
                for event in self.h2.receive_data(data):
                    self.take(event)
            self.stream.sendall(self.h2.data_to_send())

        def take(self, event):
            if isinstance(event, RequestReceived):
                self.requests[event.stream_id] = (dict(event.headers), bytearray())
            elif isinstance(event, DataReceived):
                self.requests[event.stream_id][1].extend(event.data)
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded) and self.open:
                self.answer(event.stream_id, directory.answer(self.request_of(event.stream_id)))
            elif isinstance(event, ConnectionTerminated):
                self.open = False

        def request_of(self, stream):
            headers, body = self.requests[stream]
            address = urlsplit(headers[":path"])
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            return Request(headers[":method"], address.path, query, headers, bytes(body), self.number)

        def answer(self, stream, answer):
            if isinstance(answer, Silence):
                return
            if isinstance(answer, GoAway):
                self.h2.close_connection(ErrorCodes[answer.error], last_stream_id=stream if answer.seen else stream - 2)
                self.open = False
            elif isinstance(answer, ResetStream):
                self.h2.reset_stream(stream, ErrorCodes[answer.error])
            elif isinstance(answer, Part):
                self.say(stream, answer.status, answer.data, end=False)
                self.h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
            else:
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.say(stream, answer.status, body, end=True)

        def say(self, stream, status, body, end):
            self.h2.send_headers(stream, [(":status", str(status)), ("content-type", "application/json")])
            self.h2.send_data(stream, body, end_stream=end)

    return Handler
