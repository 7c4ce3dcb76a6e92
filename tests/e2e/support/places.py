"""Places within JSON, as the judge names them: body.users.0.role."""


def within(place, outer):
    return f"{place}.".startswith(f"{outer}.")


def with_member(path, value=None):
    """What alters an answer: another value there, or none."""
    def alter(answer):
        *outer, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in outer:
            answer = answer[part]
        answer.pop(last, None)
        if value is not None:
            answer[last] = value
    return alter
