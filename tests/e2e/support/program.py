"""Runs the real rostersync and reads what it left behind; holds every run to what the README promises of any run."""

import csv
import io
import json
import os
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

REPOSITORY = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("ROSTERSYNC_BIN", REPOSITORY / "build" / "dev" / "bin")).resolve()
KEY = "k3y-that-must-never-be-seen"
LIBRARIES = subprocess.run(["ldd", BIN / "rostersync", BIN / "rostersync-sandbox"], capture_output=True, text=True).stdout
SANITIZED = "libasan" in LIBRARIES or "libtsan" in LIBRARIES or "coverage" in BIN.parts  # slow, in any case
HANG_GUARD = 240  # seconds; only a program that hangs meets it

CONFIGURED = ["plan", "sync", "apply", "validate", "resume", "rollback", "report", "runs"]
ROW_OUTCOMES = ["unchanged", "planned_create", "planned_update", "created", "updated", "rejected", "conflict", "failed",
                "skipped"]


class Result:
    """What one run said, wrote and returned."""

    def __init__(self, code, stdout, stderr, reports, peak=None):
        self.code = code
        self.peak = peak
        self.stdout = stdout
        self.stderr = stderr
        self.reports = reports
        # As it is now: the next run's replaces it.
        self.files = {file.name: file.read_text(encoding="utf-8") for file in reports.glob("report.*")}

    @property
    def killed(self):
        return self.code == -signal.SIGKILL

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"

    @property
    def has_report(self):
        return "report.json" in self.files

    @property
    def report(self):
        return json.loads(self.files["report.json"])

    @property
    def entries(self):
        return self.report["entries"]

    @property
    def totals(self):
        """The totals that are not zero, orphans apart."""
        return {name: count for name, count in self.report["totals"].items() if count and name != "orphans"}

    @property
    def csv_rows(self):
        return list(csv.DictReader(io.StringIO(self.files["report.csv"], newline="")))

    def entry(self, row):
        found = self.entries[row - 1]
        assert found["row"] == row
        return found

    def by_key(self, key):
        return next(entry for entry in self.entries if entry["key"] == key)

    def words(self):
        """All that was said, on one line."""
        return " ".join((self.stderr + " " + self.stdout).split())


