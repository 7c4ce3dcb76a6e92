"""What was measured, as the tables of RESULTS.md."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
GOALS = {"bare": 0.9, "aiohttp": 8, "h2load": 2, "script": 20, "bytes": 400, "flat": 0.15}


def seconds_of_h2load(output):
    """Of "finished in 1.23s, …": without the start of the process."""
    number, unit = re.search(r"finished in ([\d.]+)(us|ms|s),", output).groups()
    return float(number) * UNITS[unit]


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def thousands(number):
    return f"{number:,.0f}"


def time_of(series):
    low, high = series.spread()
    return f"{series.median():.3f} ({low:.3f} to {high:.3f})"


def megabytes(series):
    return thousands(series.median("peak_mb"))


def commands(contenders):
    return "\n".join(f"    {contender.command}" for contender in contenders)


def verdict(met, words):
    return f"- {words}: {'met' if met else '**missed**'}."


def read_by_id(users, contenders):
    ours, bare, aiohttp = contenders[0], contenders[1], contenders[-1]
    rows = [[one.name, thousands(users / one.median()), time_of(one), f"{one.median() / ours.median():.3g}",
             f"{one.median('processor'):.2f}", megabytes(one)] for one in contenders]
    of_bare = bare.median() / ours.median()
    of_aiohttp = aiohttp.median() / ours.median()
    return "\n\n".join([
        f"## Reading {thousands(users)} users by id, from nginx",
        "rostersync reads the roster, asks for each user, parses, matches, compares, and writes its reports; the bare loop "
        "and wrk throw the answers away, curl writes them to /dev/null, Node and aiohttp parse them. Seconds are of the whole "
        "process, but for wrk's, which are what its rate makes of as many requests. nginx has one process; where the bare "
        "loop and wrk come to the same, it may be nginx that they wait for.",
        table(["", "users a second", "seconds: median (least to most)", "times rostersync's", "processor seconds",
               "peak MB"], rows),
        "\n".join([verdict(of_bare >= GOALS["bare"], f"{of_bare:.2f} of the bare loop's rate; the goal is {GOALS['bare']}"),
                   verdict(of_aiohttp >= GOALS["aiohttp"],
                           f"{of_aiohttp:.1f} times aiohttp's rate; the goal is {GOALS['aiohttp']} times")]),
        commands(contenders)])


def uneven(times):
    """By how much the longest is longer than the shortest."""
    return max(times) / min(times) - 1 if min(times) > 0 else float("inf")


def plan_verdicts(sizes):
    (small, first), *_, (large, last) = sizes
    ours, h2load, script = last
    bytes_a_row = (ours.median("peak_mb") - first[0].median("peak_mb")) * 1024 * 1024 / (large - small)
    medians = [(size, contenders[0].median()) for size, contenders in sizes]
    whole = uneven([seconds / size for size, seconds in medians])
    further = uneven([(b - a) / (n - m) for (m, a), (n, b) in zip(medians, medians[1:])])
    of_h2load = ours.median() / h2load.median()
    of_script = script.median() / ours.median()
    return [verdict(of_h2load <= GOALS["h2load"],
                    f"{of_h2load:.1f} times h2load's time for {thousands(large)}; the goal is {GOALS['h2load']} times"),
            verdict(of_script >= GOALS["script"],
                    f"{of_script:.1f} times as fast as the script; the goal is {GOALS['script']} times"),
            verdict(bytes_a_row <= GOALS["bytes"],
                    f"{bytes_a_row:.0f} bytes a row, from what memory grows by between {thousands(small)} and "
                    f"{thousands(large)}; the goal is {GOALS['bytes']}"),
            verdict(whole <= GOALS["flat"],
                    f"time a row differs by {whole:.0%} between the sizes, the start of the program and the disk's syncs "
                    f"among it; the goal is {GOALS['flat']:.0%}"),
            verdict(further <= GOALS["flat"],
                    f"time of each further row differs by {further:.0%} between the steps from size to size; the goal is "
                    f"{GOALS['flat']:.0%}")]


def plan(sizes):
    rows = [[thousands(size), one.name, time_of(one), f"{one.median() / contenders[0].median():.3g}",
             f"{one.median() / size * 1e6:.2f}", f"{one.median('processor'):.2f}", megabytes(one)]
            for size, contenders in sizes for one in contenders]
    return "\n\n".join([
        "## Planning, against as many users listed by 100, from nginx",
        "h2load fetches the same pages and throws them away (its seconds are its own: without the start of the process). The "
        "script finds the same updates and creates, by their number, and checks nothing else. rostersync validates each row, "
        "looks for duplicates and renames, and writes report.json, report.csv and its journal besides.",
        table(["rows", "", "seconds: median (least to most)", "times rostersync's", "microseconds a row",
               "processor seconds", "peak MB"], rows),
        "\n".join(plan_verdicts(sizes)),
        commands(sizes[-1][1])])


def write(users, contenders):
    ours = contenders[0]
    rows = [[one.name, thousands(users / one.median()), time_of(one), f"{one.median() / ours.median():.3g}",
             f"{one.median('processor'):.2f}", megabytes(one)] for one in contenders]
    return "\n\n".join([
        f"## Writing {thousands(users)} updates, to nginx",
        "rostersync lists, compares, records each change before and after it is sent, and reports; the script lists, compares "
        "and sends; h2load lists nothing and sends one and the same body (seconds as above). There is no goal for this.",
        table(["", "updates a second", "seconds: median (least to most)", "times rostersync's", "processor seconds",
               "peak MB"], rows),
        commands(contenders)])


def share_used(run):
    return run.said["http"]["requests"] / (run.said["http"]["seconds"] * 100)


def rate(users, contenders):
    rows = []
    for one in contenders:
        shares = sorted(share_used(run) for run in one.runs)
        throttled = sorted(run.said["http"]["throttled"] for run in one.runs)
        rows.append([one.name, f"{shares[len(shares) // 2]:.1%} ({shares[0]:.1%} to {shares[-1]:.1%})",
                     f"{throttled[len(throttled) // 2]} ({throttled[0]} to {throttled[-1]})", time_of(one)])
    return "\n\n".join([
        f"## {thousands(users)} updates where 100 requests a second are let in",
        "The sandbox counts in fixed windows of a second and answers 429 beyond. The allowance is 100 for each second that the "
        "run took; as the first and the last window can be used whole, a little more than all of it can be used. `auto` "
        "begins each time without what an earlier run found, which is what costs it here: [RATE.md](RATE.md) has longer runs. "
        "There is no goal for this.",
        table(["", "share of the allowance used: median (least to most)", "429s", "seconds"], rows),
        commands(contenders)])


def summary(sections):
    verdicts = [line for section in sections for line in section.splitlines() if line.endswith((": met.", "**missed**."))]
    missed = sum(line.endswith("**missed**.") for line in verdicts)
    return (f"Of {len(verdicts)} goals, {len(verdicts) - missed} are met and {missed} missed; each says by how much. "
            "[TRIED.md](TRIED.md) has what was tried.")


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not there"
    return ((done.stdout or done.stderr).strip().splitlines() or ["?"])[0]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = next((line.split(":", 1)[1].strip() for line in info if line.startswith("model name")), "?")
    with open("/proc/meminfo", encoding="utf-8") as info:
        memory = int(info.readline().split()[1]) / 1024**2
    return f"{os.cpu_count()} x {model}, {memory:.0f} GiB, Linux {platform.release()}"


def page(sections, options, repository):
    commit = first_line("git", "-C", str(repository), "describe", "--always", "--dirty")
    versions = [first_line(str(options.bin / "rostersync"), "--version"), first_line("nginx", "-v"),
                first_line("curl", "--version").split(" (")[0], first_line("h2load", "--version"),
                first_line("wrk", "-v").split(" Copyright")[0], f"Node {first_line('node', '--version')}",
                "aiohttp " + first_line("/usr/bin/python3", "-c", "import aiohttp; print(aiohttp.__version__)")]
    return "\n\n".join([
        "# What was measured",
        f"Made by `scripts/bench` on {datetime.now(timezone.utc):%Y-%m-%d} at commit {commit}: medians of {options.runs} runs "
        "of each, one after another in turn. Server and client share the machine: "
        f"{machine()}. {'; '.join(versions)}; Python {platform.python_version()}. MB are MiB.",
        summary(sections),
        "No API that is met in the wild can be asked as fast as this: at 300 requests a minute the rate decides, and nothing "
        "of what follows. It tells what rostersync itself costs. Options that say where things are (`--profile`, "
        "`--base-url`, `--state`, `--report`) are left out of the command lines.", *sections]) + "\n"
