"""Holds every #include of src/ and tests/unit/ to the map of the house: the rostersync_floor() lists of CMakeLists.txt.

A folder may include itself and the folders BELOW it; a vendor's header belongs to the folders of VENDORS; only some
folders log; and no folder but sandbox/ knows the name of a vendor whose directory is synchronised.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
UNIT = ROOT / "tests" / "unit"

# Which folders may include <what starts like this>. A header that is here in no form is nobody's.
VENDORS = {
    "fmt/": None,  # everybody
    "spdlog/": {"base"},
    "openssl/": {"base"},
    "xxhash.h": {"base"},
    "unicode/": {"text"},
    "nlohmann/": {"json"},
    "valijson/": {"json"},
    "simdjson.h": {"json"},
    "csv.h": {"roster"},
    "zlib.h": {"roster"},
    "curl/": {"http"},
    "SQLiteCpp/": {"store"},
    "sqlite3.h": {"store"},
    "httplib.h": {"sandbox"},
    "CLI/": {"cli", "sandbox"},
}

POSIX = re.compile(
    r"(arpa|net|netinet|sys)/\w+\.h"
    r"|(dirent|fcntl|fnmatch|glob|grp|netdb|poll|pthread|pwd|signal|termios|time|unistd)\.h"
)
STANDARD = re.compile(r"[a-z_]+")  # <vector>, <string_view>: no suffix, no folder

SUPPORT = "support"  # of tests/unit/: what the tests of several floors share, and so itself on none

LOGGING = {"base", "http", "directory", "sync", "cli"}
REMOTE_VENDORS = re.compile(r"partoo|tenovos|x-apikey", re.IGNORECASE)

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>|(\S+))', re.MULTILINE)
FLOOR = re.compile(r"^rostersync_floor\(\s*(\w+)([^)]*)\)", re.MULTILINE)


def read_floors():
    """Folder -> the folders below it, as CMakeLists.txt has it."""
    floors = {}
    for folder, arguments in FLOOR.findall((ROOT / "CMakeLists.txt").read_text("utf-8")):
        below = re.search(r"\bBELOW\b(.*?)(?:\bVENDOR\b|$)", arguments, re.DOTALL)
        floors[folder] = set(below.group(1).split()) if below else set()
    return floors


FLOORS = read_floors()


def sources(root):
    return sorted(path for path in root.rglob("*") if path.suffix in (".cpp", ".hpp"))


def folder_of(path, root):
    """The folder of src/ (or of tests/unit/) that a file belongs to."""
    return path.relative_to(root).parts[0]


def includes(path):
    """Pairs of (line, quoted or None, angled or None, anything else or None)."""
    text = path.read_text("utf-8")
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(match.lastindex)) + 1, *match.groups()


def where(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def own_header_fault(header, folder):
    if not (SRC / header).is_file():
        return f'"{header}" is no file of src/ (own headers are included as "folder/file.hpp")'
    owner = header.split("/")[0]
    if owner != folder and owner not in FLOORS.get(folder, set()):
        return f'{folder}/ may not include "{header}": {owner}/ is not in its BELOW list in CMakeLists.txt'
    return None


def system_header_fault(header, folder):
    for prefix, owners in VENDORS.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            if owners is None or folder in owners:
                return None
            return f"{folder}/ may not include <{header}>: that is for {', '.join(sorted(owners))} alone"
    if STANDARD.fullmatch(header) or POSIX.fullmatch(header):
        return None
    return f"<{header}> is neither of the standard library, nor POSIX, nor a library known to {Path(__file__).name}"


def include_faults():
    for path in sources(SRC):
        folder = folder_of(path, SRC)
        for line, quoted, angled, other in includes(path):
            if other:
                fault = f"an include that cannot be checked: {other}"
            else:
                fault = own_header_fault(quoted, folder) if quoted else system_header_fault(angled, folder)
            if fault:
                yield f"{where(path, line)}: {fault}"


def test_the_map_was_read():
    assert len(FLOORS) >= 15, f"rostersync_floor() was read from CMakeLists.txt only for {sorted(FLOORS)}"
    assert FLOORS["base"] == set()
    assert "base" in FLOORS["text"]
    assert {"sync", "directory"} <= FLOORS["cli"]


def test_every_folder_of_src_is_a_floor_and_every_floor_a_folder():
    assert {path.name for path in SRC.iterdir()} == set(FLOORS)
    assert all(path.is_dir() for path in SRC.iterdir())


def test_no_source_lies_outside_of_its_floor():
    too_deep = [str(path.relative_to(ROOT)) for path in sources(SRC) if len(path.relative_to(SRC).parts) != 2]
    assert not too_deep, "the build takes src/<folder>/* only"


def test_floors_rest_on_floors_that_are_there_and_on_what_those_rest_on():
    for folder, below in FLOORS.items():
        assert below <= set(FLOORS), f"{folder} rests on {sorted(below - set(FLOORS))}, which is no floor"
        for lower in below:
            missing = FLOORS[lower] - below
            assert not missing, f"{folder} rests on {lower}, and so on {sorted(missing)}, which its BELOW list lacks"


def test_floors_stand_in_no_circle():
    standing = set()
    waiting = dict(FLOORS)
    while waiting:
        ready = {folder for folder, below in waiting.items() if below <= standing}
        assert ready, f"these floors rest on each other: {sorted(waiting)}"
        standing |= ready
        for folder in ready:
            del waiting[folder]


def test_includes_point_downwards_and_vendors_stay_in_their_folder():
    faults = list(include_faults())
    assert not faults, "\n".join(["", *faults])


def test_only_the_upper_floors_log():
    faults = [
        f"{where(path, line)}: {folder_of(path, SRC)}/ may not log; it returns warnings as values"
        for path in sources(SRC)
        if folder_of(path, SRC) not in LOGGING
        for line, quoted, _, _ in includes(path)
        if quoted == "base/log.hpp"
    ]
    assert not faults, "\n".join(["", *faults])


def test_a_remote_vendor_is_named_by_the_sandbox_alone():
    faults = [
        f"{where(path, number)}: {line.strip()}"
        for path in sources(SRC)
        if folder_of(path, SRC) != "sandbox"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if REMOTE_VENDORS.search(line)
    ]
    assert not faults, "\n".join(["a vendor is data, in config/profiles/:", *faults])


def test_every_folder_of_unit_tests_belongs_to_a_floor():
    homeless = {path.name for path in UNIT.iterdir()} - set(FLOORS) - {SUPPORT}
    assert not homeless, "no floor of CMakeLists.txt has these names, so that nothing would build them"


def test_unit_tests_reach_no_higher_than_the_floor_they_test():
    faults = []
    for path in sources(UNIT):
        folder = folder_of(path, UNIT)
        for line, quoted, _, _ in includes(path):
            if quoted and (SRC / quoted).is_file() and (fault := own_header_fault(quoted, folder)):
                faults.append(f"{where(path, line)}: {fault}")
    assert not faults, "\n".join(["", *faults])
