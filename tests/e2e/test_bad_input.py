"""Bad input of every kind: one clear sentence that names the thing, the place and the remedy, and the code of the table.

Nothing here may reach a server: every base URL is one where nobody listens, or is never asked.
"""

import gzip
import json

import pytest

from support.people import company, new_row, row_of
from support.program import KEY


def only_error(result):
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1, result
    return errors[0]


def holds(sentence, words):
    for word in words:
        assert word.casefold() in sentence.casefold(), f"{word!r} is missing in: {sentence}"


def nowhere(configuration):
    """Never the profile's own address, should the program go on where it must not."""
    return [] if "base_url" in configuration else ["--base-url", "http://127.0.0.1:9/v2"]


# --- the job configuration: exit 1 -----------------------------------------------------------------------------------

CONFIGURATIONS = [
    ("a misspelt key", '{"profile": "partoo",\n "rooster": {}}', ["rostersync.json:2", "rooster", "roster"]),
    ("a misspelt key within", '{"profile": "partoo",\n "roster": {\n  "delimeter": ","}}',
     ["rostersync.json:3", "delimeter", '"delimiter"']),
    ("a misspelt limit", '{"profile": "partoo", "limits": {"updatess": "5%"}}', ["updatess", '"updates"']),
    ("a misspelt http option", '{"profile": "partoo", "http": {"time_out": "5s"}}', ["time_out", '"timeout"']),
    ("a wrong type", '{"profile": "partoo",\n\n "create": "yes"}', ["rostersync.json:3", "create", "true or false"]),
    ("a wrong type of object", '{"profile": "partoo", "roster": []}', ["rostersync.json:1", "roster", "object"]),
    ("an impossible share", '{"profile": "partoo", "limits": {"creates": "lots"}}', ["creates", "lots"]),
    ("an impossible limit", '{"profile": "partoo", "limits": {"floor": -1}}', ["floor", "-1"]),
    ("an impossible duration", '{"profile": "partoo", "http": {"timeout": "soon"}}', ["timeout", "soon"]),
    ("an impossible rate", '{"profile": "partoo", "http": {"rate": "fast"}}', ["rate", "fast"]),
    ("an impossible way to read", '{"profile": "partoo", "http": {"fetch": "by-mail"}}', ["fetch", "by-mail"]),
    ("an impossible delimiter", '{"profile": "partoo", "roster": {"delimiter": "#"}}', ["delimiter", "#"]),
    ("a key twice", '{"profile": "partoo",\n "create": true,\n "create": false}', ["rostersync.json:3", "create"]),
    ("no JSON", '{"profile": "partoo",\n "create": tru}', ["rostersync.json:2"]),
    ("JSON that ends too soon", '{"profile": "partoo"', ["rostersync.json"]),
    ("an empty file", "", ["rostersync.json"]),
    ("an array", "[]", ["rostersync.json", "object"]),
    ("a literal secret", '{"profile": "partoo", "credentials": {"api_key": "%s"}}' % KEY, ["api_key", "env"]),
    ("a credential that the profile lacks", '{"profile": "partoo", "credentials": {"token": {"env": "X"}}}',
     ["token", "api_key"]),
    ("two sources of one secret", '{"profile": "partoo", "credentials": {"api_key": {"env": "X", "file": "y"}}}',
     ["api_key"]),
    ("a file of a secret that is not there", '{"profile": "partoo", "credentials": {"api_key": {"file": "no/key"}}}',
     ["api_key", "no/key"]),
    ("a variable that is not set", '{"profile": "partoo", "credentials": {"api_key": {"env": "NOT_SET"}}}',
     ["api_key", "NOT_SET"]),
    ("no such profile", '{"profile": "parto"}', ["parto", "partoo"]),
    ("no profile", "{}", ["profile", "partoo"]),
    ("a base URL that is none", '{"profile": "partoo", "base_url": "api.example.com"}', ["base_url", "https://"]),
    ("another scheme", '{"profile": "partoo", "base_url": "ftp://api.example.com"}', ["base_url", "https://"]),
    ("no TLS to another machine", '{"profile": "partoo", "base_url": "http://api.example.com/v2"}',
     ["http://api.example.com/v2", "--insecure-http"]),
    ("a column for no attribute", '{"profile": "partoo", "roster": {"columns": {"Mail": "emial"}}}',
     ["columns", "emial", "email"]),
    ("a default of no attribute", '{"profile": "partoo", "roster": {"defaults": {"rol": "PUBLISHER"}}}',
     ["defaults", "rol", "role"]),
    ("an invalid default", '{"profile": "partoo", "roster": {"defaults": {"role": "KING"}}}', ["defaults", "role", "KING"]),
    ("a default that cannot be written", '{"profile": "partoo", "roster": {"defaults": {"created_at": "1"}}}',
     ["defaults", "created_at"]),
    ("a limit of no attribute", '{"profile": "partoo", "limits": {"attributes": {"rolle": "5%"}}}',
     ["limits.attributes", "rolle", "role"]),
    ("a protection of no attribute", '{"profile": "partoo", "protect": [{"rolle": "ORG_ADMIN"}]}',
     ["protect", "rolle", "role"]),
    ("a protection of an invalid value", '{"profile": "partoo", "protect": [{"role": "KING"}]}', ["protect", "KING"]),
]


