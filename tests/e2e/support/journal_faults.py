"""Strikes at the journal's writes: the environment in which rostersync runs with journal_faults.cpp preloaded."""

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from support.program import BIN

SOURCE = Path(__file__).with_name("journal_faults.cpp")


@cache
def library():
    built = BIN.parent / "lib" / "libjournal_faults.so"
    if built.exists():
        return built
    own = Path(tempfile.mkdtemp(prefix="journal-faults-")) / "libjournal_faults.so"
    subprocess.run(["g++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", own, SOURCE], check=True)
    return own


def preloaded(library_path, **settings):
    """A sanitizer's runtime wants to be the first library there is, unless it is told not to mind."""
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return {"LD_PRELOAD": str(library_path), "ASAN_OPTIONS": options, **settings}


def journal_fault(fault):
    """Such as kill-before:7; see journal_faults.cpp."""
    return preloaded(library(), JOURNAL_FAULT=fault)


def journal_trace(file):
    return preloaded(library(), JOURNAL_TRACE=str(file))


def read_trace(file):
    """What was done to which file, in order; the n-th of them is what a fault counts as n."""
    return [tuple(line.split()) for line in file.read_text().splitlines()]
