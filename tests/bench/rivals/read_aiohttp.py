"""What one would write in Python: aiohttp with so many in flight, each answer parsed. FILE_OF_URLS IN_FLIGHT"""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp


async def worker(session, urls):
    answers = 0
    for url in urls:  # shared: each takes the next
        async with session.get(url) as answer:
            user = await answer.json()
            answers += answer.status == 200 and "id" in user
    return answers


async def main(file, in_flight):
    urls = iter(Path(file).read_text(encoding="utf-8").split())
    connector = aiohttp.TCPConnector(limit=in_flight)
    async with aiohttp.ClientSession(connector=connector, headers={"x-APIKey": "k"}) as session:
        answers = sum(await asyncio.gather(*(worker(session, urls) for _ in range(in_flight))))
    print(json.dumps({"answers": answers}))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
