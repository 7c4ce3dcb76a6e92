"""A wall clock that is wrong: libfaketime, preloaded. The monotonic clock goes on as it does."""

from pathlib import Path

from support.journal_faults import preloaded

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
OWN = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}


def shifted(offset):
    """Such as +25h or -1h."""
    return preloaded(LIBRARIES[0], FAKETIME=offset, **OWN)


def shifted_by_file(file):
    """By what the file says at each time that the clock is looked at."""
    return preloaded(LIBRARIES[0], FAKETIME_TIMESTAMP_FILE=str(file), FAKETIME_NO_CACHE="1", **OWN)
