"""What the suite asks of every world, invented or played by rostersync-sandbox."""

from pathlib import Path

from support.program import KEY
from worlds.person import Person
from worlds.strict import flattened

OWNER = Person("owner@example.com", "Olive", "Owner", tags=frozenset(["north", "south", "east"]))


class World:
    """One API with people behind it: how it is asked, how a person is said in a roster for it, and what it can do.

    Besides what is here, a world has base_url, close(), seed(people), people() by e-mail without the own user, writes()
    that reached it, forget() them, and faults: disturb(*kinds), sync_killed_at_write(job, roster, number),
    lock_person(email), ignore(*names), and hide(email) where nothing is proved.
    """

    credentials = {"token": KEY}
    columns = {"email": "email", "first": "first", "last": "last", "role": "role", "active": "active", "tags": "tags"}
    words = {}  # of an attribute: {what a Person has: what the roster says}
    places = {}  # attribute -> where the object of an update holds it; the column's name, if not said
    wraps = ""  # where the body holds that object
    read_only = frozenset()  # members of the object that are no attribute of a person
    page = 5  # the most people of one answer
    proves = True  # a listing says how many there are
    looks_everywhere = True  # a look-up by key finds whom a listing does not show
    searches = False  # by name
    is_shipped = False
    knows_own_user = False
    sends_whole = False  # an update carries all of a user
    clears = "tags"  # what can be cleared, if anything
    names_new = True  # a create is answered with the new user's id
    tells = False  # an update is answered with the user as it is now
    refusal = ("refused", "The record is locked by payroll")  # how it is told that the API lets nobody write somebody

    @classmethod
    def profile_name(cls):
        return cls.__name__.lower()

    @classmethod
    def profile_text(cls):
        return (Path(__file__).parent / f"{cls.profile_name()}.json").read_text(encoding="utf-8")

    def profile_in(self, folder):
        """What --profile takes: the path of a file in that folder."""
        file = folder / f"{self.profile_name()}.json"
        file.write_text(self.profile_text(), encoding="utf-8")
        return str(file)

    @classmethod
    def environment(cls, **instead):
        """The credentials as rostersync takes them from its environment."""
        name = cls.profile_name().replace("-", "_").upper()
        return {f"{name}_{key.upper()}": value for key, value in {**cls.credentials, **instead}.items()}

    @classmethod
    def wrong_credentials(cls):
        last = list(cls.credentials)[-1]
        return cls.environment(**{last: "another-secret"})

    def row(self, person, **cells):
        """The roster row that says all of a person; `cells` as they stand there."""
        said = {self.columns[name]: self.cell(name, getattr(person, name)) for name in self.columns}
        return {**said, **{self.columns[name]: self.cell(name, value) for name, value in cells.items()}}

    def cell(self, name, value):
        if isinstance(value, frozenset):
            return sorted(self.words.get(name, {}).get(item, item) for item in value)
        return self.words.get(name, {}).get(value, value)

    def sent(self, write):
        """The attributes in the body of an update, by the names that a Person has."""
        body = write.json
        for token in self.wraps.split("/")[1:]:
            body = body[token]
        names = {self.places.get(name, "/" + column): name for name, column in self.columns.items()}
        return {names.get(place, place) for place in flattened(body)} - self.read_only

    def is_create(self, write):
        return write.method == "POST"
