"""scripts/bench's own program with little work, so that it does not rot: every contender does what it is told."""

import subprocess

from support.program import BIN, HANG_GUARD, REPOSITORY, SANITIZED

import pytest


@pytest.mark.skipif(SANITIZED, reason="what it holds is held without the sanitizer too")
def test_the_benchmark_measures_and_tells(tmp_path):
    results = tmp_path / "RESULTS.md"
    line = ["/usr/bin/python3", REPOSITORY / "tests/bench/bench.py", "--bin", BIN, "--data", tmp_path / "data",
            "--scale", "0.01", "--runs", "1", "--results", results]
    done = subprocess.run(line, capture_output=True, text=True, timeout=HANG_GUARD, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = results.read_text(encoding="utf-8")
    for contender in ["rostersync", "bare libcurl multi loop", "wrk", "curl", "Node fetch", "aiohttp", "h2load",
                      "aiohttp script", "--rate 100/s", "--rate auto"]:
        assert f"| {contender} |" in told
    for part in ["Reading", "Planning", "Writing", "requests a second are let in"]:
        assert part in told
