"""The rate: what is allowed is used, and no more than that is asked."""

import statistics
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.program import SANITIZED
from support.work import updates_of

ALLOWED = 100  # requests a second
WORK = updates_of(600)


def used(sandbox):
    """The share of the allowance that was used. The ALLOWED-th request after another is due one second after it: the
    median of how long that took, as this machine may have had something else to do for a while."""
    times = [entry["at_ms"] for entry in sandbox.ledger() if entry["fault"] != "rate"]
    assert len(times) > 5 * ALLOWED
    return 1000 / statistics.median(later - earlier for earlier, later in zip(times, times[ALLOWED:]))


def begin(make_job, sandbox, name):
    job = make_job(sandbox, name=name).configure(limits={"updates": 1000})
    return job, job.roster(WORK.rows)


@pytest.mark.parametrize("kind", ["fixed", "sliding", "bucket"])
def test_a_rate_that_is_told_is_used_and_kept_to(start_sandbox, make_job, kind):
    sandbox = start_sandbox("--rate", f"{ALLOWED}/s", "--rate-kind", kind, people=WORK.people)
    job, roster = begin(make_job, sandbox, kind)
    # Two at once: a place is taken until its answer is there, and many at once wait for each other's on a small machine.
    result = job.sync(roster, "--rate", f"{ALLOWED}/s", "--max-in-flight", "2")
    assert result.code == 0 and result.totals == {"rows": 600, "updated": 600}, result
    summary = sandbox.summary()
    assert (summary["throttled"], summary["let_in"]) == (0, summary["requests"]), summary
    if not SANITIZED:  # which needs the whole of a second for a hundred requests
        assert used(sandbox) >= 0.98


def test_a_sync_right_after_a_plan_does_not_spend_the_same_quota_twice(start_sandbox, make_job):
    sandbox = start_sandbox("--rate", "10/s", "--rate-kind", "sliding", people=WORK.people[:40])
    job = make_job(sandbox).configure(limits={"updates": 1000})
    roster = job.roster(WORK.rows[:39])
    for command in (job.plan, job.plan, job.sync):
        assert command(roster, "--rate", "10/s").code in (0, 2)
    assert sandbox.summary()["throttled"] == 0


def test_a_rate_is_found_and_remembered(start_sandbox, make_job):
    """The second night starts from what the first one has found."""

    def run(headers):
        sandbox = sandboxes[headers]
        job, roster = begin(make_job, sandbox, headers)
        assert job.sync(roster, "--rate", "auto").code == 0
        sandbox.begin_with(WORK.people)
        for file in job.state.glob("memory.db*"):  # or else these would be changes that were not kept
            file.unlink()
        return job.sync(roster, "--rate", "auto")

    sandboxes = {headers: start_sandbox("--rate", f"{ALLOWED}/s", "--rate-headers", headers, people=WORK.people)
                 for headers in ("none", "draft", "legacy", "x")}
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(run, sandboxes))
    for (headers, sandbox), result in zip(sandboxes.items(), results):
        assert result.code == 0 and result.totals == {"rows": 600, "updated": 600}, (headers, result)
        summary = sandbox.summary()
        assert summary["throttled"] < 0.03 * summary["requests"], (headers, summary)
        times = [entry["at_ms"] for entry in sandbox.ledger() if entry["fault"] != "rate"]
        share = (len(times) - 1) * 1000 / (times[-1] - times[0]) / ALLOWED
        assert SANITIZED or share >= 0.70, (headers, share, summary)  # of seconds; what minutes come to: tests/bench/RATE.md