@pytest.mark.parametrize("text, words", [case[1:] for case in CONFIGURATIONS], ids=[case[0] for case in CONFIGURATIONS])
def test_bad_configuration(make_job, text, words):
    job = make_job()
    (job.directory / "rostersync.json").write_text(text, encoding="utf-8")
    if KEY in text:
        job.check_no_secret = lambda result: None  # the configuration itself holds it here
    result = job.sync(job.roster([new_row(1)]), *nowhere(text), config=False)
    assert result.code == 1, result
    holds(only_error(result), words)
    assert KEY not in result.stderr
    assert result.stdout == "" or result.has_report, result


NOT_YET = [
    ("html", '{"profile": "partoo",\n "report": {"formats": ["json", "html"]}}'),
    ("encoding", '{"profile": "partoo",\n "roster": {"encoding": "windows-1252"}}'),
]


@pytest.mark.parametrize("key, text", NOT_YET, ids=[case[0] for case in NOT_YET])
def test_what_is_not_built_yet_is_refused_and_never_accepted_in_silence(make_job, key, text):
    job = make_job()
    (job.directory / "rostersync.json").write_text(text, encoding="utf-8")
    result = job.sync(job.roster([new_row(1)]), *nowhere(text), config=False)
    assert result.code == 1, result
    holds(only_error(result), ["rostersync.json:2", key])


