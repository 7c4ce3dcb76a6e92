"""People as every world knows them, whatever its API calls their attributes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    email: str
    first: str
    last: str
    role: str = "editor"  # or "reader"
    active: bool = True
    tags: frozenset = frozenset(["north"])  # of "north", "south" and "east"
    title: str = ""  # in worlds that have one


def someone(number, **attributes):
    """The number-th of people who differ in all that matters."""
    return Person(**{"email": f"person.{number}@example.com", "first": f"First{number}", "last": f"Last{number}",
                     **attributes})


def some(count):
    return [someone(number) for number in range(1, count + 1)]


def newcomer(number, **attributes):
    return Person(**{"email": f"new.{number}@example.com", "first": f"Newfirst{number}", "last": f"Newlast{number}",
                     **attributes})
