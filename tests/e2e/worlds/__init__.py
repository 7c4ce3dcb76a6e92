"""Every API that the suite of worlds is run over: invented ones, each a server and a profile, and the shipped ones."""

from worlds.badges import Badges
from worlds.cursor import Cursor
from worlds.everybody import Everybody
from worlds.link import Link
from worlds.oauth import OAuth
from worlds.offset import Offset
from worlds.passes import Passes
from worlds.sandboxed import Partoo
from worlds.search import Search
from worlds.uncounted import Uncounted

WORLDS = {"badges": Badges, "cursor": Cursor, "link": Link, "offset": Offset, "passes": Passes,
          "search": Search, "uncounted": Uncounted, "everybody": Everybody, "oauth": OAuth, "partoo": Partoo}
