"""The people that the benchmark reads and plans on: generated, the same each time, and kept on disk from run to run."""

import csv
import json
import random
import shutil

PAGE = 100
LANGUAGES = ["fr", "en", "es", "it", "de"]
FIRST = ["Anna", "Björn", "Chloé", "Dario", "Elif", "François", "Greta", "Hugo", "Inès", "Jürgen", "Karolína", "Léa"]
LAST = ["Moreau", "Nováková", "O'Neill", "Petit", "Quist", "Rossi", "Søndergaard", "Tanaka", "Ünal", "Vidal", "Weiß"]
COLUMNS = ["email", "first_name", "last_name", "role", "business_ids", "lang", "disabled", "sso_only"]
OWNER = "4fffffffffffffffffffffff"


def user(number):
    """As the API gives the number-th user; the owner of the key is number 0."""
    manager = number % 5 < 3
    return {
        "id": OWNER if number == 0 else f"{0x5 << 92 | number * 2654435761 % 2**64 << 24 | number:024x}",
        "email": f"person.{number:07}@example.com",
        "first_name": FIRST[number % len(FIRST)],
        "last_name": f"{LAST[number % len(LAST)]}-{number // 7}",
        "role": "BUSINESS_MANAGER" if manager else "PUBLISHER",
        "org_id": 42,
        "lang": LANGUAGES[number % len(LANGUAGES)],
        "business_ids": [f"{number * 31 + n:024x}" for n in range(3)] if manager else [],
        "accesses": [],
        "status": "active" if number % 9 else "invited",
        "disabled": False,
        "custom_role": "",
        "sso_only": False,
        "sidebar_pages": ["posts", "messages"],
        "created_at": 1600000000 + number,
    }


def differs(number):
    """Who has another last name in the roster."""
    return number % 100 == 7


def rows(count):
    """Roster rows of users 1 to count - 1, and one new person for each 1,000; in no order."""
    numbers = list(range(1, count))
    random.Random(1).shuffle(numbers)
    for number in numbers:
        row = {**user(number), "new": False}
        if differs(number):
            row["last_name"] = "Married-" + row["last_name"]
        yield row
    for number in range(count // 1000):
        yield {**user(count + number), "id": "", "first_name": f"New{number}", "new": True}


def expected(count, new=True):
    return {"updates": sum(differs(number) for number in range(1, count)), "creates": count // 1000 if new else 0}


def cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list) else value


def write_roster(path, count, columns, new=True):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows(count):
            if new or not row["new"]:
                writer.writerow([cell(row[column]) for column in columns])


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_pages(folder, count):
    folder.mkdir()
    last = -(-count // PAGE)
    for page in range(1, last + 1):
        people = [user(number) for number in range((page - 1) * PAGE, min(page * PAGE, count))]
        answer = {"page": page, "max_page": last, "count": count, "users": people}
        (folder / f"{page}.json").write_text(compact(answer), encoding="utf-8")


def write_users(folder, count):
    folder.mkdir()
    for number in range(count):
        one = user(number)
        (folder / one["id"]).write_text(compact(one), encoding="utf-8")


def changed(root, count):
    """A directory of `count` users as pages and as an array, and a roster in which everybody has another last name."""

    def write(folder, count):
        people = [user(number) for number in range(count)]
        write_pages(folder / "pages", count)
        (folder / "me.json").write_text(compact(people[0]), encoding="utf-8")
        (folder / "people.json").write_text(compact([{**people[0], "me": True}, *people[1:]]), encoding="utf-8")
        with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for one in people[1:]:
                row = {**one, "last_name": "Married-" + one["last_name"]}
                writer.writerow([cell(row[column]) for column in COLUMNS])

    return prepared(root, "changed", count, write)


def prepared(root, kind, count, write):
    """The folder root/kind-count, made by write(folder, count) unless an earlier run has made it."""
    folder = root / f"{kind}-{count}"
    if folder.exists():
        return folder
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write(unfinished, count)
    unfinished.rename(folder)
    return folder


def listed(root, count):
    """A directory of `count` users as pages, and a roster for it."""

    def write(folder, count):
        write_pages(folder / "pages", count)
        (folder / "me.json").write_text(compact(user(0)), encoding="utf-8")
        write_roster(folder / "roster.csv", count, COLUMNS)

    return prepared(root, "listed", count, write)


def single(root, count):
    """A directory of `count` users as one document each, a roster with their ids, and the first page."""

    def write(folder, count):
        write_users(folder / "users", count)
        write_pages_of_count(folder / "pages", count)
        (folder / "me.json").write_text(compact(user(0)), encoding="utf-8")
        write_roster(folder / "roster.csv", count, ["id", *COLUMNS], new=False)

    return prepared(root, "single", count, write)


def write_pages_of_count(folder, count):
    """Only what tells how many users there are."""
    folder.mkdir()
    answer = {"page": 1, "max_page": count, "count": count, "users": [user(0)]}
    (folder / "1.json").write_text(compact(answer), encoding="utf-8")


def paths_of_pages(count):
    return [f"/v2/user/search?page={page}&per_page={PAGE}" for page in range(1, -(-count // PAGE) + 1)]


def paths_of_users(count):
    return [f"/v2/user/{user(number)['id']}" for number in range(1, count)]

