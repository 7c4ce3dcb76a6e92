"""The README's marked blocks, for the tests that follow it."""

import re

from support.program import REPOSITORY

TEXT = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(.*?)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def block(kind):
    """The one block that begins with ```kind."""
    found = [text for name, text in BLOCKS if name == kind]
    assert len(found) == 1, f"the README has {len(found)} blocks of ```{kind}"
    return found[0]


def section(title):
    """The text below a heading, up to the next of its rank or higher."""
    rank = len(title.split(" ")[0])
    rest = TEXT.split(f"\n{title}\n", 1)[1]
    return re.split(rf"^#{{1,{rank}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]
