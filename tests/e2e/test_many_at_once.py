"""Many at once: the sandbox has a thread for each connection, and is asked at its control address all the while. With
scripts/test --thread, it is the sandbox's data races that these tests look for."""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from support.work import half_and_half, updates_of

LIMITS = {"creates": 1000, "updates": 1000}


def look_on(sandbox, process, known):
    """Whatever is asked while the client works is answered as of one moment."""
    requests = 0
    sandbox.faults(latency=3)  # once: what is drawn begins anew with it
    for what in cycle(("summary", "ledger", "users", "faults")):
        if process.poll() is not None:
            return requests
        if what == "summary":
            summary = sandbox.summary()
            assert summary["requests"] >= requests, (requests, summary)
            requests = summary["requests"]
        elif what == "ledger":
            ledger = sandbox.ledger()
            assert all(entry["method"] and entry["path"] for entry in ledger)
            assert len(ledger) >= requests
        elif what == "users":
            ids = [user["id"] for user in sandbox.users()]
            assert len(ids) == len(set(ids)) >= known
        else:
            assert sandbox.ask("GET", "/faults")["latency"] == 3


def test_sixteen_in_flight_while_others_look_on(start_sandbox, make_job):
    work = half_and_half(240)
    sandbox = start_sandbox("--latency", 2, "--latency-jitter", 6, "--disturb-writes", 15, "--disturb-reads", 10,
                            "--throttle", 2, "--throttle-seconds", 1, people=work.people)
    job = make_job(sandbox).configure(http={"max_in_flight": 16}, limits=LIMITS)
    process = job.start("sync", job.roster(work.rows))
    with ThreadPoolExecutor(3) as pool:
        onlookers = [pool.submit(look_on, sandbox, process, len(work.people)) for _ in range(3)]
        result = job.finish(process)
        for one in onlookers:
            assert one.result() <= sandbox.summary()["requests"]
    assert result.code == 0, result
    work.check_totals(result.report)
    work.check(sandbox, completed_again=True)
    assert sandbox.summary()["requests"] == result.report["http"]["requests"] == len(sandbox.ledger())


def test_two_clients_with_one_quota(start_sandbox, make_job):
    """More than is let through is refused, and every request is counted once."""
    work = updates_of(240)
    sandbox = start_sandbox("--rate", "150/s", "--rate-kind", "sliding", people=work.people)

    def sync(half):
        job = make_job(sandbox, name=f"half-{half}").configure(http={"max_in_flight": 16}, limits=LIMITS)
        return job.sync(job.roster(work.rows[half::2]))

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(sync, range(2)))
    for result in results:
        assert result.code == 0 and result.totals == {"rows": 120, "updated": 120}, result
    work.check(sandbox)
    summary = sandbox.summary()
    assert summary["throttled"] > 0
    assert summary["let_in"] + summary["throttled"] == summary["requests"] == len(sandbox.ledger()), summary
    told = [result.report["http"] for result in results]
    assert sum(http["requests"] for http in told) == summary["requests"]
    assert sum(http["throttled"] for http in told) == summary["throttled"]
