"""What the program says, where, and in which form."""

import hashlib
import json
import os
import pty
import re
import subprocess

import pytest

from support.people import company, new_row, person, row_of, rows_of
from support.program import BIN, KEY

LATER_OPTIONS = ["html"]


@pytest.fixture
def changed(start_sandbox, make_job):
    """A job with an update, a create, a rejected row and an orphan to tell of."""
    people = company(4)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    job.path = job.roster([row_of(people[1], lang="de"), row_of(people[2]), new_row(1), new_row(2, email="broken")])
    job.sandbox = sandbox
    return job


def test_output_json_is_the_report_itself(changed):
    for command in ("validate", "plan", "sync"):
        result = changed.run(command, changed.path, "--output", "json")
        assert result.code == 3, result
        assert result.stdout == (changed.reports / "report.json").read_text(encoding="utf-8")


def test_results_on_stdout_and_logs_on_stderr(changed):
    result = changed.sync(changed.path)
    assert result.code == 3
    assert not re.search(r"^(debug|info|warning|error): ", result.stdout, re.M), result
    for line in result.stderr.splitlines():
        assert re.match(r"(debug|info|warning|error): ", line), line
    assert "1 created" in result.stdout and "1 updated" in result.stdout and "1 rejected" in result.stdout
    assert "report.json" in result.stdout


def test_json_logs_are_json_line_by_line(changed):
    result = changed.sync(changed.path, "--log-format", "json", "--log-level", "debug")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert lines and all({"time", "level", "message"} <= set(line) for line in lines)


def test_quiet_says_nothing_when_all_is_well(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(people[1], lang="de")]), "-q")
    assert (result.code, result.stdout, result.stderr) == (0, "", "")
    assert result.totals == {"rows": 1, "updated": 1}
    bad = job.sync(job.roster([new_row(1, role="")]), "--quiet")
    assert bad.code == 3 and "role" in bad.stdout


def on_a_terminal(job, *arguments, **environment):
    """What the program writes to a terminal as its standard output and error."""
    master, slave = pty.openpty()
    (job.directory / "rostersync.json").write_text(json.dumps(job.config), encoding="utf-8")
    process = subprocess.Popen([str(BIN / "rostersync"), *map(str, arguments)], cwd=job.directory, stdout=slave,
                               stderr=slave, stdin=subprocess.DEVNULL,
                               env={"PATH": os.environ["PATH"], "HOME": str(job.directory), "TERM": "xterm",
                                    "PARTOO_API_KEY": KEY, **environment})
    os.close(slave)
    said = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        said += chunk
    os.close(master)
    process.wait()
    return said.decode("utf-8")


def test_colour_on_a_terminal_only_and_never_with_no_color(changed):
    assert "\x1b" not in changed.plan(changed.path).stdout
    assert "\x1b[" in on_a_terminal(changed, "plan", changed.path)
    plain = on_a_terminal(changed, "plan", changed.path, "--no-progress", NO_COLOR="1")
    assert "\x1b" not in plain and "DRY RUN" in plain


def test_help_teaches_and_names_nothing_that_does_not_work(make_job):
    job = make_job()
    main = job.run(None, "--help")
    assert main.code == 0 and main.stderr == ""
    for word in ("plan", "sync", "resume", "runs", "report", "validate", "profile", "Exit codes", "--help"):
        assert word in main.stdout
    for code in "0123456":
        assert re.search(rf"^ *{code}\b", main.stdout, re.M)
    for command in ("plan", "sync", "apply", "resume", "rollback", "runs", "report", "validate", "profile"):
        text = job.run(command, "--help").stdout
        assert command in text and "Usage" in text
        for option in LATER_OPTIONS:
            assert not re.search(rf"{option}\b", text), (command, option)
    options = job.run("sync", "-h").stdout
    for option in ("--config", "--profile", "--base-url", "--report", "--state", "--rate", "--max-in-flight", "--fetch",
                   "--limit", "--only", "--allow", "--deadline", "--output", "--log-level", "--log-format", "--quiet", "--no-progress"):
        assert option in options
    assert all(len(line) <= 120 for line in (main.stdout + options).splitlines())


