"""The files in samples/ show what the README says that they show."""

import json
import os
import re
import shutil

import pytest

from support.program import REPOSITORY, Job
from support.sandbox import Sandbox

SAMPLES = REPOSITORY / "samples"
RUN_SPECIFIC = ("id", "started_at", "finished_at", "version")


@pytest.fixture
def rehearsal(tmp_path):
    """The sample directory, served; and a working directory beside a copy of the samples."""
    shutil.copytree(SAMPLES, tmp_path / "samples")
    sandbox = Sandbox("--people", SAMPLES / "directory.json")
    job = Job(tmp_path, sandbox.base_url)
    yield job, sandbox
    sandbox.close()


def arguments(job):
    return ["--config", "samples/rostersync.json", "--base-url", job.base_url, "--report", "reports", "--state", "state"]


@pytest.mark.parametrize("roster", ["samples/roster.csv", "samples/roster.json"])
def test_the_sample_roster_shows_a_realistic_night(rehearsal, roster):
    job, sandbox = rehearsal
    dry = job.plan(roster, *arguments(job), config=False)
    assert dry.code == 2, dry
    assert dry.totals == {"rows": 200, "unchanged": 183, "planned_update": 12, "planned_create": 5}
    assert dry.report["totals"]["orphans"] == 2
    warnings = [warning for entry in dry.entries for warning in entry["warnings"]]
    assert sorted(warnings) == ["loses_effect", "matched_disabled", "not_applicable"]
    assert sandbox.writes() == []

    done = job.sync(roster, *arguments(job), config=False)
    assert done.code == 0, done
    assert done.totals == {"rows": 200, "unchanged": 183, "updated": 12, "created": 5}
    sandbox.forget()
    again = job.sync(roster, *arguments(job), config=False)
    assert again.code == 0 and again.totals == {"rows": 200, "unchanged": 200}
    assert sandbox.writes() == []


def test_both_rosters_hold_the_same_people(rehearsal):
    job, _ = rehearsal
    found = []
    for roster in ("samples/roster.csv", "samples/roster.json"):
        result = job.plan(roster, *arguments(job), config=False)
        found.append([(entry["key"], entry["outcome"], entry["changes"], entry["warnings"]) for entry in result.entries])
    assert found[0] == found[1]


def without_run(report):
    for name in RUN_SPECIFIC:
        report["run"].pop(name)
    report["http"].pop("seconds")
    return report


def test_the_faulty_roster_yields_the_report_beside_it(rehearsal):
    """To write the report anew: ROSTERSYNC_WRITE_SAMPLES=1 python3 -m pytest tests/e2e/test_samples.py"""
    job, sandbox = rehearsal
    result = job.validate("samples/faulty.csv", "--config", "samples/rostersync.json", "--report", "reports", config=False)
    assert result.code == 3, result
    file = SAMPLES / "faulty-report.json"
    if os.environ.get("ROSTERSYNC_WRITE_SAMPLES"):
        file.write_bytes((job.reports / "report.json").read_bytes())
    assert without_run(result.report) == without_run(json.loads(file.read_text(encoding="utf-8")))
    assert sandbox.ledger() == []


def test_samples_name_nobody_real():
    for file in SAMPLES.iterdir():
        for domain in re.findall(r"@([\w.-]+\.\w+)", file.read_text(encoding="utf-8")):
            assert domain.casefold().endswith((".example", "example.com", "example.net", "example.org")), (file, domain)
