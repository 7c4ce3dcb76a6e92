"""Answers without end: whatever a server says, the program's memory is bounded, and what it says of it is clear."""

import base64
import struct
import zlib

import pytest

from support.people import new_row, person, row_of
from support.program import SANITIZED
from support.scripted import Answer, Flood

MIB = 1 << 20
GIB = 1 << 30
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SPACES = b" " * MIB


def deflated(count):
    """A gzip stream of so many MiB of spaces, as a first part, a part that repeats, and how often."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeezer.compress(SPACES) + squeezer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", block, count


def twice_deflated():
    """A few KB that are a MB that are a GB."""
    head, block, count = deflated(1024)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return squeezer.compress(head + block * count) + squeezer.flush()


def zstandard():
    """Blocks of one byte, repeated (RFC 8878), in a window as large as a decoder takes."""
    block = struct.pack("<I", 1 << 1 | 128 * 1024 << 3)[:3] + b" "
    return b"\x28\xb5\x2f\xfd\x00\x88" + block * (GIB // (128 * 1024))


# 809 bytes, which are a GiB of spaces.
BROTLI = zlib.decompress(base64.b64decode(
    "eNo7//9/PYOKw6ONDkXv///8/5+/gcVBRqzh3V/7////M05g6DjMdGHv/+f//9szCDEURjDs+v7/z///7A5MCnzc"
    "Dt//zQeqYvBgOJLI+OLe/8///8szcDZY6DDc/V3/7/9/ZgVGgXbWBdX/z4MtYXi0gaFk1JJRS4aiJfYAujavHg=="))


def encoded(coding, data):
    return Flood(HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(data)), data, 1)


def floods():
    gzip_head, gzip_block, gzip_count = deflated(1024)
    chunk = b"%x\r\n%s\r\n" % (MIB, SPACES)
    return {
        "a length of 1 GB": Flood(HEAD + b"Content-Length: %d\r\n\r\n" % GIB, SPACES, 1024),
        "chunks": Flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk, 1024, b"0\r\n\r\n"),
        "to the end of the connection": Flood(HEAD + b"\r\n", SPACES, 1024),
        "gzip": Flood(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip_head, gzip_block, gzip_count),
        "gzip in gzip": encoded(b"gzip, gzip", twice_deflated()),
        "brotli": encoded(b"br", BROTLI),
        "zstandard": encoded(b"zstd", zstandard()),
        "an error's words": Flood(HEAD.replace(b"200 OK", b"500 Internal Server Error") + b"\r\n", SPACES, 1024),
        "a refusal's words": Flood(HEAD.replace(b"200 OK", b"403 Forbidden") + b"\r\n", SPACES, 1024),
        "a line of the head": Flood(HEAD + b"X-Long: ", SPACES, 1024),
        "lines of the head": Flood(HEAD, b"X-Line: %s\r\n" % (b"x" * 900) * 1000, 1024),
        "interim answers": Flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 10000, 4096),
        "trailers": Flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
                          b"X-Line: %s\r\n" % (b"x" * 900) * 1000, 1024),
    }


def measured(job):
    job.measured = True
    return job


def check_bounded(result, most):
    if not SANITIZED:
        assert result.peak < most, f"{result.peak / MIB:.0f} MiB"


def check_said(result, errors=1):
    said = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(said) == errors and all("larger than" in line and "after 1 attempt" in line for line in said), result


@pytest.mark.parametrize("kind", floods())
def test_the_first_answer_has_no_end(start_directory, make_job, kind):
    flood = floods()[kind]
    server = start_directory([person(1)], lambda request: flood)
    job = measured(make_job(server))
    result = job.sync(job.roster([new_row(1), row_of(person(1), lang="de")]))
    assert result.code == 1, result
    check_said(result)
    assert len(server.requests) == 1  # what is too large will be so again
    assert flood.taken < (32 if kind == "a length of 1 GB" else 128) * MIB  # what says so itself is not even begun with
    check_bounded(result, 200 * MIB)


@pytest.mark.parametrize("kind", ["a length of 1 GB", "gzip in gzip"])
@pytest.mark.parametrize("fetch", ["list", "by-key", "by-id"])
def test_reading_the_directory_has_no_end(start_directory, make_job, fetch, kind):
    def script(request):
        is_reading = {"list": "page" in request.query and "email" not in request.query,
                      "by-key": "email" in request.query, "by-id": request.path.endswith(person(1)["id"])}
        return floods()[kind] if is_reading[fetch] else None

    server = start_directory([person(1)], script)
    job = measured(make_job(server))
    result = job.sync(job.roster([row_of(person(1), "id", "email", lang="de")]), "--fetch", fetch)
    if fetch == "list":
        assert result.code == 1, result
        check_said(result)
    else:
        assert result.code == 3, result
        assert (result.entry(1)["outcome"], result.entry(1)["reason"]) == ("failed", "unreadable")
        assert "larger than" in result.entry(1)["message"]
    assert server.writes == []
    check_bounded(result, 200 * MIB)


@pytest.mark.parametrize("some, in_flight, most", [(["gzip in gzip", "chunks", "an error's words"], 1, 250 * MIB),
                                                   (floods(), 32, 450 * MIB)], ids=["one by one", "at once"])
def test_writes_whose_answers_have_no_end_are_settled_by_reading(start_directory, make_job, some, in_flight, most):
    kinds = {kind: flood for kind, flood in floods().items() if kind in some}
    people = [person(number) for number in range(len(kinds))]
    answers = dict(zip([user["id"] for user in people], kinds.values()))
    answers |= dict(zip([new_row(number)["email"] for number in range(len(kinds))], kinds.values()))

    def script(request):
        if not request.is_write:
            return None
        server.regular(request)
        return answers.pop(request.json.get("email", request.path.rsplit("/", 1)[1]))

    server = start_directory(people, script)
    job = measured(make_job(server))
    rows = [row_of(user, lang="de") for user in people] + [new_row(number) for number in range(len(kinds))]
    roster = job.roster(rows)
    result = job.sync(roster, "--max-in-flight", in_flight)
    assert result.code == 0, result
    assert result.totals == {"rows": len(rows), "updated": len(kinds), "created": len(kinds)}
    assert answers == {} and len(server.writes) == len(rows)
    check_bounded(result, most)
    assert job.sync(roster).totals == {"rows": len(rows), "unchanged": len(rows)}


def test_many_answers_without_end_at_once(start_directory, make_job):
    """Each far below what one may be, and together more than all may be."""
    people = [person(number) for number in range(1, 3000)]

    def script(request):
        if request.path != "/v2/user/search" or request.query.get("page") == "1":
            return None
        return Flood(HEAD + b"\r\n", SPACES, 60, b"{}")

    server = start_directory(people, script)
    job = measured(make_job(server)).configure(http={"retries": 1})
    result = job.sync(job.roster([row_of(user) for user in people]), "--fetch", "list", "--max-in-flight", "32")
    assert result.code == 1 and "together larger than" in result.stderr, result
    assert server.writes == []
    check_bounded(result, 450 * MIB)
