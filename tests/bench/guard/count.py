#!/usr/bin/env python3
"""Runs each scenario of build/release/bin/instruction_count under callgrind and compares with the stored counts.

The work of scripts/instructions, which says what passes. The last line is "N passed, N failed".
"""

import json
import os
import platform
import re
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
BUILD = ROOT / "build" / "release"
PROGRAM = BUILD / "bin" / "instruction_count"
PROFILES = BUILD / "callgrind"
BASELINE = ROOT / "tests" / "bench" / "instructions.json"
TOLERANCE = 0.05
TIME_LIMIT = 300  # seconds of one scenario, which takes about five

# Whose code is counted along with ours; of each the version that its authors gave it, as a distribution's repairs to
# one change no count by much.
COUNTED_PACKAGES = [
    "libc6",
    "libcsv-dev",
    "libfmt-dev",
    "libicu-dev",
    "libsimdjson-dev",
    "libsqlite3-dev",
    "libstdc++6",
    "nlohmann-json3-dev",
    "valgrind",
]

# glibc and OpenSSL choose code by the processor: they are held to what every x86-64 has, which is worth 2% either way;
# simdjson to what each has had since 2010.
PROCESSOR_FEATURES = """AVX AVX2 AVX512BW AVX512F AVX512VL BMI1 BMI2 ERMS FSRM LZCNT MOVBE RTM SSE4_1 SSE4_2 SSSE3
    AVX_Fast_Unaligned_Load Fast_Copy_Backward Fast_Rep_String Fast_Unaligned_Copy Fast_Unaligned_Load Slow_BSF"""
ENVIRONMENT = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in PROCESSOR_FEATURES.split()),
    "OPENSSL_ia32cap": "0:0",
    "SIMDJSON_FORCE_IMPLEMENTATION": "westmere",
    "PATH": os.environ["PATH"],
}

WHAT_TO_DO = """
Mend what has grown; or, where it is worth its cost, store it with --update, and say in the commit what it buys.
Where instructions go: callgrind_annotate --inclusive=yes build/release/callgrind/SCENARIO
What has grown: do the same at the commit before, and compare the two."""


def output_of(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def compiler():
    (about,) = BUILD.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")
    words = dict(re.findall(r'set\(CMAKE_CXX_COMPILER_(ID|VERSION) "([^"]+)"\)', about.read_text("utf-8")))
    return f"{words['ID']} {words['VERSION']}"


def made_with():
    versions = output_of("dpkg-query", "-W", "-f", "${Package} ${source:Upstream-Version}\n", *COUNTED_PACKAGES)
    packages = dict(line.split(" ", 1) for line in versions.splitlines())
    return {"architecture": platform.machine(), "compiler": compiler(), **packages}


def scenarios():
    """Name -> (units, what a unit is)."""
    lines = [line.split() for line in output_of(PROGRAM, "--list").splitlines()]
    return {name: (int(units), unit) for name, units, unit in lines}


def count(name):
    """The instructions of one scenario; None, and a word about it, where it failed."""
    callgrind = ["valgrind", "--tool=callgrind", "--toggle-collect=measured", f"--callgrind-out-file={PROFILES / name}"]
    command = [*callgrind, PROGRAM, name]
    ended = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=TIME_LIMIT)
    counted = re.search(r"Collected : (\d+)", ended.stderr)
    if ended.returncode == 0 and counted and int(counted.group(1)) > 0:
        return int(counted.group(1))
    print(f"{name}: it failed with {ended.returncode}, or nothing was counted\n{ended.stderr}", file=sys.stderr)
    return None


def verdict(before, now):
    """None where `now` is as it was, else what is wrong."""
    if now is None:
        return "FAILED"
    if before is None:
        return "NEW: store it with --update"
    if now > before * (1 + TOLERANCE):
        return f"WORSE by {now / before - 1:.1%}"
    if now < before * (1 - TOLERANCE):
        return f"BETTER by {1 - now / before:.1%}: store it with --update"
    return None


def other_tools(before, now):
    return [f"{name} {before.get(name)}, here {now[name]}" for name in now if before.get(name) != now[name]]


def grouped(number):
    return f"{number:,}".replace(",", " ") if number else "-"


def show(units, before, counts, verdicts):
    print(f"{'scenario':14} {'stored':>12} {'now':>12}  {'ratio':>6}  {'each':>14}")
    for name, (number, unit) in units.items():
        stored, now = before.get(name), counts[name]
        ratio = f"{now / stored:.4f}" if now and stored else "-"
        each = f"{grouped(round(now / number))} a {unit}" if now else "-"
        told = verdicts[name] or ""
        print(f"{name:14} {grouped(stored):>12} {grouped(now):>12}  {ratio:>6}  {each:>14}  {told}".rstrip())


def count_all(units):
    PROFILES.mkdir(exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(units, pool.map(count, units)))


def store(units, counts, tools):
    entries = {
        name: {"instructions": counts[name], "units": number, f"a_{unit}": round(counts[name] / number)}
        for name, (number, unit) in units.items()
    }
    BASELINE.write_text(json.dumps({"made_with": tools, "scenarios": entries}, indent=2) + "\n", "utf-8")
    print(f"\nStored in {BASELINE.relative_to(ROOT)}.")


def end(passed, failed):
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed else 0


def main(update, strict):
    baseline = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {"made_with": {}, "scenarios": {}}
    before = {name: entry["instructions"] for name, entry in baseline["scenarios"].items()}
    tools = made_with()
    changed_tools = other_tools(baseline["made_with"], tools) if before else []
    others = [] if update else changed_tools
    units = scenarios()
    counts = count_all(units)
    verdicts = {name: verdict(before.get(name), now) for name, now in counts.items()}
    if update or others:  # nothing is compared, but each must still do its work
        verdicts = {name: told if counts[name] is None else None for name, told in verdicts.items()}
    else:
        gone = set(before) - set(units)
        units |= {name: (1, "-") for name in gone}
        counts |= dict.fromkeys(gone)
        verdicts |= dict.fromkeys(gone, "GONE: take it out with --update")
    show(units, before, counts, verdicts)
    failed = sum(told is not None for told in verdicts.values())
    if update and not failed:
        store(units, counts, tools)
        if changed_tools:
            print(f"THE TOOLS ARE OTHERS NOW ({'; '.join(changed_tools)}): with those of before nothing is compared any more.")
    if others:
        print(f"\nNOT COMPARED: the stored counts were made with other tools ({'; '.join(others)}).")
        return end(0, max(failed, 1 if strict else 0))
    if failed:
        print(WHAT_TO_DO)
    return end(len(units) - failed, failed)


if __name__ == "__main__":
    try:
        status = main(update="--update" in sys.argv, strict="--strict" in sys.argv)
    except Exception:
        traceback.print_exc()
        status = end(0, 1)
    sys.exit(status)
