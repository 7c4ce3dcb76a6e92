"""A job to be interrupted, and what must hold when it was gone on with: each change once, the directory as the roster
says."""

from collections import Counter

from support.people import company, new_row, person, row_of

COMPLETING = ["phone", "keywords", "receive_reviews_email_notifications"]  # what a create cannot carry
UNREADABLE = ["password"]  # not even the sandbox has it


class Work:
    """People in a directory, and the rows that they are to agree with."""

    def __init__(self, people, rows):
        self.people = people
        self.rows = rows
        known = {user["email"]: user for user in people}
        self.creates = [row for row in rows if row["email"] not in known]
        self.updates = {known[row["email"]]["id"]: row for row in rows
                        if row["email"] in known and differs(row, known[row["email"]])}

    @property
    def changes(self):
        return len(self.creates) + len(self.updates)

    def check_totals(self, report):
        totals = {name: count for name, count in report["totals"].items() if count and name != "orphans"}
        expected = {"rows": len(self.rows), "created": len(self.creates), "updated": len(self.updates),
                    "unchanged": len(self.rows) - self.changes}
        assert totals == {name: count for name, count in expected.items() if count}, totals

    def check_directory(self, sandbox):
        users = {user["email"]: user for user in sandbox.users()}
        assert len(users) == len(self.people) + len(self.creates) == len(sandbox.users())
        for row in self.rows:
            assert not differs(row, users[row["email"]]), (row, users[row["email"]])

    def check_ledger(self, sandbox, completed_again=False):
        """An update that completes a create says what the API never shows: lost, it can only be sent again."""
        committed = sandbox.committed()
        creates = Counter(entry["body"]["email"] for entry in committed if entry["path"].endswith("/user"))
        assert creates == Counter(row["email"] for row in self.creates), creates
        ids = {user["email"]: user["id"] for user in sandbox.users()}
        completed = {ids[row["email"]] for row in self.creates if any(row.get(name) for name in COMPLETING)}
        updates = Counter(entry["path"].rsplit("/", 1)[1] for entry in committed if not entry["path"].endswith("/user"))
        wanted = set(self.updates) | completed
        assert set(updates) == wanted, f"never sent: {wanted - set(updates)}; not asked for: {set(updates) - wanted}"
        twice = {user_id for user_id, times in updates.items() if times > 1}
        assert twice <= (completed if completed_again else set()), updates

    def check(self, sandbox, completed_again=False):
        self.check_ledger(sandbox, completed_again)
        self.check_directory(sandbox)


def differs(row, user):
    return any(by_meaning(value) != by_meaning(user.get(name)) for name, value in row.items()
               if name not in UNREADABLE and value != "")


def by_meaning(value):
    return sorted(value) if isinstance(value, list) else value


def a_dozen_changes(secrets=True):
    """Of every kind: updates, creates, and creates with what follows in an update of its own."""
    people = company(8) + [person(9, role="BUSINESS_MANAGER", business_ids=["b1", "b2"])]
    rows = [row_of(user) for user in people[1:]]
    for row in rows[:4]:
        row["last_name"] += "-Smith"
    rows[4].update(lang="de", role="BUSINESS_MANAGER")
    rows[8]["business_ids"] = ["b1", "b3"]
    rows += [new_row(number) for number in range(1, 3)]
    rows += [new_row(3, phone="+33 1 99 00 12 34"), new_row(4, keywords=["north", "south"])]
    rows += [new_row(5, password="Correct-Horse-5"), new_row(6, password="Correct-Horse-6", phone="+33 1 99 00 12 35")]
    if not secrets:
        for row in rows:
            row.pop("password", None)
    return Work(people, rows)


def updates_of(count, **attributes):
    """Nothing but so many updates."""
    people = company(count)
    return Work(people, [row_of(user, **(attributes or {"lang": "de"})) for user in people[1:]])


def half_and_half(count):
    """So many changes, as many updates as creates."""
    people = company(count // 2)
    return Work(people, [row_of(user, last_name="Changed") for user in people[1:]] +
                [new_row(number) for number in range(count - count // 2)])
