"""The plan, as a script would make it: reads the roster, fetches the listing's pages, compares, and counts; with
--write, sends each update too. ROSTER BASE_URL IN_FLIGHT [--write]"""

import asyncio
import csv
import json
import sys

import aiohttp

PAGE = 100


def desired(row):
    return {**row, "business_ids": sorted(filter(None, row["business_ids"].split("|"))),
            "disabled": row["disabled"] == "true", "sso_only": row["sso_only"] == "true"}


def read_roster(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["email"].strip().casefold(): desired(row) for row in csv.DictReader(file)}


def changes(row, user):
    current = {**user, "business_ids": sorted(user["business_ids"])}
    return {name: value for name, value in row.items() if value != current[name]}


class Plan:
    def __init__(self, roster, base_url, write):
        self.roster = roster
        self.base_url = base_url
        self.write = write
        self.updates = []
        self.matched = 0

    def take(self, users):
        for user in users:
            row = self.roster.get(user["email"].casefold())
            if row is None:
                continue
            self.matched += 1
            if differing := changes(row, user):
                self.updates.append((user["id"], differing))

    async def page(self, session, number):
        query = {"page": number, "per_page": PAGE, "order_by": "email", "display_business_ids": "true"}
        async with session.get(self.base_url + "/user/search", params=query) as answer:
            page = await answer.json()
        self.take(page["users"])
        return page["max_page"]

    async def pages(self, session, numbers):
        for number in numbers:
            await self.page(session, number)

    async def send(self, session, updates):
        for user, differing in updates:
            async with session.post(f"{self.base_url}/user/{user}", json=differing) as answer:
                assert answer.status == 200

    async def run(self, in_flight):
        connector = aiohttp.TCPConnector(limit=in_flight)
        async with aiohttp.ClientSession(connector=connector, headers={"x-APIKey": "k"}) as session:
            numbers = iter(range(2, await self.page(session, 1) + 1))
            await asyncio.gather(*(self.pages(session, numbers) for _ in range(in_flight)))
            if self.write:
                updates = iter(self.updates)
                await asyncio.gather(*(self.send(session, updates) for _ in range(in_flight)))


def main(roster, base_url, in_flight, *options):
    plan = Plan(read_roster(roster), base_url, "--write" in options)
    asyncio.run(plan.run(int(in_flight)))
    print(json.dumps({"updates": len(plan.updates), "creates": len(plan.roster) - plan.matched}))


main(*sys.argv[1:])
