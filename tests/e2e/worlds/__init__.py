"""Every API that the suite of worlds is run over: invented ones, each a server and a profile, and the shipped ones."""

from support.program import REPOSITORY
from worlds.badges import Badges
from worlds.cursor import Cursor
from worlds.everybody import Everybody
from worlds.link import Link
from worlds.oauth import OAuth
from worlds.offset import Offset
from worlds.passes import Passes
from worlds.sandboxed import Partoo
from worlds.search import Search
from worlds.tenovos import Tenovos, TenovosV1
from worlds.uncounted import Uncounted

INVENTED = [Badges, Cursor, Link, Offset, Passes, Search, Uncounted, Everybody, OAuth]
SHIPPED = {world.profile: world for world in (Partoo, Tenovos, TenovosV1)}
PROFILES = sorted(file.stem for file in (REPOSITORY / "config/profiles").glob("*.json"))
WORLDS = {**{world.profile_name(): world for world in INVENTED}, **{name: SHIPPED[name] for name in PROFILES}}
