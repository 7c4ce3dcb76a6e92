"""Wires that fail as they are told: TCP proxies between rostersync and a server, which stop handing on at a byte that a
test names. Nothing in them depends on time."""

import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from support.program import HANG_GUARD


class Ending(Enum):
    """How the client's connection ends."""
    RESET = "reset"
    CLOSE = "closed"
    HALF = "half closed"  # our side is closed; what the client still sends is taken, and nobody reads it
    STALL = "stalled"  # nothing more is said, until the client goes away


@dataclass(frozen=True)
class Cut:
    """What is handed on of an exchange: so many bytes of the request, or all of it and so many of the answer.

    Of a request that is cut, the server sees a connection that ends there. One whose answer is cut, even at its first
    byte, was answered in full by the server before anything happens to the client's connection.
    """
    request: int | None = None
    answer: int | None = None
    ending: Ending = Ending.RESET


@dataclass(frozen=True)
class Instead:
    """Bytes, or what is made of the server's answer, in place of it; and then the end of the connection, if any."""
    answer: bytes | Callable[[bytes], bytes]
    ending: Ending | None = Ending.CLOSE

    def of(self, answer):
        return self.answer(answer) if callable(self.answer) else self.answer


class Crumbs:
    """The exchange is whole, and goes a byte at a time in both directions."""


@dataclass
class Exchange:
    connection: int  # from 1
    number: int  # in its connection, from 1
    request: bytes  # all of it, as it came from the client