class Job:
    """A working directory of one test, with its configuration, roster, state and reports."""

    def __init__(self, directory, base_url):
        self.directory = directory
        self.base_url = base_url
        self.environment = {}
        self.config = {"profile": "partoo", "base_url": base_url,
                       "http": {"rate": "5000/s", "timeout": "20s", "retries": 5}}
        self.reports = directory / "reports"
        # Whether results know the most bytes that the process held; from time(1), as the system says of a child of this
        # process that it has held what this process holds.
        self.measured = False

    def configure(self, **keys):
        for name, value in keys.items():
            if isinstance(value, dict) and isinstance(self.config.get(name), dict):
                self.config[name].update(value)
            else:
                self.config[name] = value
        return self

    def roster(self, content, name="roster.csv"):
        """Rows (dicts), text or bytes; answers the file's path."""
        path = self.directory / name
        path.write_bytes(content if isinstance(content, bytes) else csv_text(content).encode("utf-8"))
        return path

    def start(self, command, *arguments, stdin=None, config=True, **options):
        """The process itself, for a test that meddles while it runs."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory), "PARTOO_API_KEY": KEY,
                       "LANG": "C.UTF-8", **sanitizer_options(), **self.environment}
        line = [str(BIN / "rostersync")] + ([command] if command else []) + [str(argument) for argument in arguments]
        if config and command in CONFIGURED:
            (self.directory / "rostersync.json").write_text(json.dumps(self.config), encoding="utf-8")
        if self.measured:
            line = ["/usr/bin/time", "--quiet", "--output", str(self.directory / "peak"), "--format", "%M", *line]
        process = subprocess.Popen(line, cwd=self.directory, env={k: v for k, v in environment.items() if v is not None},
                                   stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        process.command = command
        return process

    def finish(self, process, stdin=None):
        try:
            stdout, stderr = process.communicate(stdin, timeout=HANG_GUARD)
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            raise AssertionError(f"it hangs:\n{stdout.decode()}\n{stderr.decode()}") from None
        result = Result(process.returncode, stdout.decode("utf-8"), stderr.decode("utf-8"), self.reports, self.peak())
        if result.killed:
            wait_for_what_was_sent(urlsplit(self.base_url).port)
        self.check(result, process.command != "report")
        return result

    def peak(self):
        return int((self.directory / "peak").read_text(encoding="ascii")) * 1024 if self.measured else None

    def run(self, command, *arguments, stdin=None, config=True):
        for old in self.reports.glob("*"):
            old.unlink()
        return self.finish(self.start(command, *arguments, stdin=stdin, config=config), stdin)

    def plan(self, roster, *arguments, **options):
        return self.run("plan", roster, *arguments, **options)

    def sync(self, roster, *arguments, **options):
        return self.run("sync", roster, *arguments, **options)

    def validate(self, roster, *arguments, **options):
        return self.run("validate", roster, *arguments, **options)

    def apply(self, plan, *arguments, **options):
        return self.run("apply", plan, *arguments, **options)

    def rollback(self, run, *arguments, **options):
        return self.run("rollback", run, *arguments, **options)

    def resume(self, *arguments, **options):
        return self.run("resume", *arguments, **options)

    def past_report(self, *arguments, **options):
        """The reports of a past run, written again: its exit code in them is not this command's."""
        result = self.run("report", *arguments, **options)
        assert result.code == 0, result
        return result

    def runs(self):
        """Past runs, newest first."""
        result = self.run("runs", "--output", "json")
        assert result.code == 0, result
        return json.loads(result.stdout)

    @property
    def state(self):
        """The state directory, where none is named."""
        return self.directory / ".local" / "state" / "rostersync"

    def check(self, result, own_report=True):
        """What holds for every run, whatever it was asked and however it ended."""
        assert result.killed or result.code in (0, 1, 2, 3, 4, 5, 6), result
        assert "defect of rostersync" not in result.stderr, result
        assert "Sanitizer" not in result.stderr and "runtime error" not in result.stderr, result
        self.check_no_secret(result)
        if result.killed:
            return
        if result.code == 5:
            assert not result.has_report
        if not result.has_report:
            return
        assert stat.S_IMODE(self.reports.stat().st_mode) == 0o700
        for file in self.reports.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        check_sums(result)
        assert not own_report or result.report["run"]["exit_code"] == result.code, result

    def check_no_secret(self, result):
        assert KEY not in result.stdout and KEY not in result.stderr, "the key was printed"
        for file in self.directory.rglob("*"):
            if file.is_file() and KEY.encode() in file.read_bytes():
                assert file.name.startswith("secret"), f"the key stands in {file}"


def check_sums(result):
    report = result.report
    totals = report["totals"]
    assert report["schema"] == "rostersync.report/1"
    assert totals["rows"] == report["run"]["roster"]["rows"] == len(report["entries"])
    for outcome in ROW_OUTCOMES:
        assert totals[outcome] == sum(entry["outcome"] == outcome for entry in report["entries"]), outcome
    assert sum(totals[outcome] for outcome in ROW_OUTCOMES) == totals["rows"]
    assert totals["orphans"] == (None if report["orphans"] is None else len(report["orphans"]))
    rows = result.csv_rows
    assert [(int(row["row"]), row["outcome"]) for row in rows] == [(entry["row"], entry["outcome"])
                                                                 for entry in report["entries"]]
    for entry in report["entries"]:
        if entry["outcome"] in ("conflict", "failed", "skipped", "rejected"):
            assert entry["reason"] and entry["message"], entry


def csv_text(content):
    if isinstance(content, str):
        return content
    headers = list(dict.fromkeys(header for row in content for header in row))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    for row in content:
        writer.writerow([cell(row.get(header, "")) for header in headers])
    return out.getvalue()


def cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return json.dumps(value)
        return "|".join(str(item) for item in value)
    return str(value)


SANITIZERS = ["ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"]


def sanitizer_options():
    return {name: os.environ[name] for name in SANITIZERS if name in os.environ}


def wait_for_what_was_sent(port):
    """Until a server has read, and dealt with, all that a client sent it before it was killed."""
    connected = {"01", "08"}  # ESTABLISHED, CLOSE_WAIT (proc(5), /proc/net/tcp)
    end = time.monotonic() + HANG_GUARD
    while True:
        with open("/proc/net/tcp", encoding="ascii") as table:
            sockets = [line.split()[1:4] for line in table]
        if not any(local.endswith(f":{port:04X}") and state in connected for local, _, state in sockets):
            return
        assert time.monotonic() < end, "a killed process's connections stay open"


def terminate(process):
    process.send_signal(signal.SIGTERM)
