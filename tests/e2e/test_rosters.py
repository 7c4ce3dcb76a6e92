"""Every form in which a roster may come means the same people."""

import gzip
import io
import json

import pytest

from support.people import company, row_of
from support.program import csv_text

ROWS = [{"email": "person.1@example.com", "first_name": "Zoë, \"the\" quick", "last_name": "O'Neill\nof two lines",
         "lang": "de"},
        {"email": "person.2@example.com", "first_name": "=Anaïs", "last_name": "Müller; Sons", "lang": "pl"}]
TEXT = csv_text(ROWS)


def delimited(delimiter):
    import csv
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ROWS[0], delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode("utf-8")


JSON = json.dumps(ROWS, ensure_ascii=False)
FORMS = {
    "CSV with CRLF": TEXT.encode("utf-8"),
    "CSV with LF": delimited(","),
    "CSV with CR": delimited(",").replace(b"\nof", b"<keep>").replace(b"\n", b"\r").replace(b"<keep>", b"\nof"),
    "CSV with a byte order mark": b"\xef\xbb\xbf" + TEXT.encode("utf-8"),
    "semicolons": delimited(";"),
    "tabs": delimited("\t"),
    "bars": delimited("|"),
    "other spellings of headers": TEXT.replace("first_name", "First Name").replace("last_name", "LAST-NAME").encode(),
    "blank lines": (TEXT + "\r\n\r\n").encode("utf-8"),
    "no line end at the end": TEXT.rstrip("\r\n").encode("utf-8"),
    "a JSON array": JSON.encode("utf-8"),
    "a JSON array, pretty": json.dumps(ROWS, indent=2).encode("utf-8"),
    "JSON with a byte order mark": b"\xef\xbb\xbf" + JSON.encode("utf-8"),
    "an object that holds the array": ('{"exported": "2026-01-01", "people": %s, "total": 2}' % JSON).encode("utf-8"),
    "JSON Lines": "\n".join(json.dumps(row) for row in ROWS).encode("utf-8"),
    "CSV in gzip": gzip.compress(TEXT.encode("utf-8")),
    "JSON in gzip, in two members": gzip.compress(JSON[:50].encode("utf-8")) + gzip.compress(JSON[50:].encode("utf-8")),
}
EXPECTED = [{name: value for name, value in row.items() if name != "email"} for row in ROWS]


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_the_same_people_in_every_form(start_sandbox, make_job, content):
    people = company(3)
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster(content))
    assert result.code == 2, result
    found = [{change["attribute"]: change["after"] for change in entry["changes"]} for entry in result.entries]
    assert found == EXPECTED
    assert result.report["warnings"] == []


@pytest.mark.parametrize("form", ["CSV with CRLF", "JSON Lines", "a JSON array", "CSV in gzip"])
def test_standard_input(start_sandbox, make_job, form):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.plan("-", stdin=FORMS[form])
    assert result.code == 2, result
    assert result.totals == {"rows": 2, "planned_update": 2}


def test_values_of_their_own_types_in_json(start_sandbox, make_job):
    people = company(2, role="BUSINESS_MANAGER", business_ids=["b1"])
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.sync(job.roster(json.dumps([
        {"email": "person.1@example.com", "business_ids": ["b3", "b2"], "disabled": True},
        {"email": "person.2@example.com", "business_ids": None, "lang": "", "sso_only": False}])))
    assert result.code == 0, result
    bodies = {entry["path"][-4:]: entry["body"] for entry in sandbox.updates()}
    assert bodies == {"0001": {"business_ids": ["b2", "b3"], "disabled": True}, "0002": {"business_ids": []}}


@pytest.mark.parametrize("word, sent", [("true", True), ("YES", True), ("1", True), ("false", None), ("no", None),
                                        ("0", None)])
def test_booleans(start_sandbox, make_job, word, sent):
    sandbox = start_sandbox(people=company(2))
    job = make_job(sandbox)
    result = job.sync(job.roster(f"email,disabled\nperson.1@example.com,{word}\n"))
    assert result.code == 0, result
    assert [entry["body"] for entry in sandbox.updates()] == ([{"disabled": sent}] if sent else [])


def test_columns_as_the_hr_system_calls_them(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox).configure(roster={"columns": {"Work e-mail": "email", "Langue": "lang", "Desk": None,
                                                          "Not there": "phone"}})
    result = job.plan(job.roster("Work e-mail,Langue,Desk\nperson.1@example.com,de,12b\n"))
    assert result.code == 2, result
    assert result.entry(1)["changes"] == [{"attribute": "lang", "before": "fr", "after": "de"}]
    assert [warning["code"] for warning in result.report["warnings"]] == ["unused_mapping"]


def test_read_only_columns_are_ignored_with_one_warning_each(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.plan(job.roster("email,created_at,provider\nperson.1@example.com,12,x\nperson.2@example.com,13,y\n"))
    assert result.code == 0, result
    assert [warning["code"] for warning in result.report["warnings"]] == ["read_only", "read_only"]


def test_blank_can_mean_clear(start_sandbox, make_job):
    people = company(2, role="BUSINESS_MANAGER", business_ids=["b1"])
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox).configure(roster={"blank": {"business_ids": "clear", "*": "keep"}})
    result = job.sync(job.roster("email,business_ids,lang\nperson.1@example.com,,\nperson.2@example.com,b1,\n"))
    assert result.code == 0, result
    assert [entry["body"] for entry in sandbox.updates()] == [{"business_ids": []}]


def test_a_delimiter_that_is_configured(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(2))
    job = make_job(sandbox).configure(roster={"delimiter": ";"})
    result = job.plan(job.roster("email;first_name\nperson.1@example.com;a,b,c,d\n"))
    assert result.code == 2, result
    assert result.entry(1)["changes"][0]["after"] == "a,b,c,d"
    assert result.report["run"]["roster"]["delimiter"] == ";"


def test_lists_where_the_bar_is_the_delimiter(start_sandbox, make_job):
    people = company(2, role="BUSINESS_MANAGER", business_ids=["b1"])
    sandbox = start_sandbox(people=people)
    job = make_job(sandbox)
    result = job.plan(job.roster('email|business_ids\nperson.1@example.com|"b2|b1"\nperson.2@example.com|b1\n'))
    assert result.code == 2, result
    assert result.entry(1)["changes"] == [{"attribute": "business_ids", "before": ["b1"], "after": ["b1", "b2"]}]
    assert result.entry(2)["outcome"] == "unchanged"


def test_rows_and_lines_are_told_apart(start_sandbox, make_job):
    sandbox = start_sandbox(people=company(3))
    job = make_job(sandbox)
    result = job.plan(job.roster('email,last_name\n\nperson.1@example.com,"two\nlines"\nbroken,x\n'))
    assert [(entry["row"], entry["line"]) for entry in result.entries] == [(1, 3), (2, 5)]
