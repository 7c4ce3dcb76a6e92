"""Wires that fail at every byte, between the program and a directory that keeps to its contract: nobody is created
twice, nothing is lost, and what is told of it is true."""

import json
from collections import Counter

import pytest

from conftest import SWEEP_EVERY
from support.people import company, new_row, person, row_of
from support.wire import Crumbs, Cut, Ending, HttpWire, Instead

WRITE_HEADS = (b"POST ", b"PUT ", b"PATCH ", b"DELETE ")
CREATE = b"POST /v2/user HTTP/1.1\r\n"


def is_write(exchange):
    return exchange.request.startswith(WRITE_HEADS)


def is_create(exchange):
    return exchange.request.startswith(CREATE)


def body_of(exchange):
    return json.loads(exchange.request.partition(b"\r\n\r\n")[2])


class FirstOfEach:
    """A script for a wire: the first time that a write for somebody passes, their fault befalls it."""

    def __init__(self, faults):
        """By the last name in the write's body."""
        self.faults = dict(faults)
        self.struck = []

    def __call__(self, exchange):
        fault = self.faults.pop(body_of(exchange)["last_name"], None) if is_write(exchange) else None
        if fault:
            self.struck.append(exchange)
        return fault


def lengths(start_sandbox, start_wire, make_job, rows, people):
    """Of the one write that makes `rows` true: its request, and its answer."""
    sandbox = start_sandbox(people=people)
    seen = []
    wire = start_wire(HttpWire, sandbox.base_url, lambda exchange: None)

    def ask(server, request, fault):
        seen.append((request, HttpWire.ask(server, request, fault)))
        return seen[-1][1]

    wire.ask = ask
    job = make_job(wire, name="measured")
    assert job.sync(job.roster(rows)).code == 0
    return next((len(request), len(answer)) for request, answer in seen if request.startswith(WRITE_HEADS))


def every_cut(request, answer, every=1):
    """At each byte of a request and of its answer, with the endings in turn."""
    endings = [Ending.RESET, Ending.CLOSE, Ending.HALF]
    cuts = [Cut(request=at) for at in range(request)] + [Cut(answer=at) for at in range(answer + 1)]
    return [Cut(cut.request, cut.answer, endings[number % 3]) for number, cut in enumerate(cuts)][::every * SWEEP_EVERY]


def surname(number):
    return f"Last{number:04}"


def creates(count):
    return [new_row(number, email=f"new.{number:04}@example.com", last_name=surname(number)) for number in range(count)]


def updates(count):
    """Last names that are to change, of people who are there."""
    people = company(count)
    return people, [row_of(user, last_name=surname(number)) for number, user in enumerate(people[1:])]


def check_each_was_carried_out_once(sandbox, rows, people):
    users = {user["email"]: user for user in sandbox.users()}
    new = [row["email"] for row in rows if row["email"] not in {user["email"] for user in people}]
    assert len(sandbox.users()) == len(users) == len(people) + len(new)
    # A create that was sent again to somebody who is there would be refused; it may not be sent at all.
    assert Counter(entry["body"]["email"] for entry in sandbox.creates()) == Counter(new)
    assert {entry["status"] for entry in sandbox.creates()} <= {200, 201}
    changed = Counter(entry["path"].rsplit("/", 1)[1] for entry in sandbox.updates())
    assert changed == Counter(users[row["email"]]["id"] for row in rows if row["email"] not in new)
    assert all(users[row["email"]]["last_name"] == row["last_name"] for row in rows)


def sync_twice(job, sandbox, rows, people, *arguments):
    """Once through the wire as it is; what is to be true of it, and that the second time writes nothing."""
    roster = job.roster(rows)
    result = job.sync(roster, *arguments)
    assert result.code == 0, result
    new = len([row for row in rows if row["email"].startswith("new.")])
    totals = {"rows": len(rows), "created": new, "updated": len(rows) - new}
    assert result.totals == {name: count for name, count in totals.items() if count}
    check_each_was_carried_out_once(sandbox, rows, people)
    sandbox.forget()
    again = job.sync(roster)
    assert again.code == 0 and again.totals == {"rows": len(rows), "unchanged": len(rows)}, again
    assert sandbox.writes() == []
    return result


