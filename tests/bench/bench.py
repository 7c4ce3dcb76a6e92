"""The benchmark: rostersync beside what one would take instead, in one run. Started by scripts/bench."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import data
import results
from measure import Run, Series, interleaved
from nginx import Nginx

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's aiohttp
KEY = "k"
IN_FLIGHT = 64
IN_FLIGHT_OF_PAGES = 16


class Bench:
    def __init__(self, options):
        self.options = options
        self.bin = options.bin.resolve()
        self.data = options.data.resolve()
        self.work = Path(tempfile.mkdtemp(prefix="rostersync-bench-"))
        self.jobs = 0

    def scaled(self, count):
        return max(2 * data.PAGE, int(count * self.options.scale))

    def rostersync(self, command, roster, base_url, *arguments, rate="1000000/s", in_flight=IN_FLIGHT, codes=(0,)):
        """One run in a state directory of its own, and what its report says of it."""
        self.jobs += 1
        job = self.work / f"job-{self.jobs}"
        job.mkdir()
        reports = job / "reports"
        line = [self.bin / "rostersync", command, roster, "--profile", "partoo", "--base-url", base_url, "--state",
                job / "state", "--report", reports, "--rate", rate, "--max-in-flight", in_flight, "--quiet", *arguments]
        run = Run.of(line, codes, cwd=job, env={**os.environ, "PARTOO_API_KEY": KEY})
        report = json.loads((reports / "report.json").read_text(encoding="utf-8"))
        run.said = {**report["totals"], "http": report["http"]}
        shutil.rmtree(job)
        return run

    def written(self, name, lines):
        file = self.work / name
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    def close(self):
        shutil.rmtree(self.work, ignore_errors=True)


def require(condition, what):
    if not condition:
        raise SystemExit(f"a contender did not do its work: {what}")


def read_by_id(bench):
    """Reads every user of a roster by id."""
    count = bench.scaled(60000)
    folder = data.single(bench.data, count)
    users = count - 1
    with Nginx(folder) as server:
        paths = data.paths_of_users(count)
        path_file = bench.written("paths", paths)
        url_file = bench.written("urls", [server.origin + path for path in paths])
        curl_file = bench.written("curl", [f'url = "{server.origin}{path}"\noutput = "/dev/null"' for path in paths])

        def ours():
            run = bench.rostersync("plan", folder / "roster.csv", server.base_url, "--fetch", "by-id", codes=(2,))
            require(run.said["planned_update"] == data.expected(count)["updates"], run.said)
            return run

        def rival(command):
            def run():
                done = Run.of(command)
                require(done.said.get("answers", users) == users, done.output[-500:])
                return done
            return run

        def wrk():
            run = Run.of(["wrk", "-t1", f"-c{IN_FLIGHT}", "-d4s", "-s", HERE / "rivals/paths.lua", server.origin, "--",
                          path_file])
            rate = float(run.output.split("Requests/sec:")[1].split()[0])
            require("Non-2xx" not in run.output and "Socket errors" not in run.output, run.output)
            run.processor *= users / rate / run.seconds  # of as many requests
            run.seconds = users / rate
            return run

        contenders = [
            Series("rostersync", "rostersync plan roster.csv --fetch by-id --rate 1000000/s --max-in-flight 64", ours),
            Series("bare libcurl multi loop", "bench_bare_loop urls 64", rival([bench.bin / "bench_bare_loop", url_file,
                                                                              IN_FLIGHT])),
            Series("wrk", "wrk -t1 -c64 -d4s -s paths.lua", wrk),
            Series("curl", "curl --parallel --parallel-max 64 --config urls",
                   rival(["curl", "--silent", "--show-error", "--fail", "--fail-early", "--parallel", "--parallel-max",
                          IN_FLIGHT, "--header", "x-APIKey: k", "--config", curl_file])),
            Series("Node fetch", "node read.mjs urls 64", rival(["node", HERE / "rivals/read.mjs", url_file, IN_FLIGHT])),
            Series("aiohttp", "python3 read_aiohttp.py urls 64",
                   rival([PYTHON, HERE / "rivals/read_aiohttp.py", url_file, IN_FLIGHT])),
        ]
        contenders[1].run()  # until then the files are not in memory
        interleaved(contenders, bench.options.runs)
    return results.read_by_id(users, contenders)


def plan_of(bench, count):
    """Plans a roster against a whole listing: a table of contenders."""
    folder = data.listed(bench.data, count)
    expected = data.expected(count)
    server = Nginx(folder)
    url_file = bench.written(f"pages-{count}", [server.origin + path for path in data.paths_of_pages(count)])
    pages = -(-count // data.PAGE)
    connections = min(IN_FLIGHT_OF_PAGES, pages)

    def ours():
        run = bench.rostersync("plan", folder / "roster.csv", server.base_url, in_flight=IN_FLIGHT_OF_PAGES, codes=(2,))
        require([run.said["planned_update"], run.said["planned_create"]] == list(expected.values()), run.said)
        return run

    def h2load():
        run = Run.of(["h2load", "--h1", "-t1", "-c", connections, "-n", pages, "-i", url_file])
        require(f" {pages} 2xx" in run.output, run.output)
        run.seconds = results.seconds_of_h2load(run.output)
        return run

    def script():
        run = Run.of([PYTHON, HERE / "rivals/plan_aiohttp.py", folder / "roster.csv", server.base_url,
                      IN_FLIGHT_OF_PAGES])
        require(run.said == expected, run.output)
        return run

    return server, [
        Series("rostersync", "rostersync plan roster.csv --rate 1000000/s --max-in-flight 16", ours),
        Series("h2load", f"h2load --h1 -t1 -c{connections} -n {pages} -i urls", h2load),
        Series("aiohttp script", "python3 plan_aiohttp.py roster.csv BASE_URL 16", script),
    ]


def plan(bench):
    """Plans rosters of three sizes."""
    sizes = [bench.scaled(count) for count in (10000, 100000, 1000000)]
    started = [(size, *plan_of(bench, size)) for size in sizes]
    try:
        for _, _, contenders in started:
            contenders[1].run()  # until then the files are not in memory
        interleaved([contender for _, _, contenders in started for contender in contenders], bench.options.runs)
    finally:
        for _, server, _ in started:
            server.close()
    return results.plan([(size, contenders) for size, _, contenders in started])


def write(bench):
    """Lists, compares and updates everybody."""
    count = bench.scaled(20001)
    folder = data.changed(bench.data, count)
    users = count - 1
    body = bench.written("body", ['{"last_name":"Married-Moreau-0"}'])
    with Nginx(folder) as server:
        url_file = bench.written("updates", [server.origin + path for path in data.paths_of_users(count)])

        def ours():
            run = bench.rostersync("sync", folder / "roster.csv", server.base_url, "--allow", f"updates={users}")
            require(run.said["updated"] == users, run.said)
            return run

        def h2load():
            run = Run.of(["h2load", "--h1", "-t1", "-c", IN_FLIGHT, "-n", users, "-d", body, "-H",
                          "content-type: application/json", "-i", url_file])
            require(f" {users} 2xx" in run.output, run.output)
            run.seconds = results.seconds_of_h2load(run.output)
            return run

        def script():
            run = Run.of([PYTHON, HERE / "rivals/plan_aiohttp.py", folder / "roster.csv", server.base_url, IN_FLIGHT,
                          "--write"])
            require(run.said == {"updates": users, "creates": 0}, run.output)
            return run

        contenders = [
            Series("rostersync", f"rostersync sync roster.csv --allow updates={users} --rate 1000000/s --max-in-flight 64", ours),
            Series("h2load", f"h2load --h1 -t1 -c64 -n {users} -d body -i urls", h2load),
            Series("aiohttp script", "python3 plan_aiohttp.py roster.csv BASE_URL 64 --write", script),
        ]
        interleaved(contenders, bench.options.runs)
    return results.write(users, contenders)


def rate(bench):
    """Writes to a directory that lets in 100 requests a second."""
    users = bench.scaled(1000)
    folder = data.changed(bench.data, users + 1)

    def told(rate):
        def run():
            sandbox = subprocess.Popen([bench.bin / "rostersync-sandbox", "--rate", "100/s", "--api-key", KEY, "--people",
                                        folder / "people.json"], stdout=subprocess.PIPE, text=True)
            try:
                base_url = json.loads(sandbox.stdout.readline())["base_url"]
                done = bench.rostersync("sync", folder / "roster.csv", base_url, "--allow", f"updates={users}",
                                        rate=rate, in_flight=16)
                require(done.said["updated"] == users, done.said)
                return done
            finally:
                sandbox.terminate()
                sandbox.wait()
        return run

    contenders = [Series(f"--rate {rate}", f"rostersync sync roster.csv --allow updates={users} --rate {rate} --max-in-flight 16", told(rate))
                  for rate in ("100/s", "auto")]
    interleaved(contenders, bench.options.runs)
    return results.rate(users, contenders)


PARTS = {"read": read_by_id, "plan": plan, "write": write, "rate": rate}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part (repeatable); default: all")
    parser.add_argument("--runs", type=int, default=5, help="of each contender; the median counts")
    parser.add_argument("--scale", type=float, default=1, help="this share of the people")
    parser.add_argument("--results", type=Path, help="write the tables to this file")
    parser.add_argument("--bin", type=Path, default=REPOSITORY / "build/release/bin", help="where the programs are")
    parser.add_argument("--data", type=Path, default=REPOSITORY / "build/bench/data", help="where the people are kept")
    return parser.parse_args()


def main():
    options = arguments()
    bench = Bench(options)
    sections = []
    try:
        for name in options.only or PARTS:
            print(f"{name}: {PARTS[name].__doc__}", flush=True)
            sections.append(PARTS[name](bench))
            print(sections[-1], flush=True)
    finally:
        bench.close()
    text = results.page(sections, options, REPOSITORY)
    if options.results:
        options.results.write_text(text, encoding="utf-8")
        print(f"written to {options.results}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