class Wire:
    """Listens on a port of its own, and serves each connection in a thread of its own."""

    def __init__(self, target):
        """`target`: an origin such as http://127.0.0.1:8900, or the path of a Unix socket."""
        self.target = target
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.open = {}  # client's socket -> server's
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept, args=(self.listener,), daemon=True)]
        self.threads[0].start()

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.port}/v2"

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                self.open[client] = None
                thread = threading.Thread(target=self.serve_one, args=(client, self.connections), daemon=True)
                self.threads.append(thread)
            thread.start()

    def serve_one(self, client, number):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.serve(client, number)
        except OSError:  # one of the two ends has had enough
            pass
        finally:
            with self.lock:
                for end_of_it in filter(None, (client, self.open.pop(client))):
                    end_of_it.close()
                self.changed.notify_all()

    def connect(self, client):
        if self.target.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.target)
        else:
            host, port = re.fullmatch(r"http://([^:/]+):(\d+).*", self.target).groups()
            server = socket.create_connection((host, int(port)))
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.open[client] = server
        return server

    @property
    def accepts(self):
        return self.listener.fileno() >= 0

    def refuse(self):
        """Nobody listens there any more."""
        silence(self.listener, socket.SHUT_RDWR)
        self.threads[0].join()
        self.listener.close()

    def listen(self):
        """Somebody does again."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.threads[0] = threading.Thread(target=self.accept, args=(self.listener,), daemon=True)
        self.threads[0].start()

    def close(self):
        if self.accepts:
            self.refuse()
        with self.lock:
            for end_of_it in [end_of_it for pair in self.open.items() for end_of_it in pair if end_of_it]:
                silence(end_of_it, socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(HANG_GUARD)
            assert not thread.is_alive(), "a connection of the wire does not end"


class HttpWire(Wire):
    """For HTTP/1.1 in the clear. `script(exchange)`, called when a request has come from the client in full, answers a
    Cut, an Instead, Crumbs, or None for one that goes through as it is. `early(head)`, called when the head of one has
    come, answers an Instead for a server that does not wait for the rest, and is never asked itself."""

    def __init__(self, target, script, early=lambda head: None):
        super().__init__(target)
        self.script = script
        self.early = early
        self.exchanges = []

    def serve(self, client, number):
        server = None
        from_client = Reader(client)
        for exchange_number in range(1, 1 << 30):
            if instead := self.early(from_client.head()):
                client.sendall(instead.of(b""))
                return end(client, instead.ending)
            request = from_client.message()
            if not request:
                return None
            exchange = Exchange(number, exchange_number, request)
            with self.lock:
                self.exchanges.append(exchange)
                fault = self.script(exchange)
            server = server or self.connect(client)
            answer = self.ask(server, request, fault)
            self.tell(client, answer, fault)
            ending = getattr(fault, "ending", None)
            if ending is not None or not answer:
                server.close()
                return end(client, ending)

    @staticmethod
    def tell(client, answer, fault):
        if isinstance(fault, Crumbs):
            crumble(client, answer)
        elif isinstance(fault, Instead):
            client.sendall(fault.of(answer))
        else:
            client.sendall(answer if fault is None else answer[:fault.answer])

    @staticmethod
    def ask(server, request, fault):
        """Hands the request on; the answer, or nothing where there is none."""
        if isinstance(fault, Cut) and fault.request is not None:
            server.sendall(request[:fault.request])
            server.shutdown(socket.SHUT_WR)
            drain(server)
            return b""
        (crumble if isinstance(fault, Crumbs) else socket.socket.sendall)(server, request)
        return Reader(server).message()


class Tunnel(Wire):
    """For TLS: hands bytes on without looking at them. `limits(connection)`: after how many bytes from the client, and
    how many from the server, that connection is reset; None for either: never."""

    def __init__(self, target, limits=lambda connection: (None, None)):
        super().__init__(target)
        self.limits = limits
        self.bytes = {}  # connection -> [from the client, from the server]

    @property
    def base_url(self):
        return f"https://localhost:{self.port}/v2"

    def serve(self, client, number):
        server = self.connect(client)
        self.bytes[number] = [0, 0]
        limits = self.limits(number)
        back = threading.Thread(target=self.pump, args=(server, client, number, 1, limits[1]), daemon=True)
        back.start()
        self.pump(client, server, number, 0, limits[0])
        back.join()

    def pump(self, source, sink, number, direction, limit):
        try:
            while data := source.recv(65536):
                left = None if limit is None else limit - self.bytes[number][direction]
                self.bytes[number][direction] += len(data)
                sink.sendall(data[:left])
                if left is not None and len(data) >= left:
                    lingerless((source, sink)[direction])
                    break
        except OSError:
            pass
        for end_of_it in (source, sink):  # whoever reads from it wakes; nothing is said to the other side
            silence(end_of_it, socket.SHUT_RD)

    def reset_all(self):
        """Resets every connection, as the client sees it; that is done when it returns."""
        with self.lock:
            clients = set(self.open)
            for client in clients:
                lingerless(client)
                silence(client, socket.SHUT_RD)
            assert self.changed.wait_for(lambda: not clients & set(self.open), HANG_GUARD)


class Reader:
    """Takes whole HTTP/1.1 messages from a socket."""

    def __init__(self, source):
        self.source = source
        self.buffer = b""

    def more(self):
        data = self.source.recv(65536)
        self.buffer += data
        return bool(data)

    def head(self):
        """That of the next message, which stays to be taken; nothing where the connection ends first."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.more():
                return b""
        return self.buffer[:self.buffer.index(b"\r\n\r\n") + 4]

    def message(self):
        """The next one; what there is of it where the connection ends first."""
        head = self.head()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        size = len(head) + int(length.group(1) if length else 0)
        while len(self.buffer) < size and self.more():
            pass
        return self.take(size)

    def take(self, size):
        message, self.buffer = self.buffer[:size], self.buffer[size:]
        return message


def end(client, ending):
    """What is left to do before the client's socket is closed."""
    if ending is Ending.RESET:
        lingerless(client)
    if ending is Ending.HALF:
        client.shutdown(socket.SHUT_WR)
    if ending in (Ending.HALF, Ending.STALL):
        drain(client)


def lingerless(client):
    """Closed, it is reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drain(source):
    while source.recv(65536):
        pass


def crumble(sink, data):
    for at in range(len(data)):
        sink.sendall(data[at:at + 1])


def silence(end_of_it, how):
    try:
        end_of_it.shutdown(how)
    except OSError:
        pass