@pytest.mark.parametrize("kind", ["create", "update"])
def test_a_write_that_is_cut_at_each_byte_of_its_request_and_of_its_answer(start_sandbox, start_wire, make_job, kind):
    one_people, one_row = (company(1), creates(1)) if kind == "create" else updates(1)
    cuts = every_cut(*lengths(start_sandbox, start_wire, make_job, one_row, one_people))
    people, rows = (company(1), creates(len(cuts))) if kind == "create" else updates(len(cuts))
    sandbox = start_sandbox(people=people)
    script = FirstOfEach({row["last_name"]: cut for row, cut in zip(rows, cuts)})
    wire = start_wire(HttpWire, sandbox.base_url, script)
    job = make_job(wire).configure(limits={"creates": 10000, "updates": 10000})
    result = sync_twice(job, sandbox, rows, people, "--max-in-flight", "32")
    assert len(script.struck) == len(cuts) > 60
    # On connections that had served before, where libcurl would send it again by itself, too.
    assert len([exchange for exchange in script.struck if exchange.number > 1]) > len(cuts) / 8
    # What never reached the directory in full was sent again, and nothing else was.
    assert [entry["attempts"] for entry in result.entries] == [1 if cut.request is None else 2 for cut in cuts]


@pytest.mark.parametrize("kind", ["create", "update"])
def test_a_write_that_stalls_at_some_bytes_of_its_request_and_of_its_answer(start_sandbox, start_wire, make_job, kind):
    cuts = [Cut(request=at, ending=Ending.STALL) for at in (0, 1, 40, 200)]
    cuts += [Cut(answer=at, ending=Ending.STALL) for at in (0, 1, 12, 60, 120)]
    people, rows = (company(1), creates(len(cuts))) if kind == "create" else updates(len(cuts))
    sandbox = start_sandbox(people=people)
    script = FirstOfEach({row["last_name"]: cut for row, cut in zip(rows, cuts)})
    wire = start_wire(HttpWire, sandbox.base_url, script)
    job = make_job(wire).configure(http={"timeout": "1500ms"})
    sync_twice(job, sandbox, rows, people, "--max-in-flight", "32")
    assert len(script.struck) == len(cuts)


@pytest.mark.parametrize("endings, count, step", [([Ending.RESET, Ending.CLOSE, Ending.HALF], 90, 8),
                                                  ([Ending.STALL], 8, 70)], ids=["ended", "stalled"])
def test_a_read_that_is_cut_at_some_byte_is_read_again(start_sandbox, start_wire, make_job, endings, count, step):
    """Of the answers to look-ups, some bytes each; none is taken for the answer that nobody is there. (What is repeated
    is paid from a budget, and there are no more than a hundred or so in a row without a wait.)"""
    people, _ = updates(count)
    sandbox = start_sandbox(people=people)
    cut = {}

    def script(exchange):
        target = exchange.request.split(b" ")[1]
        if b"email=" not in target or target in cut:
            return None
        cut[target] = Cut(answer=step * len(cut), ending=endings[len(cut) % len(endings)])
        return cut[target]

    wire = start_wire(HttpWire, sandbox.base_url, script)
    job = make_job(wire).configure(http={"timeout": "1500ms"})
    result = job.sync(job.roster([row_of(user) for user in people[1:]]), "--fetch", "by-key")
    assert result.code == 0, result
    assert result.totals == {"rows": count, "unchanged": count}
    assert len(cut) == count and sandbox.writes() == []


