#!/usr/bin/env python3
"""Counts the test cases in a JUnit file of ctest or pytest, given its runner's exit status: prints "PASSED FAILED".

ctest knows a program as one test; the doctest summary in its output says how many cases it holds. A runner that failed,
or left no file, without a failed case to show for it (a crash, a time-out, nothing to run) counts as one failure.
"""

import re
import sys
import xml.etree.ElementTree as xml

DOCTEST_SUMMARY = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed")


def count_case(case):
    failed = any(case.find(tag) is not None for tag in ("failure", "error")) or case.get("status") == "notrun"
    if not failed and case.find("skipped") is not None:
        return 0, 0
    summary = DOCTEST_SUMMARY.search(case.findtext("system-out") or "")
    if not summary:
        return (0, 1) if failed else (1, 0)
    passed_inside, failed_inside = (int(number) for number in summary.groups())
    return passed_inside, max(failed_inside, int(failed))


def count(junit, runner_status):
    try:
        cases = [count_case(case) for case in xml.parse(junit).iter("testcase")]
    except (OSError, xml.ParseError) as error:
        print(f"no results of the tests: {error}", file=sys.stderr)
        return 0, 1
    passed, failed = sum(case[0] for case in cases), sum(case[1] for case in cases)
    return passed, max(failed, int(runner_status != 0 or not cases))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("Usage: scripts/count_results.py JUNIT.xml EXIT_STATUS")
    print(*count(sys.argv[1], int(sys.argv[2])))
