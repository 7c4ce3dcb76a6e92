"""The README's "A new API in forty lines", followed by somebody who has that API, and nothing but the README."""

import csv
import json
import re
import subprocess
import urllib.error
import urllib.request

import pytest

from support.program import BIN, HANG_GUARD, KEY, REPOSITORY, sanitizer_options
from support.readme import block, section
from worlds.badges import Badges
from worlds.person import Person

ADA = Person("ada@example.com", "Ada", "Byron", tags=frozenset(["lathe", "saw"]))
JO = Person("jo@example.com", "Jo", "Li", role="reader", tags=frozenset())
TITLE = "### A new API in forty lines"


@pytest.fixture
def badges():
    server = Badges()
    server.seed([ADA])
    yield server
    server.close()


def test_the_profile_has_forty_lines():
    lines = block("json forty-lines").splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 130, "a line is a line"


def exchanges():
    for part in block("http forty-lines").strip().split("\n\n"):
        asked, answered = part.splitlines()
        method, path, *body = asked.split(" ", 2)
        status, *words = answered.split(" ", 1)
        yield method, path, body[0] if body else None, int(status), json.loads(words[0]) if words else None


def test_the_exchanges_that_it_shows_are_those_of_the_server(badges):
    """So that what is followed below is what the reader sees."""
    for method, path, body, status, told in exchanges():
        request = urllib.request.Request(badges.base_url + path, method=method, data=body and body.encode(),
                                         headers={**badges.headers(), "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=HANG_GUARD) as answer:
                text, code = answer.read(), answer.status
        except urllib.error.HTTPError as refusal:
            text, code = refusal.read(), refusal.code
        assert (code, json.loads(text) if text else None) == (status, told), (method, path)
    assert list(badges.people().values()) == [ADA, Person("jo@example.com", "Jo", "Li", "reader", False, frozenset())]


def test_followed_to_the_letter_it_ends_with_a_directory_in_line(badges, tmp_path):
    profile = block("json forty-lines")
    profile = profile.replace(json.loads(profile)["base_url"], badges.base_url)
    (tmp_path / "badges.json").write_text(profile, encoding="utf-8")
    columns = re.search(r"`people\.csv` are the attributes: `([^`]*)`", section(TITLE)).group(1).split(",")
    with open(tmp_path / "people.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for person in (Person("ada@example.com", "Ada", "Lovelace", active=False, tags=ADA.tags), JO):
            row = badges.row(person)
            writer.writerow({**row, "machines": "|".join(row["machines"])})
    commands = block("sh forty-lines").splitlines()
    assert commands[0] == "export BADGES_TOKEN=…"
    script = "\n".join(f'{command}\necho "=== $? {command}" >&2' for command in commands[1:])
    environment = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8", "BADGES_TOKEN": KEY,
                   **sanitizer_options()}
    done = subprocess.run(["bash", "-u"], input=script, cwd=tmp_path, env=environment, text=True,
                          capture_output=True, timeout=HANG_GUARD)
    ended = re.findall(r"^=== (\d+) (.*)$", done.stderr, re.MULTILINE)
    assert ended == [(str(2 * command.startswith("rostersync plan")), command) for command in commands[1:]], done.stderr
    assert "visits" in done.stdout, "the probe names what the profile does not mention"
    assert badges.people() == {"ada@example.com": Person("ada@example.com", "Ada", "Lovelace", active=False,
                                                         tags=ADA.tags), "jo@example.com": JO}
    assert KEY not in done.stdout + done.stderr


def keys(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from keys(item)


def schema_words(value):
    """All that a profile may say, at any place."""
    if isinstance(value, dict):
        yield from value.get("properties", {})
        for word in [value.get("const"), *value.get("enum", [])]:
            if isinstance(word, str):
                yield word
        for item in value.values():
            yield from schema_words(item)
    elif isinstance(value, list):
        for item in value:
            yield from schema_words(item)


def test_every_word_of_its_table_is_one_of_the_vocabulary():
    words = set(schema_words(json.loads((REPOSITORY / "config/profile.schema.json").read_text(encoding="utf-8"))))
    rows = re.findall(r"^\| (.*) \| (.*) \|$", section(TITLE), re.MULTILINE)[1:]
    said = [json.loads(f"{{{snippet}}}") for _, cell in rows for snippet in re.findall(r"`(\"[a-z_]+\": .*?)`", cell)]
    assert len(said) >= 20
    for snippet in said:
        for key, value in snippet.items():
            assert key in words, key
            if key in ("paging", "auth"):
                assert set(value) <= words and value["by"] in words, value
            if key == "send":
                assert value in words, value
