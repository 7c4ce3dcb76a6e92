"""Every command of the README, run as it stands there; and what it shows of the samples is what they print."""

import csv
import re
import shutil
import subprocess

import pytest

from support.people import company, new_row, row_of
from support.program import BIN, HANG_GUARD, REPOSITORY, sanitizer_options
from support.readme import BLOCKS

COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line.strip()]
STARTS_SANDBOX = "rostersync-sandbox --people samples/directory.json --port 8900 --control-port 8901"
REMOTE = "https://api.sandbox.partoo.co/v2"  # the address that the README's reader would have


def test_the_set_up_is_two_commands():
    """scripts/demo and scripts/test are what CI itself runs."""
    by_others = [block.strip() for kind, block in BLOCKS if kind in ("sh demo", "sh setup")]
    assert by_others == ["scripts/demo", "scripts/test"]
    ci = (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
    assert all(command in ci for command in by_others)


@pytest.fixture
def home(tmp_path):
    """A folder with what the README's reader has: the samples, and a roster of their own."""
    people = company(30)
    shutil.copytree(REPOSITORY / "samples", tmp_path / "samples")
    rows = [row_of(people[1], lang="de"), *(row_of(user) for user in people[2:]), new_row(1)]
    with open(tmp_path / "people.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path, people


def test_every_command_runs_as_it_stands(home, start_sandbox):
    folder, people = home
    directory = start_sandbox(people=people, key="sandbox-key")
    rehearsal = start_sandbox("--people", folder / "samples/directory.json", key="sandbox-key")
    assert STARTS_SANDBOX in COMMANDS
    script = []
    for command in COMMANDS:
        if command == STARTS_SANDBOX:
            continue
        real = command.replace(REMOTE, directory.base_url).replace("http://127.0.0.1:8900/v2", rehearsal.base_url)
        real = real.replace("localhost:8901", rehearsal.control_url.removeprefix("http://"))
        script.append(f"{real}\necho \"=== $? {command.split()[0]} {command.split()[1]}\" >&2")
    environment = {"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", **sanitizer_options()}
    done = subprocess.run(["bash", "-u"], input="\n".join(script), cwd=folder, env=environment, text=True,
                          capture_output=True, timeout=HANG_GUARD)
    ended = re.findall(r"^=== (\d+) (.*)$", done.stderr, re.MULTILINE)
    assert len(ended) == len(COMMANDS) - 1, done.stderr
    for code, what in ended:
        assert code in (("0", "2") if what == "rostersync plan" else ("0",)), (code, what, done.stderr)
    assert "error" not in done.stderr, done.stderr
    assert [entry["email"] for entry in directory.users()].count("new.1@example.com") == 1
    assert '"outcome"' in done.stdout and '"rows"' in done.stdout


def test_what_it_shows_of_the_samples_is_what_they_print(start_sandbox, make_job):
    sandbox = start_sandbox("--people", REPOSITORY / "samples/directory.json")
    job = make_job(sandbox)
    result = job.run("plan", REPOSITORY / "samples/roster.csv", "-c", REPOSITORY / "samples/rostersync.json",
                     "--base-url", sandbox.base_url)
    assert result.code == 2, result
    shown = [block for kind, block in BLOCKS if kind == "text"]
    assert len(shown) == 1
    for part in shown[0].strip("\n").split("\n\n"):
        assert part in result.stdout, (part, result.stdout)