def chunked(answer, ending=b"0\r\n\r\n"):
    """The same answer in chunks of seven bytes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b"\r\n")[0]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[at:at + 7]), body[at:at + 7]) for at in range(0, len(body), 7))
    return status + b"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + ending


SENSELESS = {
    "chunks without the last": lambda answer: chunked(answer, b""),
    "chunks cut within one": lambda answer: chunked(answer)[:-12],
    "chunks cut within the trailers": lambda answer: chunked(answer, b"0\r\nX-Checksum: 12"),
    "a chunk whose size is none": lambda answer: chunked(answer, b"zz\r\n\r\n"),
    "an interim answer and no more": lambda answer: b"HTTP/1.1 100 Continue\r\n\r\n",
    "early hints and no more": lambda answer: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    "another protocol": lambda answer: (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade"
                                        b"\r\n\r\n"),
    "fewer bytes than announced": lambda answer: answer.replace(b"Content-Length: ", b"Content-Length: 9"),
    "more lengths than one": lambda answer: answer.replace(b"Content-Length: ",
                                                           b"Content-Length: 4\r\nContent-Length: "),
    "a head with a NUL": lambda answer: answer.replace(b"\r\n", b"\r\nX-Odd: \0\r\n", 1),
}


@pytest.mark.parametrize("kind", ["create", "update"])
def test_a_write_whose_answer_is_framed_badly_is_settled_by_reading(start_sandbox, start_wire, make_job, kind):
    people, rows = (company(1), creates(len(SENSELESS))) if kind == "create" else updates(len(SENSELESS))
    sandbox = start_sandbox(people=people)
    script = FirstOfEach({row["last_name"]: Instead(answer) for row, answer in zip(rows, SENSELESS.values())})
    wire = start_wire(HttpWire, sandbox.base_url, script)
    result = sync_twice(make_job(wire), sandbox, rows, people)
    assert len(script.struck) == len(SENSELESS)
    assert {entry["attempts"] for entry in result.entries} == {1}


def announced(answer):
    return answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)


SENSIBLE = {
    "chunks": chunked,
    "chunks with trailers": lambda answer: chunked(answer, b"0\r\nRetry-After: 3600\r\nX-Checksum: 12\r\n\r\n"),
    "after interim answers": lambda answer: (b"HTTP/1.1 100 Continue\r\n\r\n"
                                             b"HTTP/1.1 103 Early Hints\r\nRetry-After: 3600\r\n\r\n" + answer),
    "the end of the connection, announced": announced,
}


@pytest.mark.parametrize("kind", ["create", "update"])
def test_a_write_whose_answer_is_framed_unusually_is_understood(start_sandbox, start_wire, make_job, kind):
    people, rows = (company(1), creates(len(SENSIBLE) + 1)) if kind == "create" else updates(len(SENSIBLE) + 1)
    sandbox = start_sandbox(people=people)
    faults = [Crumbs()]
    faults += [Instead(answer, Ending.CLOSE if answer is announced else None) for answer in SENSIBLE.values()]
    script = FirstOfEach({row["last_name"]: fault for row, fault in zip(rows, faults)})
    wire = start_wire(HttpWire, sandbox.base_url, script)
    sync_twice(make_job(wire), sandbox, rows, people, "--fetch", "list", "--max-in-flight", "1")
    assert len(script.struck) == len(faults)
    # None of them had to be looked for or read.
    writes = [number for number, exchange in enumerate(wire.exchanges) if is_write(exchange)]
    assert writes == list(range(writes[0], writes[0] + len(faults)))


def test_connections_that_the_server_closes_between_requests(start_sandbox, start_wire, make_job):
    """Announced or not. Whoever writes to one that is closed already cannot know whether it has arrived."""
    people, rows = updates(60)
    rows += creates(60)
    sandbox = start_sandbox(people=people)

    def script(exchange):
        return [Instead(announced), Instead(lambda answer: answer), None][len(wire.exchanges) % 3]

    wire = start_wire(HttpWire, sandbox.base_url, script)
    job = make_job(wire).configure(limits={"creates": 1000, "updates": 1000})
    sync_twice(job, sandbox, rows, people, "--max-in-flight", "3")
    assert wire.connections > 60


@pytest.mark.parametrize("ending", [Ending.HALF, Ending.CLOSE], ids=["read to its end", "not read"])
def test_a_refusal_before_the_body_has_arrived(start_directory, start_wire, make_job, ending):
    server = start_directory([person(1)])
    refusals = []

    def early(head):
        if not head.startswith(b"POST ") or refusals:
            return None
        refusals.append(head)
        return Instead(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 20\r\nConnection: close\r\n\r\n"
                       b'{"error": "too big"}', ending)

    wire = start_wire(HttpWire, server.base_url, lambda exchange: None, early)
    job = make_job(wire)
    roster = job.roster([row_of(person(1), keywords=[f"{number}{'x' * 20000}" for number in range(12)])])
    result = job.sync(roster)
    assert len(refusals) == 1
    if ending is Ending.HALF:
        assert result.code == 3, result
        assert (result.entry(1)["outcome"], result.entry(1)["http_status"]) == ("failed", 413)
        assert "too big" in result.entry(1)["message"] and result.entry(1)["attempts"] == 1
        assert server.writes == []
        result = job.sync(roster)
    elif result.code == 3:  # the reset that follows an unread request may overtake the refusal, or may not
        assert result.entry(1)["http_status"] == 413, result
        result = job.sync(roster)
    assert result.code == 0 and len(server.writes) == 1, result
    assert job.sync(roster).totals == {"rows": 1, "unchanged": 1}


def test_a_directory_that_refuses_connections_for_a_while(start_sandbox, start_wire, make_job):
    """What never left is told as such, and nothing else is."""
    people, rows = updates(4)
    rows += creates(4)
    sandbox = start_sandbox(people=people)

    def script(exchange):
        if sum(map(is_write, wire.exchanges)) == 3 and is_write(exchange):
            wire.refuse()
            return Instead(announced)
        return None

    wire = start_wire(HttpWire, sandbox.base_url, script)
    job = make_job(wire).configure(http={"retries": 0})
    roster = job.roster(rows)
    result = job.sync(roster, "--max-in-flight", "1")
    assert result.code == 3, result
    assert len(sandbox.committed()) == 3
    assert sorted((entry["outcome"], entry["reason"]) for entry in result.entries if entry["outcome"] == "failed") == [
        ("failed", "gave_up")] * 5
    assert "127.0.0.1" in next(entry["message"] for entry in result.entries if entry["outcome"] == "failed")
    wire.listen()
    again = job.sync(roster)
    assert again.code == 0, again
    check_each_was_carried_out_once(sandbox, rows, people)
    assert job.sync(roster).totals == {"rows": 8, "unchanged": 8}
