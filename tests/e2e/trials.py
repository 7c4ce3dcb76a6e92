#!/usr/bin/python3
"""Random trials of what a run may meet: disturbed, throttled and lost requests, kills at requests and at writes of the
journal, disks that are full, with a resume or a sync after each, until the work is done. Then each change must have been
carried out exactly once, and the directory be as the roster says. Not part of the test suite.

  ROSTERSYNC_BIN=build/dev/bin tests/e2e/trials.py --trials 1000 --seed 1 --jobs 2
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from support.journal_faults import journal_fault
from support.people import company, new_row, row_of
from support.program import Job
from support.sandbox import Sandbox
from support.work import Work

MOST_ROUNDS = 80
CALM_FROM = 30  # rounds; nobody is killed any more


def random_work(draw):
    people = company(draw.randint(3, 40))
    rows = [row_of(user) for user in people[1:]]
    for row in rows:
        if draw.random() < 0.4:
            row["last_name"] += draw.choice(["-Smith", "-Núñez", "’s"])
        if draw.random() < 0.1:
            row["lang"] = draw.choice(["de", "it", "pl"])
        if draw.random() < 0.1:
            row.update(role="BUSINESS_MANAGER", business_ids=draw.sample(["b1", "b2", "b3"], draw.randint(1, 3)))
    for number in range(draw.randint(0, 25)):
        extra = {}
        if draw.random() < 0.3:
            extra["phone"] = f"+33 1 99 00 12 {number:02}"
        if draw.random() < 0.2:
            extra["keywords"] = ["north", f"k{number}"]
        if draw.random() < 0.2:
            extra["password"] = f"Correct-Horse-{number}"
        rows.append(new_row(number, **extra))
    draw.shuffle(rows)
    return Work(people, rows)


def random_weather(draw):
    return {"disturb-writes": draw.choice([0, draw.uniform(0, 41)]), "disturb-reads": draw.choice([0, 0, draw.uniform(0, 15)]),
            "throttle": draw.choice([0, 0, draw.uniform(0, 10)]), "throttle-seconds": 0,
            "latency-jitter": draw.choice([0, 0, 3]), "fault-seed": draw.getrandbits(32)}


CALM = {"disturb-writes": 0, "disturb-reads": 0, "throttle": 0, "latency-jitter": 0, "kill-before": None,
        "kill-after": None, "kill-before-write": None, "kill-after-write": None}


class Trial:
    """One trial, wholly drawn by its seed; only the order in which requests arrive is not."""

    def __init__(self, seed, sandbox, directory):
        self.seed = seed
        self.draw = random.Random(seed)
        self.sandbox = sandbox
        self.work = random_work(self.draw)
        self.job = Job(directory, sandbox.base_url)
        self.job.configure(http={"timeout": "300ms", "retries": 10}, limits={"updates": 10000, "creates": 10000})
        self.story = []

    def run(self):
        self.sandbox.begin_with(self.work.people)
        self.sandbox.faults(**CALM)
        self.sandbox.faults(**random_weather(self.draw))
        self.roster = self.job.roster(self.work.rows)
        command = "sync"
        for round_number in range(MOST_ROUNDS):
            result = self.one_round(command, calm=round_number >= CALM_FROM)
            if result.code == 0 and result.has_report:
                break
            assert result.killed or result.code in (0, 1, 6), result
            nothing = result.code == 0
            command = "sync" if nothing or self.draw.random() < 0.2 else "resume"
        else:
            raise AssertionError("it does not come to an end")
        self.sandbox.faults(**CALM)
        self.work.check(self.sandbox, completed_again=True)
        again = self.job.plan(self.roster)
        assert again.code == 0, again

    def one_round(self, command, calm):
        fault = "" if calm else self.draw.choice(
            ["", "kill-before", "kill-after", "kill-before-write", "kill-after-write",
             "journal kill-before", "journal kill-after", "journal full", "journal full-once"])
        number = self.draw.randint(1, self.draw.choice([5, 25, 100]))
        self.job.environment = {}
        if fault.startswith("journal"):
            self.job.environment = journal_fault(f"{fault.split()[1]}:{number}")
        elif fault:
            self.sandbox.faults(**{fault: number})
        in_flight = ["--max-in-flight", self.draw.choice([1, 2, 4, 16])]
        roster = [self.roster] if command == "sync" else []
        result = self.job.run(command, *roster, *in_flight)
        self.job.environment = {}
        if fault and not fault.startswith("journal"):
            self.sandbox.faults(**{fault: None})
        self.story.append(f"{command} {' '.join(map(str, in_flight))} ({fault} {number}): {result.code}"
                          if fault else f"{command} {' '.join(map(str, in_flight))}: {result.code}")
        return result


class Trials:
    def __init__(self, directory):
        self.directory = directory
        self.sandboxes = []
        self.own = threading.local()
        self.counts = Counter()
        self.failed = []

    def sandbox(self):
        if not hasattr(self.own, "sandbox"):
            self.own.sandbox = Sandbox()
            self.sandboxes.append(self.own.sandbox)
        return self.own.sandbox

    def one(self, seed):
        directory = self.directory / str(seed)
        directory.mkdir()
        trial = Trial(seed, self.sandbox(), directory)
        try:
            trial.run()
            shutil.rmtree(directory)
        except Exception as error:  # all of them are wanted, not the first
            self.failed.append(seed)
            print(f"seed {seed} FAILED in {directory}: {error}\n  " + "\n  ".join(trial.story), flush=True)
        codes = [line.rsplit(": ", 1)[1] for line in trial.story]
        self.counts.update(rounds=len(codes), kills=codes.count("-9"), stops=codes.count("6"), changes=trial.work.changes)
        faults = self.sandbox().summary()["faults"]
        self.counts.update({"faults": sum(faults.values())})

    def close(self):
        for sandbox in self.sandboxes:
            sandbox.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first; each has the next")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    print(f"seeds {arguments.seed} to {arguments.seed + arguments.trials - 1}", flush=True)
    trials = Trials(Path(tempfile.mkdtemp(prefix="rostersync-trials-")))
    with ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(trials.one, range(arguments.seed, arguments.seed + arguments.trials)))
    trials.close()
    print(f"{arguments.trials} trials, {len(trials.failed)} failed {sorted(trials.failed)}; {dict(trials.counts)}")
    return 1 if trials.failed else 0


if __name__ == "__main__":
    sys.exit(main())
