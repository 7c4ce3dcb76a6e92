"""What the servers of the invented APIs hold every request to."""

import base64
import re


class Refused(Exception):
    """An answer that is an error: of `field`, where it is one member's."""

    def __init__(self, status, words, field=None):
        super().__init__(words)
        self.status = status
        self.words = words
        self.field = field


def flattened(body, place=""):
    """JSON Pointers of the members that are no objects."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{place}/{name}")
        else:
            yield f"{place}/{name}"


def strictly(value, shape, place=""):
    """Holds JSON to a shape: {"name": str, "tags": [str]}. What is missing may be."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise Refused(400, f"{place or 'the body'} must be an object", place)
        for name, item in value.items():
            if name not in shape:
                raise Refused(400, f"{place}/{name} is not known", f"{place}/{name}")
            strictly(item, shape[name], f"{place}/{name}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise Refused(400, f"{place} must be a list", place)
        for item in value:
            strictly(item, shape[0], place)
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        raise Refused(400, f"{place} must be {shape.__name__}, and not {value!r}", place)


def needed(body, *names):
    for name in names:
        if body.get(name) in (None, ""):
            raise Refused(400, f"{name} can't be blank", name)


def parameters(request, *names):
    """The query, all of whose names are known, each one of `names`."""
    for name in request.query:
        if name not in names:
            raise Refused(400, f"the parameter {name} is not known")
    return request.query


def number(query, name, default, least=0, most=10 ** 9):
    text = query.get(name, str(default))
    if not re.fullmatch("[0-9]+", text) or not least <= int(text) <= most:
        raise Refused(400, f"{name} must be a number from {least} to {most}")
    return int(text)


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