def test_what_the_contract_calls_the_default_is_accepted(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    (job.directory / "rostersync.json").write_text("""{
      // comments are allowed
      "profile": "partoo",
      "base_url": "%s",   /* of both kinds */
      "credentials": { "api_key": { "env": "PARTOO_API_KEY" } },
      "roster": {
        "columns": { "Work e-mail": "email", "Desk": null },
        "defaults": { "role": "BUSINESS_MANAGER" },
        "blank": {"last_name": "keep", "*": "keep"},
        "delimiter": "auto", "encoding": "auto"
      },
      "create": true, "update": true,
      "missing": "report",
      "protect": ["*@partoo.co", {"role": "ORG_ADMIN"}],
      "limits": { "creates": "20%%", "updates": "20%%", "floor": 25,
                  "deactivations": "5%%", "deactivations_floor": 3,
                  "attributes": { "email": "5%%", "role": "5%%" }, "privileged": 0 },
      "http": { "rate": "240/min", "max_in_flight": 16, "timeout": "30s", "retries": 5, "max_wait": "15m", "fetch": "auto" },
      "state_dir": "./my-state",
      "report": { "dir": "./my-reports", "formats": ["json", "csv"] }
    }""" % sandbox.base_url, encoding="utf-8")
    job.reports = job.directory / "my-reports"
    result = job.sync(job.roster("Work e-mail,lang,Desk\nperson.1@example.com,de,12b\n"), config=False)
    assert result.code == 0, result
    assert result.totals == {"rows": 1, "updated": 1}
    assert (job.directory / "my-state").is_dir()


# --- the roster as a whole: exit 4, or 1 where it cannot be read or understood ----------------------------------------

GOOD = "email,first_name,last_name,role\nnew.1@example.com,A,B,PUBLISHER\n"

ROSTERS = [
    ("nothing", b"", 4, ["no data rows"]),
    ("a byte order mark and nothing", b"\xef\xbb\xbf", 4, ["no data rows"]),
    ("a header only", b"email,first_name\n", 4, ["no data rows"]),
    ("an empty array", b"[]", 4, ["no data rows"]),
    ("no key column", b"first_name,last_name\nA,B\n", 4, ["key column", "email", "first_name"]),
    ("no key in JSON", b'[{"first_name": "A"}]', 4, ["key column", "email"]),
    ("an unclosed quote", b'email,last_name\na@example.com,"B\nb@example.com,C\n', 4, ["roster.csv:2", "quote"]),
    ("a quote within a cell", b'email,last_name\na@example.com,B"C\n', 4, ["roster.csv:2", "quote"]),
    ("a row too short", b"email,last_name\na@example.com,B\nb@example.com\n", 4, ["line 3", "2 columns"]),
    ("a row too long", b"email,last_name\na@example.com,B,C\nb@example.com,B\n", 4, ["line 2", "2 columns"]),
    ("bytes that are not UTF-8", b"email,last_name\na@example.com,M\xfcller\n", 4, ["roster.csv:2", "UTF-8"]),
    ("a NUL byte", b"email,last_name\na@example.com,B\x00C\n", 4, ["roster.csv:2"]),
    ("UTF-16", "email,last_name\na@example.com,B\n".encode("utf-16"), 4, ["UTF-8"]),
    ("JSON that ends too soon", b'[{"email": "a@example.com"},\n {"email": "b@exa', 4, ["roster.csv:2", "JSON"]),
    ("JSON with a fault", b'[{"email": "a@example.com"},\n {"email": b}]', 4, ["roster.csv:2", "JSON"]),
    ("an array of texts", b'["a@example.com"]', 4, ["roster.csv:1", "object"]),
    ("JSON Lines with a fault", b'{"email": "a@example.com"}\n{"email": }\n', 4, ["roster.csv:2", "JSON"]),
    ("more after the JSON", b'[{"email": "a@example.com"}] [1]', 4, ["roster.csv:1"]),
    ("gzip that is cut off", gzip.compress(GOOD.encode() * 100)[:-20], 4, ["gzip", "cut off"]),
    ("gzip that is damaged", b"\x1f\x8b\x08" + b"\x00" * 7 + b"\xff" * 20, 4, ["gzip", "damaged"]),
    ("a column that is no attribute", b"email,frist_name\na@example.com,B\n", 1, ["frist_name", '"first_name"']),
    ("a member that is no attribute", b'[{"email": "a@example.com", "nmae": 1}]', 1, ["nmae"]),
    ("two columns for one attribute", b"email,first_name,First-Name\na@example.com,B,C\n", 1, ["first_name", "First-Name"]),
    ("a column without a name", b"email,first_name,\na@example.com,B,\n", 1, ["column 3"]),
    ("a spreadsheet", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00" + bytes(range(256)), 4, ["roster.csv:1"]),
]


@pytest.mark.parametrize("content, code, words", [case[1:] for case in ROSTERS], ids=[case[0] for case in ROSTERS])
@pytest.mark.parametrize("command", ["validate", "sync"])
def test_bad_roster(make_job, command, content, code, words):
    job = make_job()
    result = job.run(command, job.roster(content))
    assert result.code == code, result
    holds(only_error(result), words)
    assert result.report["http"]["requests"] == 0
    assert result.totals == {} or result.totals["skipped"] == result.totals["rows"]


@pytest.mark.parametrize("name, words", [("not-there.csv", ["not-there.csv", "No such file"]), (".", ["directory"])])
def test_a_roster_that_cannot_be_opened(make_job, name, words):
    job = make_job()
    result = job.sync(name)
    assert result.code == 1, result
    holds(only_error(result), words)


def test_an_unreadable_roster(make_job):
    job = make_job()
    result = job.sync("/proc/self/mem")
    assert result.code == 1, result
    holds(only_error(result), ["/proc/self/mem"])


# --- rows: rejected with every fault, and the others go on ------------------------------------------------------------

ROWS = [
    ({"email": "no-at.example.com"}, "email", "invalid_value", ["no-at.example.com", "@"]),
    ({"email": "two@@example.com"}, "email", "invalid_value", ["more than one @"]),
    ({"email": "a b@example.com"}, "email", "invalid_value", ["white space"]),
    ({"email": "a@localhost"}, "email", "invalid_value", ["domain"]),
    ({"email": "a..b@example.com"}, "email", "invalid_value", ["dot"]),
    ({"email": "a\u200bb@example.com"}, "email", "invalid_value", ["cannot be seen"]),
    ({"email": "x" * 65 + "@example.com"}, "email", "invalid_value", ["longer"]),
    ({"email": ""}, "email", "missing_required", ["email", "id"]),
    ({"email": "\\N"}, "email", "not_clearable", ["email"]),
    ({"first_name": "\\N"}, "first_name", "not_clearable", ["first_name"]),
    ({"role": "\\N"}, "role", "not_clearable", ["role"]),
    ({"lang": "\\N"}, "lang", "not_clearable", ["lang"]),
    ({"role": "PUBLISHR"}, "role", "invalid_value", ["PUBLISHR", '"PUBLISHER"']),
    ({"role": "PROVIDER"}, "role", "invalid_value", ["PROVIDER"]),
    ({"lang": "klingon"}, "lang", "invalid_value", ["klingon"]),
    ({"status": "retired"}, "status", "invalid_value", ["retired"]),
    ({"disabled": "maybe"}, "disabled", "invalid_value", ["maybe", "true", "false"]),
    ({"org_id": "12a"}, "org_id", "invalid_value", ["12a", "whole number"]),
    ({"org_id": "99999999999999999999"}, "org_id", "invalid_value", ["64 bits"]),
    ({"accesses": "[1,2]"}, "accesses", "invalid_value", ["list of lists"]),
    ({"accesses": "[[1,2"}, "accesses", "invalid_value", ["JSON"]),
    ({"accesses": '[["a"]]'}, "accesses", "invalid_value", ["whole numbers"]),
    ({"accesses": "1|2"}, "accesses", "invalid_value", ["JSON"]),
    ({"business_ids": '["a",'}, "business_ids", "invalid_value", ["JSON"]),
    ({"business_ids": "||"}, "business_ids", "invalid_value", ["blanks"]),
    ({"sidebar_pages": "messages|mesages"}, "sidebar_pages", "invalid_value", ["mesages"]),
    ({"keywords": "|".join(f"k{n}" for n in range(13))}, "keywords", "too_long", ["13", "12"]),
    ({"password": "Sh-rt"}, "password", "invalid_value", ["8"]),
    ({"password": "longenough-but-lower"}, "password", "invalid_value", ["upper-case"]),
    ({"last_name": "A\u0007B"}, "last_name", "invalid_value", ["control"]),
]


@pytest.mark.parametrize("cells, column, reason, words", ROWS,
                         ids=[f"{next(iter(row[0]))}={str(next(iter(row[0].values())))[:24]!a}" for row in ROWS])
def test_a_bad_row_is_rejected_with_its_fault(make_job, cells, column, reason, words):
    job = make_job()
    result = job.validate(job.roster([new_row(1, **cells), new_row(2)]))
    assert result.code == 3, result
    bad, good = result.entries
    assert (bad["row"], bad["line"], bad["outcome"], bad["reason"]) == (1, 2, "rejected", reason)
    [fault] = bad["faults"]
    assert (fault["reason"], fault["column"]) == (reason, column)
    holds(fault["message"], words)
    assert good["outcome"] == "skipped"
    if "password" in cells:
        assert cells["password"] not in json.dumps(result.report) + result.stdout + result.stderr


def test_bad_rows_are_rejected_and_the_others_go_on(start_sandbox, make_job):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster([new_row(number, **row[0]) for number, row in enumerate(ROWS)]
                                 + [row_of(people[1], lang="de"), new_row(999)]))
    assert result.code == 3, result
    assert result.totals == {"rows": len(ROWS) + 2, "rejected": len(ROWS), "updated": 1, "created": 1}
    assert [entry["reason"] for entry in result.entries[:len(ROWS)]] == [reason for _, _, reason, _ in ROWS]
    assert len(sandbox.writes()) == 2


def test_every_fault_of_every_row_in_one_pass(make_job):
    job = make_job()
    result = job.validate(job.roster([new_row(1, email="x", role="KING", lang="??"), new_row(2),
                                      new_row(3, disabled="perhaps", accesses="[")]))
    assert result.code == 3, result
    assert [len(entry["faults"]) for entry in result.entries] == [3, 0, 2]
    assert [entry["outcome"] for entry in result.entries] == ["rejected", "skipped", "rejected"]
    for word in ("KING", "perhaps", '"x"'):
        assert word in result.stdout


def test_a_valid_roster_is_valid_offline_and_without_a_key(make_job):
    job = make_job()
    job.environment["PARTOO_API_KEY"] = None
    result = job.validate(job.roster([new_row(1), new_row(2)]))
    assert result.code == 0, result
    assert result.totals == {"rows": 2, "skipped": 2}
    assert result.report["http"]["requests"] == 0


# --- the command line: exit 1 -----------------------------------------------------------------------------------------

COMMAND_LINES = [
    ("no command", [], ["plan", "sync"]),
    ("an unknown command", ["snyc", "roster.csv"], ["snyc", "sync"]),
    ("an unknown option", ["sync", "roster.csv", "--limt", "3"], ["--limt", "--limit"]),
    ("no roster", ["sync"], ["ROSTER"]),
    ("two rosters", ["sync", "roster.csv", "more.csv"], ["more.csv"]),
    ("a limit that is no number", ["sync", "roster.csv", "--limit", "few"], ["--limit", "few"]),
    ("a negative limit", ["sync", "roster.csv", "--limit", "-1"], ["--limit"]),
    ("an --allow without a number", ["sync", "roster.csv", "--allow", "updates"], ["--allow", "updates"]),
    ("an --allow with a bad number", ["sync", "roster.csv", "--allow", "updates=many"], ["--allow", "updates=many"]),
    ("an --allow of no limit", ["sync", "roster.csv", "--allow", "udpates=3"], ["--allow", "udpates", "updates"]),
    ("an impossible rate", ["sync", "roster.csv", "--rate", "0/min"], ["--rate", "0/min"]),
    ("an unknown rate", ["sync", "roster.csv", "--rate", "quick"], ["--rate", "quick"]),
    ("an unknown way to read", ["sync", "roster.csv", "--fetch", "by-name"], ["--fetch", "by-name"]),
    ("an unknown output", ["sync", "roster.csv", "--output", "xml"], ["--output", "xml"]),
    ("an unknown level", ["sync", "roster.csv", "--log-level", "loud"], ["--log-level", "loud"]),
    ("an unknown log format", ["sync", "roster.csv", "--log-format", "xml"], ["--log-format", "xml"]),
    ("nothing in flight", ["sync", "roster.csv", "--max-in-flight", "0"], ["--max-in-flight"]),
    ("a configuration that is not there", ["sync", "roster.csv", "-c", "nowhere.json"], ["nowhere.json"]),
    ("a profile that is not there", ["sync", "roster.csv", "--profile", "patroo"], ["patroo", "partoo"]),
    ("a profile file that is not there", ["sync", "roster.csv", "--profile", "./mine.json"], ["mine.json"]),
    ("another machine without TLS", ["sync", "roster.csv", "--base-url", "http://192.0.2.1/v2"],
     ["http://192.0.2.1/v2", "--insecure-http"]),
    ("a profile to show that is not there", ["profile", "patroo"], ["patroo", "partoo"]),
    ("a deadline of no time", ["sync", "roster.csv", "--deadline", "0s"], ["--deadline"]),
    ("a deadline without a unit", ["resume", "--deadline", "20"], ["--deadline", "20m"]),
    ("--rate fast", ["sync", "roster.csv", "--rate", "fast"], ["--rate", "fast"]),
    ("resume of two", ["resume", "one", "two"], ["two"]),
    ("report in a format that is none", ["report", "--format", "pdf"], ["--format", "pdf"]),
    ("apply without a plan", ["apply"], ["PLAN"]),
    ("rollback without a run", ["rollback", "--apply"], ["RUN"]),
    ("a sync that is to be kept as a plan", ["sync", "roster.csv", "--out", "plan.json"], ["--out"]),
]


@pytest.mark.parametrize("line, words", [case[1:] for case in COMMAND_LINES], ids=[case[0] for case in COMMAND_LINES])
def test_bad_command_line(make_job, line, words):
    job = make_job()
    job.roster([new_row(1)])
    job.configure(http={"retries": 0})
    (job.directory / "rostersync.json").write_text(json.dumps(job.config), encoding="utf-8")
    result = job.run(line[0] if line else None, *line[1:], config=False)
    assert result.code == 1, result
    holds(only_error(result), words)
    assert result.stdout == "" or result.has_report


def test_a_key_with_a_line_break_in_it(make_job):
    job = make_job()
    job.environment["PARTOO_API_KEY"] = "abc\r\nX-Evil: 1"
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 1, result
    holds(only_error(result), ["api_key"])
    assert "X-Evil" not in result.stderr


def test_an_empty_key(make_job):
    job = make_job()
    job.environment["PARTOO_API_KEY"] = ""
    result = job.sync(job.roster([new_row(1)]))
    assert result.code == 1, result
    holds(only_error(result), ["PARTOO_API_KEY"])


def test_reports_that_cannot_be_written(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    (job.directory / "blocked").write_text("a file, no directory")
    result = job.sync(job.roster([new_row(1)]), "--report", "blocked")
    assert result.code == 1, result
    holds(only_error(result), ["blocked"])
    assert sandbox.writes() == []  # found out before, not after
