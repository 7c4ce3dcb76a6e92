"""Runs commands and says what they took: seconds on the clock, processor seconds, peak memory, and what they printed."""

import json
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Run:
    seconds: float
    processor: float  # seconds, of the process alone
    peak_mb: float
    said: dict  # what it printed as JSON, if that is what it prints
    output: str

    @staticmethod
    def of(command, expected_codes=(0,), **options):
        """Under time(1), as a child of Python itself would be said to hold what Python holds."""
        line = [str(part) for part in command]
        with tempfile.TemporaryFile() as output, tempfile.NamedTemporaryFile() as used:
            timed = ["/usr/bin/time", "--quiet", "--output", used.name, "--format", "%M %U %S", *line]
            begin = time.perf_counter()
            done = subprocess.run(timed, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False,
                                  **options)
            seconds = time.perf_counter() - begin
            output.seek(0)
            text = output.read().decode("utf-8", "replace")
            peak, user, system = map(float, used.read().split())
        if done.returncode not in expected_codes:
            raise SystemExit(f"{' '.join(line)}: exit {done.returncode}\n{text[-2000:]}")
        return Run(seconds, user + system, peak / 1024, said_in(text), text)


def said_in(text):
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


class Series:
    """Runs of one contender."""

    def __init__(self, name, command, run):
        """`command`: as a person would write it. `run()`: a Run."""
        self.name = name
        self.command = command
        self.run = run
        self.runs = []

    def median(self, what="seconds"):
        return statistics.median(getattr(run, what) for run in self.runs)

    def spread(self, what="seconds"):
        values = [getattr(run, what) for run in self.runs]
        return min(values), max(values)


def interleaved(contenders, runs, say=print):
    """Each contender once, then each again: what disturbs the machine disturbs all of them."""
    for number in range(1, runs + 1):
        for contender in contenders:
            contender.runs.append(contender.run())
            say(f"  {number}/{runs} {contender.name}: {contender.runs[-1].seconds:.2f} s")
    return contenders