def test_version(make_job):
    result = make_job().run(None, "--version")
    assert result.code == 0 and re.fullmatch(r"rostersync \d+\.\d+\.\d+\n", result.stdout)


def test_the_profile_as_the_reference_of_a_rosters_author(make_job):
    job = make_job()
    text = job.run("profile", "partoo")
    assert text.code == 0, text
    for name in ("email", "first_name", "last_name", "role", "business_ids", "accesses", "custom_role", "org_id", "lang",
                 "status", "disabled", "sso_only", "phone", "keywords", "receive_reviews_email_notifications",
                 "send_invitation", "password", "sidebar_pages", "available_features", "created_at", "BUSINESS_MANAGER",
                 "pt-br"):
        assert name in text.stdout, name
    assert all(len(line) <= 100 for line in text.stdout.splitlines())
    as_json = json.loads(job.run("profile", "partoo", "--output", "json").stdout)
    assert "attributes" in as_json
    assert "partoo" in job.run("profile").stdout


def test_report_csv_is_safe_to_open_in_a_spreadsheet(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([row_of(people[1], last_name="=HYPERLINK(\"http://evil.example\")"),
                                  row_of(people[2], first_name="@SUM(1+1)"),
                                  new_row(1, email="=cmd|' /C calc'!A0"),
                                  new_row(2, email="+1@example.com")]))
    assert sandbox.user(people[1]["email"])["last_name"].startswith("=HYPERLINK")  # sent as it is
    for row in result.csv_rows:
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r")), row
            assert not re.search(r"[;\t]\s*[=+@-]", value), row


def test_the_report_tells_of_the_roster_and_the_run(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    content = b"\xef\xbb\xbfemail;lang\r\nperson.1@example.com;de\r\n"
    result = job.sync(job.roster(content))
    run = result.report["run"]
    assert run["command"] == "sync" and run["profile"] == "partoo" and run["base_url"] == sandbox.base_url
    assert run["roster"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert (run["roster"]["rows"], run["roster"]["encoding"], run["roster"]["delimiter"]) == (1, "utf-8", ";")
    assert "utf-8" in result.stderr and "delimiter ;" in result.stderr
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", run["started_at"])
    http = result.report["http"]
    assert (http["requests"], http["writes"]) == (len(sandbox.ledger()), 1)
    assert http["reads"] == http["requests"] - 1 and http["bytes_received"] > 0
    entry = result.entry(1)
    assert list(entry)[:5] == ["row", "line", "key", "user_id", "outcome"]
    assert (entry["line"], entry["key"], entry["user_id"]) == (2, "person.1@example.com", people[1]["id"])
    assert entry["changes"] == [{"attribute": "lang", "before": "fr", "after": "de"}]
    assert (entry["attempts"], entry["http_status"]) == (1, 200)


def test_a_report_directory_of_ones_own(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(report={"dir": "by-config", "formats": ["json"]})
    job.run("plan", job.roster(rows_of(people)))
    assert [file.name for file in (job.directory / "by-config").iterdir()] == ["report.json"]
    job.reports = job.directory / "by-option" / "deep"
    job.configure(report={"formats": ["json", "csv"]})
    assert job.plan(job.roster(rows_of(people)), "--report", "by-option/deep").has_report


def test_names_that_would_garble_a_terminal_are_spelt_out(start_sandbox, make_job):
    people = [person(1, last_name="\u202egro.live"), person(2)]
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster([row_of(people[0], last_name="Evil")]))
    assert result.code == 2, result
    assert "\u202e" not in result.stdout and "\\u202e" in result.stdout


def test_relative_paths_of_a_configuration_are_relative_to_it(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    (job.directory / "etc").mkdir()
    job.config.update(state_dir="../var", report={"dir": "../var/reports"}, credentials={"api_key": {"file": "secret"}})
    (job.directory / "etc" / "job.json").write_text(json.dumps(job.config))
    (job.directory / "etc" / "secret").write_text(KEY)
    job.environment["PARTOO_API_KEY"] = None
    job.reports = job.directory / "var" / "reports"
    result = job.sync(job.roster([row_of(people[1], lang="de")]), "--config", "etc/job.json", config=False)
    assert result.code == 0 and result.has_report, result
